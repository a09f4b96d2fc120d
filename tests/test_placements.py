"""Placements: what is registered is counted apart, all else is `other` at once, and no child can be named by one."""

from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import insert

from report_abuse import ReportAbuse
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.intake import arrivals
from report_abuse_receiver.rules.feedback.periods import month_of
from report_abuse_receiver.store.feedback import presses
from report_abuse_receiver.store.feedback.presses import counter
from tests.parts.child import Child
from tests.parts.command import Command
from tests.parts.places import Place, go_back_a_release, on_sqlite, open_at

KINDS = [
    "app", "chat", "comments", "game", "group", "help", "home", "live-stream", "messages", "poster", "profile", "video",
]  # fmt: skip
#: One placement for each child, room or video, as programs would write them.
TOO_FINE = [
    "child-017", "user-83412", "room-7-12", "4711", "7", "0f8c2e41", "deadbeef", "2026-11-26",
    "0f8c2e41-9a3b-4c5d-8e6f-7a8b9c0d1e2f", "v1-of-sam-2", "chat-with-user-123", "x" * 41, "Chat", "chat room", "",
    "other", "chat\n", "châť", "--json ",
]  # fmt: skip
COARSE = ["lobby", "chat-under-13", "game-2", "web3", "p", "help-page", "2fa", "x" * 40, "-", "facade", "top-10"]


def add(command: Command, *more: str) -> str:
    """Enter acme; its button key."""
    return str(command.well("provider", "add", "acme", *more, "--json").json["key"])


def listed(command: Command, *which: str) -> dict[str, tuple[str, int]]:
    """Placement → whether it is registered, and how many reports came through it."""
    rows = command.well("placements", "list", *which, "--json").json
    return {row["placement"]: (row["state"], row["reports"]) for row in rows}


def counted(centre: Centre) -> dict[tuple[str, str], int]:
    with centre.database.reading() as conn:
        cells = presses.cells(conn, provider="acme", months=[month_of(now())], by=("placement", "event"))
    return {(cell.dimensions["placement"], cell.dimensions["event"]): cell.count for cell in cells}


def token(key: str, placement: str) -> str:
    return ReportAbuse("https://report.example", key=key).link(placement).rpartition("/")[2]


def open_all(centre: Centre, key: str, *placements: str) -> None:
    for placement in placements:
        arrivals.count(centre, arrivals.look(centre, token(key, placement)), "opened")


def test_a_new_partner_need_ask_nobody(command: Command, centre: Centre) -> None:
    key = add(command)
    assert listed(command, "acme") == dict.fromkeys(KINDS, ("registered", 0))
    open_all(centre, key, *KINDS)
    assert counted(centre) == {(kind, "opened"): 1 for kind in KINDS}


def test_more_can_be_named_from_the_start(command: Command, centre: Centre) -> None:
    key = add(command, "--placement", "lobby", "--placement", "forum", "--placement", "chat")
    assert listed(command, "acme") == dict.fromkeys([*KINDS, "forum", "lobby"], ("registered", 0))
    open_all(centre, key, "lobby", "forum", "market")
    assert counted(centre) == {("forum", "opened"): 1, ("lobby", "opened"): 1, ("other", "opened"): 1}


def test_one_for_each_child_tells_of_no_child(command: Command, centre: Centre) -> None:
    key = add(command)
    open_all(centre, key, *(f"child-{number}" for number in range(180)), "other")
    assert counted(centre) == {("other", "opened"): 181}
    assert listed(command) == dict.fromkeys(KINDS, ("registered", 0))


def test_what_reports_came_through_is_shown_to_staff_and_registered_in_one_step(
    command: Command, client: FlaskClient, centre: Centre
) -> None:
    key = add(command)
    reference = Child(client).press(token(key, "lobby")).tell().send()
    shown = command.well("reports", "show", reference, "--reason", "triage", "--json").json
    assert (shown["attribution"], shown["placement"]) == ("verified", "lobby")
    assert listed(command, "acme") == dict.fromkeys(KINDS, ("registered", 0)) | {"lobby": ("unregistered", 1)}
    command.well("placements", "add", "acme", "lobby")
    assert listed(command)["lobby"] == ("registered", 1)
    open_all(centre, key, "lobby")
    assert counted(centre) == {
        ("other", "opened"): 1, ("other", "started"): 1, ("other", "submitted"): 1, ("lobby", "opened"): 1,
    }  # fmt: skip


@on_sqlite
def test_what_nobody_signed_is_shown_to_nobody(command: Command, client: FlaskClient) -> None:
    key = add(command)
    forged = token(key, "lobby")[:-4] + "AAAA"
    Child(client).press(forged).tell().send()
    assert "lobby" not in listed(command)


