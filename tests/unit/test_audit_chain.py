"""The chain of the audit: whatever is done to its rows is found, and told with its number."""

from random import Random

import pytest

from report_abuse_receiver.store.audit import log
from tests.parts import tampering
from tests.parts.tampering import SEEN_FROM_INSIDE, TAMPERINGS, Trail, shipped_head

TIMES, ROWS = 1_000, 300
WHOLE = tampering.written(ROWS)


def checked(trail: Trail, *heads: int) -> log.Verdict:
    """The verdict on it, with heads that were shipped when the chain was so long."""
    return log.check(trail.rows, head=trail.head, shipped=[shipped_head(WHOLE, rows=rows) for rows in heads])


def test_a_thousand_tamperings_are_all_found_at_their_number() -> None:
    random, found = Random(9), 0
    for turn in range(TIMES):
        tamper = TAMPERINGS[turn % len(TAMPERINGS)]
        trail = tamper(WHOLE, random)
        verdict = checked(trail, 0, 100, 200, ROWS)
        expected = trail.broken_at or 0
        if tamper is tampering.write_anew:  # known to the hundred: the newest head before it is the last that fits
            expected = (expected - 1) // 100 * 100 + 1
        assert (verdict.broken_at, verdict.rows) == (expected, expected - 1), tamper.__name__
        assert verdict.wrong
        found += 1
    assert found == TIMES


@pytest.mark.parametrize("tamper", SEEN_FROM_INSIDE, ids=lambda one: one.__name__)
def test_most_of_it_is_found_without_any_head_kept_elsewhere(tamper: tampering.Tamper) -> None:
    random = Random(1)
    for _ in range(20):
        trail = tamper(WHOLE, random)
        assert checked(trail).broken_at == trail.broken_at


@pytest.mark.parametrize("tamper", [tampering.cut_with_its_head, tampering.write_anew], ids=lambda one: one.__name__)
def test_only_a_head_kept_elsewhere_tells_of_the_rest(tamper: tampering.Tamper) -> None:
    trail = tamper(WHOLE, Random(2))
    assert checked(trail).broken_at is None
    assert checked(trail, 0).broken_at is None
    assert checked(trail, ROWS).broken_at is not None


def test_a_chain_that_nobody_touched_fits_every_head_it_ever_had() -> None:
    assert checked(WHOLE, *range(ROWS + 1)) == log.Verdict(rows=ROWS, head=WHOLE.head[1])
    assert log.check([], head=(0, log.GENESIS)) == log.Verdict(rows=0, head=log.GENESIS)


def test_a_chain_that_grew_since_still_fits() -> None:
    grown = tampering.written(ROWS + 5)
    assert checked(grown, ROWS).rows == ROWS + 5
