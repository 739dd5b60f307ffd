"""Files that people send with a form, where a form takes them: lists of people, a policy's text.

No report and no case takes files at all: evidence of what happened to a child is described, never
uploaded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import BadRequest
from chalicelib.web.fields import Question

MULTIPART = "multipart/form-data"
LARGEST = 4_000_000  # bytes of a whole form: what fits a request that Lambda takes, as base64


@dataclass(frozen=True)
class Upload:
    """A file as sent. `name` is what the sender's computer calls it: never trusted, never kept."""

    name: str
    body: bytes

    @property
    def ending(self) -> str:
        """The lower-case ending of the name without its dot; empty when it has none."""
        stem, dot, ending = self.name.rpartition(".")
        return ending.lower() if stem and dot else ""


def parts(content_type: str, body: bytes) -> tuple[list[tuple[str, str]], dict[str, Upload]]:
    """The fields and the files of a multipart form. Raises BadRequest for what is none."""
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import FormParser, parse_options_header

    fields: list[Any] = []
    files: list[Any] = []
    if len(body) > LARGEST:
        raise BadRequest
    try:
        boundary = parse_options_header(content_type)[1].get(b"boundary")
        parser = FormParser(
            MULTIPART,
            fields.append,
            files.append,
            boundary=boundary,
            config={"MAX_MEMORY_FILE_SIZE": LARGEST + 1, "MAX_BODY_SIZE": LARGEST},
        )
        parser.write(body)
        parser.finalize()
        texts = [(each.field_name.decode(), (each.value or b"").decode()) for each in fields]
    except (FormParserError, UnicodeDecodeError, AttributeError) as e:
        raise BadRequest from e
    return texts, {name: upload for name, upload in map(_upload, files) if upload.name}


def _upload(file: Any) -> tuple[str, Upload]:
    file.file_object.seek(0)
    name = (file.file_name or b"").decode(errors="replace")
    return file.field_name.decode(errors="replace"), Upload(name, file.file_object.read())


class File(Question):
    """One file. Its value is an Upload; a browser never sends the same one again by itself."""

    kind = "file"

    def __init__(self, label: str = "", *, accept: str = "", **rest: Any) -> None:
        super().__init__(label, **rest)
        self.accept = accept

    def take(self, sent: Mapping[str, Upload]) -> None:
        """Look for the file in what a request brought; an empty one counts as none."""
        found = sent.get(self.name)
        self.data = found if found and found.body.strip() else None
        if self.data is None and self.required:
            self.errors = [self.required]

    def pre_validate(self, form: Any) -> None:
        """Files do not come with the form's texts: `take` says what is wrong."""
