"""Reports that name the same account, address or number are found together, by the desk alone (S7, S8, C16, C20)."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from report_abuse_receiver.casework import retention, same_names, triage
from report_abuse_receiver.casework.same_names import SameName
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.intake import additions
from report_abuse_receiver.intake.additions import Addition
from report_abuse_receiver.operations import jobs
from report_abuse_receiver.partners.directory import add_provider
from report_abuse_receiver.store.casework.name_hashes import identifier
from report_abuse_receiver.store.casework.reports import report
from report_abuse_receiver.store.engine import migrate
from report_abuse_receiver.worker import work_once
from tests.parts.acting import host
from tests.parts.clerk import at_desk
from tests.parts.comers import given
from tests.parts.command import Command
from tests.parts.letters import receive
from tests.parts.lines import ANSWERS, line, written
from tests.parts.people import joined
from tests.parts.places import Place, go_back_a_release, on_sqlite, open_at
from tests.parts.retained import NOT_OURS, PERIOD

WOLF = "DarkWolf99"


def work(centre: Centre) -> None:
    """The worker's rounds, until nothing is due."""
    while work_once(centre):
        pass


def named(centre: Centre, reference: str) -> Sequence[SameName]:
    """What the desk is told of the names in a report."""
    return triage.show_report(centre, reference, reason="test", by=host("ann")).also_named


def hashes(centre: Centre) -> list[str]:
    with centre.database.reading() as conn:
        return list(conn.scalars(select(identifier.c.hash)))


def test_two_children_who_name_the_same_account_are_known_to_each_other_at_the_desk(centre: Centre) -> None:
    first = receive(centre, their_names=f"{WOLF}, dave")
    second = receive(centre, story="he calls himself @darkwolf99 on there")
    other = receive(centre, their_names="somebody else")
    work(centre)
    assert named(centre, first) == [SameName(name=WOLF, count=1, reports=[second])]
    assert named(centre, second) == [SameName(name="darkwolf99", count=1, reports=[first])]
    assert named(centre, other) == []
    assert not hasattr(triage.look_at(centre, first), "also_named")


def test_what_is_added_later_is_compared_too(centre: Centre) -> None:
    first = receive(centre, their_names="07700 900 999")
    second = receive(centre, their_names="foxy")
    words = given(centre, second)
    additions.add(centre, Addition(reference=second, words=words, more="Now he rings from +44 7700 900999."))
    work(centre)
    assert named(centre, first)[0].reports == [second]
    assert named(centre, second) == [SameName(name="+44 7700 900999", count=1, reports=[first])]


def test_reports_from_a_file_are_compared_too(centre: Centre, tmp_path: Path, command: Command) -> None:
    add_provider(centre, "acme", name="Acme", origins=(), contact="-")
    here = receive(centre, their_names=WOLF)
    lines = [line(answers={**ANSWERS, "their_names": name}) for name in (WOLF, "nobody else", WOLF.upper())]
    command.well("reports", "import", written(tmp_path / "lines.jsonl", lines))
    work(centre)
    told = named(centre, here)
    assert (told[0].name, told[0].count, len(told[0].reports)) == (WOLF, 2, 2)


def test_a_name_that_everybody_gives_is_told_with_its_number_and_the_newest(centre: Centre) -> None:
    references = [receive(centre, their_names="dave, foxy_99" if n < 2 else "dave") for n in range(same_names.MOST + 2)]
    work(centre)
    rare, common = named(centre, references[0])
    assert rare == SameName(name="foxy_99", count=1, reports=[references[1]])
    assert (common.name, common.count) == ("dave", same_names.MOST + 1)
    assert common.reports == references[-1 : -1 - same_names.MOST : -1]


def test_only_keyed_hashes_are_kept_and_those_of_another_centre_are_others(centre: Centre, tmp_path: Path) -> None:
    elsewhere = open_at(Place(home=tmp_path / "elsewhere"))
    for one in (centre, elsewhere):
        receive(one, their_names=WOLF)
        work(one)
    assert [len(one) for one in hashes(centre)] == [64]
    assert set(hashes(centre)).isdisjoint(hashes(elsewhere))
    elsewhere.database.close()


@on_sqlite
def test_a_public_host_leaves_the_names_to_the_desk(centre: Centre, public_centre: Centre) -> None:
    reference = receive(public_centre, their_names=WOLF)
    work(public_centre)
    assert hashes(centre) == []
    owed = [row.kind for row in jobs.list_owed(centre)]
    assert owed == ["mail-acknowledgement", "same-names"]
    work(centre)
    assert len(hashes(centre)) == 1
    assert named(centre, reference) == []


def test_a_report_that_is_deleted_is_named_no_more(centre: Centre, desk: Callable[..., Any]) -> None:
    first, second = (receive(centre, their_names=WOLF) for _ in range(2))
    work(centre)
    desk("decide", first, *NOT_OURS)
    with time_machine.travel(now() + PERIOD, tick=False):
        assert [row.reference for row in retention.purge(centre, by=host("ann"))] == [first]
        assert named(centre, second) == []
    assert len(hashes(centre)) == 1


def test_one_report_that_does_not_open_keeps_no_other_from_being_compared(
    centre: Centre, capfd: pytest.CaptureFixture[str]
) -> None:
    first, broken, last = (receive(centre, their_names=WOLF) for _ in range(3))
    with centre.database.writing() as conn:
        conn.execute(update(report).where(report.c.reference == broken).values(body=b"broken"))
        same_names.enqueue_all(conn)
    work(centre)
    assert named(centre, first)[0].reports == [last]
    assert "names-not-noted" in capfd.readouterr().err
    left = {row.kind: row.last_error for row in jobs.list_owed(centre)}
    assert left["same-names"] == "SealBroken"


def test_reports_of_an_older_release_are_compared_after_the_change_of_release(
    centre: Centre,
) -> None:
    first, second = (receive(centre, their_names=WOLF) for _ in range(2))
    work(centre)
    go_back_a_release(centre, to="0006")
    migrate(centre.database)
    assert hashes(centre) == []
    work(centre)
    assert named(centre, first)[0].reports == [second]


def test_with_all_keys_lost_names_are_compared_under_a_new_one(
    centre: Centre, command: Command, place: Place, tmp_path: Path
) -> None:
    command.well("keys", "init", tmp_path / "recovery.key")
    first, second = (receive(centre, their_names=WOLF) for _ in range(2))
    work(centre)
    before = hashes(centre)
    for file in (place.home / "keys").iterdir():
        file.unlink()
    command.well("keys", "recover", tmp_path / "recovery.key", "--all-lost", "--json")
    anew = open_at(place)
    work(anew)
    assert named(anew, first)[0].reports == [second]
    assert set(hashes(anew)).isdisjoint(before)
    anew.database.close()


@on_sqlite
def test_whoever_opened_a_report_goes_on_to_those_that_name_the_same(app: Flask, centre: Centre) -> None:
    desk = at_desk(app, joined(centre, "ann"))
    first, second = (receive(centre, their_names=name) for name in (WOLF, f"{WOLF} <b>"))
    work(centre)
    page = desk.post(f"/desk/reports/{first}/open", reason="triage")
    assert f"{WOLF} : 1 other report {second}" in page.words
    assert f'href="/desk/reports/{second}"' in page.html
    assert "Named in other reports" not in desk.open(f"/desk/reports/{first}").words
