"""Bodies: a posted form is read whole whatever bytes are in it, and nothing of it is written to a file."""

import codecs
import re
from io import BytesIO
from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.formparser import FormDataParser, MultiPartParser
from werkzeug.http import parse_options_header

URL_ENCODED = "application/x-www-form-urlencoded"
#: Charsets that hold all of ASCII as it is. As on the web, the first of the western ones stands for that of Windows.
_CHARSET = re.compile(
    r"iso[-_]?8859[-_]\d{1,2}|windows-?125\d|cp125\d|koi8-[ru]|gbk|gb18030|big5|shift[-_]jis|euc-(?:jp|kr)"
)
_WESTERN = ("iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "us-ascii", "ascii")


class ForgivingParser(FormDataParser):
    """Reads a form in the charset it says, else as UTF-8, with U+FFFD for bytes that are none.

    werkzeug's own takes a form with such bytes for an empty one, and every form for UTF-8.
    """

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]:
        """Read a form; `stream` is limited already."""
        if mimetype != URL_ENCODED:
            return super().parse(stream, mimetype, content_length, options)
        charset = charset_of((options or {}).get("charset", ""))
        text = stream.read().decode(charset, "replace")
        pairs = parse_qsl(text, keep_blank_values=True, encoding=charset, errors="replace")
        return stream, MultiDict(pairs), MultiDict()

    def _parse_multipart(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]:
        parser = _Parts(
            stream_factory=self.stream_factory,
            max_form_memory_size=self.max_form_memory_size,
            max_form_parts=self.max_form_parts,
        )
        parser.charset = options.get("charset", "")
        boundary = options.get("boundary", "").encode("ascii")
        if not boundary:
            raise ValueError("parts without a boundary between them")
        form, files = parser.parse(stream, boundary, content_length)
        return stream, form, files


class _Parts(MultiPartParser):
    """A form in parts, each in the charset that it or the whole says."""

    charset = ""

    def get_part_charset(self, headers: Headers) -> str:
        own = parse_options_header(headers.get("content-type"))[1].get("charset", "")
        return charset_of(own or self.charset)


class ChildsRequest(Request):
    """A request for a child's page. We ask for no files: one that is sent all the same never touches a disk (S8)."""

    form_data_parser_class = ForgivingParser

    def _get_file_stream(self, *_: object, **__: object) -> BytesIO:
        return BytesIO()


def charset_of(said: str) -> str:
    """The charset that was meant; what nobody writes forms in is UTF-8."""
    name = said.strip("'\" ").lower()
    if name in _WESTERN:
        return "cp1252"
    try:
        return codecs.lookup(name).name if _CHARSET.fullmatch(name) else "utf-8"
    except LookupError:
        return "utf-8"
