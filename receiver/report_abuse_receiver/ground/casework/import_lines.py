"""One line of an import: a report that came some other way, perhaps with its decision, as JSON."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load

from report_abuse.keys import PROVIDER
from report_abuse.links import PLACEMENT
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.ground.forms.answers import Answers
from report_abuse_receiver.ground.forms.back import MORE, REACH, SAFE
from report_abuse_receiver.ground.forms.report import ReportSchema
from report_abuse_receiver.ground.scheme.schema import check_language
from report_abuse_receiver.ground.scheme.scheme import SOURCE

#: Bytes of one line; the longest report has some 20,000, and each addition at most 75,000.
LONGEST = 8 * 1024 * 1024
#: How far another machine's clock may be ahead of ours.
CLOCKS_DIFFER = timedelta(minutes=10)
#: Before this nobody reported anything over a network, and years near 1 break the arithmetic of timezones.
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_SAID = 3

#: As marshmallow declares its messages.
_Said = dict[str, str | list[Any] | dict[Any, Any]]
_TIME = "write a time with its timezone, like 2026-07-03T16:20:00Z"
_TEXT: _Said = {"invalid": "write a text"}
_OBJECT = "write a JSON object"
_UNKNOWN: dict[str, str] = {"unknown": "is not a field of an import", "type": _OBJECT}


@dataclass(frozen=True, kw_only=True)
class ImportedDecision:
    """What was decided elsewhere; None means: as the answers say. The codes are not checked yet."""

    decided_at: datetime
    category: str
    outcome: str
    age_band: str | None = None
    contact: str = "unknown"
    moved_to: str = "unknown"


@dataclass(frozen=True, kw_only=True)
class ImportedAddition:
    """What somebody came back with elsewhere."""

    at: datetime
    safe: str = ""
    more: str = field(default="", repr=False)
    reach: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class ImportedReport:
    """A line that has the right shape. Whether its services and codes are known is the desk's to say."""

    received_at: datetime
    language: str
    provider: str | None
    placement: str | None
    services: tuple[str, ...]
    answers: Answers = field(repr=False)
    additions: tuple[ImportedAddition, ...]
    decision: ImportedDecision | None


def load_line(raw: bytes, *, now: datetime) -> ImportedReport:
    """Read one line; raises Refused with what is wrong, whatever the bytes are."""
    if len(raw) > LONGEST:
        raise Refused(f"is longer than {LONGEST} bytes")
    try:
        loaded: ImportedReport = _LINE.load(_object(raw))
    except ValidationError as error:
        said = list(_sentences(error.messages_dict))
        raise Refused("; ".join(said[:_MOST_SAID])) from error
    _check_times(loaded, now)
    return loaded


