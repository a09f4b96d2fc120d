"""Millions of facts made by SQL in the real tables of a SQLite file, with the rollups that their decisions had left.

A fact follows from its number alone: service by Zipf, month, and one of PROFILES mixtures of codes.
"""

import sqlite3
from pathlib import Path

from report_abuse_receiver.ground.config import load_settings
from report_abuse_receiver.ground.scheme.scheme import load_scheme
from report_abuse_receiver.store.engine import migrate, open_database
from report_abuse_receiver.store.feedback.facts import KEY_SPACE
from report_abuse_receiver.store.feedback.rollups import SPLITS

SERVICES, MONTHS = 200, tuple(f"2026-{month:02}" for month in range(1, 13))
LARGEST, QUARTER = "service-001", MONTHS[6:9]
#: A prime above 11 categories times 6 age bands, so that each pair of them is met.
PROFILES = 251
#: How each code follows from the profile.
_CODES = {
    "category": "p", "age_band": "p", "contact": "p", "moved_to": "p", "outcome": "p / 3", "reporter": "p / 5",
    "time_to_report": "p / 7",
}  # fmt: skip
_COVERING = "CREATE INDEX covering ON fact (service, month, category, record_key)"
_NUMBERS = f"""
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :count),
    mixed AS (SELECT n, n * 2654435761 % {KEY_SPACE} AS key FROM number),
    drawn AS (
        SELECT n, key, CAST(exp(key / {KEY_SPACE}.0 * ln({SERVICES + 1})) AS INTEGER) AS s,
            n * 7919 / 13 % {len(MONTHS)} AS m, n * 104729 / 17 % {PROFILES} AS p FROM mixed
    )
"""


def make(home: Path, count: int) -> str:
    """A database with so many facts under `home`; returns its URL."""
    url = load_settings({"REPORT_ABUSE_HOME": str(home)}).database_url
    home.mkdir(parents=True)
    database = open_database(url)
    migrate(database)
    database.close()
    with sqlite3.connect(url.removeprefix("sqlite:///")) as conn:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000"):
            conn.execute(f"PRAGMA {pragma}")
        _fill(conn, count)
    conn.close()
    return url


def _fill(conn: sqlite3.Connection, count: int) -> None:
    indexes = conn.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'fact' AND sql <> ''")
    for (name,) in indexes.fetchall():
        conn.execute(f"DROP INDEX {name}")
    codes = ", ".join(f"{_case(name)} AS {name}" for name in _CODES)
    service, month = "printf('service-%03d', s)", "printf('2026-%02d', m + 1)"
    conn.execute(
        f"{_NUMBERS} INSERT INTO fact (service, month, incident, record_key, {', '.join(_CODES)}) "
        f"SELECT {service}, {month}, printf('%016x', n), key, {codes} FROM drawn",
        {"count": count},
    )
    conn.execute(
        f"CREATE TEMP TABLE grouped AS {_NUMBERS} "
        "SELECT s, m, p, count(*) AS n, sum(key) AS keys FROM drawn GROUP BY s, m, p",
        {"count": count},
    )
    for split in SPLITS:
        value = " || '+' || ".join(_case(name) for name in split.split("+") if name) or "''"
        conn.execute(
            "INSERT INTO rollup (service, month, split, value, count, key_sum) "
            f"SELECT {service}, {month}, '{split}', {value} AS v, sum(n), sum(keys) % {KEY_SPACE} "
            "FROM grouped GROUP BY s, m, v"
        )
    conn.execute(_COVERING)
    conn.execute("ANALYZE")


def _case(name: str) -> str:
    vocabulary = load_scheme().vocabulary(name)
    whens = " ".join(f"WHEN {number} THEN '{code}'" for number, code in enumerate(vocabulary))
    return f"CASE {_CODES[name]} % {len(vocabulary)} {whens} END"
