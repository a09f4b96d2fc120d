"""The attack: what a reader who keeps every release can work out about each count behind it (P63).

A published number leaves a bracket of true counts: a shown 12 stands for 7 to 17, "fewer than 5" for 0 to 9. Counts
add up: months to the quarter, quarters to the year, the codes of a column to the count without it. What a sum leaves
impossible is cut off, until nothing moves any more. The sums come from the rows that were published, so a new table
brings its own. The reader also knows that equal facts show equal numbers: where a part and its whole show different
ones, the whole holds at least one fact more. What is certain is used; what is only likely is not.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple, cast

from report_abuse_receiver.rules.feedback.brackets import UNKNOWN, Bracket, Relation, propagate
from report_abuse_receiver.rules.feedback.disclosure import FLOOR, MAX_CHANGE, Status, noise_row
from report_abuse_receiver.rules.feedback.lattice import SPLITS, TABLES, Cell, Observation
from report_abuse_receiver.rules.feedback.periods import Quarter, Year
from report_abuse_receiver.rules.feedback.pooling import ALL

NARROW = 3  # a bracket narrower than this tells a small count, in facts
SMALL = range(1, FLOOR)  # the true counts that must not be told

Shown = tuple[int | None, Status]  # an observation and its status, as published
Codes = tuple[tuple[str, str], ...]  # columns and their codes, by column

SOURCES = {table.name: table.source for table in TABLES}
_COLUMNS = tuple(sorted(column for column in SPLITS if column != "pool"))
_TIME = "time"


class Place(NamedTuple):
    """Where a count stands: whose it is (a provider's or a pool's), made from what, when, and of which codes.

    `time` is a month, a quarter or a year, such as 2026-02, 2026-Q1 and 2025. Equal places hold the same facts,
    whichever tables they stand in.
    """

    holder: str
    source: str
    time: str
    codes: Codes = ()


def published(rows: Iterable[Observation]) -> dict[Place, Shown]:
    """Where each row of a release stands and what it shows; a place told in one row and withheld in another is told."""
    told: dict[Place, Shown] = {}
    for row in rows:
        place = place_of(row)
        if told.get(place, _NOTHING) == _NOTHING:
            told[place] = cast("Shown", (row["observation"], row["observation_status"]))
    return told


def place_of(row: Observation) -> Place:
    """Where a row stands."""
    codes = tuple((column, str(row[column])) for column in _COLUMNS if row[column])
    holder, time = row.get("pool") or row["provider"], row["month"] or row["period"]
    return Place(str(holder), SOURCES[str(row["table"])], str(time), codes)


@cache
def stands_for(observation: int | None, status: Status) -> Bracket:
    """The true counts that can be published so, by the rows of noise themselves."""
    if status == "not_shown":
        return 0, UNKNOWN
    least, most = (0, FLOOR) if observation is None else (observation - MAX_CHANGE, observation)
    counts = [count for count in range(max(least, 0), most + MAX_CHANGE + 1) if _can_show(count, observation)]
    return counts[0], counts[-1]


def relations(told: Mapping[Place, Shown]) -> list[Relation[Place]]:
    """Every sum within each holder: of what is published, and of the wholes that it implies although none shows them.

    A part of which nothing is known, such as a quarter without a release, is named all the same.
    """
    closed = _closed(told)
    families: dict[Place, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    belongs = ((part, by, whole) for part in closed for by, whole in _wholes(part))
    for part, by, whole in belongs:
        if whole in closed:
            families[whole][by].append(part)
    return [
        Relation(whole, tuple(dict.fromkeys(parts)), apart=_apart(whole, parts, told))
        for whole, family in families.items()
        for parts in ([*parts, *_times_missing(whole, by)] for by, parts in family.items())
    ]


def attacked(
    told: Mapping[Place, Shown],
    *,
    read: Callable[[int | None, Status], Bracket] = stands_for,
    besides: Mapping[Place, Bracket] | None = None,
) -> dict[Place, Bracket]:
    """What all that was told, taken together, leaves possible of each count that it tells of or implies.

    `read` is what a number stands for under the method it was published by; `besides` is known from elsewhere.
    """
    known = {place: read(*shown) for place, shown in told.items()}
    for place, (low, high) in (besides or {}).items():
        least, most = known.get(place, (0, UNKNOWN))
        known[place] = max(low, least), min(high, most)
    return propagate(known, relations(told))


def unions(pools: Iterable[Place], *, kinds: Mapping[str, str]) -> list[Relation[Place]]:
    """How the pools lie over the providers: each incident counts once, at however many services it happened.

    `kinds` are the services and their types. Incidents at no known service are in the pool of all as well.
    """
    wholes = list(pools)
    families = [(pool, _pooled(pool, kinds)) for pool in wholes]
    families += [(pool, _pools_of_types(pool, kinds)) for pool in wholes if pool.holder == ALL]
    return [Relation(pool, (*parts, *_nowhere(pool)), disjoint=False) for pool, parts in families if parts]


def disclosed(brackets: Mapping[Place, Bracket], counts: Mapping[Place, int]) -> list[Place]:
    """The places whose true count is 1 to 4 and stands in a bracket narrower than 3; `counts` are `true_counts`."""
    narrow = (place for place, (low, high) in brackets.items() if high - low < NARROW)
    return [place for place in narrow if counts[place] in SMALL]


def true_counts(places: Iterable[Place], cells: Mapping[tuple[str, ...], Sequence[Cell]]) -> dict[Place, int]:
    """The true count of each place of one holder and source, from its cells by month: `cells` by their columns."""
    wanted = list(places)
    tally: Counter[tuple[str, Codes]] = Counter()
    for columns in {tuple(column for column, _ in place.codes) for place in wanted}:
        finest = min((split for split in cells if set(columns) <= set(split)), key=len)
        for cell in cells[finest]:
            codes = tuple((column, cell.dimensions[column]) for column in columns)
            tally.update({(time, codes): cell.count for time in _times(cell.dimensions["month"])})
    return {place: tally[place.time, place.codes] for place in wanted}


_NOTHING: Shown = (None, "not_shown")


def _pooled(pool: Place, kinds: Mapping[str, str]) -> list[Place]:
    services = (service for service, kind in kinds.items() if pool.holder in (ALL, f"type:{kind}"))
    return [pool._replace(holder=service, source="facts") for service in services]


def _pools_of_types(pool: Place, kinds: Mapping[str, str]) -> list[Place]:
    return [pool._replace(holder=f"type:{kind}") for kind in sorted(set(kinds.values()))]


def _nowhere(pool: Place) -> list[Place]:
    return [pool._replace(holder="", source="facts")] if pool.holder == ALL else []


def _can_show(count: int, observation: int | None) -> bool:
    changed = (count + change for change in noise_row(count).changes)
    return any(one < FLOOR if observation is None else one == observation for one in changed)


def _closed(places: Iterable[Place]) -> dict[Place, None]:
    """The places and all their wholes, up to the longest time that is published at all."""
    closed: dict[Place, None] = dict.fromkeys(places)
    times = {place.time for place in closed}
    waiting = deque(closed)
    while waiting:
        wholes = (whole for _, whole in _wholes(waiting.popleft()) if whole.time in times)
        new = [whole for whole in wholes if whole not in closed]
        closed |= dict.fromkeys(new)
        waiting.extend(new)
    return closed


def _wholes(part: Place) -> Iterator[tuple[str, Place]]:
    """The places of which this one is a part, each with what it is a part by: a column, or time."""
    holder, source, time, codes = part
    for index, (column, _) in enumerate(codes):
        yield column, Place(holder, source, time, codes[:index] + codes[index + 1 :])
    longer = _longer(time)
    if longer:
        yield _TIME, Place(holder, source, longer, codes)


def _times_missing(whole: Place, by: str) -> Iterator[Place]:
    if by == _TIME:
        yield from (whole._replace(time=time) for time in _shorter(whole.time))


def _apart(whole: Place, parts: Iterable[Place], told: Mapping[Place, Shown]) -> frozenset[Place]:
    shown = told.get(whole, _NOTHING)
    if shown == _NOTHING:
        return frozenset()
    return frozenset(part for part in parts if told.get(part, _NOTHING) not in (shown, _NOTHING))


def _times(month: str) -> Iterator[str]:
    """A month, its quarter and its year."""
    time: str | None = month
    while time:
        yield time
        time = _longer(time)


@cache
def _longer(time: str) -> str | None:
    """The quarter of a month, the year of a quarter; none for a year."""
    year, _, rest = time.partition("-")
    if not rest:
        return None
    return str(int(year) - (rest == "Q1")) if rest.startswith("Q") else f"{year}-Q{(int(rest) + 2) // 3}"


@cache
def _shorter(time: str) -> tuple[str, ...]:
    """The months of a quarter, the quarters of a year."""
    if "-" in time:
        return Quarter.parse(time).months
    return tuple(str(quarter) for quarter in Year(int(time)).quarters)
