"""What a register is, what an entry is, and when something is due: no tables, no pages."""
