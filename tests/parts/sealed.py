"""What is sealed in a store: for whom each report and addition is wrapped, and what one key alone can read of it."""

import base64
import json
from pathlib import Path

from sqlalchemy import select

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.keys.vault import PrivateKey, open_envelope
from report_abuse_receiver.intake import additions
from report_abuse_receiver.intake.additions import Addition
from report_abuse_receiver.keys import sealing
from report_abuse_receiver.store.casework import reports
from report_abuse_receiver.store.casework.additions import addition_key, listed
from report_abuse_receiver.store.casework.reports import report_key
from tests.parts.at_once import at_once
from tests.parts.comers import given
from tests.parts.command import Command
from tests.parts.letters import receive


def fill(centre: Centre, times: int) -> list[str]:
    """So many reports that tell their own number in the story, each third with an addition that tells it again."""
    with at_once(centre) as filling:
        return [_told_by(filling, number) for number in range(times)]


def _told_by(centre: Centre, number: int) -> str:
    reference = receive(centre, story=f"story {number}")
    if number % 3 == 0:
        words = given(centre, reference)
        additions.add(centre, Addition(reference=reference, words=words, more=f"more {number}"))
    return reference


def told(command: Command, references: list[str]) -> list[tuple[str, list[str]]]:
    """What staff read of these reports: the story, and what was added."""
    shown = [command.well("reports", "show", one, "--reason", "test", "--json").json for one in references]
    return [(one["answers"]["story"], [added["more"] for added in one["additions"]]) for one in shown]


def as_filled(times: int) -> list[tuple[str, list[str]]]:
    """What `told` must find where `fill` has been."""
    return [(f"story {number}", [f"more {number}"] if number % 3 == 0 else []) for number in range(times)]


def wrapped_for(centre: Centre) -> list[list[str]]:
    """For each report and each addition, the ids of the keys that it is wrapped for."""
    found: dict[tuple[str, int], list[str]] = {}
    with centre.database.reading() as conn:
        for table, owner in ((report_key, report_key.c.report_id), (addition_key, addition_key.c.addition_id)):
            for whose, kid in conn.execute(select(owner, table.c.kid)):
                found.setdefault((table.name, whose), []).append(kid)
    return [sorted(kids) for kids in found.values()]


def current(command: Command) -> list[str]:
    """The ids of the keys that new reports are sealed for."""
    return sorted(row["kid"] for row in command.well("keys", "list", "--json").json if row["state"] == "current")


def key_in(file: Path) -> PrivateKey:
    """The private key in a file."""
    return PrivateKey.from_bytes(base64.b64decode(file.read_text()))


def read_with(centre: Centre, reference: str, key: PrivateKey) -> tuple[str, list[str]]:
    """The story and what was added, with this key and the database alone."""
    with centre.database.reading() as conn:
        row = reports.find(conn, reference)
        if row is None:
            raise LookupError(reference)
        story = json.loads(open_envelope(reports.envelope_of(conn, row.id), reference=reference, key=key))
        more = [
            json.loads(open_envelope(one.envelope, reference=sealing.bound_to(reference, one.number), key=key))
            for one in listed(conn, row.id)
        ]
    return story["answers"]["story"], [one["more"] for one in more]
