"""A store that an earlier release left is taken over whole: no row is lost, every report opens, the audit holds."""

import base64
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import Connection, DateTime, LargeBinary, MetaData, Table, delete, insert, text
from sqlalchemy.exc import DBAPIError

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.config import load_settings
from report_abuse_receiver.store import dump, migrations
from report_abuse_receiver.store.engine import open_database
from report_abuse_receiver.store.schema import metadata
from tests.golden_store import GOLDEN
from tests.parts.command import Command
from tests.parts.places import Place, open_at

STORES = sorted(GOLDEN.glob("store-*.json"))
#: What SQLite does not tell of its own tables, so that making one anew may lose it.
REFUSED = [
    "UPDATE fact SET record_key = -1",
    "UPDATE event SET report_id = NULL",
    "UPDATE event SET subject = 'group'",
    "UPDATE audit SET reason = 'another'",
    "UPDATE decision SET report_id = 99",
    "UPDATE identifier SET hash = NULL",
    "DELETE FROM report",  # one of them is held
]

#: Kinds of work that have another name since.
RENAMED = {"suspects": "same-names"}
#: What is told of an addition since, as of one that came before.
ALSO_TOLD = {"safe": ""}

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=STORES, ids=lambda path: path.stem)
def told(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What that release left."""
    read: dict[str, Any] = json.loads(request.param.read_text("utf-8"))
    return read


@pytest.fixture
def left(bare_place: Place, told: dict[str, Any]) -> Place:
    """A place as that release left it."""
    folder = bare_place.home / "keys"
    folder.mkdir(parents=True, mode=0o700)
    bare_place.home.chmod(0o700)
    for name, raw in told["keys"].items():
        (folder / name).write_bytes(base64.b64decode(raw))
        (folder / name).chmod(0o600)
    database = open_database(load_settings(bare_place.environ).database_url)
    with database.rebuilding() as conn:
        migrated_to(conn, told["revision"])
        put_back(conn, told)
    database.close()
    return bare_place


@pytest.fixture
def taken_over(left: Place) -> Iterator[Centre]:
    """The same place, once this release was started there."""
    centre = open_at(left)
    with centre.database.writing() as conn:
        dump.reset_sequences(conn)
    yield centre
    centre.database.close()


def migrated_to(conn: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = conn
    alembic.upgrade(config, revision)


def put_back(conn: Connection, told: dict[str, Any]) -> None:
    """Write the rows into the tables of that time; the audit's triggers would refuse a head before its rows."""
    triggers = []
    if conn.dialect.name == "sqlite":
        triggers = conn.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    else:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
    for one in triggers:
        conn.exec_driver_sql(f"DROP TRIGGER {one.name}")
    tables = MetaData()
    tables.reflect(conn)
    for piece in told["tables"]:
        table = tables.tables[piece["table"]]
        if table.name == "audit_head":  # the first one came with the table
            conn.execute(delete(table))
        conn.execute(insert(table), [decoded(table, row) for row in piece["rows"]])
    for one in triggers:
        conn.exec_driver_sql(one.sql)


def decoded(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: value if value is None else _decoded(table, name, value) for name, value in row.items()}


def _decoded(table: Table, name: str, value: Any) -> Any:
    if isinstance(table.c[name].type, LargeBinary):
        return base64.b64decode(value)
    return datetime.fromisoformat(value) if isinstance(table.c[name].type, DateTime) else value


def rows_of(pieces: list[dict[str, Any]]) -> Rows:
    found: Rows = defaultdict(list)
    for piece in pieces:
        found[piece["table"]] += piece["rows"]
    return found


def rows_now(centre: Centre) -> Rows:
    with centre.database.reading() as conn:
        return rows_of([json.loads(piece) for table in metadata.sorted_tables for piece in dump.pieces(conn, table)])


def test_no_row_is_lost_and_none_is_changed(taken_over: Centre, told: dict[str, Any]) -> None:
    before, after = rows_of(told["tables"]), rows_now(taken_over)
    for row in before["outbox"]:
        row["kind"] = RENAMED.get(row["kind"], row["kind"])
    assert len(before) > 28
    for table, rows in before.items():
        assert [row for row in rows if not any(row.items() <= one.items() for one in after[table])] == [], table
        assert len(after[table]) == len(rows) or table == "outbox", table
    assert {row["subject"] for row in after["event"]} == {"report"}


def test_every_report_opens_and_says_what_it_said(taken_over: Centre, left: Place, told: dict[str, Any]) -> None:
    command = Command(left.environ)
    for reference, said in told["says"].items():
        shown = command.well("reports", "show", reference, "--reason", "is it whole?", "--json").json
        added = [{**ALSO_TOLD, **one} for one in said["additions"]]
        assert {name: shown[name] for name in said} == {**said, "additions": added}
    assert len(told["says"]) > 3


def test_the_doctor_and_the_audit_find_nothing(taken_over: Centre, left: Place, told: dict[str, Any]) -> None:
    command = Command(left.environ)
    audited = command.well("audit", "verify", "--json").json
    assert (audited["ok"], audited["rows"]) == (True, len(rows_of(told["tables"])["audit"]))
    found = {row["check"]: row for row in command("doctor", "--json").json}
    assert [row for row in found.values() if not row["ok"]] == []
    assert {"database", "keys", "audit"} <= found.keys()


@pytest.mark.parametrize("statement", REFUSED)
def test_what_the_database_refused_it_refuses_still(taken_over: Centre, statement: str) -> None:
    with pytest.raises(DBAPIError), taken_over.database.writing() as conn:
        conn.execute(text(statement))
