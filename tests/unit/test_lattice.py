"""The declared tables are all there is; every row is always there; equal facts show equal numbers everywhere (P63)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.rules.feedback import lattice
from report_abuse_receiver.rules.feedback.disclosure import FLOOR, Discloser
from report_abuse_receiver.rules.feedback.lattice import (
    COLUMNS,
    LATTICE_VERSION,
    SPLITS,
    TABLES,
    Observation,
    Table,
    by_of,
)
from report_abuse_receiver.rules.feedback.periods import Quarter, Year

FIRST, THIRD = Quarter(2026, 1), Quarter(2026, 3)
YEAR = Year(2025)
CODES = {
    "category": ("meeting", "grooming", "other"),
    "placement": ("chat", "profile"),
    "event": ("opened", "started", "submitted"),
    "age_band": ("11-13", "14-15"),
    "contact": ("group", "unknown"),
    "moved_to": ("none", "phone"),
    "reporter": ("child_self", "parent"),
    "time_to_report": ("week", "unknown"),
    "outcome": ("advice", "referred"),
    "pool": ("type:game", "all"),
}
DISCLOSER = Discloser(bytes(range(32)))

# One line for each version that was ever released. A new table is a new version, a new line here, and a new audit.
KNOWN_LATTICES = {
    1: "b1c8f66a3020cfb51973908f785422942b3075b8ab26c1b86f67a8ee453e9595",
    2: "6e56b3b6eedde000759ea5f60da26b6b8580edb0f6a17a7b729d2621dc476970",
}


@dataclass(frozen=True)
class Fact:
    """One fact, press or pooled incident, as the store would keep it."""

    codes: tuple[tuple[str, str], ...]
    key: int

    def at(self, name: str) -> str:
        return dict(self.codes)[name]


@dataclass(frozen=True)
class StoredCell:
    """What the store's rollups give."""

    dimensions: Mapping[str, str]
    count: int
    key: int


FACTS = st.lists(
    st.builds(
        lambda key, **codes: Fact(tuple(codes.items()), key),
        key=st.integers(0, 2**32 - 1),
        month=st.sampled_from(YEAR.months),
        **{name: st.sampled_from(codes) for name, codes in CODES.items()},
    ),
    max_size=60,
)


def a_fact(key: int = 7, **codes: str) -> Fact:
    plain = {"month": "2026-02", **{name: values[0] for name, values in CODES.items()}}
    return Fact(tuple((plain | codes).items()), key)


def cells(facts: Iterable[Fact], by: Iterable[str]) -> list[StoredCell]:
    groups: dict[tuple[tuple[str, str], ...], list[int]] = defaultdict(list)
    for fact in facts:
        groups[tuple((name, fact.at(name)) for name in by)].append(fact.key)
    return [StoredCell(dict(place), len(keys), sum(keys) % 2**32) for place, keys in groups.items()]


def rows(table: Table, facts: Iterable[Fact], quarter: Quarter = FIRST) -> list[Observation]:
    stored = cells(facts, ("month", *table.dimensions))
    return list(lattice.observations(table, stored, provider="acme", quarter=quarter, codes=CODES, discloser=DISCLOSER))


def everything(facts: Iterable[Fact], quarter: Quarter = FIRST) -> list[Observation]:
    kept = list(facts)
    return [row for table in TABLES for row in rows(table, kept, quarter)]


def behind(row: Observation, facts: Iterable[Fact]) -> frozenset[Fact]:
    """The facts that a published row speaks of: an empty column means all."""
    months = {"month": (row["month"],), "quarter": FIRST.months, "year": YEAR.months}[by_of(row)]
    return frozenset(
        fact for fact in facts if fact.at("month") in months and all(row[name] in ("", fact.at(name)) for name in CODES)
    )


@given(FACTS)
@settings(max_examples=60, deadline=None)
def test_equal_sets_of_facts_show_equal_numbers_in_every_table(facts: list[Fact]) -> None:
    shown: dict[frozenset[Fact], set[tuple[object, object]]] = defaultdict(set)
    distinct = list(dict.fromkeys(facts))
    for row in everything(distinct):
        shown[behind(row, distinct)].add((row["observation"], row["observation_status"]))
    assert all(len(numbers) == 1 for numbers in shown.values())


@given(FACTS)
@settings(max_examples=30, deadline=None)
def test_every_row_shows_what_its_facts_and_the_sum_of_their_keys_come_to(facts: list[Fact]) -> None:
    distinct = list(dict.fromkeys(facts))
    for row in everything(distinct):
        counted = behind(row, distinct)
        published = DISCLOSER.show(len(counted), sum(fact.key for fact in counted) % 2**32)
        assert (row["observation"], row["observation_status"]) == (published.observation, published.status)


