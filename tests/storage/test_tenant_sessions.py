"""The third wall: what a tenant's session may do, and that each request is signed with its own."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib import config, ids
from chalicelib.errors import Unavailable
from chalicelib.storage import Refused, guard, rates, tenant_policy, tenant_sessions, tenants
from chalicelib.storage.connection import connection
from chalicelib.storage.guard import Scope
from infra.local import ports
from tests.doubles import FrozenClock
from tests.pages import Site
from tests.storage import iam
from tests.storage.notes import NoteRow
from tests.storage.test_call_forms import FORMS

ME = "h0ldfast0wn0ne01"
THEM = "h0ldfastf0re1gn2"
ROLE = "arn:aws:iam::123456789012:role/holdfast-abcdefghijkl-api-handler-tables"
TABLE = "arn:aws:dynamodb:eu-west-2:123456789012:table/holdfast-test-"


class Sts:
    """STS as far as it is asked: gives credentials that name the tenants they are for."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.error: Exception | None = None

    def assume_role(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        if self.error:
            raise self.error
        key = f"SESSION{len(self.asked)}"
        return {"Credentials": {"AccessKeyId": key, "SecretAccessKey": "s", "SessionToken": key}}

    def session_of(self, authorization: str) -> dict[str, Any]:
        """The policy behind a signed request."""
        number = re.search(r"Credential=SESSION(\d+)/", authorization)
        assert number, authorization
        asked: dict[str, Any] = json.loads(self.asked[int(number[1]) - 1]["Policy"])
        return asked


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sts]:
    """The third wall as on AWS, in front of the engine here."""
    stub = Sts()
    monkeypatch.setenv("TABLES_ROLE_ARN", ROLE)
    monkeypatch.setattr(tenant_sessions, "_sts", lambda: stub)
    tenant_sessions.forget()
    yield stub
    tenant_sessions.forget()


def _policy(*ids_: str, **more: Any) -> str:
    return tenant_policy.of(Scope(frozenset(ids_), **more))


def _actions() -> list[str]:
    """Every action of the service, by its operations, and what transactions are checked by."""
    model = botocore.session.get_session().get_service_model("dynamodb")
    partiql = ("PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete")
    return [*model.operation_names, "ConditionCheckItem", *partiql]


# --- the policy --------------------------------------------------------------------------------


@pytest.mark.usefixtures("sts")
@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("action", _actions())
def test_an_action_is_for_own_keys_alone(action: str, read_only: bool) -> None:
    """Truth table: named actions x {own, foreign, both, no key at all} (R3)."""
    policy = _policy(ME, "h0ldfastpers0n03", read_only=read_only)
    named = action in (tenant_policy.READS + (() if read_only else tenant_policy.WRITES))

    def allowed(keys: list[str] | None) -> bool:
        return iam.allows(policy, f"dynamodb:{action}", f"{TABLE}incidents", keys)

    assert named == allowed([ME])
    assert named == allowed([ME, "h0ldfastpers0n03"])
    for keys in ([THEM], [ME, THEM], ["GLOBAL#register#"], ["GLOBAL#due#00"], [""], [], None):
        assert not allowed(keys), keys


@pytest.mark.usefixtures("sts")
def test_a_holder_of_what_is_global_reaches_its_kinds_and_no_school() -> None:
    """And an empty scope reaches nothing."""
    holder, nobody = _policy(global_holder="sweep"), _policy()

    for kind in guard.GLOBAL_KINDS:
        key = f"GLOBAL#{kind}#00"
        assert iam.allows(holder, "dynamodb:Query", f"{TABLE}outbox/index/due-index", [key])
        assert not iam.allows(nobody, "dynamodb:Query", f"{TABLE}outbox", [key])
    for keys in ([ME], ["GLOBAL#other#"], [], None):
        assert not iam.allows(holder, "dynamodb:Query", f"{TABLE}outbox", keys)


@pytest.mark.usefixtures("sts")
@pytest.mark.parametrize("action", tenant_policy.READS + tenant_policy.WRITES)
def test_a_holder_s_transaction_has_keys_of_both_kinds(action: str) -> None:
    """Truth table: somebody is added, here and where they are found by, in one write (R3)."""
    policy = _policy(ME, global_holder="directory")

    def allowed(*keys: str) -> bool:
        return iam.allows(policy, f"dynamodb:{action}", f"{TABLE}directory", list(keys))

    assert allowed(ME, "GLOBAL#email#x") and allowed(ME) and allowed("GLOBAL#email#x")
    for keys in ((ME, THEM, "GLOBAL#email#x"), (THEM, "GLOBAL#email#x"), (ME, "GLOBAL#other#x")):
        assert not allowed(*keys), keys
    for pattern in ("*", "h0ldfast0wn0ne0?", "${aws:userid}"):
        with pytest.raises(ValueError, match="not a tenant"):
            _policy(pattern, global_holder="directory")


@pytest.mark.usefixtures("sts")
def test_no_table_of_another_installation_or_account_is_named() -> None:
    """The prefix ends at the installation's own, and the account is the role's."""
    for resource in (
        "arn:aws:dynamodb:eu-west-2:999999999999:table/holdfast-test-incidents",
        "arn:aws:dynamodb:eu-west-2:123456789012:table/holdfast-prod-incidents",
    ):
        assert not iam.allows(_policy(ME), "dynamodb:GetItem", resource, [ME])


@pytest.mark.usefixtures("sts")
def test_the_largest_session_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """STS takes 2,048 characters; one tenant too many is refused here, not there."""
    monkeypatch.setenv("TABLE_PREFIX", "holdfast-abcdefghijkl-")
    most = [ids.tenant() for _ in range(tenant_policy.MOST_TENANTS)]

    assert tenant_policy.MOST > len(_policy(*most, global_holder="directory"))
    with pytest.raises(ValueError, match="too many"):
        _policy(*most, ids.tenant())


