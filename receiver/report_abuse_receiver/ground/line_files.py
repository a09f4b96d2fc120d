"""Files of lines: read line by line, known again by what they hold, and written where only one user may read them."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from report_abuse_receiver.ground.casework.import_lines import LONGEST
from report_abuse_receiver.ground.errors import Refused

_BOM = b"\xef\xbb\xbf"


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """A file that is there, open; Refused with the reason where it cannot be read."""
    try:
        if not path.is_file():
            raise Refused(f"{path} is not a file; write the path of a file with a JSON object a line")
        file = path.open("rb")
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be read: {_reason(error)}") from error
    with file:
        yield file


def identity(file: BinaryIO) -> tuple[str, int]:
    """SHA-256 of the whole file and the number of its lines; the file is then at its start again."""
    digest, lines = hashlib.sha256(), 0
    while chunk := file.read(LONGEST):
        digest.update(chunk)
        lines += chunk.count(b"\n")
    file.seek(0)
    return digest.hexdigest(), lines


def numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Each line that is not empty with its number, never more than LONGEST + 1 bytes of it."""
    number = 0
    while raw := file.readline(LONGEST + 1):
        number += 1
        rest = raw
        while len(rest) > LONGEST and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST + 1)
        line = raw.rstrip(b"\r\n").removeprefix(_BOM if number == 1 else b"")
        if line.strip():
            yield number, line


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that only this user may read and that was not there before; gone again where the writing fails."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be made: {_reason(error)}; write the path of a new file") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise Refused(f"{path} cannot be written: {_reason(error)}") from error
        raise


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or "not a path"
