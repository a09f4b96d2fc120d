"""The showcase: invented providers, presses and reports, so that a newcomer finds a centre at work."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path

from report_abuse_receiver.desk import directory, transfer
from report_abuse_receiver.desk.centre import Centre
from report_abuse_receiver.desk.invented import PLACEMENTS, invent
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.ground.keyring import has_keys, provider_key
from report_abuse_receiver.rules.disclosure import new_record_key
from report_abuse_receiver.rules.periods import Quarter, month_of
from report_abuse_receiver.store import counters

#: id → name; the first is the site that examples/flask_partner shows.
PROVIDERS = {
    "pebble-chat": "Pebble Chat",
    "acme-games": "Acme Games",
    "starlight-stream": "Starlight Stream",
    "otter-forum": "Otter Forum",
}
PARTNER = next(iter(PROVIDERS))
REPORTS = 60
_SEED = 2007
#: How often a button that is used once in ten times is opened, started and submitted in a month.
_PRESSES = {"opened": 8, "started": 5, "submitted": 2}


@dataclass(frozen=True, kw_only=True)
class Showcase:
    """What there is to see: the file that the reports came from, the partner's key, and the quarter that runs."""

    file: Path
    key: str
    quarter: Quarter


def prepare(home: Path) -> None:
    """Write the invented reports to a file under `home`, once; raises Refused for a folder where real ones may be."""
    file = _file(home)
    if file.exists():
        return
    if has_keys(home):
        raise Refused(f"{home} holds a receiver that is not a demo; choose another folder with --home")
    lines = "".join(f"{json.dumps(line)}\n" for line in invent(_SEED, REPORTS, PROVIDERS, now()))
    draft = file.with_suffix(".new")
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.write_text(lines, "utf-8")
        os.replace(draft, file)
    except OSError as error:
        raise Refused(f"{home} cannot be written: {error.strerror}; choose another folder with --home") from error


def furnish(centre: Centre, *, partner_origin: str) -> Showcase:
    """Put the invented things in, as far as an earlier demo has not: its data is used again."""
    known = {row["provider"] for row in directory.list_providers(centre)}
    for provider, name in PROVIDERS.items():
        origin = partner_origin if provider == PARTNER else f"https://{provider}.example"
        if provider not in known:
            directory.add_provider(centre, provider, name=name, origins=[origin], contact=f"safety@{provider}.example")
    file = _file(centre.settings.home)
    transfer.import_lines(centre, file)
    moment = now()
    _press(centre, moment)
    key = provider_key(centre.keys.link_master, scope="button", provider=PARTNER, kid="k1")
    return Showcase(file=file, key=key.reveal(), quarter=Quarter.of(moment))


def _press(centre: Centre, moment: datetime) -> None:
    """Fill the button figures of this quarter and the one before, if they are still empty."""
    quarter = Quarter.of(moment)
    months = [month for one in (quarter.earlier(1), quarter) for month in one.months if month <= month_of(moment)]
    with centre.database.writing() as conn:
        if counters.cells(conn, provider=PARTNER, months=months, by=("event",)):
            return
        for provider, month, placement, event in product(PROVIDERS, months, PLACEMENTS, _PRESSES):
            for _ in range(PLACEMENTS[placement] * _PRESSES[event]):
                key = new_record_key()
                counters.count(conn, provider=provider, placement=placement, month=month, event=event, key=key)


def _file(home: Path) -> Path:
    return home / "invented.jsonl"
