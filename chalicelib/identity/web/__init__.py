"""Identity's pages: signing in and out, one's own account, a place's settings."""

from chalicelib.identity.web import (
    account,
    colleagues,
    directories,
    invitations,
    more,
    passkeys,
    proving,
    recovery,
    settings,
    signing_in,
    with_provider,
)

BLUEPRINTS = (
    signing_in.pages,
    passkeys.pages,
    with_provider.pages,
    directories.pages,
    colleagues.pages,
    recovery.pages,
    more.pages,
    proving.pages,
    invitations.pages,
    account.pages,
    settings.pages,
)
