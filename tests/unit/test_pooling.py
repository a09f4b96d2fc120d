"""No service can be read out of the figures of many, whoever looks and whatever they subtract (P64)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_abuse_receiver.rules.feedback.pooling import (
    ALL,
    HIDDEN_BY,
    LARGEST,
    LEAST,
    WHOLE,
    Cell,
    keeps_secret,
    told,
)

PARTS = st.lists(st.integers(0, 40), max_size=9)
POOLS = ("type:game", "type:social", "type:video")
CATEGORIES = ("grooming", "meeting", "other")
GRIDS = st.dictionaries(
    st.tuples(st.sampled_from(POOLS), st.sampled_from(CATEGORIES)),
    st.dictionaries(st.sampled_from("abcdefghijkl"), st.integers(1, 30), min_size=1, max_size=9),
    max_size=9,
).map(lambda grid: {cell: {f"{cell[0]}/{name}": n for name, n in parts.items()} for cell, parts in grid.items()})


def is_fair(parts: Sequence[int], *, whole: int) -> bool:
    """The contributor rule as it is written, asked for every recipient and for an outsider."""
    there = [one for one in parts if one]
    if len(there) < LEAST:
        return False
    for recipient in (None, *range(len(there))):
        rest = [one for number, one in enumerate(there) if number != recipient]
        remains = whole - (0 if recipient is None else there[recipient])
        largest = max(rest)
        if largest > LARGEST / 100 * remains or remains - largest < HIDDEN_BY / 100 * largest:
            return False
    return True


def everywhere(grid: Mapping[Cell, Mapping[str, int]]) -> dict[Cell, Counter[str]]:
    """The grid with its sums."""
    sums: dict[Cell, Counter[str]] = {}
    for (pool, category), parts in grid.items():
        for cell in ((pool, category), (pool, WHOLE), (ALL, category), (ALL, WHOLE)):
            sums.setdefault(cell, Counter()).update(parts)
    return sums


def shown(grid: Mapping[Cell, Mapping[str, int]]) -> frozenset[Cell]:
    sums = everywhere(grid)
    return told(grid, incidents={cell: parts.total() for cell, parts in sums.items()})


@given(PARTS)
@settings(max_examples=300)
def test_a_sum_is_told_if_and_only_if_every_recipient_and_an_outsider_are_kept_from_the_largest(
    parts: list[int],
) -> None:
    assert keeps_secret(parts) == is_fair(parts, whole=sum(parts))


@given(PARTS, st.integers(0, 200))
@settings(max_examples=300)
def test_incidents_at_several_services_hide_nobody_twice(parts: list[int], incidents: int) -> None:
    assert keeps_secret(parts, incidents=incidents) == is_fair(parts, whole=min(incidents, sum(parts)))


@pytest.mark.parametrize(
    ("parts", "is_told"),
    [
        ((), False),
        ((9, 9, 9, 9), False),
        ((9, 9, 9, 9, 9), True),
        ((9, 9, 9, 9, 0), False),
        ((900, 1, 1, 1, 1), False),
        ((300, 300, 1, 1, 1), False),  # one of the two knows itself, and sees the other
        ((30, 25, 20, 5, 5), True),
    ],
)
def test_five_services_are_needed_and_none_may_stand_out(parts: tuple[int, ...], is_told: bool) -> None:
    assert keeps_secret(parts) == is_told


def test_one_service_behind_nearly_all_shared_incidents_is_seen() -> None:
    assert keeps_secret((100, 25, 25, 25, 25))
    assert not keeps_secret((100, 25, 25, 25, 25), incidents=100)


@given(GRIDS)
@settings(max_examples=150, deadline=None)
def test_every_cell_told_keeps_the_rule_for_every_recipient(grid: dict[Cell, dict[str, int]]) -> None:
    sums = everywhere(grid)
    for cell in shown(grid):
        assert is_fair(list(sums[cell].values()), whole=sums[cell].total())


@given(GRIDS)
@settings(max_examples=150, deadline=None)
def test_what_a_sum_lacks_cannot_be_worked_out_by_subtraction(grid: dict[Cell, dict[str, int]]) -> None:
    sums, visible = everywhere(grid), shown(grid)
    for whole, parts in lines(sums):
        missing: Counter[str] = Counter()
        for cell in parts:
            if cell not in visible:
                missing.update(sums[cell])
        if whole in visible:
            assert not missing or is_fair(list(missing.values()), whole=missing.total())
        else:
            assert not visible & set(parts)


def lines(sums: Mapping[Cell, Counter[str]]) -> list[tuple[Cell, list[Cell]]]:
    pools = [((pool, WHOLE), [(pool, one) for one in CATEGORIES if (pool, one) in sums]) for pool in (*POOLS, ALL)]
    types = [
        ((ALL, category), [(pool, category) for pool in POOLS if (pool, category) in sums])
        for category in (*CATEGORIES, WHOLE)
    ]
    return [(whole, parts) for whole, parts in pools + types if whole in sums]


def test_a_type_of_one_service_is_not_what_is_left_over_from_all() -> None:
    games = {("type:game", "grooming"): {f"game{number}": 20 for number in range(6)}}
    lonely = {("type:video", "grooming"): {"tube": 40}}
    assert shown(games) >= {("type:game", "grooming"), (ALL, "grooming"), (ALL, WHOLE)}
    assert shown(games | lonely) == {(ALL, "grooming"), (ALL, WHOLE)}


def test_types_that_stand_each_for_themselves_are_all_told() -> None:
    grid = {
        (pool, category): {f"{pool}{number}": 10 for number in range(6)} for pool in POOLS for category in CATEGORIES
    }
    cells = {(pool, category) for pool in (*POOLS, ALL) for category in (*CATEGORIES, WHOLE)}
    assert shown(grid) == cells


@given(GRIDS)
@settings(max_examples=80, deadline=None)
def test_what_is_told_is_the_same_whoever_asks_and_in_whatever_order(grid: dict[Cell, dict[str, int]]) -> None:
    assert shown(grid) == shown(dict(reversed(grid.items())))


@given(GRIDS)
@settings(max_examples=60, deadline=None)
def test_two_recipients_who_put_their_releases_together_subtract_to_nobody(grid: dict[Cell, dict[str, int]]) -> None:
    sums, visible = everywhere(grid), shown(grid)
    if (ALL, WHOLE) not in visible:
        return
    open_types = [pool for pool in POOLS if (pool, WHOLE) in visible]
    for taken in chain.from_iterable(combinations(open_types, number) for number in range(len(open_types) + 1)):
        rest: Counter[str] = Counter()
        for pool in set(POOLS) - set(taken):
            rest.update(sums.get((pool, WHOLE), Counter()))
        assert not rest or is_fair(list(rest.values()), whole=rest.total())
