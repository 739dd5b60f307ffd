"""The rules of a request: who may sign, when, in which order, and what a link is still good for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.agreements.model import (
    FAMILY,
    Answer,
    Asked,
    Child,
    Party,
    Refusal,
    Refused,
    Request,
    RequestId,
    State,
    same_name,
)

NOW = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
TOO_LATE = NOW + timedelta(days=30)


def asked(contact: str = "mum", link: str = "", **more: object) -> Asked:
    return Asked(
        contact=contact,
        link=link or f"link-of-{contact}",
        message="m",
        sent_at=NOW,
        expires_at=TOO_LATE,
        **more,  # type: ignore[arg-type]
    )


def a_request(*contacts: str) -> Request:
    request = Request(
        id=RequestId("2026-27", "campaign", "pupil"),
        template="pupil-7-11",
        template_version=1,
        child=Child("Asha", "3B"),
    )
    for contact in contacts or ("mum",):
        request = request.sent(asked(contact))
    return request


@pytest.mark.parametrize("first", FAMILY)
def test_child_and_parent_sign_in_either_order(first: Party) -> None:
    """S83: the agreement is complete when both have signed, whoever was first."""
    second = Party.PARENT if first is Party.CHILD else Party.CHILD
    half = a_request().signed("link-of-mum", first, LATER)

    both = half.signed("link-of-mum", second, LATER)

    assert not half.complete
    assert State(f"{first.value}_signed") is half.state(LATER)
    assert State.COMPLETE is both.state(LATER)
    assert not both.usable("link-of-mum", LATER)


def test_the_child_signs_once_through_whichever_link() -> None:
    """Two parents have two links, and the child one signature."""
    request = a_request("mum", "dad").signed("link-of-dad", Party.CHILD, LATER)

    assert Refusal.SIGNED is request.refusal("link-of-mum", Party.CHILD, LATER)
    assert request.refusal("link-of-mum", Party.PARENT, LATER) is None
    assert request.refusal("link-of-dad", Party.PARENT, LATER) is None


def test_a_second_parent_may_sign_a_complete_agreement() -> None:
    """S165: the names can be more than one."""
    complete = (
        a_request("mum", "dad")
        .signed("link-of-mum", Party.PARENT, LATER)
        .signed("link-of-mum", Party.CHILD, LATER)
    )

    both = complete.signed("link-of-dad", Party.PARENT, LATER)

    assert State.COMPLETE is complete.state(LATER)
    assert [Answer.SIGNED, Answer.SIGNED] == [one.answer for one in both.asked]


def test_sending_again_voids_the_older_link() -> None:
    """R23: only the newest link of a contact works."""
    request = a_request().sent(asked(link="newer"))

    assert Refusal.REPLACED is request.refusal("link-of-mum", Party.PARENT, LATER)
    assert request.usable("newer", LATER)


def test_sending_again_keeps_a_signature_and_lets_the_child_still_sign() -> None:
    """A parent who lost the mail after signing gets a link for the child, not a second vote."""
    request = a_request().signed("link-of-mum", Party.PARENT, LATER).sent(asked(link="newer"))

    assert Refusal.SIGNED is request.refusal("newer", Party.PARENT, LATER)
    assert request.refusal("newer", Party.CHILD, LATER) is None
    with pytest.raises(Refused) as refused:
        request.signed("newer", Party.CHILD, LATER).sent(asked(link="third"))
    assert Refusal.SIGNED is refused.value.refusal


def test_a_link_runs_out_at_its_moment() -> None:
    """The moment of expiry is already too late, and no earlier one is."""
    request = a_request()

    assert request.usable("link-of-mum", TOO_LATE - timedelta(milliseconds=1))
    assert Refusal.EXPIRED is request.refusal("link-of-mum", Party.PARENT, TOO_LATE)
    assert State.EXPIRED is request.state(TOO_LATE)


def test_a_withdrawn_request_has_no_usable_link() -> None:
    """The school can take a request back at once, and cannot then send it again."""
    request = a_request("mum", "dad").withdrawn(LATER)

    assert Refusal.WITHDRAWN is request.refusal("link-of-dad", Party.CHILD, LATER)
    assert State.WITHDRAWN is request.state(LATER)
    with pytest.raises(Refused):
        request.sent(asked(link="newer"))


def test_declining_closes_that_contacts_link_only() -> None:
    """One parent's no does not sign, or refuse, for the other."""
    request = a_request("mum", "dad").declined("link-of-mum", LATER)

    assert Refusal.DECLINED is request.refusal("link-of-mum", Party.CHILD, LATER)
    assert request.usable("link-of-dad", LATER)
    assert State.DECLINED is request.state(LATER)


def test_parents_who_disagree_are_shown_as_that() -> None:
    """One has signed and one has declined: the school must settle it, in whichever order."""
    request = (
        a_request("mum", "dad")
        .declined("link-of-mum", LATER)
        .signed("link-of-dad", Party.PARENT, LATER)
        .signed("link-of-dad", Party.CHILD, LATER)
    )

    assert State.DISAGREED is request.state(LATER)


def test_not_my_child_says_so_and_signs_nothing() -> None:
    """R23: a mail that went to the wrong person ends with that person."""
    request = a_request().not_mine("link-of-mum", LATER)

    assert State.WRONG_PERSON is request.state(LATER)
    assert not request.usable("link-of-mum", LATER)


def test_asking_again_after_a_refusal_asks_anew() -> None:
    """The school talked with the parent: the new link may sign."""
    request = a_request().declined("link-of-mum", LATER).sent(asked(link="newer"))

    assert State.ASKED is request.state(LATER)
    assert request.usable("newer", LATER)


def test_a_child_with_nobody_to_ask_is_a_state_of_its_own() -> None:
    """A pupil without a reachable contact is shown as that, not as waiting."""
    request = Request(RequestId("2026-27", "c", "p"), "pupil-7-11", 1, Child("Asha", "3B"))

    assert State.NOBODY_TO_ASK is request.state(NOW)


def test_one_name_however_it_is_typed() -> None:
    """Capitals and spaces do not make another person."""
    assert same_name(" Asha  PATEL ", "asha patel")
    assert not same_name("Asha Patel", "Ashok Patel")


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["sent", "child", "parent", "decline", "not_mine", "withdraw"]),
        st.sampled_from(["mum", "dad"]),
        st.integers(0, 3),
        st.integers(0, 40),
    ),
    max_size=12,
)


@given(ACTS)
def test_any_history_keeps_the_laws(acts: list[tuple[str, str, int, int]]) -> None:
    """Whatever happens in whatever order, no refusal is got round and no signature is lost."""
    request = a_request("mum", "dad")
    for number, (act, contact, which, day) in enumerate(acts):
        at = NOW + timedelta(days=day)
        link = f"{contact}-{which}" if which else f"link-of-{contact}"
        before = request
        try:
            if act == "sent":
                request = request.sent(asked(contact, f"{contact}-{number}"))
            elif act in ("child", "parent"):
                request = request.signed(link, Party(act), at)
                assert before.refusal(link, Party(act), at) is None
            elif act == "decline":
                request = request.declined(link, at)
            elif act == "not_mine":
                request = request.not_mine(link, at)
            else:
                request = request.withdrawn(at)
        except Refused:
            assert before == request
        assert not (before.complete and not request.complete)
        assert not (before.child_signed_at and before.child_signed_at != request.child_signed_at)
        assert 2 == len({one.contact for one in request.asked}) == len(request.asked)
        assert isinstance(request.state(at), State)
        for one in request.asked:
            if request.withdrawn_at or at >= one.expires_at:
                assert not request.usable(one.link, at)
