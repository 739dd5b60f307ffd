"""Scratch."""

from dataclasses import dataclass


@dataclass
class Source:
    def described(self):
        return {}


def open_sources(opened):
    return []


def one(*a):
    pass


def waiting(*a):
    pass
