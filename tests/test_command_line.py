"""The command line: what the people of the centre type, with what it prints and how it ends."""

import os
import pwd
import subprocess
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from report_abuse import ReportAbuse
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.intake import arrivals
from tests.parts.child import Child
from tests.parts.command import Command
from tests.parts.lines import story, written
from tests.parts.places import Place, on_sqlite
from tests.parts.running import RECEIVER, clean_environ

LISTED = [
    "reference", "received_at", "channel", "attribution", "origin", "provider", "placement", "services", "kinds",
    "age_band", "urgency", "why", "lane", "state", "claimed_by", "language", "added", "added_at",
    "held",
]  # fmt: skip
CODES = ("--category", "grooming", "--outcome", "advice")
ADD = ("provider", "add", "acme", "--name", "Acme", "--origin", "https://acme.example", "--contact", "a@acme.example")


def token(key: str, placement: str = "chat") -> str:
    """What stands behind /r/ in a link of this key."""
    return ReportAbuse("https://report.example", key=key).link(placement).rpartition("/")[2]


def sent(command: Command, client: FlaskClient, **answers: str) -> str:
    """A child presses acme's button and sends a report; returns its number."""
    made = command.well(*ADD, "--json").json
    return Child(client).press(token(made["key"])).tell(**answers).send()


def test_a_provider_is_entered_with_its_service_and_a_key_that_makes_verified_links(
    command: Command, centre: Centre
) -> None:
    made = command.well(*ADD, "--json").json
    assert list(made) == ["provider", "kid", "key", "url"]
    assert (made["provider"], made["kid"], made["url"]) == ("acme", "k1", "http://127.0.0.1:8000")
    seen = arrivals.look(centre, token(made["key"]))
    assert (seen.outcome, seen.provider, seen.placement) == ("verified", "acme", "chat")
    assert [one["id"] for one in command.well("service", "list", "--json").json] == ["acme"]
    assert made["key"].rpartition("_")[2] not in command.well("provider", "list", "--json").stdout


def test_a_key_is_rotated_retired_and_revoked_without_a_terminal(command: Command, centre: Centre) -> None:
    first = command.well(*ADD, "--json").json
    second = command.well("provider", "rotate-key", "acme", "--json").json
    keys = [token(first["key"]), token(second["key"])]

    def outcomes() -> list[str]:
        return [arrivals.look(centre, one).outcome for one in keys]

    assert outcomes() == ["verified", "verified"]
    command.well("provider", "retire-key", "acme", "k1")
    assert outcomes() == ["retired", "verified"]
    command.well("provider", "revoke-key", "acme", "k1", "--yes")
    command.well("provider", "revoke-key", "acme", second["kid"])
    assert outcomes() == ["revoked", "revoked"]
    assert command("provider", "revoke-key", "acme", "k1").exit_code == 1
    api = command.well("provider", "add-key", "acme", "--scope", "api", "--json").json
    assert api["key"].startswith("ra_live_api_acme_k3_")
    held = command.well("provider", "list", "--json").json[0]["keys"]
    assert [(key["kid"], key["scope"], key["state"]) for key in held] == [
        ("k1", "button", "revoked"), ("k2", "button", "revoked"), ("k3", "api", "active"),
    ]  # fmt: skip


def test_a_report_is_found_claimed_opened_decided_and_previewed(
    command: Command, client: FlaskClient, centre: Centre
) -> None:
    reference = sent(command, client, story="CANARY he said", their_names="canary99", where="on Acme, canary place")
    queue = command.well("reports", "list", "--json")
    assert [list(one) for one in queue.json] == [LISTED]
    assert "canary" not in queue.stdout.lower()
    assert queue.json[0]["services"] == ["acme"]
    assert command.well("reports", "claim", reference, "--staff", "ann", "--json").json["state"] == "claimed"
    shown = command.well("reports", "show", reference, "--reason", "my turn", "--json").json
    assert list(shown)[: len(LISTED) + 1] == [*LISTED, "answers"]
    assert shown["answers"]["story"] == "CANARY he said"
    decided = command.well("reports", "decide", reference, *CODES, "--staff", "ann", "--json").json
    assert (decided["state"], decided["facts"]) == ("decided", 1)
    previewed = command.well("feedback", "preview", "acme", "2026-Q3", "--json")
    assert previewed.json["unreleased"] is True
    assert "canary" not in previewed.stdout.lower()
    assert command.well("audit", "verify", "--json").json["rows"] == 1


def test_a_report_is_opened_only_for_a_reason(command: Command, client: FlaskClient) -> None:
    reference = sent(command, client)
    assert command("reports", "show", reference).exit_code == 2
    assert command("reports", "show", reference, "--reason", " ").exit_code == 1
    assert command.well("audit", "verify", "--json").json["rows"] == 0


