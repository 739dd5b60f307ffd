"""The local mailbox as pages, as JSON for scripts, and as the SES that functions send to."""

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import jinja2
from markupsafe import Markup, escape
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from infra.local.mail_in import MailIn
from infra.local.mailbox import Mailbox

URLS = Map(
    [
        Rule("/_local/mail", endpoint="inbox", methods=["GET"]),
        Rule("/_local/mail/in", endpoint="take_in", methods=["POST"]),
        Rule("/_local/mail.json", endpoint="as_json", methods=["GET"]),
        Rule("/_local/mail/<message>", endpoint="show", methods=["GET"]),
        Rule("/_local/mail/<message>/html", endpoint="html_part", methods=["GET"]),
        Rule("/_local/mail/<message>/<fate>", endpoint="answer", methods=["POST"]),
    ]
)
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:)]")
# A mail may show its own styles and pictures it carries; nothing of it runs, nothing is fetched.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-popups allow-top-navigation-by-user-activation"
)


class MailPages:
    """WSGI: everything under `/_local/`."""

    def __init__(self, mailbox: Mailbox, mail_in: MailIn | None = None) -> None:
        self._mailbox = mailbox
        self._mail_in = mail_in
        self._pages = jinja2.Environment(
            loader=jinja2.FileSystemLoader(Path(__file__).parent / "pages"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
        )
        self._pages.filters["with_links"] = _with_links

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        urls = URLS.bind_to_environ(environ)
        request = Request(environ)
        answer = urls.dispatch(
            lambda endpoint, values: (
                self._take_in(request)
                if endpoint == "take_in"
                else getattr(self, f"_{endpoint}")(**values)
            ),
            catch_http_exceptions=True,
        )
        return answer(environ, start)

    def _inbox(self) -> Response:
        return self._page("inbox.html", mails=self._mailbox.newest_first())

    def _as_json(self) -> Response:
        mails = [mail.public() for mail in self._mailbox.newest_first()]
        return Response(json.dumps(mails, ensure_ascii=False), mimetype="application/json")

    def _show(self, message: str) -> Response:
        mail = self._mailbox.find(message)
        if mail is None:
            return Response("No such mail.\n", HTTPStatus.NOT_FOUND)
        return self._page("mail.html", mail=mail)

    def _html_part(self, message: str) -> Response:
        mail = self._mailbox.find(message)
        if mail is None:
            return Response("No such mail.\n", HTTPStatus.NOT_FOUND)
        answer = Response(f'<base target="_top">{mail.html}', mimetype="text/html")
        answer.headers["Content-Security-Policy"] = MAIL_POLICY
        return answer

    def _answer(self, message: str, fate: str) -> Response:
        if not self._mailbox.answer(message, fate):
            return Response("No such mail, or nothing it can do.\n", HTTPStatus.NOT_FOUND)
        return redirect(f"/_local/mail/{message}", HTTPStatus.SEE_OTHER)

    def _take_in(self, request: Request) -> Response:
        """A mail as bytes, to the addresses of `to`, else of its own To."""
        if self._mail_in is None:
            return Response("No mail is taken in here.\n", HTTPStatus.NOT_FOUND)
        checks = {name: word.upper() for name, word in request.args.items() if name != "to"}
        taken = self._mail_in.take(request.get_data(), request.args.getlist("to"), checks)
        return Response(f"Taken in for {', '.join(taken) or 'nobody'}.\n", HTTPStatus.ACCEPTED)

    def _page(self, name: str, **context: object) -> Response:
        return Response(self._pages.get_template(name).render(context), mimetype="text/html")


class SesAddress:
    """WSGI: what the functions take for SES and for the phones. They send, and nothing else."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        action = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
        if action in {"SendTextMessage", "SendVoiceMessage"}:
            is_call = action == "SendVoiceMessage"
            message = self._mailbox.take_text(json.loads(request.get_data()), is_call=is_call)
            body = json.dumps({"MessageId": message})
            answer = Response(body, mimetype="application/x-amz-json-1.0")
            return answer(environ, start)
        if (request.method, request.path) != ("POST", "/v2/email/outbound-emails"):
            answer = Response("{}", HTTPStatus.NOT_FOUND, mimetype="application/json")
            return answer(environ, start)
        message = self._mailbox.send(json.loads(request.get_data()))
        answer = Response(json.dumps({"MessageId": message}), mimetype="application/json")
        return answer(environ, start)


def _with_links(text: str) -> Markup:
    """The plain part of a mail with its addresses made links, as mail programs do."""
    pieces, end = [], 0
    for found in LINK.finditer(text):
        url = escape(found.group())
        pieces += [
            escape(text[end : found.start()]),
            Markup('<a href="{0}">{0}</a>').format(url),
        ]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])
