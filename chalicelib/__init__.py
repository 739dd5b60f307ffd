"""Holdfast: the online-safety record for schools and the trusts that run them."""
