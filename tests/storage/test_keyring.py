"""Data keys: made with their tenant or not at all, wrapped for that tenant alone (R7)."""

import multiprocessing
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from chalicelib import ids
from chalicelib.errors import Conflict
from chalicelib.storage import get, keyring, sealed, tenants, transaction
from chalicelib.storage.key_rows import KeyRow, sk_of
from tests.storage.notes import NoteRow

PLACE = ("holdfast-test-registers", "note#1", "sealed")


def test_the_key_serves_before_its_transaction_is_committed(store: str) -> None:
    """A tenant's first sealed rows are written in the transaction that makes its key."""
    tenant = ids.tenant()
    row = NoteRow(tenant, "note#1")
    with tenants({tenant}):
        with transaction() as tx:
            keyring.create(tx, tenant)
            row.seal({"name": "First"})
            tx.create(row)
        keyring.forget()
        read = get(NoteRow, tenant, "note#1")

        assert read is not None
        assert {"name": "First"} == read.unseal()


def test_a_key_whose_transaction_failed_is_not_kept(school: str) -> None:
    """Making a tenant twice fails, and the first key stays the one that seals.

    A key left in memory by the failure would seal what nobody could ever open.
    """
    with pytest.raises(Conflict), transaction() as tx:
        keyring.create(tx, school)

    closed = sealed.seal(school, *PLACE, {"text": "kept"})
    keyring.forget()

    assert {"text": "kept"} == sealed.unseal(school, *PLACE, closed)


def test_a_key_of_abandoned_work_is_not_kept(store: str) -> None:
    """The same when the use case itself raised before committing."""
    tenant = ids.tenant()
    with tenants({tenant}):
        with pytest.raises(ZeroDivisionError):
            _make_and_fail(tenant)

        with pytest.raises(keyring.NoKey):
            keyring.current(tenant)


def _make_and_fail(tenant: str) -> None:
    with transaction() as tx:
        keyring.create(tx, tenant)
        raise ZeroDivisionError


def test_a_wrapped_key_opens_for_its_own_tenant_alone(school: str, other: str) -> None:
    """A key row copied to another tenant is of no use there."""
    row = get(KeyRow, school, sk_of(1))
    assert row is not None

    with pytest.raises(InvalidTag):
        keyring._unwrap(other, bytes(row.wrapped))


class _Kms:
    """Wraps for a context, as KMS does, and opens for no other."""

    def encrypt(self, *, KeyId: str, Plaintext: bytes, EncryptionContext: dict[str, str]) -> Any:  # noqa: N803
        return {"CiphertextBlob": f"{KeyId}|{EncryptionContext}|".encode() + Plaintext}

    def decrypt(
        self,
        *,
        KeyId: str,  # noqa: N803
        CiphertextBlob: bytes,  # noqa: N803
        EncryptionContext: dict[str, str],  # noqa: N803
    ) -> Any:
        start = f"{KeyId}|{EncryptionContext}|".encode()
        if not CiphertextBlob.startswith(start):
            raise PermissionError
        return {"Plaintext": CiphertextBlob.removeprefix(start)}


@pytest.fixture
def on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCAL_KEYS_DIR")
    monkeypatch.setenv("KMS_KEY_ID", "alias/holdfast-test")
    monkeypatch.setattr(keyring, "_kms", _Kms)


@pytest.mark.usefixtures("on_aws")
def test_on_aws_kms_wraps_a_key_for_its_tenant(store: str) -> None:
    """Bound to the tenant by the encryption context, which also names it in CloudTrail."""
    tenant, other = ids.tenant(), ids.tenant()
    with tenants({tenant}):
        with transaction() as tx:
            keyring.create(tx, tenant)
        _, made = keyring.current(tenant)
        keyring.forget()
        row = get(KeyRow, tenant, sk_of(1))

        assert made == keyring.current(tenant)[1]
    assert row is not None
    assert tenant.encode() in bytes(row.wrapped)
    with pytest.raises(PermissionError):
        keyring._unwrap(other, bytes(row.wrapped))


@pytest.mark.usefixtures("on_aws")
def test_on_aws_the_key_for_addresses_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read once, by the name that the environment gives."""
    asked: list[str] = []

    class Secrets:
        def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
            asked.append(SecretId)
            return {"SecretString": "a generated secret"}

    monkeypatch.setenv("EMAIL_HMAC_SECRET_ARN", f"arn:test:{ids.new()}")
    monkeypatch.setattr("boto3.client", lambda name: {"secretsmanager": Secrets()}[name])

    assert b"a generated secret" == keyring.hmac_key() == keyring.hmac_key()
    assert 1 == len(asked)


def test_on_a_laptop_the_key_for_addresses_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the wrapping key, and another one."""
    monkeypatch.setenv("LOCAL_KEYS_DIR", str(tmp_path))

    assert keyring.hmac_key() == (tmp_path / "hmac.key").read_bytes()
    assert keyring.hmac_key() != keyring._local_key(str(tmp_path / "wrapping.key"))


def test_a_key_is_read_once_per_process(school: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After that it comes from memory, until it is forgotten."""
    keyring.forget()
    reads = []
    real = keyring._row
    monkeypatch.setattr(keyring, "_row", lambda *of: reads.append(of) or real(*of))

    for _ in range(5):
        keyring.current(school)

    assert [(school, 1)] == reads


def test_a_destroyed_key_is_forgotten_in_time(school: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that had it open reads the row again after five minutes, and finds none."""
    keyring.current(school)
    with transaction() as tx:
        tx.delete(KeyRow, school, sk_of(1))
    monkeypatch.setattr(keyring, "_KEEP_SECONDS", 0.0)

    with pytest.raises(keyring.NoKey):
        keyring.current(school)


def _make(path: str, start: object, made: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    made.put(keyring._local_key(path))  # type: ignore[attr-defined]


@pytest.mark.parametrize("_round", range(5))
def test_processes_that_make_the_local_key_at_once_agree(tmp_path: Path, _round: int) -> None:
    """Four at a time: one key, in a file that only its owner can read."""
    path = tmp_path / "keys" / "wrapping.key"
    fork = multiprocessing.get_context("fork")
    start, made = fork.Event(), fork.SimpleQueue()
    makers = [fork.Process(target=_make, args=(str(path), start, made)) for _ in range(4)]
    for maker in makers:
        maker.start()
    start.set()
    keys = {made.get() for _ in makers}
    for maker in makers:
        maker.join(10)

    assert {path.read_bytes()} == keys
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert 0o700 == stat.S_IMODE(path.parent.stat().st_mode)
    assert [path] == list(path.parent.iterdir())


def test_a_key_file_is_never_seen_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A maker that dies before its file is whole leaves no key file at all."""
    path = tmp_path / "wrapping.key"

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(keyring.os, "urandom", dies)
        with pytest.raises(KeyboardInterrupt):
            keyring._local_key(str(path))

    assert not path.exists()
    assert 32 == len(keyring._local_key(str(path)))
