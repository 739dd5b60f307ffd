"""The agreements table: campaigns, requests, links, signatures, texts and events.

| sk | what |
|---|---|
| `campaign#<id>` | a campaign and how far it has come |
| `roll#<id>` | the people of a campaign in households, fixed when it starts |
| `request#<year>#<campaign>#<who>` | one person's agreement: who was asked, who answered |
| `pupil#<who>#<year>#<kind>` | which campaign asks for this person this year: one only |
| `template#<key>` | the text in use, where the school or its trust has adapted ours |
| `edition#<key>#<n>` | every text that was ever in use, word for word |
| `translation#<key>#<language>` | the words in another language, and whether approved |
| `choices#<who>` | consents: each answer of each contact; what the school settled |
| `consent#<who>#event#<n>` | who said what when about consent, a hash chain |
| `rules` | which rules of who signs what are on |
| `outsider#<id>` | somebody from outside who signs something |
| `link#<digest>` | what an emailed link is for; its state is the request's |
| `confirm#<digest>#<who>` | tries to name the child of a link, where the school asks for that |
| `signature#<campaign>#<pupil>#child`, `…#parent#<contact>` | a signature with its evidence |
| `text#<sha256>` | a text that somebody signed, to the byte |
| `agreement#<campaign>-<pupil>#event#<n>` | what happened to a request, a hash chain |
| `class#<year>#<class>` | the agreement a class writes for itself, as far as it is |
| `classtext#<year>#<class>#<n>` | each version of it that was signed, word for word |
| `occasion#<id>` | an event at which pictures are taken |
| `standings#<school>` | at a trust: its copy of a school's counts |
| `round#<id>`, `roll#<id>` | a mail to each of some adults, and how far it has come |
"""

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from chalicelib.audit import EventRow
from chalicelib.storage import Row, Table, table


class _Agreements(Table):
    table_name = table("agreements")


class CampaignRow(Row):
    class Meta(_Agreements):
        pass

    template = UnicodeAttribute()
    template_version = NumberAttribute()
    year = UnicodeAttribute()
    classes = JSONAttribute()
    started_by = UnicodeAttribute()
    started_at = UnicodeAttribute()
    total = NumberAttribute()
    done = NumberAttribute()


class RollRow(Row):
    class Meta(_Agreements):
        pass

    pupils = JSONAttribute()
    households = JSONAttribute(null=True)  # how many of them at a time, in their order


class RequestRow(Row):
    class Meta(_Agreements):
        pass

    template = UnicodeAttribute()
    template_version = NumberAttribute()
    class_id = UnicodeAttribute()
    asked = JSONAttribute()
    sent_on = UnicodeAttribute(null=True)
    made_on = UnicodeAttribute(null=True)
    child_signed_at = UnicodeAttribute(null=True)
    withdrawn_at = UnicodeAttribute(null=True)
    parties = JSONAttribute(null=True)
    head_number = NumberAttribute()
    head_hash = UnicodeAttribute()


class PupilRow(Row):
    class Meta(_Agreements):
        pass

    campaign = UnicodeAttribute()


class LinkRow(Row):
    """`signs` says for whom and as which contact, where one mail asks for several children;
    `not_mine` about whom its holder said that they are not theirs, of a link to an event.
    """

    class Meta(_Agreements):
        pass

    signs = JSONAttribute(null=True)
    confirm = BooleanAttribute(null=True)
    stands_for = UnicodeAttribute(null=True)
    not_mine = JSONAttribute(null=True)

    purpose = UnicodeAttribute()
    year = UnicodeAttribute()
    campaign = UnicodeAttribute()
    pupil = UnicodeAttribute()
    contact = UnicodeAttribute()
    expires_at = UnicodeAttribute()


class StandingsRow(Row):
    """A trust's copy of a school's counts. Sealed: the school's name."""

    class Meta(_Agreements):
        pass

    at = UnicodeAttribute()
    year = UnicodeAttribute()
    figures = JSONAttribute()


