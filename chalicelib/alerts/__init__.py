"""Alerts from filters and monitors: taken in whole, understood, and brought to the right person."""
