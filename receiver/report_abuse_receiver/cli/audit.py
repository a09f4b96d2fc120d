"""`audit`: is the chain of what staff opened still whole, and is it the one whose heads were shipped?"""

import os
from pathlib import Path

import click

from report_abuse_receiver.audit import trail
from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import of_the_desk, opened
from report_abuse_receiver.cli.printing import print_record
from report_abuse_receiver.ground.config import load_settings

A_FILE = click.Path(path_type=Path)


@click.group()
def audit() -> None:
    """The audit of every opening of a report."""


@audit.command()
@click.option("--heads", type=A_FILE, help="A file of shipped heads: the chain must be the one they were signed for.")
@click.option(
    "--public-key",
    type=A_FILE,
    help="Who signed them, as `audit key` printed it; then a copy of the database is enough, without any key.",
)
@options.as_json
@click.pass_context
def verify(ctx: click.Context, heads: Path | None, public_key: Path | None, as_json: bool) -> None:
    """Walk the chain; says what is wrong and at which number, and ends with 1 where it is broken."""
    if public_key and not heads:
        raise click.UsageError("--public-key needs --heads")
    settings = load_settings(os.environ) if public_key else of_the_desk()
    shipped = trail.read_heads(settings, heads, key_file=public_key) if heads else []
    if public_key:
        verdict = trail.verify_copy(settings, shipped)
    else:
        with opened(settings) as centre:
            verdict = trail.verify_audit(centre, shipped=shipped)
    whole = verdict.broken_at is None
    found = {"ok": whole, "rows": verdict.rows, "head": verdict.head, "broken_at": verdict.broken_at}
    print_record({**found, "wrong": verdict.wrong, "heads": len(shipped)}, as_json=as_json)
    ctx.exit(0 if whole else 1)


@audit.command()
@options.as_json
def key(as_json: bool) -> None:
    """Print the public half of the key that signs the heads; keep it where the heads go."""
    pem = trail.public_key(of_the_desk())
    if as_json:
        print_record({"public_key": pem}, as_json=True)
    else:
        click.echo(pem, nl=False)
