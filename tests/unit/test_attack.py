"""The attack cuts off what is impossible and nothing else, finds what naive methods give away, and mends it."""

from collections.abc import Iterable, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.rules.feedback import attack
from report_abuse_receiver.rules.feedback.attack import (
    Place,
    attacked,
    disclosed,
    place_of,
    published,
    relations,
    stands_for,
    true_counts,
    unions,
)
from report_abuse_receiver.rules.feedback.brackets import UNKNOWN, Relation, propagate
from report_abuse_receiver.rules.feedback.disclosure import FLOOR, noise_row
from report_abuse_receiver.rules.feedback.lattice import COLUMNS, TABLES, Observation
from report_abuse_receiver.rules.feedback.suppression import without_what_fails
from report_abuse_receiver.store.feedback.facts import Cell
from tests.parts.methods import NAIVE
from tests.parts.simulation import YEAR, releases, simulate, told, true_counts_of

QUARTER = "2026-Q1"
TOTAL = Place("acme", "facts", QUARTER)
FAR = {"2026-01": 8, "2026-02": 7, "2026-03": 9}


def row(table: str, observation: int | None, *, month: str = "", period: str = QUARTER, **codes: str) -> Observation:
    """One row of a release."""
    status = "low" if observation is None else "shown"
    where = {"period": period, "provider": "acme", "table": table, "month": month, **codes}
    return {**dict.fromkeys(COLUMNS, ""), **where, "observation": observation, "observation_status": status}


def place(time: str = QUARTER, **codes: str) -> Place:
    """Where a count of acme's facts stands."""
    return TOTAL._replace(time=time, codes=tuple(sorted(codes.items())))


@pytest.mark.parametrize("count", range(60))
def test_a_published_number_stands_for_every_count_that_can_show_it(count: int) -> None:
    for change in noise_row(count).changes:
        shown = count + change
        low, high = stands_for(shown, "shown") if shown >= FLOOR else stands_for(None, "low")
        assert low <= count <= high


def test_what_a_number_stands_for_is_read_off_the_noise() -> None:
    assert stands_for(None, "low") == (0, 9)
    assert (stands_for(5, "shown"), stands_for(6, "shown"), stands_for(60, "shown")) == ((1, 10), (1, 11), (55, 65))
    assert stands_for(None, "not_shown") == (0, UNKNOWN)


def test_a_sum_closes_the_brackets_of_its_whole_and_of_its_parts() -> None:
    known = {"whole": (10, 12), "one": (4, 20), "two": (5, 20)}
    assert propagate(known, [Relation("whole", ("one", "two"))]) == {"whole": (10, 12), "one": (4, 7), "two": (5, 8)}


def test_a_union_holds_each_part_and_at_most_all_of_them() -> None:
    known = {"whole": (10, 12), "one": (0, 20), "two": (3, 4)}
    left = propagate(known, [Relation("whole", ("one", "two"), disjoint=False)])
    assert left == {"whole": (10, 12), "one": (6, 12), "two": (3, 4)}


def test_a_part_that_is_less_than_the_whole_is_one_less_at_least() -> None:
    known = {"whole": (3, 9), "one": (4, 20), "two": (0, 20)}
    left = propagate(known, [Relation("whole", ("one", "two"), apart=frozenset({"one"}))])
    assert left == {"whole": (5, 9), "one": (4, 8), "two": (0, 5)}


def test_what_is_open_stays_open() -> None:
    left = propagate({"one": (2, 5)}, [Relation("whole", ("one", "two"))])
    assert left == {"one": (2, 5), "whole": (2, UNKNOWN), "two": (0, UNKNOWN)}


def test_what_one_sum_tells_is_used_in_all_others() -> None:
    """Two columns over one year: neither alone tells how many there are of `a` and `x`."""
    known = {"all": (9, 9), "a": (8, 9), "b": (0, 9), "ax": (0, 9), "ay": (6, 9), "x": (3, 9)}
    among = [
        Relation("all", ("a", "b")),
        Relation("a", ("ax", "ay")),
        Relation("x", ("ax", "bx")),
        Relation("b", ("bx",)),
    ]
    left = propagate(known, among)
    assert left["b"] == (0, 1)
    assert left["ax"] == (2, 3)


def test_the_sums_come_from_the_rows_that_were_published() -> None:
    rows = [row("totals", 24), *(row("totals", number, month=month) for month, number in FAR.items())]
    rows += [row("age_bands", 12, age_band="11-13"), row("age_bands", None, age_band="14-15")]
    found = {(one.whole, frozenset(one.parts)) for one in relations(published(rows))}
    months = frozenset(place(month) for month in FAR)
    assert found == {
        (place(), months),
        (place(), frozenset({place(age_band="11-13"), place(age_band="14-15")})),
    }


def test_a_year_is_the_sum_of_its_quarters_even_of_one_without_a_release() -> None:
    rows = [row("reporters", 30, period="2025", reporter="parent"), row("reporters", 12, reporter="parent")]
    sums = {one.whole: set(one.parts) for one in relations(published(rows)) if len(one.parts) > 1}
    quarters = {str(quarter) for quarter in YEAR.quarters}
    assert {one.time for one in sums[place("2025", reporter="parent")]} == quarters
    assert {one.time for one in sums[place("2025")]} == quarters


