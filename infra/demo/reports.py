"""The reports a trust has had by now: one for each term that has ended."""

from chalicelib.ids import TrustId
from infra.demo.schools import Opened


def make(trust: TrustId, opened: list[Opened]) -> None:
    """Nothing yet: the trust's reports are asked for on its page."""
