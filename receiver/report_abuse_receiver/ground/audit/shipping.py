"""Shipping: one line at a time to a place that keeps it, best off this host: a file, a syslog or a mailbox."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from report_abuse_receiver.ground.forms.typed import is_email

FILE, SYSLOG, SYSLOG_TCP, MAIL = "file", "syslog", "syslog+tcp", "mailto"
#: Seconds that one step may take.
PATIENCE = 10
_LOCAL_SYSLOG = "/dev/log"
#: Facility "log audit", severity "notice", as RFC 5424 counts them.
_PRIORITY = 13 * 8 + 5


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where lines go. `name` is a path, an address, or a host that `port` belongs to."""

    kind: str
    name: str
    port: int | None = None

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.port is None else f"{self.kind}://{self.name}:{self.port}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read AUDIT_HEADS; raises ValueError where it names no place."""
        parts = urlsplit(text)
        path = unquote(parts.path)
        if parts.query or parts.fragment or parts.username:
            raise ValueError("a place has no such part")
        if parts.scheme == MAIL and not parts.netloc and is_email(path):
            return cls(kind=MAIL, name=path)
        if parts.scheme == FILE and not parts.netloc and path.startswith("/") and not path.endswith("/"):
            return cls(kind=FILE, name=path)
        if parts.scheme in (SYSLOG, SYSLOG_TCP) and parts.hostname and not path:
            return cls(kind=parts.scheme, name=parts.hostname, port=parts.port or 514)
        if parts.scheme == SYSLOG and not parts.netloc and path[:1] in ("", "/"):
            return cls(kind=SYSLOG, name=path or _LOCAL_SYSLOG)
        raise ValueError("not a place")


def append_line(path: Path, line: str) -> None:
    """Put a line at the end of a file; when it returns, the line is on the disk. Raises OSError."""
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())


def to_syslog(place: Place, line: str) -> None:
    """Hand a line to a syslog of this machine or of another; UDP does not tell whether it arrived. Raises OSError."""
    message = f"<{_PRIORITY}>report-abuse: {line}\n".encode()
    if place.kind == SYSLOG_TCP:
        with socket.create_connection((place.name, place.port), timeout=PATIENCE) as stream:
            stream.sendall(message)
        return
    family, address = _datagram(place)
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        sender.settimeout(PATIENCE)
        sender.connect(address)
        sender.send(message)


def _datagram(place: Place) -> tuple[int, Any]:
    if place.port is None:
        return socket.AF_UNIX, place.name
    family, _, _, _, address = socket.getaddrinfo(place.name, place.port, type=socket.SOCK_DGRAM)[0]
    return family, address
