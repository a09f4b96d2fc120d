"""Pooling: which figures of many services together may be told, so that none of them is told of another (P64).

Noise protects persons; a service of a hundred reports it does not hide. A pooled cell therefore needs five
contributors, and whoever looks, a contributor who takes its own away or an outsider, must find the largest of the rest
at most 75 % of what remains, and the remainder without it at least 10 % of it.

Cells add up, so a cell that is withheld must not be what is left over between a sum and its other parts: what a sum
lacks, taken together, keeps the same rule, or more is withheld. It is settled once for all recipients of a period, as
if they put their releases side by side.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

LEAST = 5  # contributing services
LARGEST = 75  # per cent of what remains, that the largest of the rest may be
HIDDEN_BY = 10  # per cent of the largest, that the rest of the remainder must be
ALL = "all"  # the pool of all services
WHOLE = ""  # all categories together

#: A pool and a category.
Cell = tuple[str, str]
#: How many facts each service has in a cell.
Parts = Mapping[str, int]


def keeps_secret(parts: Iterable[int], *, incidents: int | None = None) -> bool:
    """Whether a sum of these contributions tells nobody the size of one of them.

    `incidents` is what will be told, where one incident at two services makes it less than the sum.
    """
    counts = sorted((count for count in parts if count > 0), reverse=True)
    if len(counts) < LEAST:
        return False
    whole = sum(counts) if incidents is None else min(incidents, sum(counts))
    first, second, *_ = counts
    # Whoever takes away least of the rest sees most: an outsider, the largest itself, and else the second largest.
    seen = ((whole, first), (whole - first, second), (whole - second, first))
    return all(_is_hidden(largest, among=rest) for rest, largest in seen)


def told(parts: Mapping[Cell, Parts], *, incidents: Mapping[Cell, int]) -> frozenset[Cell]:
    """The cells that may be told; `parts` are those of the pools of a type by category, `incidents` of every cell."""
    grid = _with_sums(parts)
    shown = {cell for cell, of in grid.items() if keeps_secret(of.values(), incidents=incidents.get(cell, 0))}
    lines = _lines(grid)
    while hide := next((cell for whole, below in lines if (cell := _to_hide(whole, below, grid, shown))), None):
        shown.discard(hide)
    return frozenset(shown)


def _is_hidden(largest: int, *, among: int) -> bool:
    return 100 * largest <= LARGEST * among and 100 * (among - largest) >= HIDDEN_BY * largest


def _with_sums(parts: Mapping[Cell, Parts]) -> dict[Cell, Counter[str]]:
    grid: dict[Cell, Counter[str]] = {}
    for (pool, category), of in parts.items():
        for cell in product((pool, ALL), (category, WHOLE)):
            grid.setdefault(cell, Counter()).update(of)
    return grid


def _lines(grid: Mapping[Cell, Parts]) -> list[tuple[Cell, Sequence[Cell]]]:
    """Each cell that is a sum with its parts: by category within a pool, by type of service within a category."""
    pools, categories = (sorted({cell[side] for cell in grid}) for side in (0, 1))
    by_category = [((pool, WHOLE), [(pool, one) for one in categories if one != WHOLE]) for pool in pools]
    by_type = [((ALL, category), [(one, category) for one in pools if one != ALL]) for category in categories]
    return [(whole, [cell for cell in below if cell in grid]) for whole, below in (*by_category, *by_type)]


def _to_hide(whole: Cell, below: Sequence[Cell], grid: Mapping[Cell, Counter[str]], shown: set[Cell]) -> Cell | None:
    """The next cell that has to go: any part of a sum that is withheld, else the smallest that leaves a safe rest."""
    candidates = sorted((cell for cell in below if cell in shown), key=lambda cell: (grid[cell].total(), cell))
    if not candidates:
        return None
    lacking: Counter[str] = Counter()
    for cell in below:
        if cell not in shown:
            lacking.update(grid[cell])
    is_safe = whole in shown and (not lacking or keeps_secret(lacking.values()))
    return None if is_safe else candidates[0]
