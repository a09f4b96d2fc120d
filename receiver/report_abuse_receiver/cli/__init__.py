"""The command line: what the people of the centre type. It reads words, asks the desk and prints the answer."""

import click

from report_abuse_receiver.cli.approvals import approvals
from report_abuse_receiver.cli.audit import audit
from report_abuse_receiver.cli.backup import backup, restore
from report_abuse_receiver.cli.demo import demo
from report_abuse_receiver.cli.doctor import doctor
from report_abuse_receiver.cli.feedback import feedback
from report_abuse_receiver.cli.feedback_audit import audit as feedback_audit
from report_abuse_receiver.cli.feedback_export import export
from report_abuse_receiver.cli.keys import keys
from report_abuse_receiver.cli.opening import Commands
from report_abuse_receiver.cli.outbox import outbox
from report_abuse_receiver.cli.providers import provider, service
from report_abuse_receiver.cli.purge import purge
from report_abuse_receiver.cli.reports import reports
from report_abuse_receiver.cli.run import run, worker
from report_abuse_receiver.cli.staff import staff
from report_abuse_receiver.ground import logs


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="report-abuse-receiver", message="%(package)s %(version)s")
def main() -> None:
    """Receive what children send through the Report Abuse button, work the queue, and see what providers are told.

    Settings are REPORT_ABUSE_… in the environment; without any, data and keys are kept in ./var.
    """
    logs.configure()


feedback.add_command(export)
feedback.add_command(feedback_audit)
EVERY = (
    run, worker, demo, doctor, provider, service, reports, feedback, staff, approvals, outbox, audit, keys, purge,
    backup, restore,
)  # fmt: skip
for command in EVERY:
    main.add_command(command)
