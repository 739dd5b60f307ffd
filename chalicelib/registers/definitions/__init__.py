"""The registers that ship, one TOML file each; docs/registers.md says what every key means."""
