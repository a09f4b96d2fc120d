"""`reports`: the queue, in and out: list, claim, show, decide, hold, import, export."""

from pathlib import Path

import click

from report_abuse_receiver.casework import exporting, importing, retention, triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.casework.importing import ImportResult
from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import opened
from report_abuse_receiver.cli.options import ID, WORDS
from report_abuse_receiver.cli.printing import print_json, print_record, print_rows, progress, visible
from report_abuse_receiver.cli.signing_in import acting_as

_FILE = click.Path(path_type=Path)


@click.group()
def reports() -> None:
    """The queue: list, claim, open, decide; bring reports in and take them out."""


@reports.command("list")
@click.option("--state", type=WORDS, help="Only those in this state: new, claimed, decided or closed.")
@click.option("--provider", type=ID, metavar="ID", help="Only those said to come from this provider.")
@options.as_json
def list_(state: str | None, provider: str | None, as_json: bool) -> None:
    """The queue in the order in which it is worked, and never a word of a report."""
    with opened() as centre:
        rows = triage.list_reports(centre, state=state, provider=provider)
    columns = ("reference", "received_at", "urgency", "state", "added", "held", "provider", "attribution")
    print_rows(rows, as_json=as_json, columns=(*columns, "services", "kinds"))


@reports.command()
@click.argument("reference", metavar="REF", type=WORDS)
@options.reason
@options.staff
@options.as_json
def show(reference: str, reason: str, staff: str, as_json: bool) -> None:
    """Open a report's seal. It is audited, with your name and the reason."""
    with opened() as centre:
        report = triage.show_report(centre, reference, reason=reason, by=acting_as(centre, staff))
    print_record(report, as_json=as_json)


@reports.command()
@click.argument("reference", metavar="REF", type=WORDS)
@click.option("--renew", is_flag=True, help="Keep a report longer that you have claimed already.")
@options.staff
@options.as_json
def claim(reference: str, renew: bool, staff: str, as_json: bool) -> None:
    """Take a report for half an hour, so that nobody else works on it."""
    with opened() as centre:
        report = triage.claim(centre, reference, by=acting_as(centre, staff), renew=renew)
    print_record(report, as_json=as_json)


@reports.command()
@click.argument("reference", metavar="REF", type=WORDS)
@click.option("--category", type=WORDS, required=True, help="What it is about (Annex A).")
@click.option("--outcome", type=WORDS, required=True, help="What the centre did with it.")
@click.option("--age-band", type=WORDS, help="Of the child (default: as the answers say).")
@click.option("--contact", type=WORDS, default="unknown", show_default=True, help="How contact was made.")
@click.option("--moved-to", type=WORDS, default="unknown", show_default=True, help="Where it went on.")
@click.option("--service", "services", type=WORDS, multiple=True, help="Where it happened (default: those found).")
@options.staff
@options.as_json
def decide(
    reference: str,
    category: str,
    outcome: str,
    age_band: str | None,
    contact: str,
    moved_to: str,
    services: tuple[str, ...],
    staff: str,
    as_json: bool,
) -> None:
    """Decide on a report. An unknown code is refused with the list of known ones."""
    decision = Decision(
        category=category,
        outcome=outcome,
        age_band=age_band,
        contact=contact,
        moved_to=moved_to,
        services=services or None,
    )
    with opened() as centre:
        report = triage.decide(centre, reference, decision, by=acting_as(centre, staff))
    print_record(report, as_json=as_json)


@reports.command()
@click.argument("reference", metavar="REF", type=WORDS)
@options.why
@options.staff
@options.as_json
def hold(reference: str, reason: str, staff: str, as_json: bool) -> None:
    """Keep a report whatever its age, for a court or an inquiry. It is audited."""
    with opened() as centre:
        held = retention.hold(centre, reference, reason=reason, by=acting_as(centre, staff))
    print_record(held, as_json=as_json)


@reports.command("end-hold")
@click.argument("reference", metavar="REF", type=WORDS)
@options.why
@options.staff
@options.as_json
def end_hold(reference: str, reason: str, staff: str, as_json: bool) -> None:
    """Let a report be deleted when its time comes. It is audited."""
    with opened() as centre:
        ended = retention.end_hold(centre, reference, reason=reason, by=acting_as(centre, staff))
    print_record({"reference": ended, "held": False}, as_json=as_json)


@reports.command("import")
@click.argument("path", metavar="FILE", type=_FILE)
@options.as_json
@click.pass_context
def import_(ctx: click.Context, path: Path, as_json: bool) -> None:
    """Bring in reports, a JSON object a line. Run it again where it broke: no line is taken twice."""
    with opened() as centre, progress("Importing") as on_progress:
        result = importing.import_lines(centre, path, on_progress)
    _print_result(result, as_json=as_json)
    ctx.exit(1 if result.bad else 0)


@reports.command("export")
@click.argument("path", metavar="FILE", type=_FILE)
@options.reason
@options.ask
@options.staff
@options.as_json
def export(path: Path, reason: str, ask: bool, staff: str, as_json: bool) -> None:
    """Open every report and write it to a new file, as `import` takes it. Each opening is audited.

    From the second account on it takes two people: ask for it, and run it when it is granted.
    """
    with opened() as centre:
        who = acting_as(centre, staff)
        if ask:
            print_record({"request": exporting.ask_export(centre, reason=reason, by=who)}, as_json=as_json)
            return
        count = exporting.export_lines(centre, path, reason=reason, by=who)
    print_record({"exported": count, "file": str(path)}, as_json=as_json)


def _print_result(result: ImportResult, *, as_json: bool) -> None:
    counts = {"imported": result.imported, "skipped": result.skipped}
    if as_json:
        print_json({**counts, "bad": [{"line": one.line, "reason": one.reason} for one in result.bad]})
        return
    print_record(counts, as_json=False)
    for one in result.bad:
        click.echo(f"line {one.line}: {visible(one.reason)}", err=True)
