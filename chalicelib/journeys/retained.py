"""Which records are reviewed when their time is over, and how each kind is taken away (R-RET 2)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from chalicelib import clock
from chalicelib.agreements import ending as agreements
from chalicelib.identity.permissions import Permission, Role
from chalicelib.ids import SchoolId
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.model.record import Outcome as Ending
from chalicelib.incidents.model.severity import Severity
from chalicelib.incidents.model.wall import OPEN
from chalicelib.incidents.repository.records import Stored
from chalicelib.incidents.service import ending as incidents
from chalicelib.incidents.types import Guard
from chalicelib.people import service as people
from chalicelib.registers.service import ending as registers
from chalicelib.retention.kinds import Kinds, Outcome, Reader
from chalicelib.retention.model import Ended, Kept, Periods, RecordClass
from chalicelib.retention.service import destroying, looking


class Registers:
    """Entries: each register's definition says how long."""

    def ended(self, school: SchoolId, periods: Periods) -> Iterator[Ended]:  # noqa: ARG002
        yield from (self._ended(school, each) for each in registers.over(school))

    def find(
        self,
        school: SchoolId,
        records: Collection[str],
        periods: Periods,  # noqa: ARG002
    ) -> Mapping[str, Ended]:
        found = registers.some_over(school, list(records))
        return {each.id: self._ended(school, each) for each in found}

    def is_there(self, school: SchoolId, record: str) -> bool:
        return registers.is_there(school, record)

    def visible(self, school: SchoolId, reader: Reader, found: Sequence[Ended]) -> set[str]:
        """Whoever may see the list of all entries of its register."""
        of = {each.record: each.path.split("/")[4] for each in found}
        open_to = registers.listed(school, set(of.values()), reader.person, reader.roles)
        return {record for record, register in of.items() if register in open_to}

    certain = visible

    def destroy(self, school: SchoolId, record: str, fingerprint: str) -> Outcome:
        return _outcome(gone=registers.take_away(school, record, fingerprint))

    def _ended(self, school: SchoolId, found: registers.Over) -> Ended:
        return Ended(
            "entry",
            found.id,
            RecordClass.REGISTER,
            found.title,
            found.reference,
            f"/s/{school}/registers/{found.register}/{found.id}",
            found.ended_on,
            found.kept_until,
            found.fingerprint,
        )


class Incidents:
    """Closed incidents and concerns about staff, by what they were about."""

    def ended(self, school: SchoolId, periods: Periods) -> Iterator[Ended]:
        for stored in incidents.closed(school):
            if found := self._ended(school, stored, periods):
                yield found

    def find(
        self, school: SchoolId, records: Collection[str], periods: Periods
    ) -> Mapping[str, Ended]:
        found = (
            self._ended(school, each, periods) for each in incidents.some(school, list(records))
        )
        return {each.record: each for each in found if each}

    def is_there(self, school: SchoolId, record: str) -> bool:
        return incidents.find(school, record) is not None

    def visible(self, school: SchoolId, reader: Reader, found: Sequence[Ended]) -> set[str]:
        if not reader.may(Permission.READ_INCIDENTS):
            return set()
        return incidents.readable(
            school,
            [each.record for each in found],
            reader.person,
            reader.roles,
            concerns=reader.may(Permission.READ_CONCERNS),
        )

    def certain(self, school: SchoolId, reader: Reader, found: Sequence[Ended]) -> set[str]:  # noqa: ARG002
        """Its wall went with the record: who could read it cannot be asked any more."""
        if not reader.may(Permission.READ_INCIDENTS) or not OPEN.lets(reader.person, reader.roles):
            return set()
        return {each.record for each in found if not each.walled}

    def destroy(self, school: SchoolId, record: str, fingerprint: str) -> Outcome:
        return _outcome(gone=incidents.take_away(school, record, fingerprint))

    def _ended(self, school: SchoolId, stored: Stored, periods: Periods) -> Ended | None:
        incident = stored.incident
        if incident.is_open or incident.closed_at is None:
            return None
        ended_on = clock.london(incident.closed_at).date()
        cls = class_of(incident)
        return Ended(
            "incident",
            incident.id,
            cls,
            incident.matter.label,
            incident.reference,
            f"/s/{school}/incidents/{incident.id}",
            ended_on,
            years_after(ended_on, periods[cls]),
            stored.head.hash,
            walled=incident.wall.stands,
        )


# What may have been child sexual abuse, besides whatever shows a sexual image of a child.
_SEXUAL = frozenset({"sexual_images", "grooming"})


