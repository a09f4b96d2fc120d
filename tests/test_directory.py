"""The directory: a provider is changed without a new key, and found by whatever children call it."""

import pytest
from flask.testing import FlaskClient

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.intake import arrivals
from tests.parts.child import Child
from tests.parts.command import Command
from tests.parts.places import on_sqlite

ADD = (
    *("provider", "add", "pebble", "--name", "Pebble Chat"),
    *("--origin", "https://pebble.example", "--contact", "a@b.example"),
)


def services_of(client: FlaskClient, centre: Centre, where: str) -> list[str]:
    """The services that a report is about whose writer says that it happened there."""
    client.get("/leave")
    reference = Child(client).press().tell(where=where).send()
    return next(list(row.services) for row in triage.list_reports(centre) if row.reference == reference)


@on_sqlite
@pytest.mark.parametrize(
    "where",
    ["Pebble Chat", "pebblechat", "#pebblechat", "pebble_chat", "PebbleChat", "on pebble-chat!!", "pebble\u200bchat",
     "ＰｅｂｂｌｅＣｈａｔ", "“Pebble chat”", "#pebble_chat on my phone", "https://pebble.example/rooms?7",
     "Pébble  Chat"],
)  # fmt: skip
def test_a_service_is_found_however_it_is_written(
    command: Command, client: FlaskClient, centre: Centre, where: str
) -> None:
    command.well(*ADD)
    assert services_of(client, centre, where) == ["pebble"]


@on_sqlite
@pytest.mark.parametrize("where", ["chat", "pebblechats", "my pebbles, in a chat", "pebblechatter", "", "peb"])
def test_what_only_looks_like_it_is_not(command: Command, client: FlaskClient, centre: Centre, where: str) -> None:
    command.well(*ADD)
    assert services_of(client, centre, where) == []


def test_what_is_named_is_changed_and_the_rest_stays(command: Command, client: FlaskClient, centre: Centre) -> None:
    def change(*what: str) -> dict[str, object]:
        made: dict[str, object] = command.well("provider", "set", "pebble", *what, "--json").json
        return made

    command.well(*ADD)
    assert change("--alias", "stonetalk", "--alias", "the rock") == {
        "provider": "pebble",
        "name": "Pebble Chat",
        "origins": ["https://pebble.example"],
        "contact": "a@b.example",
        "aliases": ["pebble", "pebble.example", "stonetalk", "the rock"],
    }
    assert services_of(client, centre, "StoneTalk") == services_of(client, centre, "#the_rock") == ["pebble"]
    moved = change("--origin", "https://rock.example", "--contact", "c@d.example")
    assert (moved["contact"], moved["origins"]) == ("c@d.example", ["https://rock.example"])
    assert moved["aliases"] == ["pebble", "rock.example", "stonetalk", "the rock"]
    assert change("--name", "Rock")["name"] == "Rock"
    assert services_of(client, centre, "rock") == ["pebble"]
    [listed] = command.well("service", "list", "--json").json
    assert (listed["name"], listed["aliases"]) == ("Rock", ["pebble", "rock.example", "stonetalk", "the rock"])
    assert change("--alias", "granite")["aliases"] == ["pebble", "rock.example", "granite"]
    assert arrivals.look(centre, "pebble").provider == "pebble"


@on_sqlite
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "nothing to change"), (("--alias", "pc"), "too short"), (("--alias", "…"), "too short"),
        (("--origin", "pebble.example/x"), "is not a web origin"), (("--name", " "), "a name is 1 to 80"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_changes(command: Command, more: tuple[str, ...], said: str) -> None:
    command.well(*ADD)
    before = command.well("provider", "list", "--json").json, command.well("service", "list", "--json").json
    refused = command("provider", "set", "pebble", *more)
    assert (refused.exit_code, said in refused.stderr) == (1, True)
    assert (command.well("provider", "list", "--json").json, command.well("service", "list", "--json").json) == before
    assert command("provider", "set", "nobody", "--name", "x").exit_code == 1


@on_sqlite
@pytest.mark.parametrize("written", ["PEBBLE", " Pebble", "“pebble”", "ｐｅｂｂｌｅ", "peb\u200bble", "pebble,"])
def test_an_id_is_read_however_it_was_copied(command: Command, written: str) -> None:
    command.well(*ADD)
    assert command.well("provider", "rotate-key", written, "--json").json["provider"] == "pebble"
    assert command.well("provider", "set", written, "--name", "Pebble", "--json").json["provider"] == "pebble"
    assert command("provider", "add", written).exit_code == 1
