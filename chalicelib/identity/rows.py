"""Rows about people and their sign-in. Names and addresses are sealed; secrets are digests."""

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from chalicelib.storage import Row, Table, table


class PersonRow(Row):
    """A person, in their own partition. Their name is what each place calls them."""

    class Meta(Table):
        table_name = table("directory")

    made_at = UnicodeAttribute()
    ended_at = UnicodeAttribute(null=True)


class AddressRow(Row):
    """GLOBAL: the digest of an address to the person who reads it."""

    class Meta(Table):
        table_name = table("directory")

    person = UnicodeAttribute()


class GrantRow(Row):
    """What a person holds at a place, in the person's partition: what guards believe."""

    class Meta(Table):
        table_name = table("directory")

    kind = UnicodeAttribute()
    roles: ListAttribute[str] = ListAttribute()
    shut = BooleanAttribute(null=True)
    ends_on = UnicodeAttribute(null=True)


class MemberRow(Row):
    """A person at a place, in the place's partition; written with the grant, always."""

    class Meta(Table):
        table_name = table("directory")

    roles: ListAttribute[str] = ListAttribute()
    since = UnicodeAttribute()
    sets_up = BooleanAttribute(null=True)
    invited_until = UnicodeAttribute(null=True)
    invitation = UnicodeAttribute(null=True)
    ends_on = UnicodeAttribute(null=True)
    disabled_at = UnicodeAttribute(null=True)
    warned_at = UnicodeAttribute(null=True)


class InvitationRow(Row):
    """An invitation that can be accepted, at its place, by the digest of its secret (R19)."""

    class Meta(Table):
        table_name = table("directory")

    person = UnicodeAttribute()
    until = UnicodeAttribute()


class LastSignInRow(Row):
    """When a person last signed in, and by what: for lists of who has access (R19)."""

    class Meta(Table):
        table_name = table("directory")

    at = UnicodeAttribute()
    how = UnicodeAttribute()


class TurnRow(Row):
    """Changes of a place's members or duty go one at a time: its version says so."""

    class Meta(Table):
        table_name = table("directory")


class SessionRow(Row):
    class Meta(Table):
        table_name = table("ephemera")

    started_at = UnicodeAttribute()
    seen_at = UnicodeAttribute()
    device = UnicodeAttribute()
    places = JSONAttribute(null=True)
    method = UnicodeAttribute(null=True)
    proved_at = UnicodeAttribute(null=True)  # empty when never; absent in older ones: at the start
    submit_only = BooleanAttribute(null=True)
    expires = NumberAttribute()


class SignInRow(Row):
    """The one sign-in a person has asked for: asking again replaces it, signing in deletes it."""

    class Meta(Table):
        table_name = table("ephemera")

    link = UnicodeAttribute()
    code = UnicodeAttribute()
    browser = UnicodeAttribute()
    return_to = UnicodeAttribute()
    tries = NumberAttribute()
    until = UnicodeAttribute()
    expires = NumberAttribute()


class PasskeyRow(Row):
    """A passkey, in its person's partition, by the digest of its id. The name is sealed."""

    class Meta(Table):
        table_name = table("directory")

    credential = BinaryAttribute(legacy_encoding=False)  # id and public key, as WebAuthn has them
    sign_count = NumberAttribute()
    synced = BooleanAttribute()
    made_at = UnicodeAttribute()
    used_at = UnicodeAttribute(null=True)
    stopped_at = UnicodeAttribute(null=True)  # its counter ran backwards: it may have been copied


class CeremonyRow(Row):
    """A challenge that waits for a passkey, in a partition that nobody else has."""

    class Meta(Table):
        table_name = table("ephemera")

    kind = UnicodeAttribute()
    challenge = BinaryAttribute(legacy_encoding=False)
    browser = UnicodeAttribute()
    person = UnicodeAttribute(null=True)
    session = UnicodeAttribute(null=True)
    return_to = UnicodeAttribute()
    until = UnicodeAttribute()
    expires = NumberAttribute()


class RecoveryCodesRow(Row):
    """A person's printed set: argon2 hashes of what is unused; a newer set replaces it."""

    class Meta(Table):
        table_name = table("directory")

    made_from = UnicodeAttribute()  # digest of the form that made it: a second press finds it
    made_at = UnicodeAttribute()
    unused: ListAttribute[str] = ListAttribute()


class IdentityRow(Row):
    """A directory's account that a person connected, by the digest of its id. The address is sealed
    and shown only.
    """

    class Meta(Table):
        table_name = table("directory")

    provider = UnicodeAttribute()
    directory = UnicodeAttribute()
    tells = BooleanAttribute(null=True)  # its directory says when somebody signed in there
    made_at = UnicodeAttribute()
    used_at = UnicodeAttribute(null=True)


class DirectoriesRow(Row):
    """Which directories a place takes people from, by provider."""

    class Meta(Table):
        table_name = table("directory")

    listed = JSONAttribute()


class SpentRow(Row):
    """That one going to a provider gave its session."""

    class Meta(Table):
        table_name = table("ephemera")

    expires = NumberAttribute()


class RecoveryRow(Row):
    """A person's request to get in again: who approved it at each place that it went to."""

    class Meta(Table):
        table_name = table("directory")

    request = UnicodeAttribute()
    state = UnicodeAttribute()
    until = UnicodeAttribute()
    approvals = JSONAttribute()


class RequestedRow(Row):
    """The same as a place has it, for those who may approve there."""

    class Meta(Table):
        table_name = table("directory")

    person = UnicodeAttribute()
    asked_at = UnicodeAttribute()
    until = UnicodeAttribute()
    approved_by = JSONAttribute(null=True)
