"""Who acts in a test, as if they had proved it: proofs themselves are tried in tests of signing in."""

from report_abuse_receiver.accounts.acting import has_account
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.accounts.actor import Actor, Door
from report_abuse_receiver.store.accounts import staff


def host(name: str = "root") -> Actor:
    """The host's own user."""
    return Actor(name=name, door=Door.HOST)


def acting(centre: Centre, name: str) -> Actor:
    """The person of this account, and the host's own user where there is none."""
    if not has_account(centre, name):
        return host(name)
    with centre.database.reading() as conn:
        row = staff.find(conn, name)
        assert row
        return Actor(name=row.name, role=row.role, organisation=row.organisation, door=Door.COMMAND_LINE)
