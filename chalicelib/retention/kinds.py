"""What a kind of record must be able to say and do to be reviewed; `journeys` gives the kinds."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import Enum
from typing import Protocol

from chalicelib.identity.permissions import Permission, Role
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
    @property
    def roles(self) -> frozenset[Role]: ...
    def may(self, permission: Permission | str) -> bool: ...


class Outcome(Enum):
    """What came of destroying a record, or of going on with it."""

    GONE = "gone"
    MORE = "more"  # some of it is left: it is to be called again
    CHANGED = "changed"  # it is not as it was and stands, whole


class Kind(Protocol):
    """One kind of record. All of it within the school's scope."""

    def ended(self, school: SchoolId, periods: Periods) -> Iterator[Ended]:
        """Every record that is over, whether or not its time is."""

    def find(
        self, school: SchoolId, records: Collection[str], periods: Periods
    ) -> Mapping[str, Ended]:
        """Some of them as they are now; one that is gone, or is not over any more, is left out."""

    def is_there(self, school: SchoolId, record: str) -> bool:
        """Whether the record stands at all, over or not."""

    def visible(self, school: SchoolId, reader: Reader, found: Sequence[Ended]) -> set[str]:
        """The records of these that the reader may know of."""

    def certain(self, school: SchoolId, reader: Reader, found: Sequence[Ended]) -> set[str]:
        """The same of records that are gone: who may know that they were there."""

    def destroy(self, school: SchoolId, record: str, fingerprint: str) -> Outcome:
        """Take away everything of a record that is as it was when the fingerprint was taken, or
        what an earlier try left of it. Safe to repeat, until it is GONE.
        """


Kinds = Mapping[str, Kind]
