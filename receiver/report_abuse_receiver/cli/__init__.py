"""The command line: what the people of the centre type. It reads words, asks the desk and prints the answer."""

import click

from report_abuse_receiver.cli.lazy import Commands

#: Every command, and the module that is read once it is called.
EVERY = {
    "run": "run", "worker": "run", "demo": "demo", "doctor": "doctor", "provider": "providers", "service": "providers",
    "placements": "placements",
    "reports": "reports", "feedback": "feedback", "staff": "staff", "approvals": "approvals", "outbox": "outbox",
    "audit": "audit", "keys": "keys", "purge": "purge", "backup": "backup", "restore": "backup",
}  # fmt: skip


@click.group(cls=Commands, found_in=EVERY, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="report-abuse-receiver", message="%(package)s %(version)s")
def main() -> None:
    """Receive what children send through the Report Abuse button, work the queue, and see what providers are told.

    Settings are REPORT_ABUSE_… in the environment; without any, data and keys are kept in ./var.
    """
    from report_abuse_receiver.ground import logs  # only here: to be asked for help or the version writes no log

    logs.configure()
