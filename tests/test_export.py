"""What a provider is sent: four files that agree, written whole or not at all, from what was frozen."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
import time_machine

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.feedback.bundle import export
from report_abuse_receiver.feedback.releases import freeze
from report_abuse_receiver.ground.errors import NotFound, Refused
from report_abuse_receiver.partners import directory
from report_abuse_receiver.rules.feedback.tiers import Tier
from tests.parts import decided, drawn
from tests.parts.acting import host
from tests.parts.command import Command
from tests.parts.places import on_sqlite
from tests.parts.released import SITE, TIERS, body_of, keep, page_of, told

FILES = ["report.html", "observations.csv", "observations.csv-metadata.json", "release.json"]


def enter(centre: Centre, tier: Tier) -> None:
    """A provider, or a service without a button, with its releases."""
    if tier == "D":
        directory.add_service(centre, "acme", name=SITE, aliases=[])
    else:
        directory.add_provider(centre, "acme", name=SITE, origins=["https://acme.example"], contact="a@acme.example")
    keep(centre, *told(tier))


# The files


@pytest.mark.parametrize("tier", TIERS)
def test_an_export_is_four_files_that_agree_to_the_byte(centre: Centre, tmp_path: Path, tier: Tier) -> None:
    enter(centre, tier)
    done = export(centre, "acme", "2026-Q3", tmp_path / "out")
    assert [path.name for path in done.files] == FILES == sorted(FILES, key=FILES.index)
    assert (done.provider, done.period, done.tier) == ("acme", "2026-Q3", tier)
    page, table, _, body = (path.read_bytes().decode() for path in done.files)
    assert body == json.dumps(told(tier)[-1], sort_keys=True, separators=(",", ":"))
    observations = json.loads(body)["observations"]
    assert [dict(row) for row in csv.DictReader(StringIO(table, newline=""))] == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in observations
    ]
    assert page == page_of(*told(tier))


def test_the_columns_are_those_of_the_contract(centre: Centre, tmp_path: Path) -> None:
    enter(centre, "A")
    table = export(centre, "acme", "2026-Q3", tmp_path).files[1].read_text()
    assert table.splitlines()[0] == (
        "period,provider,table,month,category,placement,event,age_band,contact,moved_to,reporter,time_to_report,outcome,"
        "pool,observation,observation_status"
    )


def test_an_export_again_changes_nothing_and_never_overwrites_anything_else(centre: Centre, tmp_path: Path) -> None:
    enter(centre, "A")
    first = {
        path: (path.read_bytes(), path.stat().st_ino) for path in export(centre, "acme", "2026-Q3", tmp_path).files
    }
    assert {
        path: (path.read_bytes(), path.stat().st_ino) for path in export(centre, "acme", "2026-Q3", tmp_path).files
    } == first
    (tmp_path / "observations.csv").write_text("mine")
    (tmp_path / "report.html").unlink()
    with pytest.raises(Refused, match=r"observations\.csv is there and holds something else; choose another folder"):
        export(centre, "acme", "2026-Q3", tmp_path)
    assert not (tmp_path / "report.html").exists()
    assert sorted(path.name for path in tmp_path.glob("*.*") if path.name != "home") == sorted(FILES[1:])


def test_only_its_owner_may_read_what_was_exported(centre: Centre, tmp_path: Path) -> None:
    enter(centre, "A")
    assert {path.stat().st_mode & 0o777 for path in export(centre, "acme", "2026-Q3", tmp_path / "out").files} == {
        0o600
    }
    assert len(list((tmp_path / "out").iterdir())) == len(FILES)


def test_a_release_that_somebody_changed_is_not_sent_out(centre: Centre, tmp_path: Path) -> None:
    directory.add_provider(centre, "acme", name="Acme", origins=["https://acme.example"], contact="")
    keep(centre, body_of(), digest="0" * 64)
    with pytest.raises(Refused, match="was changed; it is not to be sent out"):
        export(centre, "acme", "2026-Q3", tmp_path / "out")
    assert not (tmp_path / "out").exists()


# What cannot be done


def test_what_cannot_be_exported_is_said_in_one_sentence(centre: Centre, command: Command, tmp_path: Path) -> None:
    enter(centre, "A")
    directory.add_service(centre, "quiet", name="Quiet", aliases=[])
    (tmp_path / "file").write_text("")
    out = tmp_path / "out"
    said = {
        ("acme", "2026-Q4", out): "2026-Q4 is not frozen, so nothing of it may be told; run: feedback freeze 2026-Q4",
        ("acme", "2026-07", out): "'2026-07' is not a period; write the year and the quarter, like 2026-Q3.",
        ("nobody", "2026-Q3", out): "provider 'nobody' is not in the directory",
        ("quiet", "2026-Q3", out): "quiet is not entitled to a release for 2026-Q3: no button, and too few reports",
        ("acme", "2026-Q3", tmp_path / "file" / "x"): f"{tmp_path}/file/x cannot be written: Not a directory; "
        "choose another folder with --out",
    }
    for (provider, period, folder), sentence in said.items():
        outcome = command("feedback", "export", provider, period, "--out", folder)
        assert (outcome.exit_code, outcome.stderr, outcome.stdout) == (1, f"Error: {sentence}\n", "")
    assert not out.exists()


@pytest.mark.parametrize("unknown", ["", "ACME", "../acme", "acme\0", "\ud800", "x" * 5000])
@on_sqlite
def test_an_unknown_provider_is_not_found_whatever_it_is_called(centre: Centre, tmp_path: Path, unknown: str) -> None:
    with pytest.raises(NotFound, match="is not in the directory"):
        export(centre, unknown, "2026-Q3", tmp_path / "out")


def test_the_command_says_what_it_wrote(centre: Centre, command: Command, tmp_path: Path) -> None:
    enter(centre, "B")
    done = command.well("feedback", "export", "acme", "2026-Q3", "--out", tmp_path / "a" / "b", "--json").json
    assert (done["provider"], done["period"], done["tier"]) == ("acme", "2026-Q3", "B")
    assert done["files"] == [str(tmp_path / "a" / "b" / name) for name in FILES]
    assert "report.html" in command.well("feedback", "export", "acme", "2026-Q3", "--out", tmp_path / "c").stdout


# From a freeze


@pytest.fixture
def frozen(centre: Centre) -> Iterator[Centre]:
    """A centre with a service for each tier, and one for none, whose quarter was frozen on its last day's morrow."""
    counts = {"acme": 90, "blox": 25, "coral": 2, "drum": 40, "quiet": 3}
    decided.enter(centre, "acme", "blox", "coral")
    for service in ("drum", "quiet"):
        directory.add_service(centre, service, name=service.title(), aliases=[], kind="game")
    months = ("2026-07", "2026-08", "2026-09")
    decided.put_in(centre, *(decided.mixed(centre, times, service, months=months) for service, times in counts.items()))
    with time_machine.travel(datetime(2026, 10, 1, tzinfo=UTC), tick=False):
        freeze(centre, "2026-Q3", by=host())
        yield centre


def test_what_was_frozen_is_what_is_sent_and_every_number_in_it_has_an_origin(
    frozen: Centre, command: Command, tmp_path: Path
) -> None:
    tiers = {}
    for provider in ("acme", "blox", "coral", "drum"):
        done = command.well("feedback", "export", provider, "2026-Q3", "--out", tmp_path / provider, "--json").json
        page, _, _, body = (Path(path).read_text("utf-8") for path in done["files"])
        drawn.check(page, json.loads(body), names=["Report Abuse", provider])
        others = {"acme", "blox", "coral", "drum", "quiet"} - {provider}
        assert not [other for other in others if other in page.lower() or other in body]
        tiers[provider] = done["tier"]
    assert tiers == {"acme": "A", "blox": "B", "coral": "C", "drum": "D"}
    assert command("feedback", "export", "quiet", "2026-Q3", "--out", tmp_path / "quiet").exit_code == 1
