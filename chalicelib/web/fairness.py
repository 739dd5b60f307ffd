"""Holds each request to its school's fair share, by what kind of use it is (R10)."""

from chalicelib import ids
from chalicelib.errors import TooMany
from chalicelib.storage import fair_share
from chalicelib.storage.fair_share import Kind
from chalicelib.web.http import Request

_SIGNED_IN = ("/s/", "/t/")


class Crowded(TooMany):
    """A school past its share; `retry_after` is in whole seconds."""

    message = (
        "Holdfast is being used much faster than usual at your school. "
        "Wait a few seconds, go back and try again: nothing is saved twice."
    )


def check(request: Request) -> None:
    """Count a request that its guard let in. Raises Crowded when the tenant is past its share.

    Hooks are counted behind their proof (`alerts/service/receiving.py`), pages of nobody's never.
    """
    if request.path.startswith("/hooks/"):
        return
    tenant = _tenant(request)
    if tenant and (wait := fair_share.over(tenant, _kind(request))) is not None:
        raise Crowded(wait)


def _tenant(request: Request) -> str:
    """The school, trust or person in the path; empty where there is none."""
    params = request.params
    named = params.get("school") or params.get("trust") or params.get("token", "").partition(".")[0]
    return named if ids.is_tenant(named) else ""


def _kind(request: Request) -> Kind:
    if not request.path.startswith(_SIGNED_IN):
        return Kind.OPEN
    return Kind.PAGE if request.method == "GET" else Kind.ACT
