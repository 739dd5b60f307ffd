"""The local cloud: the real template on one machine, every process on 127.0.0.1."""
