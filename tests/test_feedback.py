"""What a provider would be told: right, the same in every table, and never a word, a small number or a neighbour."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from report_abuse import ReportAbuse
from report_abuse_receiver.casework import triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.cli.printing import as_json
from report_abuse_receiver.feedback import figures
from report_abuse_receiver.ground.errors import NotFound, Refused
from report_abuse_receiver.intake import arrivals
from report_abuse_receiver.intake.receiving import Submission
from report_abuse_receiver.partners import directory
from report_abuse_receiver.rules.feedback.disclosure import FLOOR
from report_abuse_receiver.rules.feedback.lattice import COLUMNS
from report_abuse_receiver.rules.intake.attribution import Attribution
from tests.parts.acting import host
from tests.parts.places import on_sqlite
from tests.parts.received import submit

JULY, AUGUST, OCTOBER = (datetime(2026, month, 15, tzinfo=UTC) for month in (7, 8, 10))
ANSWERS = {
    "safe": "yes", "who": "me", "kinds": ["pretend"], "name": "Sam", "age": 12, "phone": "07700 900123",
    "private": "safe",
}  # fmt: skip
CANARIES: dict[str, Any] = {
    "name": "Xanthippe Canary", "their_names": "canary_handle_99", "where": "https://canary.example/u/canary",
    "email": "canary@canary.example", "story": "canary story: he said canary", "town": "Canaryville",
    "school": "Canary Primary", "phone": "07700 900999", "safe_way": "ask canary teacher", "not_tell": "canary uncle",
}  # fmt: skip


def provider(centre: Centre, provider_id: str) -> str:
    """Enter a provider; returns its button key."""
    return directory.add_provider(
        centre,
        provider_id,
        name=f"{provider_id.title()} Site",
        origins=["https://site.example"],
        contact="a@site.example",
    ).key


def decided(
    centre: Centre, *, category: str = "grooming", at: datetime = JULY, service: str = "acme", **answers: Any
) -> None:
    """A report that came in and was decided on."""
    button = Attribution(outcome="none", ref=answers.pop("ref", None))
    submission = Submission(answers=ANSWERS | answers, channel="direct", attribution=button)
    decision = Decision(
        category=category, outcome="advice", age_band="11-13", contact="group", moved_to="none", services=(service,)
    )
    with time_machine.travel(at, tick=False):
        reference = submit(centre, submission).reference
        triage.decide(centre, reference, decision, by=host("pat"))


def press(centre: Centre, key: str, placement: str, event: str, *, times: int) -> None:
    """The button is pressed."""
    token = ReportAbuse("https://report.example", key=key).link(placement).rpartition("/")[2]
    button = arrivals.look(centre, token)
    for _ in range(times):
        arrivals.count(centre, button, event)


def told_of(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Which cells have a row, whatever it says."""
    return [{**row, "observation": None, "observation_status": ""} for row in rows]


def rows(centre: Centre, provider_id: str = "acme", **wanted: str) -> list[dict[str, Any]]:
    """The previewed rows whose columns are as `wanted`."""
    observations = figures.preview(centre, provider_id, "2026-Q3").observations
    return [row for row in observations if all(row[name] == value for name, value in wanted.items())]


def test_a_preview_has_the_shape_of_a_release_and_says_that_it_is_none(centre: Centre) -> None:
    provider(centre, "acme")
    preview = figures.preview(centre, "acme", "2026-Q3")
    assert [one.name for one in fields(preview)] == [
        "period", "provider", "tier", "policy_version", "lattice_version", "unreleased", "observations", "hashes",
    ]  # fmt: skip
    assert (preview.period, preview.provider, preview.unreleased) == ("2026-Q3", "acme", True)
    assert {tuple(row) for row in preview.observations} == {COLUMNS}
    assert {len(value) for value in preview.hashes.values()} == {64}
    told = as_json(preview)
    assert json.loads(json.dumps(told)) == told


def test_equal_sets_of_facts_show_equal_numbers_in_every_table(centre: Centre) -> None:
    provider(centre, "acme")
    facts = [(JULY, "grooming")] * 14 + [(AUGUST, "meeting")] * 9 + [(AUGUST, "coercion")] * 2
    for at, category in facts:
        decided(centre, at=at, category=category)
    shown: dict[tuple[int, ...], set[int | None]] = defaultdict(set)
    for row in rows(centre, table="totals") + rows(centre, table="categories"):
        shown[_behind(row, facts)].add(row["observation"])
    assert all(len(numbers) == 1 for numbers in shown.values())
    assert len(shown[tuple(range(14))]) == 1  # July, July's grooming and the quarter's grooming


def _behind(row: dict[str, Any], facts: Iterable[tuple[datetime, str]]) -> tuple[int, ...]:
    return tuple(
        number
        for number, (at, category) in enumerate(facts)
        if row["month"] in ("", f"{at:%Y-%m}") and row["category"] in ("", category)
    )


