"""How fast one source may post, so that one storm never starves the others (alerts.md section 10).

Asked after the proof and before anything is kept: a sender that is told to slow down has lost
nothing, and a stranger cannot use up a school's allowance. Each process counts its own posts and
adds them to the shared count in lumps, so that a quiet source costs no trip at all.
"""

from datetime import timedelta

from chalicelib import clock
from chalicelib.storage import rates

A_MINUTE = 6000
LUMP = 25
_WINDOW = timedelta(minutes=1)
_SECONDS = int(_WINDOW.total_seconds())


class _Minute:
    """Posts of this process in one minute, by source; and who is past the limit."""

    def __init__(self, window: int) -> None:
        self.window = window
        self.posts: dict[str, int] = {}
        self.past: set[str] = set()


_minutes = [_Minute(0)]


def _this_minute(window: int) -> _Minute:
    if _minutes[0].window != window:
        _minutes[0] = _Minute(window)
    return _minutes[0]


def over(source: str) -> int | None:
    """Count one post; the seconds to wait when the source is past its limit, else None."""
    moment = int(clock.now().timestamp())
    minute = _this_minute(moment // _SECONDS)
    if source not in minute.past:
        posts = minute.posts[source] = minute.posts.get(source, 0) + 1
        if posts % LUMP:
            return None
        if rates.over("posts", source, limit=A_MINUTE, per=_WINDOW, by=LUMP) is None:
            return None
        minute.past.add(source)
    return _SECONDS - moment % _SECONDS
