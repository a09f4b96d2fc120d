"""Tidy: the observations as CSV, and CSVW metadata that a validator holds them to, the floor included."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from report_abuse_receiver.reporting import spreadsheet
from report_abuse_receiver.rules.feedback.disclosure import FLOOR
from report_abuse_receiver.rules.feedback.lattice import COLUMNS

CSV, METADATA = "observations.csv", "observations.csv-metadata.json"
STATUSES = ("shown", "low", "not_shown")

Observations = Sequence[Mapping[str, Any]]

_VALUES = ("observation", "observation_status")
#: Always there; every other dimension is empty where a row speaks of all of it.
_REQUIRED = ("period", "provider", "table", "observation_status")
_MONTH = r"[12][0-9]{3}-(0[1-9]|1[0-2])"
_PERIOD = r"[12][0-9]{3}(-Q[1-4])?"
_MEANING = {
    "period": "The quarter, such as 2026-Q3, or the year by its first: 2025 is April 2025 to March 2026.",
    "provider": "Whom the release is for.",
    "table": "The table that the row belongs to.",
    "month": "The month within the quarter; empty for the whole period.",
    "pool": "Services taken together; empty for the provider alone.",
    "observation": f"The published count, changed by at most 5 and never below {FLOOR}; empty where none is given.",
    "observation_status": f"shown: a number; low: fewer than {FLOOR}, none included; not_shown: withheld.",
}


def to_csv(observations: Observations) -> str:
    """The rows in their order, with the columns of the contract; an empty cell means "all", or no number."""
    return spreadsheet.to_csv(_columns(observations), observations)


def to_metadata(release: Mapping[str, Any]) -> str:
    """CSVW metadata of a release's CSV: a closed list for every code, a key over all dimensions, the floor."""
    rows: Observations = release["observations"]
    columns = _columns(rows)
    content = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": CSV,
        "dc:title": f"Feedback to {release['provider']}, {release['period']}",
        "dc:identifier": release["release_id"],
        "dc:rights": "Not to be passed on.",
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": [_column(name, rows) for name in columns],
            "primaryKey": [name for name in columns if name not in _VALUES],
        },
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _columns(observations: Observations) -> list[str]:
    """The columns of the contract, and behind them any that an older or a later lattice knew."""
    found = {name: None for row in observations for name in row}
    known = [name for name in COLUMNS if name in found or not found]
    more = [name for name in found if name not in COLUMNS]
    return [*(name for name in known if name not in _VALUES), *more, *_VALUES]


def _column(name: str, observations: Observations) -> dict[str, Any]:
    column: dict[str, Any] = {"name": name, "titles": name, "datatype": _datatype(name, observations)}
    if name in _MEANING:
        column["dc:description"] = _MEANING[name]
    return column | ({"required": True} if name in _REQUIRED else {})


def _datatype(name: str, observations: Observations) -> dict[str, Any]:
    if name == "observation":
        return {"base": "integer", "minimum": FLOOR}
    formats = {"period": _PERIOD, "month": _MONTH, "observation_status": "|".join(STATUSES)}
    return {"base": "string", "format": formats.get(name) or _one_of(str(row[name]) for row in observations)}


def _one_of(codes: Iterable[str]) -> str:
    """A pattern that takes the codes of this release and nothing else; one that takes nothing where there are none."""
    known = sorted(set(codes) - {""})
    return "|".join(re.escape(code) for code in known) or "(?!)"
