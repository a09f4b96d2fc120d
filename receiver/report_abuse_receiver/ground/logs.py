"""Logs: JSON lines of allow-listed fields only, so that no word or name of a person ever lands in one (S19)."""

import logging
import sys
import threading
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

#: All that a line may hold. `route` is the pattern, never the path; `error` is a class name, never its message.
ALLOWED = frozenset(
    {"event", "level", "timestamp", "route", "method", "status", "kind", "id", "attempts", "error", "count"}
)

_log = structlog.get_logger()


def configure() -> None:
    """Send our lines to standard error, and silence the libraries' below a warning."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_NoWords())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.captureWarnings(True)
    _hush_the_interpreter()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: _StandardError(),
        cache_logger_on_first_use=True,
    )


def _hush_the_interpreter() -> None:
    """What nobody caught is told like all else; Python itself would print what the error says, and whose it was."""
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = lambda _kind, error, _where: _tell(error)
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = lambda told: _tell(told.exc_value)
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = lambda told: _tell(told.exc_value)


def _tell(error: BaseException | None) -> None:
    logging.getLogger("report_abuse_receiver").critical("uncaught", exc_info=error)


class _StandardError:
    """Standard error as it is when the line is written, for whoever redirected it in between."""

    def warning(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)


class _NoWords(logging.Formatter):
    """Who complains, and where in the code: not the line's words nor the error's, which may be a child's."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        where = [type(error).__name__, *traceback.format_tb(error.__traceback__)] if error else []
        return "\n".join([f"{record.levelname} {record.name}", *where]).rstrip()


def only_allowed(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list, and reduce an error to the name of its class."""
    kept = {name: value for name, value in line.items() if name in ALLOWED}
    if isinstance(kept.get("error"), BaseException):
        kept["error"] = type(kept["error"]).__name__
    return kept


def warn(event: str, **fields: object) -> None:
    """One line for the person on duty."""
    _log.warning(event, **fields)
