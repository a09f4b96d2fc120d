"""`staff`: the accounts of the people of the centre; the first administrator is made here, on the host."""

import click

from report_abuse_receiver.accounts import staff as desk
from report_abuse_receiver.accounts.staff import Invitation
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import opened
from report_abuse_receiver.cli.options import ID
from report_abuse_receiver.cli.printing import print_record, print_rows
from report_abuse_receiver.cli.signing_in import acting_as
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.accounts.kinds import Organisation, Right
from report_abuse_receiver.ground.errors import NoRight
from report_abuse_receiver.ground.kinds import Role

_ROLES, _ORGANISATIONS = [one.value for one in Role], [one.value for one in Organisation]


@click.group()
def staff() -> None:
    """The accounts of the people of the centre. Each is invited, and chooses a password and a second factor."""


@staff.command()
@click.argument("name", metavar="NAME", type=ID)
@click.option("--role", type=options.Terms(_ROLES), required=True, help="What they do at the centre.")
@click.option(
    "--organisation",
    type=options.Terms(_ORGANISATIONS),
    required=True,
    help="Where they come from.",
)
@options.staff
@options.as_json
def add(name: str, role: str, organisation: str, staff: str, as_json: bool) -> None:
    """Invite NAME: prints a code, shown once and good once for three days, to join the desk with."""
    with opened() as centre:
        invited = desk.add(centre, name, role=role, organisation=organisation, by=_administrator(centre, staff))
        _print(centre, invited, as_json=as_json)


@staff.command("list")
@options.as_json
def list_(as_json: bool) -> None:
    """Every account, and never a secret of one."""
    with opened() as centre:
        rows = desk.list_staff(centre)
    print_rows(rows, as_json=as_json, columns=("name", "role", "organisation", "state", "passkeys", "last_seen"))


@staff.command()
@click.argument("name", metavar="NAME", type=ID)
@options.staff
@options.yes
@options.as_json
def disable(name: str, staff: str, yes: bool, as_json: bool) -> None:
    """End NAME's account and every session of it at once. The name stays in the audit."""
    options.make_sure(f"End the account of {name}?", yes=yes)
    with opened() as centre:
        desk.disable(centre, name, by=_administrator(centre, staff))
    print_record({"name": name, "state": "disabled"}, as_json=as_json)


@staff.command()
@click.argument("name", metavar="NAME", type=ID)
@options.staff
@options.yes
@options.as_json
def reset(name: str, staff: str, yes: bool, as_json: bool) -> None:
    """Invite NAME again, after a lost telephone or password: the old password, codes, passkeys and sessions end."""
    options.make_sure(f"Take the password and the second factors of {name} away?", yes=yes)
    with opened() as centre:
        invited = desk.reset(centre, name, by=_administrator(centre, staff))
        _print(centre, invited, as_json=as_json)


def _administrator(centre: Centre, name: str) -> Actor:
    """Who may change accounts: anybody on this host until there is an administrator, then only one who signs in."""
    by = acting_as(centre, name)
    if desk.has_administrator(centre) and not by.has_account:
        raise NoRight("there is an administrator; name one who signs in: --staff NAME")
    desk.check_right(centre, by, Right.STAFF)
    return by


def _print(centre: Centre, invited: Invitation, *, as_json: bool) -> None:
    told = {"name": invited.name, "invitation": invited.code, "expires_at": invited.expires_at}
    print_record({**told, "join": f"{centre.settings.base_url}/desk/join"}, as_json=as_json)
