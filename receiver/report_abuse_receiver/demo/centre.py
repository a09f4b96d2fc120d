"""The showcase: invented providers, a year of facts, frozen quarters and a queue: a centre at work, for a newcomer.

The queue holds whole reports; the year before it holds facts without reports, which is all that figures are made from.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe

from report_abuse_receiver.accounts import staff
from report_abuse_receiver.accounts.acting import at_host
from report_abuse_receiver.casework import importing
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.demo.reports import invent
from report_abuse_receiver.demo.year import Campaign, Site, Year, invent_year
from report_abuse_receiver.feedback import releases
from report_abuse_receiver.ground.accounts import one_time_codes
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.ground.keys.keyring import has_keys
from report_abuse_receiver.ground.partners.provider_keys import provider_key
from report_abuse_receiver.ground.whole_files import write_whole
from report_abuse_receiver.partners import directory
from report_abuse_receiver.rules.feedback.periods import Quarter, month_of
from report_abuse_receiver.store.feedback import backfill, rollups

#: The first is the site that examples/flask_partner shows. The last two do not carry the button.
SITES = (
    Site(id="pebble-chat", name="Pebble Chat", kind="social", size=90),
    Site(id="acme-games", name="Acme Games", kind="game", size=60),
    Site(id="lantern-club", name="Lantern Club", kind="social", size=50),
    Site(id="starlight-stream", name="Starlight Stream", kind="video", size=32),
    Site(id="quokka-square", name="Quokka Square", kind="social", size=24),
    Site(id="kite-racers", name="Kite Racers", kind="game", size=20),
    Site(id="blockhaven", name="Blockhaven", kind="game", size=16),
    Site(id="paperplane", name="Paperplane", kind="social", size=11),
    Site(id="otter-forum", name="Otter Forum", kind="forum", size=9),
    Site(id="sunnyside", name="Sunnyside", kind="social", size=6),
    Site(id="foxglove-quest", name="Foxglove Quest", kind="game", size=5),
    Site(id="tiny-castles", name="Tiny Castles", kind="game", size=2),
    Site(id="hummingbird", name="Hummingbird", kind="messenger", size=7, has_button=False),
    Site(id="saltwick-market", name="Saltwick Market", kind="other", size=1, has_button=False),
)
PROVIDERS = {site.id: site.name for site in SITES if site.has_button}
PARTNER = next(iter(PROVIDERS))
#: Whole reports, in the quarter that runs and the one before.
REPORTS = 240
#: Quarters that are frozen: the newest and the four that its baseline is the mean of.
FROZEN = 5
_SEED = 2007
_GUEST = "sam"


@dataclass(frozen=True, kw_only=True)
class Guest:
    """An account to look at the desk with; its secrets are told to whoever started the demo."""

    name: str
    password: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Showcase:
    """What there is to see: the file of the reports, the partner's key, the quarter that runs, and who may sign in."""

    file: Path
    key: str = field(repr=False)
    quarter: Quarter
    guest: Guest

    @property
    def frozen(self) -> Quarter:
        """The newest quarter of which there are releases."""
        return self.quarter.earlier(1)


def prepare(home: Path) -> None:
    """Write the invented reports to a file under `home`, once; raises Refused for a folder where real ones may be."""
    file = _file(home)
    if file.exists():
        return
    if has_keys(home):
        raise Refused(f"{home} holds a receiver that is not a demo; choose another folder with --home")
    lines = "".join(f"{line}\n" for line in invent(_SEED, REPORTS, PROVIDERS, now()))
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(file, lines.encode())
    except OSError as error:
        raise Refused(f"{home} cannot be written: {error.strerror}; choose another folder with --home") from error


def furnish(centre: Centre, *, partner_origin: str) -> Showcase:
    """Put the invented things in, as far as an earlier demo has not: its data is used again."""
    _enter(centre, partner_origin)
    file, moment = _file(centre.settings.home), now()
    importing.import_lines(centre, file)
    _live_through(centre, moment)
    for quarter in _frozen(moment):
        releases.freeze(centre, str(quarter), by=at_host(centre, "demo"))
    key = provider_key(centre.keys.link_master, scope="button", provider=PARTNER, kid="k1")
    guest = _guest(centre)
    return Showcase(file=file, key=key.reveal(), quarter=Quarter.of(moment), guest=guest)


def year_until(moment: datetime) -> Year:
    """The invented year: from the first quarter that is frozen to the last month that is over."""
    quarters = [*_frozen(moment), Quarter.of(moment)]
    months = [month for quarter in quarters for month in quarter.months if month < month_of(moment)]
    campaign = Campaign(
        site="starlight-stream",
        months=quarters[-2].months[:2],
        size=70,
        codes={"category": "grooming", "contact": "live_stream", "age_band": "11-13", "moved_to": "video_chat"},
    )
    return invent_year(_SEED, sites=SITES, months=months, campaign=campaign)


def _enter(centre: Centre, partner_origin: str) -> None:
    known = {row.id for row in directory.list_services(centre)}
    for site in SITES:
        if site.id in known:
            continue
        origin = partner_origin if site.id == PARTNER else f"https://{site.id}.example"
        if site.has_button:
            contact = f"safety@{site.id}.example"
            directory.add_provider(centre, site.id, name=site.name, origins=[origin], contact=contact, kind=site.kind)
        else:
            directory.add_service(centre, site.id, name=site.name, aliases=[], kind=site.kind)


def _live_through(centre: Centre, moment: datetime) -> None:
    """Put the year in, all of it or nothing, unless one is there."""
    with centre.database.writing() as conn:
        first, *_ = _frozen(moment)
        if not rollups.cells(conn, service=rollups.ALL, months=first.months, splits=[""])[""]:
            year = year_until(moment)
            backfill.put(conn, facts=year.facts, presses=year.presses)


def _frozen(moment: datetime) -> list[Quarter]:
    """The quarters that are to be frozen, oldest first."""
    running = Quarter.of(moment)
    return [running.earlier(back) for back in range(FROZEN, 0, -1)]


def _guest(centre: Centre) -> Guest:
    """Who joined in this demo or an earlier one, whose secrets lie beside the data."""
    file = centre.settings.home / "guest.json"
    if file.exists():
        return Guest(**json.loads(file.read_text("utf-8")))
    invited = staff.add(centre, _GUEST, role="supervisor", organisation="other", by=at_host(centre, "demo"))
    guest = Guest(name=_GUEST, password=token_urlsafe(9), secret=staff.invitation(centre, invited.code).secret)
    # The code of a minute ago, so that the one of this minute is still there to sign in with.
    code = one_time_codes.code_at(guest.secret, now() - timedelta(seconds=one_time_codes.STEP))
    staff.join(centre, invited.code, password=guest.password, totp=code)
    write_whole(file, json.dumps(asdict(guest)).encode())
    return guest


def _file(home: Path) -> Path:
    return home / "invented.jsonl"
