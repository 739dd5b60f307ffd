"""What the environment says: read once, in one place, and never guessed.

Every name here is set by `infra/resources.yaml`; `docs/operations.md` lists them.
"""

import os
from urllib.parse import urlsplit


class Missing(RuntimeError):
    """A setting the function cannot work without is absent from its environment."""


def _needed(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise Missing(name)
    return value


def stage() -> str:
    """The deployment's name: `local`, `test`, or whatever `make deploy STAGE=` gave."""
    return os.environ.get("HOLDFAST_STAGE", "test")


def is_local() -> bool:
    """True only on the laptop: the AWS template cannot set this stage (a test proves it)."""
    return stage() == "local"


def table(short_name: str) -> str:
    """The full name of one of the tables of architecture section 4, such as `incidents`."""
    return os.environ.get("TABLE_PREFIX", "holdfast-test-") + short_name


def public_url() -> str:
    """The origin and base path that links are built from (R18), without a closing slash."""
    return os.environ.get("PUBLIC_URL", "http://localhost:8000").rstrip("/")


def base_path() -> str:
    """The path part of PUBLIC_URL: empty at the root of a host."""
    return urlsplit(public_url()).path.rstrip("/")


def mail_from() -> str:
    return os.environ.get("MAIL_FROM", "Holdfast <no-reply@holdfast.example>")


def trace() -> str:
    """What Lambda calls this invocation, for log lines; empty elsewhere."""
    return os.environ.get("_X_AMZN_TRACE_ID", "")


def mail_in_domain() -> str:
    """Where alert mails are received, such as `alerts.holdfast.example`; empty: nowhere."""
    return os.environ.get("MAIL_IN_DOMAIN", "").lower()


def mail_configuration_set() -> str:
    """The SES configuration set whose events come back to `mail_feedback`; may be empty."""
    return os.environ.get("MAIL_CONFIGURATION_SET", "")


def queue_url(short_name: str) -> str:
    """The address of a work queue (`alerts`, `outbox`, `documents`); empty where there is none."""
    return os.environ.get(f"QUEUE_{short_name.upper()}_URL", "")


def bucket(short_name: str) -> str:
    return _needed(f"BUCKET_{short_name.upper()}")


def tables_role() -> str:
    """The role that a tenant's session for the tables is taken from; empty on a laptop (R3)."""
    return os.environ.get("TABLES_ROLE_ARN", "")


def wonde_url() -> str:
    """Where Wonde is asked for pupils: the one address that the application calls there (R43)."""
    return os.environ.get("WONDE_URL", "https://api.wonde.com")


def kms_key_id() -> str:
    return _needed("KMS_KEY_ID")


def local_keys_dir() -> str:
    """Where a laptop keeps its wrapping and HMAC keys; empty on AWS, where KMS holds them."""
    return os.environ.get("LOCAL_KEYS_DIR", "")


def hmac_secret_arn() -> str:
    return _needed("EMAIL_HMAC_SECRET_ARN")


def local_clock_file() -> str:
    """The file with the laptop's clock offset in seconds; ignored on every other stage."""
    return os.environ.get("LOCAL_CLOCK_FILE", "") if is_local() else ""


def phone_from() -> str:
    """The number or sender id that texts and calls come from; empty where there is none."""
    return os.environ.get("PHONE_FROM", "")


def phone_configuration_set() -> str:
    """The configuration set whose events of texts come back to `mail_feedback`; may be empty."""
    return os.environ.get("PHONE_CONFIGURATION_SET", "")


def sso_client_id(provider: str) -> str:
    """Who Holdfast is at `microsoft` or `google`; empty where it is not registered there."""
    if local_sign_in_url():
        return f"holdfast-at-{provider}"
    return {
        "microsoft": os.environ.get("MICROSOFT_CLIENT_ID", ""),
        "google": os.environ.get("GOOGLE_CLIENT_ID", ""),
    }[provider]


def sso_secret_arn() -> str:
    return _needed("SSO_SECRET_ARN")


def local_sign_in_url() -> str:
    """Where a laptop plays Microsoft and Google; ignored on every other stage."""
    return os.environ.get("LOCAL_SIGN_IN_URL", "") if is_local() else ""


def is_sign_up_open() -> bool:
    """Whether a trust or school may sign itself up here; anything but `closed` is yes."""
    return os.environ.get("SIGN_UP", "open") != "closed"


def timestamp_url() -> str:
    """The time-stamp authority (RFC 3161) that certificates are stamped by; empty: by none."""
    return os.environ.get("TIMESTAMP_URL", "")


def is_packaging() -> bool:
    """Whether Chalice imports the application to see every route it has; it says so itself."""
    return os.environ.get("AWS_CHALICE_CLI_MODE") == "true"