class ConfirmRow(Row):
    """Whether whoever holds a link has named the child, and how often they tried (R23)."""

    class Meta(_Agreements):
        pass

    tries = NumberAttribute()
    confirmed_at = UnicodeAttribute(null=True)


class TemplateRow(Row):
    """Sealed: the source. `round` goes up when a new text asks for signing again (3.5)."""

    class Meta(_Agreements):
        pass

    number = NumberAttribute()
    round = NumberAttribute()
    owner = UnicodeAttribute()


class EditionRow(Row):
    """Sealed: the source, and why it was changed. Written once."""

    class Meta(_Agreements):
        pass

    at = UnicodeAttribute()
    by = UnicodeAttribute()
    owner = UnicodeAttribute()
    again = BooleanAttribute()
    wording_sha256 = UnicodeAttribute()


class TranslationRow(Row):
    """Sealed: the source."""

    class Meta(_Agreements):
        pass

    by = UnicodeAttribute()
    approved_at = UnicodeAttribute(null=True)
    wording_sha256 = UnicodeAttribute()


class RulesRow(Row):
    """Which rules of who signs what a school has switched on."""

    class Meta(_Agreements):
        pass

    chosen = JSONAttribute()


class ChoicesRow(Row):
    """What was said about consent of one person: who said it is the id of a contact."""

    class Meta(_Agreements):
        pass

    answers = JSONAttribute()
    occasions = JSONAttribute(null=True)
    settled = JSONAttribute()
    protected = BooleanAttribute()
    head_number = NumberAttribute()
    head_hash = UnicodeAttribute()


class OutsiderRow(Row):
    """Sealed: name, address and organisation."""

    class Meta(_Agreements):
        pass

    kind = UnicodeAttribute()
    here_until = UnicodeAttribute(null=True)
    policy_seen = BooleanAttribute(default=False)
    uses_network = BooleanAttribute(default=False)


class SignatureRow(Row):
    """Everything of a signature but when it was made and which text it is under is sealed (R7)."""

    class Meta(_Agreements):
        pass

    record = UnicodeAttribute()
    at = UnicodeAttribute()
    text_sha256 = UnicodeAttribute()


class TextRow(Row):
    class Meta(_Agreements):
        pass


class ClassAgreementRow(Row):
    """Sealed: the rules. `told` are the rounds of mail in which parents got it to read."""

    class Meta(_Agreements):
        pass

    stage = UnicodeAttribute()
    number = NumberAttribute()
    campaign = UnicodeAttribute(null=True)
    signing_since = UnicodeAttribute(null=True)
    told = JSONAttribute(null=True)


class ClassTextRow(Row):
    """Sealed: the source. Written once, when the class begins to sign."""

    class Meta(_Agreements):
        pass

    at = UnicodeAttribute()
    by = UnicodeAttribute()
    wording_sha256 = UnicodeAttribute()


class OccasionRow(Row):
    """An event at which pictures are taken. Sealed: its name, and who was allowed what and why."""

    class Meta(_Agreements):
        pass

    first_on = UnicodeAttribute()
    last_on = UnicodeAttribute()
    groups = JSONAttribute()
    channels = JSONAttribute()
    asks = BooleanAttribute()
    rounds = JSONAttribute(null=True)
    called_off = BooleanAttribute(default=False)
    by = UnicodeAttribute()


class RoundRow(Row):
    """A mail to each of some adults: which, about what, how many are written to by now."""

    class Meta(_Agreements):
        pass

    template = UnicodeAttribute()
    purpose = UnicodeAttribute()
    about = UnicodeAttribute()
    ends_at = UnicodeAttribute()
    values = JSONAttribute()
    total = NumberAttribute()
    done = NumberAttribute()


class AgreementEventRow(EventRow):
    class Meta(_Agreements):
        pass


class OpensRow(Row):
    """How often a link was fetched in one minute: `opens#<campaign>#<pupil>#<contact>#<minute>`.

    A count and no fact about a person: a GET writes nothing else (R15, R21).
    """

    class Meta(Table):
        table_name = table("ephemera")

    opens = NumberAttribute()
    at = UnicodeAttribute()
    expires = NumberAttribute()
