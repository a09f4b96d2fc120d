"""What the audit says of itself: each break in one exact sentence, and each row as it was meant."""

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, create_engine, insert, select, text

from report_abuse_receiver.ground.audit.heads import Head
from report_abuse_receiver.store.audit import log
from report_abuse_receiver.store.schema import TABLES
from tests.parts import tampering
from tests.parts.acting import host
from tests.parts.tampering import shipped_head

WHOLE = tampering.written(5)
ROWS, HEAD = list(WHOLE.rows), WHOLE.head
#: Where somebody changed who did it, and hashed the row again.
ANEW = [replace(row, hash=row.own_hash) for row in (replace(one, staff="kim") for one in ROWS)]
SHIPPED_AT = "2026-07-03T16:20:00Z"

TOLD = {
    "one is gone": (ROWS[:2] + ROWS[3:], HEAD, 3, "row 3 is missing"),
    "two are gone": (ROWS[:2] + ROWS[4:], HEAD, 3, "rows 3 to 4 are missing"),
    "the last is gone": (ROWS[:4], HEAD, 5, "row 5 is missing: the head counts 5"),
    "the last two are gone": (ROWS[:3], HEAD, 4, "rows 4 to 5 are missing: the head counts 5"),
    "all are gone": ([], HEAD, 1, "rows 1 to 5 are missing: the head counts 5"),
    "one twice": (ROWS[:2] + ROWS[1:], HEAD, 3, "a row with the number 2 was put in before row 3"),
    "changed": (
        [*ROWS[:2], replace(ROWS[2], staff="kim"), *ROWS[3:]], HEAD, 3, "row 3 was changed after it was written",
    ),
    "moved": ([*ROWS[:2], replace(ROWS[4], seq=3), *ROWS[3:]], HEAD, 3, "row 3 was written as row 5"),
    "moved from the front": ([*ROWS[:2], replace(ROWS[0], seq=3), *ROWS[3:]], HEAD, 3, "row 3 was written as row 1"),
    "hashed again": (
        [*ROWS[:2], ANEW[2], *ROWS[3:]], HEAD, 4,
        "row 4 does not follow the row before it: one of them was put in, or written anew",
    ),
    "no head": (ROWS, None, 6, "the head is gone, so rows may be missing after row 5"),
    "no head and no row": ([], None, 1, "the head is gone, so rows may be missing after row 0"),
    "another head": (ROWS, (5, "x"), 6, "the head is not that of row 5: somebody changed it"),
    "another head before it": (ROWS, (5, ""), 6, "the head is not that of row 5: somebody changed it"),
    "from beyond the head": (
        [*ROWS[:2], replace(tampering.written(6).rows[5], seq=3)], HEAD, 3, "row 3 was changed after it was written",
    ),
    "an older head": (ROWS, (3, ROWS[2].hash), 4, "the head counts 3, and row 4 was put in after it"),
    "a head of nothing": (ROWS, (0, log.GENESIS), 1, "the head counts 0, and row 1 was put in after it"),
}  # fmt: skip


@pytest.mark.parametrize("what", TOLD)
def test_each_break_is_told_in_its_own_words(what: str) -> None:
    rows, head, broken_at, wrong = TOLD[what]
    expected = rows[broken_at - 2].hash if broken_at > 1 else log.GENESIS
    assert log.check(rows, head=head) == log.Verdict(
        rows=broken_at - 1, head=expected, broken_at=broken_at, wrong=wrong
    )


def test_a_head_that_was_shipped_tells_what_is_missing_since() -> None:
    longer = tampering.written(7)
    for kept, said in ((5, "rows 6 to 7 are missing"), (6, "row 7 is missing")):
        head = (kept, longer.rows[kept - 1].hash)
        verdict = log.check(longer.rows[:kept], head=head, shipped=[shipped_head(longer, rows=7)])
        assert (verdict.rows, verdict.broken_at) == (kept, kept + 1)
        assert verdict.wrong == f"{said}: the head shipped at {SHIPPED_AT} counts 7"


def test_a_head_that_was_shipped_tells_what_was_written_anew_since_the_last_one_that_fits() -> None:
    other = replace(shipped_head(WHOLE, rows=4), hash="x")
    for fitting, first in (([], 1), ([2], 3), ([3, 1], 4)):
        heads = [other, *(shipped_head(WHOLE, rows=one) for one in fitting)]
        verdict = log.check(ROWS, head=HEAD, shipped=heads)
        assert (verdict.rows, verdict.broken_at) == (first - 1, first)
        assert verdict.wrong == (
            f"rows {first} to 4 are not those of the head shipped at {SHIPPED_AT}: written anew since"
        )


def test_a_head_that_was_set_back_is_not_covered_by_its_own_shipping() -> None:
    verdict = log.check(ROWS, head=(3, ROWS[2].hash), shipped=[shipped_head(WHOLE, rows=3)])
    assert verdict.wrong == "the head counts 3, and row 4 was put in after it"


def test_of_two_breaks_the_first_is_told() -> None:
    verdict = log.check(ROWS, head=(5, "x"), shipped=[replace(shipped_head(WHOLE, rows=2), hash="x")])
    assert verdict.broken_at == 1