# --- whose credentials sign ---------------------------------------------------------------------


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The Authorization of every request to the tables, as it left."""
    seen: list[str] = []
    sent = botocore.httpsession.URLLib3Session.send

    def send(self: Any, request: Any) -> Any:
        header = request.headers.get("Authorization", b"")
        seen.append(header.decode() if isinstance(header, bytes) else header)
        return sent(self, request)

    monkeypatch.setattr(botocore.httpsession.URLLib3Session, "send", send)
    return seen


@pytest.mark.parametrize("form", sorted(name for name, (_, items) in FORMS.items() if items))
def test_every_form_of_call_is_signed_as_the_tenant(
    form: str, store: str, sts: Sts, signed: list[str]
) -> None:
    """Models, transactions, queries and bare clients: the credentials follow the scope (R3)."""
    for tenant in (ME, THEM, ME):
        signed.clear()
        with tenants({tenant}):
            if form == "pynamodb get":
                NoteRow(tenant, "note#1").save()
            FORMS[form][0](tenant)
        assert signed
        for authorization in signed:
            assert {tenant} == _tenants_in(sts.session_of(authorization))
    assert 2 == len(sts.asked)


def test_other_services_keep_the_function_s_own_credentials(sts: Sts, signed: list[str]) -> None:
    """A tenant's session may not even see a queue."""
    queue = boto3.client("sqs", endpoint_url=f"http://127.0.0.1:{ports.free()}")

    with tenants({ME}), pytest.raises(EndpointConnectionError):
        queue.list_queues()

    assert signed
    assert all("SESSION" not in each for each in signed)
    assert [] == sts.asked


def test_a_limit_costs_one_session_for_all_schools(store: str, sts: Sts) -> None:
    """Counts belong to no tenant: their session is the process's own, whoever is in force."""
    for tenant in (ME, THEM):
        with tenants({tenant}):
            rates.hit("test", ids.new(), limit=5, per=timedelta(minutes=1))

    assert 1 == len(sts.asked)


def test_a_session_is_named_after_its_tenant_and_request(
    sts: Sts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that AWS's own log can be read beside ours; in the 64 letters that STS takes."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-67891233-abcdef012345678912345678;Parent=x")
    several = Scope(frozenset({ME, *(ids.tenant() for _ in range(49))}))

    tenant_sessions.session_of(Scope(frozenset({ME})))
    tenant_sessions.session_of(several)
    tenant_sessions.session_of(Scope(frozenset(), global_holder="rates"))

    names = [each["RoleSessionName"] for each in sts.asked]
    assert f"{ME}.1-67891233-abcdef012345678912345678" == names[0]
    assert "+49." in names[1]
    assert "global.1-67891233-abcdef012345678912345678" == names[2]
    assert all(re.fullmatch(r"[\w+=,.@-]{2,64}", each) for each in names)


def test_a_session_is_used_for_less_than_a_quarter_of_an_hour(sts: Sts, clock: FrozenClock) -> None:
    """And taken again after; it asks for the shortest life that STS gives."""
    scope = Scope(frozenset({ME}))
    first = tenant_sessions.session_of(scope)

    clock.advance(minutes=13)
    assert first == tenant_sessions.session_of(scope)
    clock.advance(minutes=1)
    assert first != tenant_sessions.session_of(scope)

    assert [900, 900] == [each["DurationSeconds"] for each in sts.asked]


def test_a_process_keeps_a_bounded_number_of_sessions(sts: Sts) -> None:
    """The least used goes first."""
    for number in range(300):
        tenant_sessions.session_of(Scope(frozenset({f"{number:016d}"})))

    assert 256 == len(tenant_sessions._kept)


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole"),
        ClientError({"Error": {"Code": "PackedPolicyTooLarge", "Message": "no"}}, "AssumeRole"),
        EndpointConnectionError(endpoint_url="https://sts.example"),
    ],
)
def test_without_a_session_nothing_is_sent(
    error: Exception, store: str, sts: Sts, signed: list[str]
) -> None:
    """STS away is Unavailable: never a request with anything wider (R3)."""
    sts.error = error

    with tenants({ME}), pytest.raises(Unavailable):
        connection().dispatch("GetItem", {"TableName": config.table("registers"), "Key": _key(ME)})

    assert [] == signed


def test_a_page_without_sts_is_the_busy_page(site: Site, sts: Sts) -> None:
    """503 and nothing else, in our own words."""
    sts.error = EndpointConnectionError(endpoint_url="https://sts.example")

    answer = site.get(f"/r/{ids.tenant()}", expect=503)

    assert "busy" in answer.text


def test_no_scope_no_credentials(sts: Sts) -> None:
    """The credentials themselves refuse, should anything get past the second wall."""
    with pytest.raises(Refused):
        tenant_sessions.TenantCredentials().get_frozen_credentials()

    assert [] == sts.asked


def test_a_laptop_has_no_third_wall(store: str, signed: list[str]) -> None:
    """Where no role is named, requests are signed as ever."""
    with tenants({ME}):
        NoteRow(ME, "note#1").save()

    assert signed
    assert all("Credential=test/" in each for each in signed)


def _key(tenant: str) -> dict[str, Any]:
    return {"tenant": {"S": tenant}, "sk": {"S": "note#1"}}


def _tenants_in(policy: dict[str, Any]) -> set[str]:
    return {
        key
        for statement in policy["Statement"]
        for key in statement["Condition"].get("ForAllValues:StringEquals", {}).get(iam.KEYS, [])
    }
