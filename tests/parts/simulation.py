"""A year of facts that nobody lived: two hundred services of Zipf sizes, each with a mixture of its own, from one seed.

Sizes are what the attack depends on: a few services are large, most see a handful of incidents a year, so that nearly
every cell is 0 or 1. A twentieth of the incidents happened at two services, some at none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from report_abuse_receiver.ground.scheme.scheme import load_scheme
from report_abuse_receiver.rules.feedback import lattice
from report_abuse_receiver.rules.feedback.attack import Place, Shown, published, true_counts
from report_abuse_receiver.rules.feedback.disclosure import Discloser
from report_abuse_receiver.rules.feedback.lattice import TABLES, Observation
from report_abuse_receiver.rules.feedback.periods import Year
from report_abuse_receiver.store.feedback.facts import KEY_SPACE, Cell, FactRow

YEAR = Year(2025)
SCHEME = load_scheme()
#: How often each code is met, all services together; a code that is not here weighs 1. Of what children reported to the
#: centre of the papers in 2008/09, 89 % was grooming; of everything it is somewhat more than half here.
MIXTURE: Mapping[str, Mapping[str, float]] = {
    "category": {"grooming": 85, "sexual_talk": 14, "coercion": 10, "child_image": 9, "out_of_remit": 9, "meeting": 8,
                 "sexual_behaviour": 8, "risky_behaviour": 5, "exploitation": 3, "other": 3},
    "age_band": {"11-13": 30, "14-15": 28, "16-17": 20, "0-10": 9, "unknown": 8, "adult": 5},
    "reporter": {"child_self": 50, "parent": 20, "child_other": 12, "professional": 6, "other_adult": 6},
    "contact": {"direct_message": 35, "game_chat": 18, "group": 10, "voice_video": 9, "public_post": 8,
                "friend_request": 6, "live_stream": 5, "unknown": 4, "other": 3},
    "moved_to": {"none": 45, "messenger": 20, "unknown": 10, "social": 9, "video_chat": 8, "game": 4, "phone": 3},
    "time_to_report": {"week": 30, "month": 25, "same_day": 15, "longer": 15, "unknown": 15},
    "outcome": {"advice": 30, "disseminated": 25, "signposted": 15, "no_action": 13, "referred": 12, "operations": 5,
                "duplicate": 0},
}  # fmt: skip
#: School terms are busier than holidays, from April to March.
SEASON = (9, 10, 9, 7, 6, 9, 11, 10, 8, 10, 9, 10)
_PLACEMENTS = ("chat", "profile", "help")
_TWICE, _NOWHERE = 0.05, 0.02


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """What a year brought: the facts of every service by its id, and the presses of its buttons as cells."""

    seed: int
    facts: Mapping[str, Sequence[FactRow]]
    presses: Mapping[str, Sequence[Cell]]

    @property
    def discloser(self) -> Discloser:
        """The method, with this year's key."""
        return Discloser(Random(self.seed).randbytes(32))


@dataclass(frozen=True)
class _Service:
    """What its users meet with: its codes, each heavier or lighter than elsewhere, and how the year goes for it."""

    codes: Mapping[str, tuple[tuple[str, ...], list[float]]]
    months: list[float]


def simulate(seed: int, reports: int, services: int = 200) -> Simulated:
    """The same year for the same seed."""
    random = Random(seed)
    names = [f"service-{number:03}" for number in range(1, services + 1)]
    drawn = [_service(random) for _ in names]
    zipf = list(accumulate(1 / number for number in range(1, services + 1)))
    facts: dict[str, list[FactRow]] = {name: [] for name in names}
    for number in range(reports):
        numbers = {random.choices(range(services), cum_weights=zipf)[0] for _ in range(1 + (random.random() < _TWICE))}
        said = _incident(random, drawn[min(numbers)], f"{number:016x}")
        for at in numbers if random.random() >= _NOWHERE else ():
            facts[names[at]].append(FactRow(**said, service=names[at], record_key=random.randrange(KEY_SPACE)))
    return Simulated(seed=seed, facts=facts, presses={name: _presses(random, rows) for name, rows in facts.items()})


def _service(random: Random) -> _Service:
    codes = {
        name: (codes, list(accumulate(MIXTURE[name].get(code, 1) * random.gammavariate(2, 0.5) for code in codes)))
        for name, codes in SCHEME.vocabularies.items()
        if name in MIXTURE
    }
    growth = random.uniform(-0.05, 0.05)
    return _Service(codes, list(accumulate(weight * (1 + growth) ** month for month, weight in enumerate(SEASON))))


def _incident(random: Random, service: _Service, incident: str) -> dict[str, str]:
    codes = {name: random.choices(codes, cum_weights=weights)[0] for name, (codes, weights) in service.codes.items()}
    return {"month": random.choices(YEAR.months, cum_weights=service.months)[0], "incident": incident, **codes}


def _presses(random: Random, rows: Sequence[FactRow]) -> list[Cell]:
    """Eight openings and three starts for each that was sent, by placement."""
    presses: list[Cell] = []
    for (month, placement), sent in Counter((row.month, random.choice(_PLACEMENTS)) for row in rows).items():
        for event, count in (("opened", 8 * sent), ("started", 3 * sent), ("submitted", sent)):
            dimensions = {"month": month, "placement": placement, "event": event}
            presses.append(Cell(dimensions=dimensions, count=count, key=random.randrange(KEY_SPACE)))
    return presses


def cells(rows: Iterable[FactRow], columns: Sequence[str]) -> list[Cell]:
    """What the store would count: by month and these columns."""
    tally: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row in rows:
        tally[row.month, *(getattr(row, column) for column in columns)].append(row.record_key)
    names = ("month", *columns)
    return [
        Cell(dimensions=dict(zip(names, values, strict=True)), count=len(keys), key=sum(keys) % KEY_SPACE)
        for values, keys in tally.items()
    ]


def cells_by_columns(year: Simulated, service: str, source: str) -> dict[tuple[str, ...], Sequence[Cell]]:
    """The cells of a service that the tables of one source are filled with."""
    if source == "counters":
        return {("event", "placement"): year.presses[service]}
    tables = (table for table in TABLES if table.source == "facts")
    return {tuple(sorted(table.dimensions)): cells(year.facts[service], table.dimensions) for table in tables}


def releases(year: Simulated, service: str) -> Iterator[Observation]:
    """Every row of every table that may ever be told of a service in this year, whatever its tier."""
    codes = {**SCHEME.vocabularies, "placement": _PLACEMENTS}
    by_source = {source: cells_by_columns(year, service, source) for source in ("facts", "counters")}
    for table in TABLES:
        if table.source in by_source:
            of = by_source[table.source][tuple(sorted(table.dimensions))]
            for quarter in YEAR.quarters:
                yield from lattice.observations(
                    table, of, provider=service, quarter=quarter, codes=codes, discloser=year.discloser
                )


def told(year: Simulated, service: str) -> dict[Place, Shown]:
    """All that was ever told of a service, by where it stands."""
    return published(releases(year, service))


def true_counts_of(year: Simulated, service: str, places: Iterable[Place]) -> dict[Place, int]:
    """The true count of each of a service's places."""
    kept = list(places)
    return {
        place: count
        for source in ("facts", "counters")
        for place, count in true_counts(
            [one for one in kept if one.source == source], cells_by_columns(year, service, source)
        ).items()
    }
