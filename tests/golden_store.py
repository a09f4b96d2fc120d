"""A small store as this release leaves it, with rows in every table: the next release has to open it.

python -m tests.golden_store    # before a release whose tables the next one changes

writes tests/golden/store-<revision>.json: keys, rows of each table, and what each report says. All of it is invented.
"""

import base64
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import time_machine
from sqlalchemy import insert, select

from report_abuse import ReportAbuse
from report_abuse_receiver.accounts import approvals, sessions
from report_abuse_receiver.accounts.approvals import Asked
from report_abuse_receiver.app import create_app
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.feedback.kinds import FREEZING
from report_abuse_receiver.partners import directory
from report_abuse_receiver.store import dump, version
from report_abuse_receiver.store.schema import TABLES, metadata
from report_abuse_receiver.worker import work_once
from tests.parts.acting import acting
from tests.parts.child import Child
from tests.parts.comers import come_back, sent
from tests.parts.command import Command
from tests.parts.lines import line, story, written
from tests.parts.people import joined
from tests.parts.places import Place, open_at
from tests.parts.retained import NOT_OURS, PERIOD
from tests.parts.source import ROOT

GOLDEN = ROOT / "tests" / "golden"


def filled(centre: Centre, command: Command, folder: Path) -> None:
    """Do what leaves something in each table, through the doors."""
    app = create_app(centre)
    made = directory.add_provider(centre, "acme", name="Acme", origins=[], contact="desk@acme.example")
    token = ReportAbuse(made.url, key=made.key).link("chat").rpartition("/")[2]
    Child(app.test_client()).press(token)  # and no more: a draft, and a press
    references = []
    for name in ("Sam", "Alex", "Kim"):
        client = app.test_client()
        reference, words = sent(client, name=name, their_names="darkwolf99")
        come_back(client, reference, words, more=f"{name} remembers more.")
        references.append(reference)
    gone, held, open_ = references
    while work_once(centre):
        pass
    for reference in (gone, held):
        command.well("reports", "show", reference, "--reason", "triage")
        command.well("reports", "decide", reference, *NOT_OURS)
    command.well("reports", "hold", held, "--reason", "court")
    command.well("reports", "claim", open_)
    with time_machine.travel(now() + PERIOD, tick=False):
        command.well("purge", "--yes")
    command.well("reports", "import", written(folder / "in.jsonl", [line(), story("He waits at the bus stop.")]))
    with time_machine.travel("2026-10-02T09:00:00Z", tick=False):
        folded = ("acme", "2026-Q3", "grooming", "--asked-by", "pat", "--approved-by", "kim")
        command.well("feedback", "fold", *folded)
        command.well("feedback", "freeze", "2026-Q3")
    pat, _ = joined(centre, "pat", "feedback_officer"), joined(centre, "kim", "supervisor")
    sessions.sign_in(centre, name=pat.name, password=pat.password, totp=pat.code())
    approvals.ask(
        centre, Asked(what=FREEZING, subject="2026-Q4", content=["x"], reason="1 release"), by=acting(centre, "pat")
    )
    passkey = {"id": "cGFzc2tleQ", "staff": "kim", "public_key": b"a key", "sign_count": 1, "label": "Kim's telephone"}
    with centre.database.writing() as conn:
        conn.execute(insert(TABLES["staff_passkey"]).values(**passkey, created_at=now()))


def kept(centre: Centre, command: Command) -> dict[str, Any]:
    """All of it as JSON; raises SystemExit where a table has no row."""
    with centre.database.reading() as conn:
        tables = [json.loads(piece) for table in metadata.sorted_tables for piece in dump.pieces(conn, table)]
        revision, references = version.of(conn), conn.scalars(select(TABLES["report"].c.reference)).all()
    empty = metadata.tables.keys() - {piece["table"] for piece in tables}
    if empty:
        sys.exit(f"no row in {', '.join(sorted(empty))}; say in tests/golden_store.py how one comes to be")
    shown = {one: command.well("reports", "show", one, "--reason", "golden", "--json").json for one in references}
    keys = {
        path.name: base64.b64encode(path.read_bytes()).decode() for path in (centre.settings.home / "keys").iterdir()
    }
    says = {one: {"answers": said["answers"], "additions": said["additions"]} for one, said in shown.items()}
    return {"revision": revision, "keys": keys, "tables": tables, "says": says}


def main() -> None:
    """Make the store and write it down."""
    with TemporaryDirectory() as name:
        place = Place(home=Path(name) / "home")
        centre, command = open_at(place), Command(place.environ)
        filled(centre, command, Path(name))
        told = kept(centre, command)
        centre.database.close()
    path = GOLDEN / f"store-{told['revision']}.json"
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(path)


if __name__ == "__main__":
    main()
