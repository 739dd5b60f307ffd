"""Fair comparison: incidents for each 100 pupils, and how far chance alone could have moved them.

A school of 60 with three incidents and one of 600 with thirty have the same rate, but only the
second tells much. The range is the 95% interval of a Poisson count in Byar's approximation, which
is good from a handful of incidents upwards.
"""

from dataclasses import dataclass
from math import sqrt

_Z = 1.96


@dataclass(frozen=True)
class Rate:
    """So many for each 100 pupils, and the range that chance leaves open."""

    each_hundred: float
    least: float
    most: float

    def overlaps(self, other: "Rate") -> bool:
        """Whether chance could be all the difference there is."""
        return self.least <= other.most and other.least <= self.most


def rate(count: int, pupils: int) -> Rate | None:
    """None where the number of pupils is not known."""
    if pupils <= 0:
        return None
    by = 100 / pupils
    return Rate(count * by, _least(count) * by, _least(count + 1, sign=1) * by)


def _least(count: int, sign: int = -1) -> float:
    if count == 0:
        return 0.0
    return float(count * (1 - 1 / (9 * count) + sign * _Z / (3 * sqrt(count))) ** 3)
