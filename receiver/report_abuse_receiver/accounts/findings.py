"""What the doctor finds in accounts: how many look at what leaves the centre."""

from collections.abc import Iterator

from report_abuse_receiver.accounts import approvals, staff
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.declarations import Finding


def four_eyes(centre: Centre) -> Iterator[Finding]:
    """How many people can sign in, and so how figures and exports are released."""
    people = staff.how_many(centre)
    with centre.database.reading() as conn:
        eyes = approvals.eyes(conn)
    counted = "nobody has an account" if people == 0 else f"{people} can sign in"
    says = f"{counted}: figures and exports are released {eyes}"
    yield Finding(check="four-eyes", says=says if people > 1 else f"{says}; make accounts with: staff add")
