"""The agreements table: campaigns, requests, links, signatures, texts and events.

| sk | what |
|---|---|
| `campaign#<id>` | a campaign and how far it has come |
| `roll#<id>` | the pupils of a campaign, fixed when it starts |
| `request#<year>#<campaign>#<pupil>` | one child's agreement: who was asked, who answered |
| `pupil#<pupil>#<year>#<kind>` | which campaign asks for this child this year: one only |
| `link#<digest>` | what an emailed link is for; its state is the request's |
| `signature#<campaign>#<pupil>#child`, `…#parent#<contact>` | a signature with its evidence |
| `text#<sha256>` | a text that somebody signed, to the byte |
| `agreement#<campaign>-<pupil>#event#<n>` | what happened to a request, a hash chain |
"""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

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


class RequestRow(Row):
    class Meta(_Agreements):
        pass

    template = UnicodeAttribute()
    template_version = NumberAttribute()
    class_id = UnicodeAttribute()
    asked = JSONAttribute()
    sent_on = UnicodeAttribute(null=True)
    child_signed_at = UnicodeAttribute(null=True)
    withdrawn_at = UnicodeAttribute(null=True)
    head_number = NumberAttribute()
    head_hash = UnicodeAttribute()


class PupilRow(Row):
    class Meta(_Agreements):
        pass

    campaign = UnicodeAttribute()


class LinkRow(Row):
    class Meta(_Agreements):
        pass

    purpose = UnicodeAttribute()
    year = UnicodeAttribute()
    campaign = UnicodeAttribute()
    pupil = UnicodeAttribute()
    contact = UnicodeAttribute()
    expires_at = UnicodeAttribute()


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
