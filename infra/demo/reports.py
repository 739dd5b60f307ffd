"""Scratch."""


def make(*a):
    pass
