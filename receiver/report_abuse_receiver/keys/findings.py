"""What the doctor finds about keys: who can get at their files, and whether a lost one can be got over."""

from collections.abc import Iterator

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.declarations import Finding
from report_abuse_receiver.ground.config import Settings
from report_abuse_receiver.ground.keys.keyring import keys_folder
from report_abuse_receiver.keys import rewrapping

#: The bits of a file's mode that let other users in.
_OTHERS = 0o077


def files(settings: Settings) -> Iterator[Finding]:
    """Whether other users of this machine can get at the key files."""
    folder = keys_folder(settings.home)
    named = [*folder.glob("*.key"), *folder.glob("*.pub")]
    found = sorted(path for path in named if path.exists())  # a link may lead nowhere
    loose = [str(path) for path in found if path.stat().st_mode & _OTHERS]
    if loose:
        says = f"other users of this machine can get at them; mend it with: chmod 600 {' '.join(loose)}"
        yield Finding(check="key-files", ok=False, says=says)
    elif found:
        yield Finding(check="key-files", says=f"{len(found)}, for their owner's eyes only; is there a copy elsewhere?")


def recovery(centre: Centre) -> Iterator[Finding]:
    """Advice only: a receiver from before there were recovery keys goes on working."""
    if not centre.keys.recovery:
        says = (
            "there is no recovery key: whoever loses HOME/keys loses every report; make one on a medium that is then "
            "taken away: report-abuse-receiver keys init FILE"
        )
        yield Finding(check="recovery", says=says)
        return
    with centre.database.reading() as conn:
        left = rewrapping.left_over(centre, conn)
    says = "new reports are sealed for the vault key and the recovery key"
    says += f"; {left} reports and additions wait for a worker to rewrap them, or: keys rewrap" if left else ""
    yield Finding(check="recovery", says=says)
