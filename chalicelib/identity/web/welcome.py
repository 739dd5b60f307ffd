"""Where somebody goes who has just signed in."""

from chalicelib.identity import ceremonies, return_path, sessions, sign_in
from chalicelib.identity.entering import SignedIn
from chalicelib.web import Response, redirect


def welcome(signed: SignedIn) -> Response:
    """Into the page they wanted; by way of a reminder when mail will soon not be enough."""
    after = return_path.checked(signed.return_to)
    way = after or "/places"
    if signed.more_from:
        way = f"/signin/soon?next={after}" if after else "/signin/soon"
    response = redirect(way)
    response.drop_cookie(sign_in.COOKIE)
    response.drop_cookie(ceremonies.COOKIE)
    return sessions.give(response, signed.cookie)