def test_a_new_table_brings_its_sums_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(attack.SOURCES, "contact_by_age", "facts")
    rows = [row("contact_by_age", 9, contact=contact, age_band=age) for contact, age in product("xy", "ab")]
    wholes = {one.whole: set(one.parts) for one in relations(published(rows))}
    assert wholes[place(contact="x")] == {place(contact="x", age_band=age) for age in "ab"}
    assert wholes[place()] <= {place(contact=contact) for contact in "xy"} | {place(age_band=age) for age in "ab"}


def test_every_table_that_is_declared_is_attacked() -> None:
    for table in TABLES:
        codes = dict.fromkeys(table.dimensions, "x")
        assert place_of(row(table.name, None, **codes)).source == table.source


def test_a_pool_lies_over_the_services_of_its_type_and_over_what_happened_nowhere() -> None:
    kinds = {"acme": "game", "bolt": "game", "chit": "social"}
    game, every = (Place(holder, "pools", QUARTER) for holder in ("type:game", "all"))
    parts = {(one.whole, tuple(part.holder for part in one.parts)) for one in unions([game, every], kinds=kinds)}
    assert parts == {
        (game, ("acme", "bolt")),
        (every, ("acme", "bolt", "chit", "")),
        (every, ("type:game", "type:social", "")),
    }


def test_small_counts_in_narrow_brackets_are_given_away_and_no_others() -> None:
    brackets = {place(month): ends for month, ends in zip(FAR, [(1, 3), (1, 4), (4, 6)], strict=True)}
    assert disclosed(brackets, dict.fromkeys(brackets, 3)) == [place("2026-01"), place("2026-03")]
    assert disclosed(brackets, dict.fromkeys(brackets, 5)) == []


def test_true_counts_are_those_of_the_cells_by_month_quarter_and_year() -> None:
    cells = {("category",): [Cell(dimensions={"month": month, "category": "other"}, count=count, key=0)
                             for month, count in FAR.items()]}  # fmt: skip
    places = [place("2026-02", category="other"), place(category="other"), place("2025"), place(category="missing")]
    assert list(true_counts(places, cells).values()) == [7, 24, 24, 0]


@given(seed=st.integers(0, 10_000), reports=st.integers(0, 400))
@settings(max_examples=12, deadline=None)
def test_no_true_count_is_ever_cut_off(seed: int, reports: int) -> None:
    year = simulate(seed, reports, services=3)
    for service in year.facts:
        brackets = attacked(told(year, service))
        for one, count in true_counts_of(year, service, brackets).items():
            low, high = brackets[one]
            assert low <= count <= high


def test_the_attack_breaks_naive_suppression() -> None:
    """Seven in January and two more in the quarter: hiding the two hides nothing."""
    counts = {place(): 9, place("2026-01"): 7, place("2026-02"): 2, place("2026-03"): 0}
    left = NAIVE.attacked(counts)
    assert left[place("2026-02")] == (2, 2)
    assert disclosed(left, counts) == [place("2026-02")]


def opposite() -> list[Observation]:
    """Thirteen shown as 9, twelve of them shown as 17: whoever the thirteenth is has an age band to himself."""
    bands = {"11-13": 17, "14-15": None, "16-17": None}
    return [row("totals", 9), *(row("age_bands", shown, age_band=band) for band, shown in bands.items()),
            row("reporters", 12, reporter="parent"), row("reporters", None, reporter="agency")]  # fmt: skip


TRUE = {place(): 13, place(age_band="11-13"): 12, place(age_band="14-15"): 1}


def counts(places: Iterable[Place]) -> Mapping[Place, int]:
    """The true counts behind `opposite`."""
    return {one: TRUE.get(one, 0) for one in places}


def test_noise_at_its_opposite_ends_gives_a_count_away() -> None:
    left = attacked(published(opposite()))
    assert left[place(age_band="14-15")] == (0, 2)
    assert disclosed(left, counts(left)) == [place(age_band="14-15")]


def test_a_table_that_gives_a_count_away_is_withheld_whole_and_nothing_else() -> None:
    mended = without_what_fails(opposite(), counts=counts)
    statuses = {(str(one["table"]), str(one["observation_status"])) for one in mended}
    assert statuses == {("totals", "shown"), ("age_bands", "not_shown"), ("reporters", "shown"), ("reporters", "low")}
    assert len(mended) == len(opposite())
    left = attacked(published(mended))
    assert disclosed(left, counts(left)) == []


def test_what_was_told_before_counts_and_what_fails_without_it_does_not() -> None:
    before = [row("totals", 9), row("age_bands", 17, age_band="11-13"), row("age_bands", None, age_band="14-15")]
    with pytest.raises(Refused, match="whatever is withheld"):
        without_what_fails([], before=before, counts=counts)


def test_a_release_that_gives_nothing_away_is_told_as_it_is() -> None:
    year = simulate(5, 200, services=1)
    rows = list(releases(year, "service-001"))
    assert without_what_fails(rows, counts=lambda places: true_counts_of(year, "service-001", places)) == rows
