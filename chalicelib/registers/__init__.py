"""Registers: every list that a school's policies ask it to keep, read from definitions as data."""