def test_an_unknown_code_is_refused_with_the_list_of_known_ones(command: Command, client: FlaskClient) -> None:
    reference = sent(command, client)
    refused = command("reports", "decide", reference, "--category", "rumour", "--outcome", "advice")
    assert refused.exit_code == 1
    assert "write one of: meeting, grooming, coercion" in refused.stderr
    assert command("reports", "decide", reference, "--category", "grooming").exit_code == 2
    assert command("reports", "decide", reference, *CODES, "--service", "nobody").exit_code == 1
    assert command("reports", "list", "--state", "lost").exit_code == 1
    assert command.well("reports", "list", "--json").json[0]["state"] == "new"


def test_of_two_who_claim_at_once_exactly_one_has_it(command: Command, client: FlaskClient, place: Place) -> None:
    reference = sent(command, client)
    claim = [RECEIVER, "reports", "claim", reference, "--json"]
    both = [
        subprocess.Popen(claim, env=clean_environ(place.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    ended = [(one.communicate()[1].decode(), one.returncode) for one in both]
    assert sorted(code for _, code in ended) == [0, 1]
    assert next(why for why, code in ended if code).startswith(f"Error: {reference} is claimed by ")
    command.well("reports", "claim", reference, "--renew")
    assert command("reports", "claim", reference, "--renew", "--staff", "somebody-else").exit_code == 1


def test_whoever_is_signed_in_to_the_system_is_the_one_who_acts(command: Command, client: FlaskClient) -> None:
    reference = sent(command, client)
    command.well("reports", "claim", reference, env={"USER": "mallory", "LOGNAME": "mallory"})
    taken = command("reports", "claim", reference, "--staff", "ann")
    assert f"is claimed by {pwd.getpwuid(os.getuid()).pw_name} until" in taken.stderr


def test_half_a_character_and_terminal_tricks_are_printed_harmlessly(command: Command, tmp_path: Path) -> None:
    command.well(*ADD)
    lines = [story("\ud83d\x1b]0;gone\x07 \u202egnp.exe \x9b2J\nnew line")]
    command.well("reports", "import", written(tmp_path / "in.jsonl", lines))
    reference = command.well("reports", "list", "--json").json[0]["reference"]
    shown = [command.well("reports", "show", reference, "--reason", "a test", *more) for more in ((), ("--json",))]
    for outcome in shown:
        assert not set("\x1b\x07\u202e\x9b\ud83d") & set(outcome.stdout)
    assert shown[1].stdout.isascii()
    assert "\\x1b]0;gone\\x07 \\u202egnp.exe \\x9b2J\n" in shown[0].stdout


def test_the_worker_does_what_is_owed_once_and_a_dead_letter_can_be_retried(
    command: Command, client: FlaskClient
) -> None:
    reference = sent(command, client)
    owed = command.well("outbox", "list", "--json").json
    assert [(one["kind"], one["state"], one["attempts"]) for one in owed] == [("acknowledge", "waiting", 0)]
    assert {"id", "kind", "due_at", "attempts", "state"} <= set(owed[0])
    command.well("outbox", "retry", owed[0]["id"])
    command.well("worker", "--once")
    assert command.well("outbox", "list", "--json").json == []
    kinds = [
        one["kind"] for one in command.well("reports", "show", reference, "--reason", "x", "--json").json["timeline"]
    ]
    assert kinds == ["received", "acknowledged"]
    assert command("outbox", "retry", owed[0]["id"]).exit_code == 1


def test_a_preview_is_marked_as_what_it_is(command: Command) -> None:
    command.well(*ADD)
    assert command.well("feedback", "preview", "acme", "2026-Q3").stdout.startswith("UNRELEASED, STAFF ONLY")
    assert command("feedback", "preview", "nobody", "2026-Q3").exit_code == 1
    assert command("feedback", "preview", "acme", "soon").exit_code == 1


REFUSED = [
    ("reports", "show", "NOPE", "--reason", "x"), ("reports", "claim", "4HK-2MP-9TC"), ("outbox", "retry", "99"),
    ("provider", "add", "Not An Id"), ("provider", "add", "acme", "--origin", "acme.example/path"),
    ("provider", "rotate-key", "nobody"), ("provider", "retire-key", "nobody", "k1"), ("service", "add", "x"),
]  # fmt: skip
WRONG = [
    ("nonsense",), ("reports", "nonsense"), ("reports", "list", "--nonsense"), ("outbox", "retry", "x"),
    ("provider", "add-key", "acme", "--scope", "both"), ("provider", "add-key", "acme"), ("run", "--port", "70000"),
    ("reports", "claim", "\udcff"), ("reports", "list", "--provider", "a\0b"), ("demo", "--partner", "/nowhere"),
]  # fmt: skip


@on_sqlite
@pytest.mark.parametrize(("words", "code"), [*((one, 1) for one in REFUSED), *((one, 2) for one in WRONG)])
def test_what_cannot_be_done_is_said_in_one_sentence(command: Command, words: tuple[str, ...], code: int) -> None:
    outcome = command(*words)
    assert (outcome.exit_code, outcome.stdout) == (code, "")
    assert "\nError: " in f"\n{outcome.stderr}"
    assert code == 2 or outcome.stderr.count("\n") == 1
