"""The disclosure audit: the attack on all releases of a period, and the search for what reports hold in their files."""

from dataclasses import dataclass

from report_abuse_receiver.accounts.staff import check_right
from report_abuse_receiver.audit import leak_scan
from report_abuse_receiver.audit.attack import Found, attack
from report_abuse_receiver.audit.leak_scan import Leaks
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.feedback import figures
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.ground.feedback.kinds import Right
from report_abuse_receiver.ground.progress import OnProgress
from report_abuse_receiver.rules.feedback.periods import Quarter
from report_abuse_receiver.store.feedback import releases


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was found in a period; `leaks` is None where no report was opened to look for any."""

    period: str
    found: Found
    leaks: Leaks | None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.found.disclosed or self.found.impossible or (self.leaks and self.leaks.found))


def audit(
    centre: Centre, period: str, *, by: Actor, scan: bool = True, on_progress: OnProgress = lambda done, of: None
) -> Verdict:
    """Attack the releases of a frozen quarter, and look in their files for what reports hold.

    The search opens every report that arrived or was decided in the quarter; each opening is audited. Without `scan`
    none is opened. Raises Refused on a period that is malformed or not frozen, and without a vault key to open with.
    """
    check_right(centre, by, Right.ASK_FREEZE)
    quarter = Quarter.parse(period)
    with centre.database.reading() as conn:
        if releases.frozen(conn, str(quarter)) is None:
            raise Refused(f"{quarter} is not frozen, so there is nothing to attack; run: feedback freeze {quarter}")
        found = attack(figures.begin(centre, conn, quarter), on_progress)
    leaks = leak_scan.scan(centre, quarter, by=by, on_progress=on_progress) if scan else None
    return Verdict(period=str(quarter), found=found, leaks=leaks)
