"""The receiver's command line as a person on duty types it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner

from report_abuse_receiver.cli import main
from tests.parts.places import Place


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a command answered."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """What it printed, read as JSON."""
        return json.loads(self.stdout)


class Command:
    """Runs `report-abuse-receiver …` at one place: `command("reports", "list", "--json").json`."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = dict(environ)

    def __call__(self, *args: object, env: Mapping[str, str] | None = None, stdin: str | None = None) -> Outcome:
        """Run it; an error that nobody meant to show is raised here."""
        environ: dict[str, str | None] = {**self.environ, **(env or {})}
        result = CliRunner().invoke(main, [str(one) for one in args], env=environ, input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(exit_code=result.exit_code, stdout=result.stdout, stderr=result.stderr)

    def well(self, *args: object, **options: Any) -> Outcome:
        """Run it, and fail the test unless it ends with 0."""
        outcome = self(*args, **options)
        if outcome.exit_code:
            shown = " ".join(str(one) for one in args)
            pytest.fail(f"{shown} ended with {outcome.exit_code}:\n{outcome.stdout}{outcome.stderr}", pytrace=False)
        return outcome


@pytest.fixture
def command(place: Place) -> Command:
    """The command line at `place`."""
    return Command(place.environ)


@pytest.fixture
def desk(command: Command) -> Callable[..., Any]:
    """What staff type at the queue, and the JSON it prints: `desk("claim", reference)`."""
    return lambda *args: command.well("reports", *args, "--staff", "ann", "--json").json
