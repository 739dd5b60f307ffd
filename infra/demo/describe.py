"""What the demo holds, for people and scripts: who can sign in, where hooks are, which forms."""

from typing import Any

from chalicelib import config
from chalicelib.identity import service as identity
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import tenants
from infra.demo.schools import Opened
from infra.demo.world import TRUST_NAME


def demo(
    trust: TrustId, opened: list[Opened], webhooks: dict[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    """The content of `demo.json`."""
    return {
        "trust": {"id": trust, "name": TRUST_NAME, "people": _people(trust)},
        "schools": [
            {
                "id": each.school,
                "name": each.plan.name,
                "people": _people(each.school),
                "webhooks": webhooks.get(each.school, []),
                "staff_form": f"{config.public_url()}/s/{each.school}/incidents/new",
                "community_form": f"{config.public_url()}/r/{each.school}",
            }
            for each in opened
        ],
    }


def _people(place: SchoolId | TrustId) -> list[dict[str, Any]]:
    with tenants({place}):
        members = identity.members(place)
    return [
        {"email": each.email, "name": each.name, "roles": sorted(each.roles)} for each in members
    ]
