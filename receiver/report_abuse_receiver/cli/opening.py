"""Opening: every command opens the centre it was pointed at, and ends with one sentence where that cannot be done."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click

from report_abuse_receiver.centre import Centre, open_centre
from report_abuse_receiver.ground.config import Settings, load_settings
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.ground.keys.keyring import needs_passphrase


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Centre]:
    """The centre that the environment names, for staff to work at; or the one of `settings`, for whatever they allow.

    It is closed again at the end. Raises CannotStart, and Refused as `of_the_desk` does.
    """
    centre = open_centre(unlocked(settings or of_the_desk()))
    try:
        yield centre
    finally:
        centre.database.close()


def of_the_desk() -> Settings:
    """The settings in the environment; Refused where they are those of a public host."""
    settings = load_settings(os.environ)
    if not settings.has_desk:
        raise Refused(
            "REPORT_ABUSE_FACES has no desk: this process takes in reports and does no other work; give this command "
            "on the desk's host"
        )
    return settings


def unlocked(settings: Settings) -> Settings:
    """The same settings, with the passphrase of the vault where one is needed and a person is there to type it."""
    if settings.vault_passphrase or not sys.stdin.isatty() or not needs_passphrase(settings.home):
        return settings
    typed = click.prompt("Passphrase of the vault key", hide_input=True, err=True)
    return replace(settings, vault_passphrase=typed)
