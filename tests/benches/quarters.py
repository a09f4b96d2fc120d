"""A provider's quarter at a hundred thousand facts and at ten million: from the rollups, and by counting the facts."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection

from report_abuse_receiver.store.engine import Database, open_database
from report_abuse_receiver.store.feedback import facts, rollups
from tests.benches.bulk import LARGEST, QUARTER, make

SIZES = (100_000, 10_000_000)
ROUNDS = 31
GOAL = 4.0

Question = Callable[[Connection], Any]


def measure(folder: Path) -> Iterator[str]:
    """The lines of the report."""
    databases = {size: open_database(make(folder / str(size), size)) for size in SIZES}
    times = {name: _times(databases, question) for name, question in _QUESTIONS.items()}
    _same_answer(databases[SIZES[0]])
    yield f"| the largest provider's quarter, median of {ROUNDS} | at {SIZES[0]:,} facts | at {SIZES[1]:,} | growth |"
    yield "|---|---|---|---|"
    for name, (small, large) in times.items():
        yield f"| {name} | {1000 * small:.2f} ms | {1000 * large:.2f} ms | {large / small:.1f} × |"
    table, release, plain = times.values()
    growth = max(table[1] / table[0], release[1] / release[0])
    yield ""
    yield f"Goal for the rollups: at most {GOAL:.0f} ×. **{'Kept' if growth <= GOAL else 'Missed'}: {growth:.1f} ×.**"
    yield f"At {SIZES[1]:,} facts they answer the same question {plain[1] / table[1]:.0f} times as fast."
    for database in databases.values():
        database.close()


def _table(conn: Connection) -> Any:
    return rollups.cells(conn, service=LARGEST, months=QUARTER, splits=["category"])


def _release(conn: Connection) -> Any:
    return rollups.cells(conn, service=LARGEST, months=QUARTER)


def _facts(conn: Connection) -> Any:
    return facts.cells(conn, service=LARGEST, months=QUARTER, by=("month", "category"))


_QUESTIONS: dict[str, Question] = {
    "categories by month, from the rollups": _table,
    "all nine splits by month, from the rollups": _release,
    "categories by month, GROUP BY on the facts with a covering index": _facts,
}


def _times(databases: dict[int, Database], question: Question) -> list[float]:
    """Interleaved, so that a busy moment hits both sizes."""
    taken: dict[int, list[float]] = {size: [] for size in databases}
    for _ in range(ROUNDS):
        for size, database in databases.items():
            with database.reading() as conn:
                start = time.perf_counter()
                question(conn)
                taken[size].append(time.perf_counter() - start)
    return [median(one) for one in taken.values()]


def _same_answer(database: Database) -> None:
    with database.reading() as conn:
        told, counted = _table(conn)["category"], _facts(conn)
    if [(one.count, one.key) for one in told] != [(one.count, one.key) for one in counted]:
        raise SystemExit("the rollups and the facts of this bench do not agree")
