"""From asking to the mail: the report is made once, says what was counted, and survives trouble."""

import csv
import io
from typing import Any

import pikepdf
import pypdf
import pytest

from chalicelib import clock, ids
from chalicelib.errors import NotFound
from chalicelib.figures import Measure
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, TrustId
from chalicelib.notifications import outbox
from chalicelib.reports import (
    build,
    copies,
    gather,
    morning,
    pdf,
    periods,
    repository,
    service,
    sets,
    summaries,
)
from chalicelib.reports.model import Job, State
from chalicelib.storage import Transaction, every, tenants
from chalicelib.tenancy import directory
from chalicelib.tenancy.calendar import Calendar
from tests import builders
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock, Mailbox
from tests.reports.build import a_trust_with_figures, counted
from tests.reports.meter import metered

pytestmark = pytest.mark.usefixtures("store", "clock")
NOBODY = PersonId("0123456789abcdef")


def _asked(trust: TrustId, by: PersonId = NOBODY, **more: Any) -> Job:
    period = more.pop("period", None) or periods.of_term(
        periods.recent_terms(clock.today())[0], clock.today()
    )
    with tenants({trust}):
        return service.ask(trust, ids.new(), period, more.pop("schools", ()), by=by)


def _job(job: Job) -> Job:
    with tenants({job.trust}):
        found = repository.job(job.trust, job.id)
    assert found
    return found


def test_a_report_says_what_was_counted(bucket: Bucket) -> None:
    """Every number of the CSV is the sum of what was counted, and the small school is hidden."""
    trust, _ = a_trust_with_figures()

    job = _asked(trust)
    build.build(trust, job.id)

    lines = list(csv.reader(io.StringIO(bucket.body(".csv").decode("utf-8-sig"))))
    numbers = {(table.partition(". ")[2], row, column): n for _, table, row, column, n in lines}
    assert "39" == numbers["Incidents by type", "Online bullying", "Alder School"]
    assert "54" == numbers["Schools compared", "In all", "Incidents"]
    assert "hidden" == numbers["Schools compared", "Cedar School", "Incidents"]
    assert "44" == numbers["Alerts by theme", "In all", "In all"]
    assert "32" == numbers["Agreements sent and signed", "In all", "Signed"]


def test_the_pdf_is_tagged_and_says_whose_it_is(bucket: Bucket) -> None:
    """PDF/UA: a language, a title, a structure tree, and alternative text for every picture."""
    trust, _ = a_trust_with_figures()

    build.build(trust, _asked(trust).id)

    body = io.BytesIO(bucket.body(".pdf"))
    with pikepdf.open(body) as document:
        assert document.Root.MarkInfo.Marked
        assert "en-GB" == str(document.Root.Lang)
        assert document.Root.ViewerPreferences.DisplayDocTitle
        with document.open_metadata() as about:
            assert "1" == about["pdfuaid:part"]
            assert "Tidewater Learning Trust" in about["dc:title"]
        kinds = _kinds(document.Root.StructTreeRoot)
    assert {"Table", "TH", "TD", "Figure", "H1"} <= kinds.keys()
    assert kinds["Figure with alternative text"] == kinds["Figure"]
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(body).pages)
    assert "Tidewater Learning Trust" in text
    assert "Alder School" in text
    assert "Page 1 of" in text


def test_whoever_asked_is_mailed_a_link_once(bucket: Bucket, mailbox: Mailbox) -> None:
    """The mail carries a link and no numbers; making the files again mails nobody."""
    trust, _ = a_trust_with_figures()
    person = builders.a_person(trust, roles=[Role.TRUST_ADMINISTRATOR])
    job = _asked(trust, person.id)

    build.build(trust, job.id)
    bucket.objects.clear()
    with tenants({trust}):
        service.make_again(trust, job.id, by=person.id)
    build.build(trust, job.id)

    [mail] = mailbox.deliver()
    assert person.email == mail.to
    assert f"http://localhost:8000/t/{trust}/reports/{job.id}" in mail.links()
    assert "bullying" not in mail.text.lower()
    assert 3 == len(bucket.objects)


