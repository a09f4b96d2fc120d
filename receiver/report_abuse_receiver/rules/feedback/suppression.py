"""Withholding: tables that a release does not tell after all, because beside its other figures they would tell a child.

Noise is bounded, so numbers that lie at its opposite ends can leave a small count between them no room. It is rare. The
table that would tell it is then withheld whole, for that stretch of time: one blank row alone would be undone by
subtraction, and would show where to look.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.rules.feedback.attack import Place, attacked, disclosed, place_of, published
from report_abuse_receiver.rules.feedback.lattice import By, Observation, by_of, suppressed

#: The true counts of these places.
Counts = Callable[[Iterable[Place]], Mapping[Place, int]]
#: A table, and the stretch of time that its rows speak of.
_Part = tuple[str, By]


def without_what_fails(
    rows: Sequence[Observation], *, before: Sequence[Observation] = (), counts: Counts
) -> list[Observation]:
    """The rows of one provider's release, those of every part withheld that gives away a small count.

    `before` are the rows of earlier releases that add up with these: what was told stays told. Raises Refused where
    nothing is left to withhold.
    """
    kept = list(rows)
    while failing := _failing([*before, *kept], counts):
        parts = _to_suppress(kept, failing)
        if not parts:
            raise Refused("these figures would tell how few incidents a count stands for, whatever is withheld")
        kept = [suppressed(row) if _part(row) in parts else row for row in kept]
    return kept


def _failing(rows: Iterable[Observation], counts: Counts) -> set[Place]:
    own = [row for row in rows if not row["pool"]]
    if all(row["observation"] is None for row in own):  # as with most providers: 0 to 9 each, whatever is added up
        return set()
    brackets = attacked(published(own))
    return set(disclosed(brackets, counts(brackets)))


def _to_suppress(rows: Iterable[Observation], failing: set[Place]) -> set[_Part]:
    """The parts that tell of a failing count; where none does, the first that tells anything, the finest first."""
    told = [row for row in rows if row["observation_status"] != "not_shown" and not row["pool"]]
    own = {_part(row) for row in told if place_of(row) in failing}
    finest = sorted(told, key=lambda row: (by_of(row) != "year", -len(place_of(row).codes)))
    return own or {_part(row) for row in finest[:1]}


def _part(row: Observation) -> _Part:
    return str(row["table"]), by_of(row)