def class_of(incident: Incident) -> RecordClass:
    """The gravest class that fits, so that no doubt shortens a period (R-RET 1, 2)."""
    if incident.matter.about_staff:
        return RecordClass.STAFF_ALLEGATION
    report = incident.report
    if Guard.IMAGES in report.guards or not _SEXUAL.isdisjoint(report.types):
        return RecordClass.SEXUAL_ABUSE
    grave = {Severity.CRITICAL, Severity.HIGH}
    if incident.severity.severity in grave or incident.outcome is Ending.REFERRED:
        return RecordClass.CHILD_PROTECTION
    return RecordClass.LOW


class Agreements:
    """Agreements, a campaign at a time: everybody in it has left, or has signed a later one."""

    def ended(self, school: SchoolId, periods: Periods) -> Iterator[Ended]:
        for each in agreements.campaigns_over(school, people.left(school)):
            yield _signed(school, "agreement", RecordClass.AGREEMENT, each, periods)

    def find(
        self, school: SchoolId, records: Collection[str], periods: Periods
    ) -> Mapping[str, Ended]:
        found = self.ended(school, periods)
        return {each.record: each for each in found if each.record in records}

    def is_there(self, school: SchoolId, record: str) -> bool:
        return agreements.campaign_is_there(school, record)

    def visible(self, school: SchoolId, reader: Reader, found: Sequence[Ended]) -> set[str]:  # noqa: ARG002
        return _agreements_for(reader, found)

    certain = visible

    def destroy(self, school: SchoolId, record: str, fingerprint: str) -> Outcome:  # noqa: ARG002
        return Outcome.GONE if agreements.take_campaign_away(school, record) else Outcome.MORE


class Consents:
    """What was said about pictures, work and accounts of pupils who have left."""

    def ended(self, school: SchoolId, periods: Periods) -> Iterator[Ended]:
        for each in agreements.consents_over(school, people.left(school)):
            yield _signed(school, "consent", RecordClass.CONSENT, each, periods)

    def find(
        self, school: SchoolId, records: Collection[str], periods: Periods
    ) -> Mapping[str, Ended]:
        found = agreements.consents_over(school, people.left(school), records)
        return {
            each.id: _signed(school, "consent", RecordClass.CONSENT, each, periods)
            for each in found
        }

    def is_there(self, school: SchoolId, record: str) -> bool:
        return agreements.consent_is_there(school, record)

    def visible(self, school: SchoolId, reader: Reader, found: Sequence[Ended]) -> set[str]:  # noqa: ARG002
        return _agreements_for(reader, found)

    certain = visible

    def destroy(self, school: SchoolId, record: str, fingerprint: str) -> Outcome:
        return _outcome(gone=agreements.take_consents_away(school, record, fingerprint))


def _signed(
    school: SchoolId, kind: str, cls: RecordClass, found: agreements.Over, periods: Periods
) -> Ended:
    """A campaign, or what was said about a pupil, as the queue has it."""
    return Ended(
        kind,
        found.id,
        cls,
        found.title,
        found.reference,
        f"/s/{school}/agreements",
        found.ended_on,
        years_after(found.ended_on, periods[cls]),
        found.fingerprint,
    )


def _agreements_for(reader: Reader, found: Sequence[Ended]) -> set[str]:
    """All of them, or none: whoever reads agreements, and whoever answers for personal data."""
    reads = reader.may(Permission.READ_AGREEMENTS) or Role.DATA_PROTECTION_LEAD in reader.roles
    return {each.record for each in found} if reads else set()


def _outcome(*, gone: bool) -> Outcome:
    return Outcome.GONE if gone else Outcome.CHANGED


def years_after(day: date, kept: Kept) -> date:
    """The same date so many years later; the 28th for a 29 February."""
    try:
        return day.replace(year=day.year + kept.years)
    except ValueError:
        return day.replace(year=day.year + kept.years, day=28)


KINDS: Kinds = {
    "entry": Registers(),
    "incident": Incidents(),
    "agreement": Agreements(),
    "consent": Consents(),
}


def morning(school: SchoolId) -> int:
    """What comes to the queue today, and this term's task."""
    today = clock.today()
    found = looking.look(school, KINDS, today)
    return found.new + looking.remind(school, found.looked, today)


def destroy(tenant: str, review: str, now: datetime) -> None:
    """What two people confirmed: the sweep's."""
    destroying.destroy(KINDS, tenant, review, now)
