"""The demonstration trust: four invented schools with two years of life, for the laptop only."""
