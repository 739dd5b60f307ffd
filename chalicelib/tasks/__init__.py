"""Something to do, for whom, by when, and why: used by every feature."""
