"""`run` and `worker`: the two things that go on until they are told to stop."""

import os
from contextlib import ExitStack

import click

from report_abuse_receiver.app import create_app
from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import opened
from report_abuse_receiver.cli.serving import listen, serve, url_of, working
from report_abuse_receiver.cli.stopping import until_told_to_stop
from report_abuse_receiver.ground.config import Settings, load_settings
from report_abuse_receiver.ground.errors import CannotStart
from report_abuse_receiver.operations import jobs
from report_abuse_receiver.worker import run_worker


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=options.PORT, help="Port to listen on; 0 takes a free one."
)
@click.option(
    "--worker/--no-worker",
    default=None,
    help="Also do the owed work in this process (default: where the desk is one of its faces).",
)
def run(host: str, port: int, worker: bool | None) -> None:
    """Serve the pages that FACES names, until Ctrl-C or SIGTERM."""
    with until_told_to_stop(at_once=True) as stop, listen(host, port) as sock, ExitStack() as stack:
        here = url_of(host, sock)
        settings = load_settings(os.environ, base_url=here)
        _check_worker(settings, wanted=worker)
        centre = stack.enter_context(opened(settings))
        app = create_app(centre)
        if settings.has_desk and worker is not False:
            stack.enter_context(working(centre, stop))
        if not settings.has_desk:
            click.echo("No worker runs here, and no report is opened: owed work is done where the desk is.")
        click.echo(f"The receiver listens on {here} (children reach it at {settings.base_url}); Ctrl-C ends it.")
        serve(app, sock, settings)


def _check_worker(settings: Settings, *, wanted: bool | None) -> None:
    if wanted and not settings.has_desk:
        raise CannotStart(
            "REPORT_ABUSE_FACES has no desk, and only the desk does owed work, for which reports are opened; leave "
            "--worker out, or add desk"
        )


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
def worker(once: bool) -> None:
    """Do the owed work, until Ctrl-C or SIGTERM. Any number may run at once, wherever the desk is."""
    with until_told_to_stop(at_once=False) as stop, opened() as centre:
        if not once:
            click.echo("The worker is at work; Ctrl-C ends it.")
            run_worker(centre, stop)
            return
        jobs.enqueue_periodic_work(centre)
        while not stop.is_set() and jobs.do_what_is_due(centre):
            pass
