"""Export: a frozen release as the files that a provider is sent, drawn from the stored bytes and from nothing newer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from report_abuse.keys import PROVIDER
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.errors import NotFound, Refused
from report_abuse_receiver.ground.whole_files import write_whole
from report_abuse_receiver.reporting.csvw import CSV, METADATA, to_csv, to_metadata
from report_abuse_receiver.reporting.page import draw
from report_abuse_receiver.reporting.release import History, read_release
from report_abuse_receiver.reporting.terms import Terms
from report_abuse_receiver.rules.feedback.baseline import QUARTERS
from report_abuse_receiver.rules.feedback.periods import Quarter
from report_abuse_receiver.store.feedback import releases
from report_abuse_receiver.store.feedback.releases import ReleaseRow
from report_abuse_receiver.store.partners import services

PAGE, BODY = "report.html", "release.json"


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was written, and for whom."""

    provider: str
    period: str
    tier: str
    files: tuple[Path, ...]


def export(centre: Centre, provider: str, period: str, folder: Path) -> Exported:
    """Write the four files of a release into `folder`, which is made where it is missing.

    A file that is there already and holds the same is left alone; one that holds anything else is never overwritten.
    Raises Refused on that, on a period that is malformed or not frozen and on a provider that got no release, and
    NotFound on one that nobody knows; then nothing was written.
    """
    quarter = Quarter.parse(period)
    with centre.database.reading() as conn:
        row = _entitled(conn, provider, quarter)
        files = bundle(centre, conn, row)
    written = _write(folder, files)
    return Exported(provider=row.provider, period=row.period, tier=row.tier, files=written)


def bundle(centre: Centre, conn: Connection, row: ReleaseRow) -> Mapping[str, bytes]:
    """The files of a release by name: the page, the observations with their metadata, and the stored body as it is."""
    body = _body(row)
    quarter = Quarter.parse(row.period)
    before = (releases.find(conn, row.provider, str(quarter.earlier(back))) for back in range(QUARTERS, 0, -1))
    history = History(read_release(body), tuple(read_release(_body(one)) for one in before if one))
    service = services.find(conn, row.provider)
    site = service.name if service else row.provider
    terms = Terms(centre=centre.scheme.name, site=site, tiers=centre.scheme.tiers)
    return {
        PAGE: draw(history, terms).encode(),
        CSV: to_csv(body["observations"]).encode(),
        METADATA: to_metadata(body).encode(),
        BODY: row.body.encode(),
    }


def _entitled(conn: Connection, provider: str, quarter: Quarter) -> ReleaseRow:
    """The release of a provider; where there is none, the one sentence that says why."""
    if not PROVIDER.fullmatch(provider) or services.find(conn, provider) is None:
        raise NotFound(f"provider {provider[:40]!r} is not in the directory")
    if releases.frozen(conn, str(quarter)) is None:
        raise Refused(f"{quarter} is not frozen, so nothing of it may be told; run: feedback freeze {quarter}")
    row = releases.find(conn, provider, str(quarter))
    if row is None:
        raise Refused(f"{provider} is not entitled to a release for {quarter}: no button, and too few reports")
    return row


def _body(row: ReleaseRow) -> dict[str, Any]:
    """What was frozen, proved to be what was frozen."""
    if sha256(row.body.encode()).hexdigest() != row.sha256:
        raise Refused(f"the stored release of {row.provider} for {row.period} was changed; it is not to be sent out")
    content: dict[str, Any] = json.loads(row.body)
    return content


def _write(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Each file whole or not at all; all are compared before the first is written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        missing = {name: content for name, content in files.items() if _is_missing(folder / name, content)}
        for name, content in missing.items():
            write_whole(folder / name, content)  # a release is for one provider
    except OSError as error:
        raise Refused(f"{folder} cannot be written: {error.strerror}; choose another folder with --out") from error
    return tuple(folder / name for name in files)


def _is_missing(path: Path, content: bytes) -> bool:
    if not path.exists():
        return True
    if path.read_bytes() != content:
        raise Refused(f"{path} is there and holds something else; choose another folder with --out")
    return False
