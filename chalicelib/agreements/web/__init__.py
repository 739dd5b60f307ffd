"""The pages of agreements: the school's, and those of whoever holds an emailed link."""

from chalicelib.agreements.web import (
    anybody,
    at_trust,
    choices,
    class_agreements,
    class_reading,
    consents,
    entering,
    events,
    events_asked,
    lists,
    outsiders,
    papers,
    record,
    sending,
    signer,
    texts,
    trust_board,
    who,
)
from chalicelib.web import Pages, navigation
from chalicelib.web.navigation import Entry

BLUEPRINTS: tuple[Pages, ...] = (
    lists.pages,
    who.pages,
    outsiders.pages,
    entering.pages,
    texts.pages,
    consents.pages,
    choices.pages,
    events.pages,
    events_asked.pages,
    class_agreements.pages,
    class_reading.pages,
    papers.pages,
    anybody.pages,
    at_trust.pages,
    trust_board.pages,
    sending.pages,
    record.pages,
    signer.pages,
)

navigation.register(
    Entry(label="Agreements", path="/s/{school}/agreements", permission="READ_AGREEMENTS", order=40)
)
