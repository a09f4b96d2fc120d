"""How much a provider is told goes by published numbers alone, and what it is not told keeps its place (P56, P62)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_abuse_receiver.ground.scheme.scheme import Tiers
from report_abuse_receiver.rules.feedback.disclosure import FLOOR, Published
from report_abuse_receiver.rules.feedback.lattice import COLUMNS, TABLES, Observation, by_of
from report_abuse_receiver.rules.feedback.tiers import Tier, as_told, shows, tier_of
from tests.parts.released import TIERS

LIMITS = Tiers()


def published(*numbers: int) -> list[Published]:
    """Published totals, newest first; below the floor they are low."""
    return [Published(one, "shown") if one >= FLOOR else Published(None, "low") for one in numbers]


def row(table: str, number: int = 60, *, period: str = "2026-Q1", **said: str) -> Observation:
    empty: Observation = dict.fromkeys(COLUMNS, "")
    return empty | {"table": table, "period": period, "observation": number, "observation_status": "shown"} | said


def told(tier: Tier, *rows: Observation) -> list[int]:
    return [number for one in as_told(rows, tier=tier, limits=LIMITS) if isinstance(number := one["observation"], int)]


@pytest.mark.parametrize(
    ("newest", "tier"), [(0, "C"), (5, "C"), (9, "C"), (10, "B"), (49, "B"), (50, "A"), (5000, "A")]
)
def test_an_adopters_tier_goes_by_its_quarter(newest: int, tier: Tier) -> None:
    assert tier_of(published(newest, 900, 900, 900), adopter=True, limits=LIMITS) == tier


@pytest.mark.parametrize(
    ("quarters", "tier"), [((25, 0, 0, 0), "D"), ((0, 8, 8, 9), "D"), ((8, 8, 8, 4), None), ((0, 0, 0, 0), None)]
)
def test_a_service_without_a_button_is_told_something_from_25_in_four_quarters_on(
    quarters: tuple[int, ...], tier: Tier | None
) -> None:
    assert tier_of(published(*quarters), adopter=False, limits=LIMITS) == tier


def test_a_service_without_a_button_never_gets_more_than_a_page() -> None:
    assert tier_of(published(9000, 0, 0, 0), adopter=False, limits=LIMITS) == "D"


def test_the_thresholds_are_the_schemes() -> None:
    limits = Tiers(every_section=20, main_figures=15, button_figures=5, invitation=8)
    assert [tier_of(published(one, 0, 0, 0), adopter=True, limits=limits) for one in (14, 15, 20)] == ["C", "B", "A"]
    assert tier_of(published(8, 0, 0, 0), adopter=False, limits=limits) == "D"


def test_what_each_tier_is_told_by_quarter_and_by_year() -> None:
    by_tier = {
        tier: {(table.name, by) for table in TABLES for by in table.by if shows(tier, table, by)} for tier in TIERS
    }
    pooled = {("pooled_totals", "quarter"), ("pooled_categories", "quarter")}
    totals = {("totals", "quarter"), ("totals", "month")}
    assert by_tier["A"] == {(table.name, by) for table in TABLES for by in table.by}
    assert by_tier["B"] - {one for one in by_tier["B"] if one[1] == "year"} == pooled | totals | {
        ("categories", "quarter"), ("categories", "month"), ("placements", "quarter"),
    }  # fmt: skip
    assert {one for one in by_tier["A"] if one[1] == "year"} <= by_tier["B"]
    assert by_tier["C"] == pooled
    assert by_tier["D"] == pooled | totals


@pytest.mark.parametrize("tier", TIERS)
def test_what_is_withheld_keeps_its_row(tier: Tier) -> None:
    rows = [row(table.name, event="opened" if table.source == "counters" else "") for table in TABLES]
    given_out = list(as_told(rows, tier=tier, limits=LIMITS))
    assert [one["table"] for one in given_out] == [one["table"] for one in rows]
    assert {one["observation_status"] for one in given_out if one["observation"] is None} <= {"not_shown"}


@pytest.mark.parametrize(("openings", "is_told"), [((49,), False), ((50,), True), ((30, 20), True), ((30, 19), False)])
def test_few_reports_and_many_openings_still_tell_of_the_button(openings: tuple[int, ...], is_told: bool) -> None:
    rows = [row("placements", one, event="opened", placement=f"p{number}") for number, one in enumerate(openings)]
    rows.append(row("placements", 900, event="started", placement="p0"))
    assert bool(told("C", *rows)) == is_told
    assert told("B", *rows)


def test_a_row_says_which_stretch_of_time_it_speaks_of() -> None:
    assert by_of(row("totals")) == "quarter"
    assert by_of(row("totals", month="2026-01")) == "month"
    assert by_of(row("outcomes", period="2025")) == "year"


@given(st.lists(st.integers(0, 60), min_size=4, max_size=4), st.booleans())
def test_numbers_below_the_floor_count_as_none_in_every_tier(quarters: list[int], adopter: bool) -> None:
    raised = [one if one >= FLOOR else 0 for one in quarters]
    assert tier_of(published(*quarters), adopter=adopter, limits=LIMITS) == tier_of(
        published(*raised), adopter=adopter, limits=LIMITS
    )