@given(FACTS, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_the_facts_does_not_matter(facts: list[Fact], random: Random) -> None:
    shuffled = random.sample(facts, len(facts))
    assert everything(facts) == everything(shuffled)


@given(FACTS)
@settings(max_examples=30, deadline=None)
def test_no_integer_below_the_floor_is_in_any_table(facts: list[Fact]) -> None:
    for row in everything(facts):
        numbers = [value for value in row.values() if isinstance(value, int)]
        assert all(number >= FLOOR for number in numbers)
        assert row["observation_status"] == ("shown" if numbers else "low")


def test_an_empty_quarter_and_a_quiet_one_look_the_same() -> None:
    assert everything([a_fact()]) == everything([])
    assert {row["observation_status"] for row in everything([])} == {"low"}


def test_every_declared_row_is_there_in_one_fixed_order() -> None:
    where = [(row["table"], row["month"], row["category"], row["placement"], row["event"]) for row in everything([])]
    months, categories = ("", *FIRST.months), CODES["category"]
    assert where[:16] == [
        *[("totals", month, "", "", "") for month in months],
        *[("categories", month, category, "", "") for month in months for category in categories],
    ]
    assert list(dict.fromkeys(table for table, *_ in where)) == [table.name for table in TABLES]
    assert [row["pool"] for row in everything([]) if row["table"] == "pooled_totals"] == list(CODES["pool"])


def test_a_row_has_the_columns_of_the_contract_in_their_order() -> None:
    contract = (
        "period, provider, table, month, category, placement, event, age_band, contact, moved_to, reporter, "
        "time_to_report, outcome, pool, observation, observation_status"
    )
    assert tuple(contract.split(", ")) == COLUMNS
    for row in everything([]):
        assert tuple(row) == COLUMNS
        assert row["provider"] == "acme"


def test_the_release_that_ends_a_year_speaks_of_the_year_and_no_other_does() -> None:
    assert {row["period"] for row in everything([])} == {"2026-Q1", "2025"}
    assert {row["period"] for row in everything([], THIRD)} == {"2026-Q3"}
    yearly = {row["table"] for row in everything([]) if row["period"] == "2025"}
    assert yearly == {table.name for table in TABLES if "year" in table.by}
    assert yearly & {row["table"] for row in everything([], THIRD)} == yearly - {"categories_by_age", "outcomes"}


def test_a_year_counts_its_twelve_months_and_no_other() -> None:
    spread = [a_fact(number, month=month) for number, month in enumerate(YEAR.months)]
    outside = [a_fact(99, month=month) for month in ("2025-03", "2026-04")]
    outcomes = next(table for table in TABLES if table.name == "outcomes")
    assert rows(outcomes, spread + outside) == rows(outcomes, spread)
    assert [behind(row, spread) for row in rows(outcomes, spread)] == [frozenset(spread), frozenset()]


def test_large_cells_are_shown_close_to_the_truth() -> None:
    facts = [a_fact(key * 97_531) for key in range(100)]
    for row in everything(facts):
        number = row["observation"]
        assert number is None if not behind(row, facts) else isinstance(number, int) and 95 <= number <= 105


def test_a_year_with_all_its_facts_in_one_month_shows_that_months_number() -> None:
    facts = [a_fact(key * 1_000_003) for key in range(12)]
    numbers = {row["observation"] for row in everything(facts)} - {None}
    assert len(numbers) == 1


@pytest.mark.parametrize("name", [name for name in CODES if name != "pool"])
def test_a_cell_outside_the_declaration_is_refused_rather_than_left_out(name: str) -> None:
    for table in (table for table in TABLES if name in table.dimensions):
        with pytest.raises(Refused, match=f"{table.name} has no row for .*invented"):
            rows(table, [a_fact(**{name: "invented"})])


def test_every_table_is_declared_once_and_splits_by_columns_of_the_contract() -> None:
    assert len({table.name for table in TABLES}) == len(TABLES)
    assert all(set(table.dimensions) <= set(SPLITS) for table in TABLES)


def test_a_changed_lattice_needs_a_new_version() -> None:
    assert KNOWN_LATTICES[LATTICE_VERSION] == lattice.fingerprint()


@pytest.mark.parametrize("more", [Table("dayparts", ("outcome",), by=("year",)), Table("totals", (), by=("year",))])
def test_a_table_added_or_redrawn_without_a_new_version_is_noticed(more: Table) -> None:
    for tables in ((*TABLES, more), TABLES[1:], (*TABLES[:-1], more)):
        assert lattice.fingerprint(tables) not in KNOWN_LATTICES.values()


def test_the_rules_that_make_numbers_know_no_report() -> None:
    for path in Path(lattice.__file__).parent.glob("*.py"):
        if path.stem in {"disclosure", "lattice", "periods", "pooling", "tiers"}:
            assert "report_abuse_receiver.store" not in path.read_text("utf-8")