def test_all_of_many_readers_are_told_once(
    bucket: Bucket,
    mailbox: Mailbox,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Forty-one administrators of a scheduled report: one cannot be written to at first, and the
    sweep tells that one later; nobody is told twice.
    """
    trust, _ = a_trust_with_figures()
    people = [builders.a_person(trust, roles=[Role.TRUST_ADMINISTRATOR]) for _ in range(41)]
    job = Job(
        ids.new(), trust, periods.of_week(clock.now().date()), (), "system:plan_day", clock.now()
    )
    with tenants({trust}):
        service.queue(job)
    real, tried = outbox.add, []

    def breaks(tx: Transaction, message: outbox.Message) -> None:
        tried.append(message)
        if len(tried) == 41:
            raise RuntimeError
        real(tx, message)

    monkeypatch.setattr(outbox, "add", breaks)
    build.build(trust, job.id)
    assert State.READY == _job(job).state
    first = [mail.to for mail in mailbox.deliver()]
    for _ in range(2):  # the clock runs out, and what it sends is sent
        clock.advance(minutes=6)
        mailbox.deliver()

    assert 40 == len(first)
    assert sorted(each.email for each in people) == sorted(mail.to for mail in mailbox.mails)


def test_a_set_is_told_of_though_its_last_maker_died(
    bucket: Bucket, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report is ready and the set was not looked at: the queue's next try sees to it, once."""
    trust, schools = a_trust_with_figures()
    person = builders.a_person(trust, roles=[Role.TRUST_ADMINISTRATOR])
    with tenants({trust}):
        week = periods.of_week(clock.today())
        job = service.ask(trust, ids.new(), week, schools[:1], by=person.id, each=True)
    [member] = [f"{job.id}-{school}" for school in schools[:1]]
    real = sets.settle

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sets, "settle", dies)
    with pytest.raises(KeyboardInterrupt):
        build.build(trust, member)
    monkeypatch.setattr(sets, "settle", real)
    assert [] == mailbox.deliver()
    build.build(trust, member)
    build.build(trust, member)

    assert [person.email] == [mail.to for mail in mailbox.deliver()]
    assert State.READY == _job(job).state
    assert bucket.objects


def test_making_a_report_twice_changes_nothing(bucket: Bucket, mailbox: Mailbox) -> None:
    """A message that comes again finds the report made."""
    trust, schools = a_trust_with_figures()
    person = builders.a_person(trust, roles=[Role.TRUST_VIEWER])
    job = _asked(trust, person.id)
    build.build(trust, job.id)
    first = bucket.body(".csv")
    counted(schools[0], "incidents", 9, type="hate")

    build.build(trust, job.id)

    assert first == bucket.body(".csv")
    assert 1 == len(mailbox.deliver())


def test_a_lost_file_is_written_again_with_the_same_figures(bucket: Bucket) -> None:
    """The figures are kept with the report: what was counted since does not creep in."""
    trust, schools = a_trust_with_figures()
    job = _asked(trust)
    build.build(trust, job.id)
    before = dict(bucket.objects)
    bucket.objects.clear()
    counted(schools[0], "incidents", 9, type="hate")

    with tenants({trust}):
        service.make_again(trust, job.id, by=NOBODY)
    build.build(trust, job.id)

    assert {key: each["Body"] for key, each in before.items()} == {
        key: each["Body"] for key, each in bucket.objects.items()
    }


