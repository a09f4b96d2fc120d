"""Starting and stopping: what cannot be right refuses to start in one sentence, and what runs ends when told."""

import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
import requests

from tests.parts.child import Child
from tests.parts.command import Command
from tests.parts.places import Place, on_sqlite
from tests.parts.running import PATIENCE, RECEIVER, Starter, until_true


def _swap_key(place: Place) -> None:
    shutil.copy(place.home / "keys" / "disclosure.key", place.home / "keys" / "link-master.key")


def _lose_key(place: Place) -> None:
    (place.home / "keys" / "vault.key").unlink()


def _spoil_key(place: Place) -> None:
    (place.home / "keys" / "vault.key").write_text("bm9uc2Vuc2U=\n")


DAMAGE: list[tuple[Callable[[Place], None], str]] = [
    (_swap_key, "link-master.key is not the key"),
    (_lose_key, "vault.key is missing"),
    (_spoil_key, "vault.key is not a vault key"),
]


@pytest.mark.parametrize(("damage", "said"), DAMAGE)
def test_missing_or_foreign_keys_stop_every_command(
    command: Command, place: Place, damage: Callable[[Place], None], said: str
) -> None:
    damage(place)
    for words in (("reports", "list"), ("run", "--port", "0"), ("worker", "--once")):
        outcome = command(*words)
        assert (outcome.exit_code, outcome.stderr.count("\n")) == (1, 1)
        assert said in outcome.stderr


SETTINGS: list[dict[str, str]] = [
    {"REPORT_ABUSE_NONSENSE": "1"}, {"REPORT_ABUSE_BASE_URL": "http://report.example"}, {"REPORT_ABUSE_FACES": "all"},
    {"REPORT_ABUSE_DATABASE_URL": "mysql://x/y"}, {"REPORT_ABUSE_HOME": "/dev/null"},
    {"REPORT_ABUSE_DATABASE_URL": "sqlite:////dev/null/x"}, {"REPORT_ABUSE_SCHEME": "/nowhere.toml"},
    {"REPORT_ABUSE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, {"REPORT_ABUSE_TRUSTED_PROXIES": "many"},
]  # fmt: skip


@on_sqlite
@pytest.mark.parametrize("wrong", SETTINGS, ids=str)
def test_a_wrong_setting_stops_the_start_and_is_named(command: Command, wrong: dict[str, str]) -> None:
    for words in (("run", "--port", "0"), ("reports", "list")):
        outcome = command(*words, env=wrong)
        assert (outcome.exit_code, outcome.stderr.count("\n")) == (1, 1)
        assert next(iter(wrong)) in outcome.stderr
    assert command("doctor", env=wrong).exit_code == 1


@on_sqlite
def test_a_locked_database_stops_the_start(command: Command, place: Place) -> None:
    with closing(sqlite3.connect(place.home / "receiver.sqlite3")) as other:
        other.execute("BEGIN EXCLUSIVE")
        outcome = command("reports", "list")
    assert (outcome.exit_code, outcome.stderr.count("\n")) == (1, 1)
    assert "is locked" in outcome.stderr


def test_a_receiver_serves_works_and_ends_when_told(command: Command, place: Place, start: Starter) -> None:
    running = start.receiver(place.environ)
    reference = Child(running.base_url).press().tell().send()
    assert f"listens on {running.base_url} " in running.output
    until_true(lambda: command.well("outbox", "list", "--json").json == [], what=running)
    assert running.stop() == 0
    assert [one["reference"] for one in command.well("reports", "list", "--json").json] == [reference]
    assert "Traceback" not in running.output


@on_sqlite
def test_commands_name_the_port_at_which_it_listened(command: Command, place: Place, start: Starter) -> None:
    running = start.receiver(place.environ, "--no-worker")
    assert command.well("provider", "add", "acme", "--json").json["url"] == running.base_url
    running.stop()
    assert command.well("provider", "rotate-key", "acme", "--json").json["url"] == running.base_url
    elsewhere = {"REPORT_ABUSE_BASE_URL": "https://report.example"}
    told = command("provider", "rotate-key", "acme", "--json", env=elsewhere)
    assert "https://report.example" in told.stdout
    (place.home / "address").write_text("javascript:alert(1)")
    assert command.well("provider", "rotate-key", "acme", "--json").json["url"] == "http://127.0.0.1:8000"


@on_sqlite
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_any_way_of_ending_it_ends_it_cleanly(place: Place, start: Starter, number: signal.Signals) -> None:
    worker = start.worker(place.environ)
    running = start.receiver(place.environ, "--no-worker")
    for one in (running, worker):
        one.process.send_signal(number)
        assert one.process.wait(PATIENCE) == 0
        assert "Traceback" not in one.output


@on_sqlite
def test_a_port_that_is_taken_is_one_sentence_and_port_0_finds_a_free_one(
    command: Command, place: Place, start: Starter
) -> None:
    running = start.receiver(place.environ)
    taken = command("run", "--port", running.base_url.rpartition(":")[2])
    assert (taken.exit_code, taken.stderr.count("\n")) == (1, 1)
    assert "another program has this port" in taken.stderr
    process, log = start.start([RECEIVER, "run", "--port", "0", "--no-worker"], place.environ)
    until_true(lambda: "listens on" in log.read_text() or process.poll() is not None, what=log)
    url = log.read_text().split("listens on ")[1].split()[0]
    with requests.get(f"{url}/readyz", timeout=PATIENCE) as answer:
        assert (answer.status_code, answer.headers.get("Server")) == (200, None)