def test_large_numbers_are_told_within_five_and_small_ones_not_at_all(centre: Centre) -> None:
    key = provider(centre, "acme")
    for _ in range(16):
        decided(centre)
    with time_machine.travel(AUGUST, tick=False):
        press(centre, key, "chat", "opened", times=30)
        press(centre, key, "chat", "started", times=1)
    assert 11 <= rows(centre, table="totals", month="")[0]["observation"] <= 21
    assert 25 <= rows(centre, placement="chat", event="opened")[0]["observation"] <= 35
    everything = rows(centre)
    numbers = [row["observation"] for row in everything if row["observation"] is not None]
    assert min(numbers) >= FLOOR
    assert all((row["observation"] is not None) == (row["observation_status"] == "shown") for row in everything)


def test_none_and_a_few_look_alike(centre: Centre) -> None:
    provider(centre, "acme")
    before = rows(centre)
    decided(centre, at=OCTOBER)  # in no month of this quarter
    assert told_of(rows(centre)) == told_of(before)
    assert {row["observation_status"] for row in before if not row["pool"]} == {"low"}
    assert len(rows(centre, table="totals")) == 4
    assert len(rows(centre, table="categories")) == 4 * len(centre.scheme.vocabulary("category"))


def test_a_preview_is_the_same_each_time_and_on_each_start(centre: Centre) -> None:
    provider(centre, "acme")
    for category in ["grooming"] * 7 + ["meeting"] * 6:
        decided(centre, category=category)
    first = figures.preview(centre, "acme", "2026-Q3")
    assert figures.preview(centre, "acme", "2026-Q3") == first


def test_each_placement_has_its_three_events_and_no_press_adds_a_row(centre: Centre) -> None:
    key = provider(centre, "acme")
    registered = [*centre.scheme.placements.kinds, "other"]
    before = rows(centre)
    for placement in ("chat", "sam"):
        with time_machine.travel(JULY, tick=False):
            press(centre, key, placement, "opened", times=1)
    assert told_of(rows(centre)) == told_of(before)
    assert [(row["placement"], row["event"]) for row in rows(centre, table="placements")] == [
        (place, event) for place in registered for event in ("opened", "started", "submitted")
    ]


def test_nothing_that_anybody_wrote_is_in_a_preview(centre: Centre) -> None:
    provider(centre, "acme")
    for number in range(8):
        decided(centre, ref=f"canary-ref-{number}", **CANARIES)
    told = json.dumps(as_json(figures.preview(centre, "acme", "2026-Q3"))).lower()
    assert "canary" not in told
    assert "07700 900" not in told
    for text in CANARIES.values():
        assert text.lower() not in told


def test_a_neighbours_reports_change_no_byte_and_its_name_is_nowhere(centre: Centre) -> None:
    provider(centre, "acme")
    rival_key = provider(centre, "rivalcorp")
    for _ in range(9):
        decided(centre)
    before = json.dumps(as_json(figures.preview(centre, "acme", "2026-Q3")))
    for _ in range(9):
        decided(centre, service="rivalcorp", category="meeting")
    with time_machine.travel(JULY, tick=False):
        press(centre, rival_key, "rivalplace", "opened", times=9)
    assert json.dumps(as_json(figures.preview(centre, "acme", "2026-Q3"))) == before
    assert "rival" not in before


def test_a_service_without_a_button_can_be_previewed_too(centre: Centre) -> None:
    directory.add_service(centre, "blox", name="Blox", aliases=[], kind="game")
    for _ in range(16):
        decided(centre, service="blox")
    preview = figures.preview(centre, "blox", "2026-Q3")
    assert preview.tier is None
    assert 11 <= rows(centre, "blox", table="totals", month="")[0]["observation"] <= 21
    assert rows(centre, "blox", table="placements") == []


@pytest.mark.parametrize("unknown", ["nobody", "", "ACME", "acme\0", "\ud800", "x" * 5000, "acme' OR '1'='1"])
def test_an_unknown_provider_is_not_found(centre: Centre, unknown: str) -> None:
    provider(centre, "acme")
    with pytest.raises(NotFound, match="is not in the directory"):
        figures.preview(centre, unknown, "2026-Q3")


@on_sqlite
@pytest.mark.parametrize("period", ["", "2026", "2026-Q5", "2026-07", "2026-Q3 to 2026-Q4"])
def test_any_other_period_is_refused(centre: Centre, period: str) -> None:
    provider(centre, "acme")
    with pytest.raises(Refused, match="like 2026-Q3"):
        figures.preview(centre, "acme", period)


def test_what_makes_the_numbers_cannot_see_a_report() -> None:
    program = (
        "import sys, report_abuse_receiver.feedback.figures; print([name for name in sys.modules if 'store' in name])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "report_abuse_receiver.store.feedback.facts" in ran.stdout
    for closed in ("reports", "drafts", "decisions", "imports", "outbox"):
        assert f"report_abuse_receiver.store.{closed}'" not in ran.stdout
