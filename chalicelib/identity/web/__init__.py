"""Identity's pages: signing in and out, one's own account, a place's settings."""

from chalicelib.identity.web import account, more, passkeys, proving, settings, signing_in

BLUEPRINTS = (
    signing_in.pages,
    passkeys.pages,
    more.pages,
    proving.pages,
    account.pages,
    settings.pages,
)
