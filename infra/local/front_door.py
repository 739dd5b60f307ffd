"""What `make run` serves: Holdfast at its address, and beside it the mailbox and the providers.

Requests pass to API Gateway's address in the local cloud as they came, and answers come back as
they are: nothing is added, so what is seen here is what AWS would send.
"""

import http.client
import threading
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.datastructures import EnvironHeaders
from werkzeug.http import is_hop_by_hop_header
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Response
from werkzeug.wsgi import get_input_stream

from infra.local import oidc, ports

UPSTREAM_SECONDS = 60
MOST_BYTES = 10 * 1024 * 1024  # what API Gateway takes


class FrontDoor:
    """Sends each request where it belongs: Holdfast, the mailbox, or the right host name."""

    def __init__(
        self,
        public_url: str,
        upstream: str,
        mail: WSGIApplication,
        providers: WSGIApplication | None = None,
    ) -> None:
        address = urlsplit(public_url)
        self._host = address.netloc
        self._origin = f"{address.scheme}://{address.netloc}"
        self._base = address.path.rstrip("/")
        self._upstream = urlsplit(upstream.rstrip("/"))
        self._mail = mail
        self._providers = providers

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ["REQUEST_URI"]
        if environ.get("HTTP_HOST") != self._host:
            return self._moved(environ, start, path)
        if self._providers and path.startswith(f"{oidc.MOUNT}/"):
            return self._providers(environ, start)
        if path.startswith("/_local/"):
            return self._mail(environ, start)
        if not path.startswith(f"{self._base}/"):
            return self._moved(environ, start, f"{self._base}/")
        return self._passed_on(environ, start, path.removeprefix(self._base))

    def _moved(self, environ: WSGIEnvironment, start: StartResponse, to: str) -> Iterable[bytes]:
        """Browsers keep `__Host-` cookies on http only for localhost, so there is one address."""
        answer = Response(status=HTTPStatus.TEMPORARY_REDIRECT)
        answer.headers["Location"] = self._origin + to
        return answer(environ, start)

    def _passed_on(
        self, environ: WSGIEnvironment, start: StartResponse, path: str
    ) -> Iterable[bytes]:
        body = get_input_stream(environ, max_content_length=MOST_BYTES).read()
        headers = {
            name: value
            for name, value in EnvironHeaders(environ).items()
            if not is_hop_by_hop_header(name) and name not in {"Host", "Expect"}
        }
        upstream = http.client.HTTPConnection(
            self._upstream.netloc, timeout=UPSTREAM_SECONDS, blocksize=65536
        )
        try:
            method = environ["REQUEST_METHOD"]
            upstream.request(method, self._upstream.path + path, body or None, headers)
            answer = upstream.getresponse()
            content = answer.read()
        except OSError as error:
            gone = Response(f"The local cloud does not answer: {error}\n", HTTPStatus.BAD_GATEWAY)
            return gone(environ, start)
        finally:
            upstream.close()
        given = [(k, v) for k, v in answer.getheaders() if not is_hop_by_hop_header(k)]
        start(f"{answer.status} {answer.reason}", given)
        return [content]


class _Handler(WSGIRequestHandler):
    """No Server or Date line of its own, and no log line for each request."""

    protocol_version = "HTTP/1.1"

    def send_response(self, code: int, message: str | None = None) -> None:
        self.send_response_only(code, message)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - theirs
        if type == "error":
            super().log(type, message, *args)


def serve(app: WSGIApplication, port: int) -> BaseWSGIServer:
    """Serve on 127.0.0.1, each request in a thread of its own, until `shutdown()`."""
    server = make_server(ports.LOOPBACK, port, app, threaded=True, request_handler=_Handler)
    threading.Thread(target=server.serve_forever, daemon=True, name=f"serve-{port}").start()
    return server
