"""Readers of rosters, one for each format."""
