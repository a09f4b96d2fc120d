"""What goes to providers, read by other people's programs: the table by frictionless and by csvwvalidate."""

import subprocess
import sys
from pathlib import Path

import pytest

from report_abuse_receiver.reporting.csvw import CSV, METADATA, to_csv, to_metadata
from report_abuse_receiver.rules.feedback.tiers import Tier
from tests.parts.real import missing
from tests.parts.released import TIERS, told

pytestmark = pytest.mark.proof


def said(folder: Path, program: str, *arguments: str) -> int:
    """How a program of this environment ends that is run in a folder."""
    path = Path(sys.executable).with_name(program)
    if not path.exists():
        missing(program, package="python3-venv && make proof")
    return subprocess.run([path, *arguments], cwd=folder, capture_output=True, stdin=subprocess.DEVNULL).returncode


def written(folder: Path, tier: Tier) -> Path:
    """The table of a release with its description, as `feedback export` writes them."""
    body = told(tier)[-1]
    (folder / METADATA).write_text(to_metadata(body), "utf-8")
    (folder / CSV).write_bytes(to_csv(body["observations"]).encode())
    return folder


@pytest.mark.parametrize("tier", TIERS)
def test_others_find_no_mistake_in_a_table(tmp_path: Path, tier: Tier) -> None:
    folder = written(tmp_path, tier)
    assert said(folder, "frictionless", "validate", CSV) == 0
    assert said(folder, "csvwvalidate", METADATA) == 0


def test_a_row_that_is_too_long_is_found(tmp_path: Path) -> None:
    folder = written(tmp_path, "A")
    with (folder / CSV).open("a", encoding="utf-8") as file:
        file.write("acme,one too many" + "," * 40 + "\r\n")
    assert said(folder, "frictionless", "validate", CSV) != 0
    assert said(folder, "csvwvalidate", METADATA) != 0