def _object(raw: bytes) -> dict[str, Any]:
    try:
        read = json.loads(raw.decode("utf-8"), object_pairs_hook=_each_name_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise Refused(f"is not UTF-8 (byte {error.start + 1})") from error
    except json.JSONDecodeError as error:
        raise Refused(f"is not JSON: {error.msg} (character {error.pos + 1})") from error
    except (ValueError, RecursionError) as error:
        raise Refused("is not JSON that anybody meant: a number or a nesting without end") from error
    if not isinstance(read, dict):
        raise Refused("is JSON, but not an object")
    return read


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON leaves open which of two equal names counts; here neither does."""
    read: dict[str, Any] = {}
    for name, value in pairs:
        if name in read:
            raise Refused(f"has {name[:40]!r} twice")
        read[name] = value
    return read


def _no_constant(name: str) -> object:
    raise Refused(f"is not JSON: {name} is no number")


def _check_times(line: ImportedReport, now: datetime) -> None:
    if not _EARLIEST <= line.received_at <= now + CLOCKS_DIFFER:
        raise Refused("received_at: is before 1970 or in the future")
    if any(not line.received_at <= one.at <= now + CLOCKS_DIFFER for one in line.additions):
        raise Refused("additions: one is before received_at or in the future")
    if line.decision is None:
        return
    if line.decision.decided_at > now + CLOCKS_DIFFER:
        raise Refused("decision.decided_at: is in the future")
    if line.decision.decided_at < line.received_at:
        raise Refused("decision.decided_at: is before received_at")


def _sentences(said: object, path: str = "") -> Iterator[str]:
    """`answers.age: Write your age as a number, like 12.`, for everything that did not fit."""
    if isinstance(said, Mapping):
        for name, more in said.items():
            yield from _sentences(more, f"{path}.{name}".strip(".").removesuffix("._schema"))
    else:
        first = said[0] if isinstance(said, list) else said
        yield f"{path[:80]}: {first}"


def _check_provider(text: str) -> None:
    if not PROVIDER.fullmatch(text):
        raise ValidationError("is not the id of a provider: 2 to 40 of a-z, 0-9 and '-'")


def _check_placement(text: str) -> None:
    if not PLACEMENT.fullmatch(text):
        raise ValidationError("is not a placement: 1 to 40 of a-z, 0-9 and '-'")


def _time() -> fields.AwareDateTime:
    said: _Said = dict.fromkeys(("required", "null", "invalid", "invalid_awareness"), _TIME)
    return fields.AwareDateTime(required=True, error_messages=said)


def _code(**options: Any) -> fields.String:
    said: _Said = {**_TEXT, "null": "write a code", "required": "is missing"}
    return fields.String(error_messages=said, **options)


def _nested(schema: Schema, **options: Any) -> fields.Nested:
    return fields.Nested(schema, error_messages={"required": "is missing", "null": _OBJECT}, **options)


class _Strict(Schema):
    """What is not a field is refused, so that a misspelt one is found."""

    class Meta:
        unknown = RAISE

    error_messages = _UNKNOWN


class _SourceSchema(_Strict):
    """The button that the report is said to have come through."""

    provider = fields.String(load_default=None, validate=_check_provider, error_messages=_TEXT)
    placement = fields.String(load_default=None, validate=_check_placement, error_messages=_TEXT)


class _DecisionSchema(_Strict):
    """What was decided, as `reports decide` takes it."""

    decided_at = _time()
    category = _code(required=True)
    outcome = _code(required=True)
    age_band = _code()
    contact = _code()
    moved_to = _code()

    @post_load
    def _typed(self, data: dict[str, Any], **_: object) -> ImportedDecision:
        return ImportedDecision(**data)


class _AdditionSchema(_Strict):
    """What was added later, as the page for coming back takes it."""

    at = _time()
    safe = SAFE
    more = MORE
    reach = REACH

    @post_load
    def _typed(self, data: dict[str, Any], **_: object) -> ImportedAddition:
        return ImportedAddition(**data)


class LineSchema(_Strict):
    """The whole line; `language`, `additions` and `decision` may be left out.

    An old letter need not answer what a child must.
    """

    received_at = _time()
    language = _code(load_default=SOURCE, validate=check_language)
    source = _nested(_SourceSchema(), required=True)
    services = fields.List(
        _code(),
        required=True,
        error_messages=dict.fromkeys(("required", "null", "invalid"), 'write a list of ids, like ["acme"] or []'),
    )
    answers = _nested(ReportSchema(partial=True), required=True)
    additions = fields.List(
        _nested(_AdditionSchema()), load_default=list, error_messages=dict.fromkeys(("null", "invalid"), "write a list")
    )
    decision = _nested(_DecisionSchema(), load_default=None, allow_none=True)

    @post_load
    def _typed(self, data: dict[str, Any], **_: object) -> ImportedReport:
        services, additions = tuple(dict.fromkeys(data.pop("services"))), tuple(data.pop("additions"))
        return ImportedReport(services=services, additions=additions, **data.pop("source"), **data)


_LINE = LineSchema()
