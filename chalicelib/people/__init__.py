"""The people a school works with: pupils, their contacts, classes, and staff's absence and duty."""
