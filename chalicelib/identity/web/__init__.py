"""Identity's pages: signing in and out, one's own account, a place's settings."""

from chalicelib.identity.web import (
    account,
    directories,
    invitations,
    more,
    passkeys,
    proving,
    settings,
    signing_in,
    with_provider,
)

BLUEPRINTS = (
    signing_in.pages,
    passkeys.pages,
    with_provider.pages,
    directories.pages,
    more.pages,
    proving.pages,
    invitations.pages,
    account.pages,
    settings.pages,
)
