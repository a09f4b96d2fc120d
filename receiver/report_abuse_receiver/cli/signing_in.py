"""Signing in: whoever acts under the name of an account at the command line proves that it is theirs."""

import click

from report_abuse_receiver.accounts import sessions, staff
from report_abuse_receiver.centre import Centre


def acting_as(centre: Centre, name: str) -> str:
    """The name to act under; one that has an account asks for its password and code. Raises SignInRefused.

    A name without an account is the host's own user, and stands in the audit as such.
    """
    if staff.has_account(centre, name):
        password = click.prompt(f"Password of {name}", hide_input=True, err=True)
        code = click.prompt("Code of your authenticator", err=True)
        sessions.prove(centre, name=name, password=password, totp=code)
    return name