def test_a_chain_of_years_ago_still_fits() -> None:
    """What is hashed, and how, can never change."""
    assert [row.hash[:16] for row in ROWS[:2]] == ["e8b184ad2787a3e2", "8c907b16cf8a24f2"]


def test_what_is_what_is_said_by_name() -> None:
    careless = (
        lambda: log.AuditRow(1),
        lambda: log.Verdict(1, ""),
        lambda: log.check(ROWS, HEAD),
        lambda: log.latest(1, 2),
    )
    for act in careless:
        with pytest.raises(TypeError, match="takes 1 positional"):
            act()


def test_a_row_and_a_verdict_cannot_be_changed() -> None:
    for value, name in ((ROWS[0], "staff"), (log.check(ROWS, head=HEAD), "rows")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, "kim")


# In a database


@pytest.fixture
def conn() -> Iterator[Connection]:
    """An audit that begins."""
    engine = create_engine("sqlite://", hide_parameters=True)
    with engine.begin() as opened:
        for table in (TABLES["audit"], TABLES["audit_head"]):
            table.create(opened)
        opened.execute(insert(TABLES["audit_head"]).values(id=1, seq=0, hash=log.GENESIS))
        yield opened
    engine.dispose()


MOMENT = datetime(2026, 7, 3, 16, 20, 0, 999_999, tzinfo=UTC)
TO_THE_SECOND = datetime(2026, 7, 3, 16, 20, tzinfo=UTC)


def opened(conn: Connection, times: int) -> None:
    for number in range(times):
        moment = MOMENT + timedelta(minutes=number)
        log.append(conn, by=host("p\0a\ud800t"), action="open", subject="4HK", reason="\udfff", now=moment)


def test_rows_count_from_one_to_the_second_and_hold_what_a_database_can_keep(conn: Connection) -> None:
    opened(conn, 2)
    rows = conn.execute(select(TABLES["audit"]).order_by(TABLES["audit"].c.seq)).all()
    assert [(one.seq, one.at, one.staff, one.reason) for one in rows] == [
        (1, TO_THE_SECOND, "pa?t", "?"), (2, TO_THE_SECOND + timedelta(minutes=1), "pa?t", "?"),
    ]  # fmt: skip
    assert (rows[0].previous, rows[1].previous) == (log.GENESIS, rows[0].hash)
    assert log.verify(conn) == log.Verdict(rows=2, head=rows[1].hash)


def test_the_head_counts_its_rows_from_none_on(conn: Connection) -> None:
    assert log.newest(conn, now=MOMENT) == Head(seq=0, hash=log.GENESIS, at=MOMENT, count=0)
    assert (log.length(conn), log.verify(conn).rows) == (0, 0)
    opened(conn, 3)
    head = log.newest(conn, now=MOMENT)
    assert (head.seq, head.count, log.length(conn)) == (3, 3, 3)
    assert log.verify(conn, shipped=[head]).head == head.hash


def test_without_its_head_nothing_is_counted_and_the_end_is_unproven(conn: Connection) -> None:
    opened(conn, 3)
    conn.execute(TABLES["audit_head"].delete())
    assert log.length(conn) == 0
    assert log.verify(conn).broken_at == 4


def test_what_was_lately_done_is_found_among_the_last_fifty_rows(conn: Connection) -> None:
    def lately(*, staff: str = "-", subject: str = "-", since: datetime = TO_THE_SECOND) -> bool:
        return log.has_lately(conn, staff=staff, subject=subject, since=since)

    assert not lately()
    log.append(conn, by=host("-"), action="refused", subject="-", reason="", now=MOMENT)
    assert lately()
    assert lately(since=TO_THE_SECOND - timedelta(seconds=1))
    assert not lately(since=TO_THE_SECOND + timedelta(seconds=1))
    assert not any(lately(staff=other) for other in ("", ",", "."))
    assert not any(lately(subject=other) for other in ("", ",", "."))
    opened(conn, 49)
    assert lately()
    opened(conn, 1)
    assert not lately()


def test_the_last_of_a_kind_is_found_by_its_number(conn: Connection) -> None:
    assert log.last_done(conn, "open") is None
    opened(conn, 3)
    log.append(conn, by=host("pat"), action="backup", subject="", reason="", now=MOMENT)
    assert log.last_done(conn, "open") == TO_THE_SECOND + timedelta(minutes=2)
    log.append(conn, by=host("pat"), action="scan", subject="", reason="", now=MOMENT + timedelta(days=1))
    assert log.last_done(conn, "backup") == TO_THE_SECOND
    conn.execute(text("UPDATE audit SET at = 'yesterday' WHERE seq = 3"))
    assert log.last_done(conn, "open") is None
    assert log.verify(conn).wrong == "row 3 was changed after it was written"


def test_a_time_that_was_written_with_another_timezone_is_the_same_time(conn: Connection) -> None:
    opened(conn, 1)
    conn.execute(text("UPDATE audit SET at = '2026-07-03 18:20:00+02:00'"))
    assert log.verify(conn).broken_at is None