def test_a_retired_one_counts_as_other_and_its_links_work(
    command: Command, client: FlaskClient, centre: Centre
) -> None:
    key = add(command)
    open_all(centre, key, "chat")
    rows = command.well("placements", "retire", "acme", "chat", "game", "--json").json
    assert {row["placement"] for row in rows if row["state"] == "retired"} == {"chat", "game"}
    Child(client).press(token(key, "chat")).tell().send()
    assert listed(command)["chat"] == ("retired", 1)
    command.well("placements", "add", "acme", "chat", "chat")
    open_all(centre, key, "chat")
    assert counted(centre) == {
        ("chat", "opened"): 2, ("other", "opened"): 1, ("other", "started"): 1, ("other", "submitted"): 1,
    }  # fmt: skip


def test_a_row_stays_for_the_quarter_in_which_it_was_retired(command: Command, centre: Centre) -> None:
    def told(period: str) -> set[str]:
        rows = command.well("feedback", "preview", "acme", period, "--json").json["observations"]
        return {row["placement"] for row in rows if row["table"] == "placements"}

    add(command)
    with time_machine.travel("2026-08-01T12:00:00Z", tick=False):
        command.well("placements", "retire", "acme", "poster")
    assert told("2026-Q3") - told("2026-Q4") == {"poster"}
    assert told("2026-Q4") == {*KINDS, "other"} - {"poster"}


@on_sqlite
@pytest.mark.parametrize("placement", TOO_FINE)
def test_what_is_finer_than_a_kind_of_page_is_refused(command: Command, placement: str) -> None:
    add(command)
    outcome = command("placements", "add", "acme", "--", placement)
    assert (outcome.exit_code, listed(command)) == (1, dict.fromkeys(KINDS, ("registered", 0)))
    assert "placement" in outcome.stderr or "name" in outcome.stderr
    assert command("provider", "add", "blox", f"--placement={placement}").exit_code == 1
    assert [row["provider"] for row in command.well("provider", "list", "--json").json] == ["acme"]


@on_sqlite
@pytest.mark.parametrize("placement", COARSE)
def test_a_kind_of_page_may_have_any_other_name(command: Command, placement: str) -> None:
    add(command)
    command.well("placements", "add", "acme", "--", placement)
    assert listed(command)[placement] == ("registered", 0)


def test_twenty_are_counted_apart(command: Command) -> None:
    add(command)
    command.well("placements", "add", "acme", *(f"page-{letter}" for letter in "abcdefgh"))
    refused = command("placements", "add", "acme", "page-i")
    assert (refused.exit_code, "20 of a provider are counted apart" in refused.stderr) == (1, True)
    command.well("placements", "retire", "acme", "poster")
    command.well("placements", "add", "acme", "page-i", "page-a")
    states = [state for state, _ in listed(command, "acme").values()]
    assert (states.count("registered"), states.count("retired")) == (20, 1)
    assert command("provider", "add", "blox", *(f"--placement=page-{letter}" for letter in "abcdefghi")).exit_code == 1


@on_sqlite
@pytest.mark.parametrize(
    "words",
    [("add", "nobody", "lobby"), ("retire", "nobody", "chat"), ("retire", "acme", "lobby"), ("list", "nobody"),
     ("retire", "acme", "chat", "lobby")],
)  # fmt: skip
def test_what_is_not_there_is_said(command: Command, words: tuple[str, ...]) -> None:
    add(command)
    outcome = command("placements", *words)
    assert (outcome.exit_code, "nobody" in outcome.stderr or "lobby" in outcome.stderr) == (1, True)
    assert listed(command) == dict.fromkeys(KINDS, ("registered", 0))


def test_a_store_of_before_keeps_only_what_is_on_the_list_apart(place: Place, command: Command, centre: Centre) -> None:
    add(command)
    go_back_a_release(centre, to="0009")
    month = month_of(now())
    rows: list[dict[str, Any]] = [
        {"placement": placement, "event": event, "count": count, "key_sum": key}
        for placement, event, count, key in (
            ("chat", "opened", 7, 70), ("sam", "opened", 3, 2**32 - 1), ("alex", "opened", 2, 5),
            ("other", "opened", 1, 1), ("sam", "submitted", 1, 9),
        )
    ]  # fmt: skip
    with centre.database.writing() as conn:
        conn.execute(insert(counter), [{"provider": "acme", "month": month, **row} for row in rows])
    again = open_at(place)
    assert counted(again) == {("chat", "opened"): 7, ("other", "opened"): 6, ("other", "submitted"): 1}
    with again.database.reading() as conn:
        keys = {cell.key for cell in presses.cells(conn, provider="acme", months=[month], by=("placement", "event"))}
    assert keys == {70, 5, 9}  # 2³² - 1 + 5 + 1 goes round
    assert listed(command) == dict.fromkeys(KINDS, ("registered", 0))
    again.database.close()