def test_one_schools_failure_is_named_and_stops_no_other(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others' figures are there, and the report says which school is missing."""
    trust, schools = a_trust_with_figures()
    real = copies.copy_parts

    def breaks(school: Any, *rest: Any) -> Any:
        if school.id == schools[1]:
            raise RuntimeError
        return real(school, *rest)

    monkeypatch.setattr(copies, "copy_parts", breaks)
    job = _asked(trust)
    build.build(trust, job.id)

    with tenants({trust}):
        shown = service.report(trust, job.id, by="person:x")
    assert State.READY == shown.job.state
    assert shown.document
    assert ("Birch School: its figures could not be read this time",) == shown.document.missing
    assert ["Alder School", "Cedar School"] == [
        row[0] for row in shown.document.sections[1].tables[0].rows
    ]
    assert bucket.objects


def test_a_failure_is_said_and_can_be_tried_again(bucket: Bucket) -> None:
    """The report shows that it failed; the same message again makes it."""
    trust, _ = a_trust_with_figures()
    job = _asked(trust)
    bucket.failing = True
    with pytest.raises(ConnectionError):
        build.build(trust, job.id)

    assert State.FAILED == _job(job).state

    bucket.failing = False
    build.build(trust, job.id)

    assert State.READY == _job(job).state


def test_a_report_is_made_by_one_at_a_time(bucket: Bucket, clock: FrozenClock) -> None:
    """A second maker leaves it alone, until the first has been gone for longer than it may run."""
    trust, _ = a_trust_with_figures()
    job = _asked(trust)
    with tenants({trust}):
        repository.claim(trust, job.id, "somebody", clock.now())

    build.build(trust, job.id)

    assert State.MAKING == _job(job).state
    assert not bucket.objects

    clock.advance(minutes=7)
    build.build(trust, job.id)

    assert State.READY == _job(job).state


def test_another_trusts_message_finds_nothing(bucket: Bucket) -> None:
    """A message whose tenant is not the report's is refused and goes to the dead letters (R9)."""
    trust, _ = a_trust_with_figures()
    job = _asked(trust)
    other = builders.a_trust()

    with pytest.raises(NotFound):
        build.build(other, job.id)

    assert not bucket.objects


def test_a_file_of_another_tenant_under_our_key_is_not_given(bucket: Bucket) -> None:
    """The file's own words must say whose it is."""
    trust, _ = a_trust_with_figures()
    job = _asked(trust)
    build.build(trust, job.id)
    for each in bucket.objects.values():
        each["Metadata"] = {"tenant": "somebodyelse0000", "job": job.id}

    with tenants({trust}):
        assert "" == service.file_link(trust, job.id, service.Form.PDF, by="person:x")


def test_a_lost_nudge_is_given_again_by_the_sweep(
    bucket: Bucket, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """A report nobody was told of is asked for again after some minutes."""
    trust, _ = a_trust_with_figures()
    told: list[tuple[str, Any]] = []
    monkeypatch.setattr(
        "chalicelib.notifications.outbox.nudge",
        lambda queue, bodies, **_: told.extend((queue, body) for body in bodies),
    )
    job = _asked(trust)
    told.clear()
    clock.advance(minutes=8)

    mailbox.deliver()

    assert ("documents", {"tenant": trust, "job": job.id}) in told

    build.build(trust, job.id)
    clock.advance(minutes=8)
    told.clear()
    mailbox.deliver()

    assert not told


def test_a_trusts_page_reads_one_collection_in_one_trip() -> None:
    """P10: one query, half a unit for each 4 KB, whatever was recorded at the schools."""
    trust, _ = a_trust_with_figures()
    morning.plan_day(trust)
    period = periods.of_term(periods.recent_terms(clock.today())[0], clock.today())
    term = period.parts[0]

    with tenants({trust}), metered() as calls:
        found = list(copies.read(trust, term, term))

    assert 3 == len(found)
    assert [("Query", 0.5)] == calls
    with tenants({trust}):
        rows = list(every(copies.CopyRow, trust, f"term#{term}#"))
    assert max(sum(map(_weight, row.serialize().items())) for row in rows) <= 410


def test_an_older_count_never_replaces_a_newer(clock: FrozenClock) -> None:
    """Whoever counted first and was slow to write finds the newer count and leaves it."""
    trust, schools = a_trust_with_figures()
    with tenants({schools[0]}):
        school = directory.school(schools[0])
    term = periods.recent_terms(clock.now().date())[0].key
    old = copies.count(school, Calendar(), term)
    counted(schools[0], "incidents", 4, type="hate")
    clock.advance(minutes=1)
    copies.copy_figures(schools[0], clock.now().date())

    with tenants({trust}):
        copies._keep(trust, old)

        assert [(schools[0], 43)] == _copied(trust)


def test_a_change_that_was_copied_since_is_not_copied_again(clock: FrozenClock) -> None:
    """A burst of messages is one copy: the first covers all that came before it."""
    _, schools = a_trust_with_figures()
    changed_at = clock.now()
    clock.advance(seconds=1)
    copies.copy_figures(schools[0], changed_at.date(), changed_at=changed_at)

    with metered() as calls:
        copies.copy_figures(schools[0], changed_at.date(), changed_at=changed_at)

    assert not [each for each, _ in calls if each.startswith(("Query", "Transact"))]


def test_what_is_asked_for_some_schools_does_not_give_others_away(bucket: Bucket) -> None:
    """All schools less all but one is what was hidden: such totals are hidden too."""
    trust, schools = a_trust_with_figures()

    job = _asked(trust, schools=(schools[0], schools[2]))
    build.build(trust, job.id)

    with tenants({trust}):
        document = service.report(trust, job.id, by="person:x").document
    assert document and bucket.objects
    compared = document.sections[1].tables[0]
    assert ["Alder School", "Cedar School"] == [row[0] for row in compared.rows]
    assert compared.totals[2] is None


def test_a_period_that_is_over_is_compared_with_the_one_before(
    bucket: Bucket, clock: FrozenClock
) -> None:
    """A term is compared once it is over; while it runs any comparison would be unfair."""
    trust, _ = a_trust_with_figures()
    running = _asked(trust)
    clock.advance(days=80)
    over = _asked(trust, period=periods.of_term(periods.term_called("2026-27-autumn"),
                                                clock.now().date()))  # fmt: skip
    for job in (running, over):
        build.build(trust, job.id)

    with tenants({trust}):
        shown = [service.report(trust, job.id, by="person:x") for job in (running, over)]
    notes = [each.document.tiles[0].note for each in shown if each.document]
    assert "" != notes[1]
    assert "than in the summer term 2025/26" in notes[1]
    assert bucket.objects


def test_a_schools_figures_are_counted_as_the_page_opens() -> None:
    """Nothing need be copied first; the threshold is the school's."""
    _, schools = a_trust_with_figures()
    with tenants({schools[0]}):
        shown = summaries.of_school(schools[0], "Alder School", "", by="person:x")

    assert "39" == shown.document.tiles[0].number
    assert "2026-27-autumn" == shown.chosen


def test_the_same_figures_make_the_same_pdf() -> None:
    """Nothing in it depends on when or where it is written out again."""
    trust, _ = a_trust_with_figures()
    job = _asked(trust)
    with tenants({trust}):
        snapshot = gather.gather(job, lambda *_: None)
    document = build.written(job, snapshot)

    both = [pdf.pdf(document, made_at=clock.now()) for _ in range(2)]

    assert both[0] == both[1]


def _copied(trust: TrustId) -> list[tuple[str, int]]:
    term = periods.recent_terms(clock.today())[0].key
    return [(each.school, each.n(Measure.INCIDENTS)) for each in copies.read(trust, term, term)]


def _weight(attribute: tuple[str, dict[str, Any]]) -> int:
    """About what an attribute weighs: its name and its value."""
    name, typed = attribute
    [(kind, value)] = typed.items()
    return len(name) + (len(str(value)) if kind != "B" else len(value))


def _kinds(tree: Any) -> dict[str, int]:
    """How often each kind of element stands in a structure tree."""
    found: dict[str, int] = {}
    waiting = [tree]
    while waiting:
        element = waiting.pop()
        if isinstance(element, pikepdf.Array):
            waiting.extend(element)
        elif isinstance(element, pikepdf.Dictionary):
            kind = str(element.get("/S", "")).lstrip("/")
            found[kind] = found.get(kind, 0) + 1
            if kind == "Figure" and "/Alt" in element:
                label = "Figure with alternative text"
                found[label] = found.get(label, 0) + 1
            if "/K" in element:
                waiting.append(element.K)
    return found
