"""The one family of errors that features raise and `web` turns into pages.

A message here is shown to people, so it never holds personal data, an id that was asked for,
or anything that tells a stranger whether a record exists.
"""

from collections.abc import Mapping, Sequence


class AppError(Exception):
    """What a use case may refuse with; `status` is the HTTP status its page has."""

    status = 500
    message = "Something went wrong on our side."

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class NotFound(AppError):
    """No such thing, or not yours: the two are never told apart (R4)."""

    status = 404
    message = "We could not find that page."


class NotAllowed(AppError):
    """You are known here, and your roles do not cover this."""

    status = 403
    message = "Your role does not give access to this page."


class SignInNeeded(AppError):
    """Nobody is signed in, or the session has ended; `next_path` is where to return to."""

    status = 401
    message = "Sign in to continue."

    def __init__(self, next_path: str = "") -> None:
        super().__init__()
        self.next_path = next_path


class ProofNeeded(SignInNeeded):
    """Somebody is signed in, too long ago for what they want to do (R16)."""

    message = "Confirm that it is you to continue."


class MoreNeeded(SignInNeeded):
    """Somebody is signed in by mail, and what they hold here asks for more (R12, R13)."""

    message = "Sign in with more than an email to continue."


class ReportingOnly(SignInNeeded):
    """Somebody is signed in on a device that is marked for reporting, and asks for more (S71)."""

    message = "This device is for reporting only."


class BadRequest(AppError):
    status = 400
    message = "We could not read what your browser sent. Go back, reload the page and try again."


class Invalid(AppError):
    """What was typed breaks a rule: `fields` maps a field's name to its messages."""

    status = 422
    message = "Check what you entered."

    def __init__(self, fields: Mapping[str, Sequence[str]], message: str = "") -> None:
        super().__init__(message)
        self.fields = {name: list(texts) for name, texts in fields.items()}


class Conflict(AppError):
    """Somebody, or an earlier press of the same button, got there first."""

    status = 409
    message = "This changed while you were looking at it. Reload the page and try again."


class Gone(AppError):
    status = 410
    message = "This is no longer in use."


class TooMany(AppError):
    """Asked too often; `retry_after` is in whole seconds."""

    status = 429
    message = "Too many tries. Wait a little and try again."

    def __init__(self, retry_after: int = 60) -> None:
        super().__init__()
        self.retry_after = retry_after


class Unavailable(AppError):
    """Something we depend on is not answering; nothing was lost and trying again is right."""

    status = 503
    message = "Holdfast is busy for a moment. Try again in a minute: nothing is saved twice."
