"""Wrong configuration: seven mistakes that would cost a child something are refused at start, in plain words (S21)."""

import base64
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.pool import Pool

from report_abuse_receiver.app import create_app
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.cli.serving import listen, serve
from report_abuse_receiver.ground.errors import CannotStart
from tests.parts.apart import PUBLIC_FACES
from tests.parts.command import Command
from tests.parts.places import Place, on_sqlite

pytestmark = on_sqlite

RUN = ("run", "--port", "0")


def said(command: Command, **env: str) -> str:
    """The one sentence with which the start ends."""
    outcome = command(*RUN, env=env)
    assert (outcome.exit_code, outcome.stderr.count("\n")) == (1, 1)
    return outcome.stderr


@pytest.fixture
def door() -> Iterator[socket.socket]:
    """A port to serve on."""
    with listen("127.0.0.1", 0) as sock:
        yield sock


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("SECRET_KEY_FALLBACKS", "a" * 64, "write a list of keys"),
        ("SECRET_KEY_FALLBACKS", b"a" * 64, "write a list of keys"),
        ("SECRET_KEY_FALLBACKS", ["a" * 64, "b" * 31], "holds 31 bytes; write 32"),
        ("SECRET_KEY", "a" * 31, "holds 31 bytes; write 32"),
    ],
)
def test_secrets_of_an_app_that_are_no_list_or_too_short(
    app: Flask, centre: Centre, door: socket.socket, name: str, value: object, advice: str
) -> None:
    app.config[name] = value
    with pytest.raises(CannotStart, match=advice):
        serve(app, door, centre.settings)


@pytest.mark.parametrize("name", ["link-master", "disclosure"])
def test_a_key_of_less_than_32_bytes(command: Command, place: Place, name: str) -> None:
    (place.home / "keys" / f"{name}.key").write_bytes(base64.b64encode(bytes(31)))
    assert f"{name}.key holds 31 bytes instead of 32" in said(command)


def test_a_vault_key_in_reach_of_a_process_without_the_desk(command: Command) -> None:
    assert "must not be able to read it" in said(command, REPORT_ABUSE_FACES=PUBLIC_FACES)


@contextmanager
def somebodys_listener(pragma: str) -> Iterator[None]:
    """A program that we are part of sets this for every SQLite connection, as is often advised for speed."""

    def set_it(connection: object, *_: object) -> None:
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]  # a connection of sqlite3

    event.listen(Pool, "checkout", set_it)
    yield
    event.remove(Pool, "checkout", set_it)


@pytest.mark.parametrize("pragma", ["synchronous=OFF", "synchronous=NORMAL", "journal_mode=MEMORY"])
def test_a_database_that_may_lose_what_it_acknowledged(command: Command, pragma: str) -> None:
    with somebodys_listener(pragma):
        assert "a power cut may lose acknowledged reports" in said(command)
    command.well("reports", "list")


def test_debug_that_is_on(command: Command, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "take FLASK_DEBUG out of the environment" in said(command, FLASK_DEBUG="1")
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(CannotStart, match="debug is on"):
        create_app(centre)
    monkeypatch.setenv("FLASK_DEBUG", "0")
    app = create_app(centre)
    app.debug = True
    with listen("127.0.0.1", 0) as sock, pytest.raises(CannotStart, match="debug is on"):
        serve(app, sock, centre.settings)


@pytest.mark.parametrize(
    "query",
    ["socket_timeout=0", "socket_timeout=none", "socket_connect_timeout=0", "socket_timeout=", "socket_timeout=-1",
     "socket_timeout=nan", "socket_timeout=60", "db=0&socket_connect_timeout=inf"],
)  # fmt: skip
def test_a_counter_store_that_may_keep_a_child_waiting(command: Command, query: str) -> None:
    wrong = said(command, REPORT_ABUSE_RATELIMIT_STORAGE_URI=f"redis://127.0.0.1:1/0?{query}")
    assert "REPORT_ABUSE_RATELIMIT_STORAGE_URI has socket_" in wrong


def _lost(place: Place) -> None:
    (place.home / "keys" / "vault.key").unlink()


def _others(place: Place) -> None:
    shutil.copy(place.home / "keys" / "disclosure.key", place.home / "keys" / "link-master.key")


@pytest.mark.parametrize(
    ("damage", "advice"), [(_lost, "vault.key is missing; put it back"), (_others, "put the right key back")]
)
def test_data_whose_keys_are_missing_or_others(
    command: Command, place: Place, damage: Callable[[Place], None], advice: str
) -> None:
    damage(place)
    assert advice in said(command)
