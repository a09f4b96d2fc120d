"""Signing in: whoever acts under the name of an account at the command line proves that it is theirs."""

import click

from report_abuse_receiver.accounts import acting, sessions
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.accounts.actor import Actor


def acting_as(centre: Centre, name: str) -> Actor:
    """Who acts under this name; one that has an account asks for its password and code. Raises SignInRefused.

    A name without an account is the host's own user, and stands in the audit as such.
    """
    if acting.has_account(centre, name):
        password = click.prompt(f"Password of {name}", hide_input=True, err=True)
        code = click.prompt("Code of your authenticator", err=True)
        return sessions.authenticate(centre, name=name, password=password, totp=code)
    return acting.at_host(centre, name)
