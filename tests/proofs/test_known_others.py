"""The strongest intruder knows every fact but one: how well can it tell from a year's releases if that one is there?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import inf, log
from random import Random

import pytest

from report_abuse_receiver.rules.feedback.attack import Place, Shown
from report_abuse_receiver.rules.feedback.disclosure import FLOOR, noise_row
from report_abuse_receiver.store.feedback.facts import FactRow
from tests.parts.simulation import Simulated, simulate, told, true_counts_of
from tests.proofs import page

REPORTS, FACTS, LEAST = 5_000, 400, 40  # a year's reports, facts tried, and facts of a service that is told something
SURE = log(20)

Counts = Mapping[Place, int]


@dataclass(frozen=True)
class Weighed:
    """How the evidence of all cells weighs, once with the fact there and once without: the logarithm of the odds."""

    there: float
    not_there: float


def weigh(year: Simulated, fact: FactRow) -> Weighed:
    """Publish a service's year with and without one fact, and weigh each as one who knows all other facts."""
    service = str(fact.service)
    without = replace(year, facts={**year.facts, service: [one for one in year.facts[service] if one is not fact]})
    with_it = told(year, service)
    counts, others = (true_counts_of(one, service, with_it) for one in (year, without))
    touched = {place: count for place, count in counts.items() if count != others[place]}
    return Weighed(_odds(with_it, touched), _odds(told(without, service), touched))


def _odds(shown: Mapping[Place, Shown], counts: Counts) -> float:
    """Every cell that would hold the fact is a witness, those of equal facts together one."""
    witnesses = {(count, shown[place]) for place, count in counts.items()}
    return sum(_weight(number, count) for count, (number, _) in witnesses)


@cache
def _weight(shown: int | None, count: int) -> float:
    there, not_there = _chance(shown, count), _chance(shown, count - 1)
    if not there:
        return -inf
    return log(there / not_there) if not_there else inf


def _chance(shown: int | None, count: int) -> float:
    row = noise_row(count)
    seen = ((count + change, chance) for change, chance in zip(row.changes, row.chances, strict=True))
    return sum(chance for one, chance in seen if (one < FLOOR if shown is None else one == shown))


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_who_knows_every_other_fact_learns_more_than_chance_and_the_docs_say_how_much() -> None:
    year = simulate(1, REPORTS)
    random = Random(1)
    facts = [fact for rows in year.facts.values() if len(rows) >= LEAST for fact in rows]
    weighed = [weigh(year, fact) for fact in random.sample(facts, FACTS)]
    page.write("Whoever knows all the others", _report(weighed))
    assert sum(one.there > 0 for one in weighed) > FACTS / 2


def _report(weighed: list[Weighed]) -> Iterator[str]:
    yield from WHAT.splitlines()
    yield ""
    right = sum((one.there > 0) + (one.not_there < 0) for one in weighed) / 2
    sure = sum((one.there > SURE) + (one.not_there < -SURE) for one in weighed) / 2
    wrong = sum((one.there < -SURE) + (one.not_there > SURE) for one in weighed) / 2
    yield from page.table(
        ("of the guesses", "share"),
        (
            ("right", f"{100 * right / len(weighed):.0f} %"),
            ("right, and 20 to 1 sure of it", f"{100 * sure / len(weighed):.0f} %"),
            ("wrong, and 20 to 1 sure of it", f"{100 * wrong / len(weighed):.1f} %"),
        ),
    )


WHAT = f"""An intruder who knows every fact of a service and all its codes, but for one, asks the releases of a whole
year whether that one is there. Half of the guesses are right by chance. This is no subtraction: each cell that would
hold the fact is one more witness, and a fact stands in up to sixteen. Bounded noise does not stand against it; nothing
but fewer tables or more noise would. {FACTS} facts of services with {LEAST} and more, of {REPORTS:,} reports a year,
every table told."""
