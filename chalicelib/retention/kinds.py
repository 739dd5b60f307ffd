"""What a kind of record must be able to say and do to be reviewed; `journeys` gives the kinds."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from chalicelib.identity.permissions import Permission
from chalicelib.ids import PersonId, SchoolId
from chalicelib.retention.model import Ended, Periods


class Reader(Protocol):
    """Whoever looks at the queue: what an access guard gives is one."""

    @property
    def person(self) -> PersonId: ...
    @property
    def person_name(self) -> str: ...
    @property
    def actor(self) -> str: ...
    def may(self, permission: Permission | str) -> bool: ...


class Kind(Protocol):
    """One kind of record. All of it within the school's scope."""

    def ended(self, school: SchoolId, periods: Periods) -> Iterator[Ended]:
        """Every record that is over, whether or not its time is."""

    def find(self, school: SchoolId, record: str, periods: Periods) -> Ended | None:
        """One of them as it is now; None when it is gone, or is not over any more."""

    def is_there(self, school: SchoolId, record: str) -> bool:
        """Whether the record stands at all, over or not."""

    def visible(self, school: SchoolId, reader: Reader, found: list[Ended]) -> set[str]:
        """The records of these that the reader may know of."""

    def destroy(self, school: SchoolId, record: str, fingerprint: str) -> bool:
        """Take away everything of a record that is as it was when the fingerprint was taken, or
        what an earlier try left of it. False when it has changed and stands. Safe to repeat.
        """


Kinds = Mapping[str, Kind]
