"""The observations as a table: a validator of CSVW passes it as it is, and fails it with anything smuggled in."""

import warnings
from pathlib import Path
from typing import Any

import pytest
from csvw import CSVW

from report_abuse_receiver.reporting.csvw import CSV, METADATA, to_csv, to_metadata
from report_abuse_receiver.rules.feedback.tiers import Tier
from tests.parts.released import TIERS, told


def is_valid(folder: Path, tier: Tier, *, smuggle: dict[str, Any] | None = None) -> bool:
    """What a validator says to the CSV of a release; `smuggle` changes its first row after the metadata was made."""
    body = told(tier)[-1]
    (folder / METADATA).write_text(to_metadata(body))
    body["observations"][0] |= smuggle or {}
    (folder / CSV).write_bytes(to_csv(body["observations"]).encode())
    with warnings.catch_warnings():
        warnings.simplefilter("always")  # it collects what it finds as warnings
        try:
            return bool(CSVW(str(folder / CSV), validate=True).is_valid)
        except ValueError:  # a key that stands twice
            return False


@pytest.mark.parametrize("tier", TIERS)
def test_a_validator_passes_the_table(tmp_path: Path, tier: Tier) -> None:
    assert is_valid(tmp_path, tier)


@pytest.mark.parametrize(
    "smuggle",
    [
        {"observation": 2},
        {"observation": 0},
        {"observation": "a few"},
        {"observation_status": "hidden"},
        {"observation_status": ""},
        {"table": "children"},
        {"provider": "rivalcorp"},
        {"period": "2026-07"},
        {"month": "2026-13"},
        {"category": "sam"},
        {"placement": "chat"},
        {"period": "2026-Q3", "table": "totals", "month": "2026-08"},
    ],
)
def test_a_validator_fails_the_table_with_anything_smuggled_in(tmp_path: Path, smuggle: dict[str, Any]) -> None:
    assert not is_valid(tmp_path, "D", smuggle=smuggle)
