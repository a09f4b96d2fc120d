"""Bodies: a posted form is read whole whatever bytes are in it, and nothing of it is written to a file."""

from io import BytesIO
from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser

URL_ENCODED = "application/x-www-form-urlencoded"


class ForgivingParser(FormDataParser):
    """Puts U+FFFD where bytes are no UTF-8; werkzeug's own takes such a form for an empty one."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]:
        """Read a form; `stream` is limited already."""
        if mimetype != URL_ENCODED:
            return super().parse(stream, mimetype, content_length, options)
        text = stream.read().decode("utf-8", "replace")
        return stream, MultiDict(parse_qsl(text, keep_blank_values=True, errors="replace")), MultiDict()


class ChildsRequest(Request):
    """A request for a child's page. We ask for no files: one that is sent all the same never touches a disk (S8)."""

    form_data_parser_class = ForgivingParser

    def _get_file_stream(self, *_: object, **__: object) -> BytesIO:
        return BytesIO()
