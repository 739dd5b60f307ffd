"""Identity's pages: signing in and out, one's own account, a place's settings."""

from chalicelib.identity.web import account, settings, signing_in

BLUEPRINTS = (signing_in.pages, account.pages, settings.pages)
