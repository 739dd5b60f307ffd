"""Settings: a trust's above its schools', each change a version."""

import dataclasses

import pytest

from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import tenants
from chalicelib.tenancy import model, service, settings
from chalicelib.tenancy.kinds import Value
from chalicelib.tenancy.model import Choices, SchoolKind, Setting, Settings

MINUTES, LINK, SMALL = (
    Setting.ACKNOWLEDGE_MINUTES,
    Setting.LINK_DAYS,
    Setting.SMALL_NUMBER_THRESHOLD,
)


@pytest.fixture
def trust(store: str) -> TrustId:
    return service.open_trust("Beacon Trust", by="system:test")


@pytest.fixture
def school(trust: TrustId) -> SchoolId:
    return service.open_school(
        "Alder Primary", kind=SchoolKind.PRIMARY, pupil_number=210, trust=trust, by="system:test"
    )


def test_every_stored_word_is_a_setting() -> None:
    """`in_force` builds one from the other."""
    assert {field.name for field in dataclasses.fields(Settings)} == set(map(str, Setting))


@pytest.mark.parametrize(
    ("own", "trust", "minutes", "source"),
    [
        ({}, Choices(), 15, "holdfast"),
        ({}, Choices({MINUTES: 30}), 30, "trust"),
        ({MINUTES: 10}, Choices({MINUTES: 30}), 10, "school"),
        ({MINUTES: 10}, Choices({MINUTES: 30}, frozenset({MINUTES})), 30, "trust"),
    ],
)
def test_the_nearest_decision_counts_unless_the_trust_locked_it(
    own: dict[Setting, int], trust: Choices, minutes: int, source: str
) -> None:
    """Trust > school inheritance with locks."""
    assert minutes == model.in_force(Choices(own), trust).acknowledge_minutes
    assert source == model.source_of(MINUTES, Choices(own), trust)


def test_a_new_school_has_its_trusts_settings(trust: TrustId) -> None:
    """It takes them when it opens, and again whenever they change."""
    with tenants({trust}):
        settings.change_trust(
            trust, Choices({LINK: 14}, frozenset({LINK})), version=0, by="person:a"
        )
    school = service.open_school(
        "Birch Infants", kind=SchoolKind.INFANT, pupil_number=90, trust=trust, by="person:a"
    )
    with tenants({school}):
        before = settings.read(school)
    with tenants({trust}):
        settings.change_trust(trust, Choices({LINK: 21}), version=1, by="person:a")
    with tenants({school}):
        after = settings.read(school)

    assert 14 == before.link_days
    assert 21 == after.link_days


def test_each_change_is_a_version_that_is_kept(school: SchoolId, clock: object) -> None:
    """Who decided what and when can be shown for ever."""
    with tenants({school}):
        settings.change(school, Choices({MINUTES: 20}), version=0, by="person:a")
        settings.change(school, Choices({MINUTES: 25, SMALL: 6}), version=1, by="person:b")

        assert Settings(small_number_threshold=6, acknowledge_minutes=25) == settings.read(school)
        assert [
            (2, {MINUTES: 25, SMALL: 6}, "person:b"),
            (1, {MINUTES: 20}, "person:a"),
        ] == [(c.number, c.choices.values, c.by) for c in settings.history(school)]


def test_every_kind_of_value_comes_back_as_it_was_decided(school: SchoolId) -> None:
    """A number, a no and a list of texts; a no is a decision, not the absence of one."""
    decided: dict[Setting, Value] = {
        MINUTES: 20,
        Setting.COMMUNITY_FORM: False,
        Setting.AGENCIES: ("Police", "CEOP"),
    }
    with tenants({school}):
        settings.change(school, Choices(decided), version=0, by="person:a")

        kept = settings.read(school)
        assert (20, False, ("Police", "CEOP")) == (
            kept.acknowledge_minutes,
            kept.community_form,
            kept.agencies,
        )
        assert Choices(decided) == settings.history(school)[0].choices


def test_two_people_saving_the_same_version_do_not_overwrite_each_other(
    school: SchoolId,
) -> None:
    """The second is told, and nothing of theirs is written."""
    with tenants({school}):
        settings.change(school, Choices({MINUTES: 20}), version=0, by="person:a")
        with pytest.raises(Conflict):
            settings.change(school, Choices({MINUTES: 60}), version=0, by="person:b")

        assert 20 == settings.read(school).acknowledge_minutes
        assert 1 == len(settings.history(school))


def test_a_school_cannot_change_what_its_trust_locked(school: SchoolId, trust: TrustId) -> None:
    """And is told so at the field."""
    with tenants({trust}):
        locked = Choices({MINUTES: 30}, frozenset({MINUTES}))
        settings.change_trust(trust, locked, version=0, by="person:t")
    with tenants({school}):
        version = settings.decided(school).version
        with pytest.raises(Invalid) as refused:
            settings.change(school, Choices({MINUTES: 5}), version=version, by="person:a")

    assert ["acknowledge_minutes"] == list(refused.value.fields)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (MINUTES, 4),
        (LINK, 91),
        (SMALL, 2),
        (Setting.COMMUNITY_FORM, 1),
        (Setting.AGENCIES, ("Police", "police")),
        (Setting.AGENCIES, ("x" * 101,)),
    ],
)
def test_a_value_out_of_bounds_is_refused(school: SchoolId, setting: Setting, value: Value) -> None:
    """The bounds are part of the promise: a count of two is never shown."""
    with tenants({school}), pytest.raises(Invalid) as refused:
        settings.change(school, Choices({setting: value}), version=0, by="person:a")

    assert [setting.value] == list(refused.value.fields)


def test_a_school_that_never_existed_has_no_settings(store: str) -> None:
    """As another's: NotFound."""
    with tenants({"0000000000000000"}), pytest.raises(NotFound):
        settings.read(SchoolId("0000000000000000"))
