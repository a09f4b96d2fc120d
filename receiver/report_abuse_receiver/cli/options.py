"""Options that several commands share."""

import os
import pwd
import sys
from typing import Any

import click

from report_abuse_receiver.ground.forms.typed import identifier, term


class Words(click.ParamType[str]):
    """Text that every database can keep: no bytes that are not text, and no NUL."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse as wrong use what a shell handed over but nobody can have meant."""
        text = str(value)
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            self.fail("holds bytes that are not text", param, ctx)
        return text


class Ids(Words):
    """An id, whatever case and quotes it was copied with."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read it as it was meant."""
        return identifier(super().convert(value, param, ctx))


class Terms(click.Choice[str]):
    """A code of a closed list, with blanks or hyphens for its underscores, and in any case."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read it as it was meant."""
        return super().convert(term(str(value)), param, ctx)


WORDS, ID = Words(), Ids()
PORT = click.IntRange(0, 65535)


def user_of_this_system() -> str:
    """The name of who runs this, from the password file: the environment could say anything."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
staff = click.option(
    "--staff",
    type=ID,
    default=user_of_this_system,
    metavar="NAME",
    help="Who does this (default: the user of this system).",
)
reason = click.option(
    "--reason", type=WORDS, required=True, help="Why the words are opened; it is kept in the audit with your name."
)
why = click.option(
    "--reason",
    type=WORDS,
    required=True,
    help="Why; it is kept in the audit with your name, so write no name of others.",
)
ask = click.option("--ask", is_flag=True, help="Only ask another person for it; prints the number of the request.")
yes = click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")


def make_sure(question: str, *, yes: bool) -> None:
    """Ask a person at a terminal before what cannot be undone; a script that names the command means it."""
    if not yes and sys.stdin.isatty():
        click.confirm(question, abort=True)
