"""The database itself says what becomes of what belongs to a report: it goes along, is cut loose, or holds it."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import CannotStart
from report_abuse_receiver.store.schema import TABLES, metadata
from report_abuse_receiver.worker import work_once
from tests.parts.comers import come_back, sent
from tests.parts.command import Command
from tests.parts.places import on_sqlite
from tests.parts.retained import NOT_OURS, PERIOD

#: Table → what becomes of its rows when the row that they refer to goes.
BECOMES = {
    "addition": "CASCADE", "addition_key": "CASCADE", "decision": "CASCADE", "event": "CASCADE", "fact": "SET NULL",
    "identifier": "CASCADE", "legal_hold": "RESTRICT", "report_key": "CASCADE", "return_words": "CASCADE",
}  # fmt: skip
GOES_ALONG = [name for name, becomes in BECOMES.items() if becomes == "CASCADE"]


@pytest.fixture
def reference(centre: Centre, client: FlaskClient, desk: Callable[..., Any]) -> str:
    """A decided report, with rows in every table that has something of one."""
    reference, words = sent(client, their_names="darkwolf99")
    come_back(client, reference, words, more="I remember more.")
    while work_once(centre):
        pass
    desk("show", reference, "--reason", "triage")
    desk("decide", reference, *NOT_OURS)
    return reference


def counted(centre: Centre, *names: str) -> dict[str, int]:
    with centre.database.reading() as conn:
        return {name: conn.scalar(select(func.count()).select_from(TABLES[name])) or 0 for name in names}


def test_whatever_refers_to_a_report_says_what_becomes_of_it() -> None:
    refers = {
        key.parent.table.name: key.ondelete
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in ("report", "addition")
    }
    assert refers == BECOMES
    assert list(TABLES["audit"].foreign_keys) == []  # its triggers would stop every purge


def test_a_purge_takes_all_of_a_report_along_and_cuts_its_facts_loose(
    centre: Centre, reference: str, command: Command
) -> None:
    assert 0 not in counted(centre, *GOES_ALONG, "fact").values()
    facts = counted(centre, "fact")
    with time_machine.travel(now() + PERIOD, tick=False):
        assert [row["reference"] for row in command.well("purge", "--json").json] == [reference]
    assert set(counted(centre, "report", *GOES_ALONG).values()) == {0}
    assert counted(centre, "fact") == facts
    with centre.database.reading() as conn:
        assert conn.scalars(select(TABLES["fact"].c.report_id)).all() == [None] * facts["fact"]


def test_the_database_itself_refuses_to_delete_what_is_held(
    centre: Centre, reference: str, desk: Callable[..., Any]
) -> None:
    desk("hold", reference, "--reason", "court")
    whole = counted(centre, "report", *BECOMES)
    with pytest.raises(IntegrityError), centre.database.writing() as conn:
        conn.execute(delete(TABLES["report"]))
    assert counted(centre, "report", *BECOMES) == whole
    desk("end-hold", reference, "--reason", "the court is done")
    with centre.database.writing() as conn:
        conn.execute(delete(TABLES["report"]))
    assert set(counted(centre, "report", *GOES_ALONG).values()) == {0}


@pytest.mark.parametrize("about", [{"subject": "report"}, {"subject": "group", "report_id": 1}])
def test_an_entry_is_about_what_it_says(centre: Centre, reference: str, about: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), centre.database.writing() as conn:
        conn.execute(insert(TABLES["event"]).values(kind="noted", at=now(), details={}, **about))


@on_sqlite
def test_a_change_of_tables_that_leaves_a_row_alone_does_not_stand(centre: Centre) -> None:
    alone = insert(TABLES["report_key"]).values(report_id=7, kid="k", suite="s", wrapped=b"")
    says = "rows of report_key refer to rows of report"
    with pytest.raises(CannotStart, match=says), centre.database.rebuilding() as conn:
        conn.execute(alone)
    assert counted(centre, "report_key") == {"report_key": 0}
    with pytest.raises(IntegrityError), centre.database.writing() as conn:
        conn.execute(alone)
