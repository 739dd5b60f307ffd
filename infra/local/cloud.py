"""The local cloud as one thing: started, deployed to, and stopped; for `make run` and the tests."""

import json
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from werkzeug.serving import BaseWSGIServer

from infra.local import (
    clock,
    dynoxide,
    front_door,
    kept_files,
    mail_in,
    ministack,
    oidc,
    ports,
    processes,
    tables,
    wonde,
)
from infra.local.door import Door
from infra.local.gateway_errors import put_gateway_errors
from infra.local.mail_events import MailEvents
from infra.local.mail_pages import MailPages, SesAddress
from infra.local.mailbox import Mailbox
from infra.package import chalice_project, publish

STAGE = "local"
PREFIX = f"holdfast-{STAGE}-"
STACK = f"holdfast-{STAGE}"
BUCKET = "packages"
MAIL_FROM = "Holdfast <no-reply@holdfast.example>"


@dataclass
class LocalCloud:
    """Everything under `state`, served at `public_url` through `port`.

    `start()` returns once the whole answers; `stop()` ends it cleanly. Nothing listens anywhere but
    on 127.0.0.1.
    """

    state: Path
    port: int
    public_url: str
    policed: bool = False  # hold each function to its policy for the tables: slower, for tests
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    _servers: list[BaseWSGIServer] = field(default_factory=list)
    _clients: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.state = self.state.resolve()
        self._aws_port, self._ses_port, self._tables_port = _free_ports(3)

    # --- life ---------------------------------------------------------------------------------

    def start(self) -> None:
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.state / "logs").mkdir(exist_ok=True)
        self._start_tables()
        self._start_aws()
        self._serve(SesAddress(self.mailbox), self._ses_port)
        self._deploy()
        if self.policed:
            self._police()
        door = front_door.FrontDoor(
            self.public_url,
            self.upstream,
            MailPages(self.mailbox, self.mail_in),
            oidc.LocalProviders(
                self.public_url,
                self._accounts,
                lambda: clock.now(self.clock_file).timestamp(),
            ),
        )
        self._serve(door, self.port)

    def stop(self) -> None:
        for server in reversed(self._servers):
            server.shutdown()
            server.server_close()
        self._servers.clear()
        self._mail_events.close()
        for name in ("aws", "tables"):  # the tables last: a function may still be writing
            if name in self.children:
                processes.stop(self.children.pop(name))
        self.mailbox.close()

    def kill(self) -> None:
        """End everything at once, as a power cut would. For tests of what survives that."""
        for child in self.children.values():
            processes.kill(child)
        self.children.clear()
        self.stop()

    def dead(self) -> str:
        """The name of a process that ended by itself; empty while all is well."""
        return next((name for name, child in self.children.items() if child.poll() is not None), "")

    # --- what a caller may want ---------------------------------------------------------------

    @cached_property
    def mailbox(self) -> Mailbox:
        return Mailbox(
            self.state / "mail" / "mailbox.db",
            publish=self._mail_events.publish,
            now=lambda: clock.now(self.clock_file),
        )

    @cached_property
    def mail_in(self) -> mail_in.MailIn:
        return mail_in.MailIn(self.client, PREFIX)

    @cached_property
    def _mail_events(self) -> MailEvents:
        return MailEvents(self.client)

    @property
    def clock_file(self) -> Path:
        return self.state / "clock"

    @property
    def inner_ports(self) -> tuple[int, ...]:
        """The ports behind the front door, all on 127.0.0.1."""
        tables = (self._tables_port,) if dynoxide.available() else ()
        return (self._aws_port, self._ses_port, *tables)

    @property
    def tables_endpoint(self) -> str:
        port = self._tables_port if dynoxide.available() else self._aws_port
        return dynoxide.endpoint(port)

    @property
    def upstream(self) -> str:
        """API Gateway's own address of the deployed template, past the front door."""
        return (
            f"{ministack.endpoint(self._aws_port)}/restapis/{self.outputs['RestAPIId']}"
            f"/{chalice_project.STAGE}/_user_request_"
        )

    @property
    def _origin(self) -> str:
        return "/".join(self.public_url.split("/", 3)[:3])

    def _accounts(self) -> list[oidc.Account]:
        """Whom the local Microsoft and Google list: the demonstration's people, each once."""
        file = self.state / "demo.json"
        if not file.exists():
            return []
        demo = json.loads(file.read_text(encoding="utf-8"))
        people = [each for place in (demo["trust"], *demo["schools"]) for each in place["people"]]
        names = {each["email"]: each["name"] for each in people}
        return [oidc.Account(email, name) for email, name in names.items()]

    @property
    def laptop_settings(self) -> dict[str, str]:
        """What the functions are told here, and the template for AWS has no word for."""
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": self.tables_endpoint,
            "AWS_ENDPOINT_URL_SESV2": f"http://{ports.LOOPBACK}:{self._ses_port}",
            "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2": f"http://{ports.LOOPBACK}:{self._ses_port}",
            "AWS_ENDPOINT_URL": ministack.endpoint(self._aws_port),
            "LOCAL_SIGN_IN_URL": f"{self._origin}{oidc.MOUNT}",
            "LOCAL_KEYS_DIR": str(self.state / "keys"),
            "LOCAL_CLOCK_FILE": str(self.clock_file),
        }

    @property
    def function_settings(self) -> dict[str, str]:
        """The environment a function has here, for loaders that call the services themselves."""
        described = self.client("lambda").get_function_configuration(
            FunctionName=f"{PREFIX}api-handler"
        )
        variables: dict[str, str] = described["Environment"]["Variables"]
        return variables | self.laptop_settings | ministack.CREDENTIALS

    def client(self, service: str) -> Any:
        """A boto3 client for this cloud: `client("sqs")`, `client("dynamodb")`."""
        if service not in self._clients:
            self._clients[service] = self._made(service)
        return self._clients[service]

    def _made(self, service: str) -> Any:
        if service == "dynamodb":
            return tables.client(self.tables_endpoint)
        return boto3.client(  # type: ignore[call-overload]  # any service, by its name
            service,
            endpoint_url=ministack.endpoint(self._aws_port),
            region_name=ministack.REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 - there is nothing behind it
            config=Config(retries={"max_attempts": 3}, read_timeout=120),
        )

    def invoke(self, function: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """Call a deployed function (`sweep`, `plan_day`) and wait; return its answer.

        Raises:
            RuntimeError: the function failed; the message is what it said.
        """
        answer = self.client("lambda").invoke(
            FunctionName=PREFIX + function.replace("_", "-"), Payload=json.dumps(event).encode()
        )
        said = answer["Payload"].read()
        if answer.get("FunctionError"):
            message = f"{function}: {said.decode()}"
            raise RuntimeError(message)
        return json.loads(said or b"null") or {}

    # --- parts --------------------------------------------------------------------------------

    def _start_tables(self) -> None:
        if dynoxide.available():
            self.children["tables"] = dynoxide.start(
                self._tables_port, self.state / "tables" / "tables.db", self._log("tables")
            )

    def _start_aws(self) -> None:
        settings = self.laptop_settings
        if not dynoxide.available():
            settings |= {"PERSIST_STATE": "1"}
        self.children["aws"] = ministack.start(
            self._aws_port, self.state / "cloud", settings, self._log("aws")
        )

    def _deploy(self) -> None:
        """Package the real template, deploy it, and make its tables where the tables live."""
        package = self.state / "package"
        chalice_project.packaged(package)
        with zipfile.ZipFile(package / "documents-layer.zip", "w") as layer:
            layer.writestr("python/README", "The virtual environment has these packages.\n")
        s3 = self.client("s3")
        files = kept_files.take_out(s3)
        s3.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": ministack.REGION}
        )
        template = publish.upload(package, s3, BUCKET)
        parameters = {
            "Stage": STAGE,
            "PublicUrl": self.public_url,
            "MailFrom": MAIL_FROM,
            "PhoneFrom": "Holdfast",
            "MailInDomain": mail_in.DOMAIN,
            "WondeUrl": self._wonde(),
        }
        self.outputs = publish.deploy(
            STACK,
            publish.store_template(template, s3, BUCKET),
            parameters,
            self.client("cloudformation"),
        )
        kept_files.put_back(s3, [file for file in files if file.bucket != BUCKET])
        put_gateway_errors(
            template, parameters, self.outputs["RestAPIId"], self.client("apigateway")
        )
        if dynoxide.available():
            tables.create_tables(self.tables_endpoint, PREFIX)

    def _wonde(self) -> str:
        """Serve the stand-in for Wonde; gives its address."""
        port = ports.free()
        address = f"http://{ports.LOOPBACK}:{port}"
        self._serve(wonde.StandIn(address=address), port)
        return address

    def _police(self) -> None:
        """Put a door between the functions and the tables; each function knocks under its name."""
        port = ports.free()
        self.door = Door(self.tables_endpoint, PREFIX)
        self._serve(self.door, port)
        functions = self.client("lambda")
        for listed in functions.list_functions()["Functions"]:
            name = listed["FunctionName"].removeprefix(PREFIX).replace("-", "_")
            variables = listed["Environment"]["Variables"]
            variables["AWS_ENDPOINT_URL_DYNAMODB"] = f"http://{ports.LOOPBACK}:{port}/{name}"
            functions.update_function_configuration(
                FunctionName=listed["FunctionName"], Environment={"Variables": variables}
            )

    def _serve(self, app: Any, port: int) -> None:
        self._servers.append(front_door.serve(app, port))

    def _log(self, name: str) -> Path:
        return self.state / "logs" / f"{name}.log"


def _free_ports(count: int) -> tuple[int, ...]:
    chosen: set[int] = set()
    while len(chosen) < count:
        chosen.add(ports.free())
    return tuple(chosen)
