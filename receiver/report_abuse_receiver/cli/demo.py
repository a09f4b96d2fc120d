"""`demo`: a receiver with invented reports and a partner's site, on this machine, until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from report_abuse import ReportAbuse
from report_abuse_receiver.app import create_app
from report_abuse_receiver.cli import options
from report_abuse_receiver.cli.opening import opened
from report_abuse_receiver.cli.serving import listen, port_of, serve, working
from report_abuse_receiver.cli.stopping import until_told_to_stop
from report_abuse_receiver.demo.centre import PARTNER, Showcase, furnish, prepare
from report_abuse_receiver.ground.config import PREFIX, Settings, load_settings
from report_abuse_receiver.ground.errors import CannotStart

#: To a browser two ports of one host are one site; the partner is another site only under another name.
HERE, PARTNERS = "localhost", "127.0.0.1"
_PATIENCE = 20  # seconds for the partner's site to come up, or to go
#: A session of its own, so that Ctrl-C reaches us alone and we end it in our order.
_APART: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "start_new_session": True}
#: Runs the program named first. Its input never says anything and ends when we do, however that was: then it ends too.
_BOUND_TO_US = """
import os, runpy, sys, threading
threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
del sys.argv[0]
sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name="__main__")
"""

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.option("--home", default="var/demo", show_default=True, type=_FOLDER, help="Where the demo keeps its data.")
@click.option("--port", default=8000, show_default=True, type=options.PORT, help="Port of the receiver.")
@click.option("--partner", type=_FOLDER, metavar="PATH", help="Folder of a partner's site with an app.py to run.")
@click.option(
    "--partner-port", default=5001, show_default=True, type=click.IntRange(1, 65535), help="Port of that site."
)
def demo(home: Path, port: int, partner: Path | None, partner_port: int) -> None:
    """Try it: a receiver with a year of invented reports, and a partner's site with the button on it.

    No setting of the environment counts here, so that invented reports never land among real ones.
    """
    if partner is not None and not (partner / "app.py").is_file():
        raise click.BadParameter(f"there is no app.py in {partner}", param_hint="--partner")
    site = f"http://{PARTNERS}:{partner_port}"
    with until_told_to_stop(at_once=True) as stop, listen("127.0.0.1", port) as sock, ExitStack() as stack:
        prepare(home)
        click.echo("  Making up a year; this takes some seconds.", err=True)
        settings = load_settings({f"{PREFIX}HOME": str(home)}, base_url=f"http://{HERE}:{port_of(sock)}")
        centre = stack.enter_context(opened(settings))
        shown = furnish(centre, partner_origin=site)
        stack.enter_context(working(centre, stop))
        if partner is not None:
            stack.enter_context(_partners_site(_Partner(partner / "app.py", partner_port), settings, shown, stop))
        for line in _guide(settings, shown, site=site if partner else None):
            click.echo(line)
        serve(create_app(centre), sock, settings)


@dataclass(frozen=True)
class _Partner:
    """The partner's program and the port it is to listen on."""

    program: Path
    port: int


@contextmanager
def _partners_site(partner: _Partner, settings: Settings, shown: Showcase, stop: threading.Event) -> Iterator[None]:
    """The partner's site as a process of its own; it ends with us, and we with it."""
    listen(PARTNERS, partner.port).close()  # says in our words that the port is taken
    command = [
        sys.executable,
        "-c",
        _BOUND_TO_US,
        str(partner.program),
        "--host",
        PARTNERS,
        "--port",
        str(partner.port),
    ]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environ |= {f"{PREFIX}URL": settings.base_url, f"{PREFIX}KEY": shown.key}
    process = subprocess.Popen(command, env=environ, **_APART)
    died = threading.Event()
    try:
        _wait_until_it_answers(process, partner)
        threading.Thread(target=_end_with, args=(process, stop, died), daemon=True).start()
        yield
        if died.is_set():
            raise CannotStart(f"{partner.program} ended by itself with {process.returncode}; the demo ended with it")
    finally:
        stop.set()
        _end(process)


def _wait_until_it_answers(process: subprocess.Popen[bytes], partner: _Partner) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((PARTNERS, partner.port)) == 0:
                return
        time.sleep(0.1)
    raise CannotStart(
        f"{partner.program} did not come up on {PARTNERS}, port {partner.port}; what it wrote stands above"
    )


def _end_with(process: subprocess.Popen[bytes], stop: threading.Event, died: threading.Event) -> None:
    """Wait for the partner's site, and break off our serving where nobody asked for its end."""
    process.wait()
    if not stop.is_set():
        died.set()
        os.kill(os.getpid(), signal.SIGTERM)


def _end(process: subprocess.Popen[bytes]) -> None:
    with process:  # closes its input and waits
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def _guide(settings: Settings, shown: Showcase, *, site: str | None) -> Iterator[str]:
    """What to click and what to type next."""
    program = _program()
    link = ReportAbuse(settings.base_url, key=shown.key).link("chat")
    yield ""
    if site:
        yield f"  A partner's site, press the button there:  {site}"
    yield f"  What a child sees behind the button:       {link}"
    yield f"  The desk:                                  {settings.base_url}/desk/"
    yield f"    name {shown.guest.name}, password {shown.guest.password}, and a code, good once:"
    yield f"    {sys.executable} -c 'import pyotp; print(pyotp.TOTP(\"{shown.guest.secret}\").now())'"
    yield ""
    yield "  In another terminal, as the people of the centre:"
    yield ""
    yield f"    export {PREFIX}HOME={_typed(settings.home)} {PREFIX}BASE_URL={settings.base_url}"
    yield f"    {program} reports list --state new"
    yield f'    {program} reports show REFERENCE --reason "trying it out"'
    yield f"    {program} reports claim REFERENCE"
    yield f"    {program} reports decide REFERENCE --category grooming --outcome advice"
    yield f"    {program} feedback preview {PARTNER} {shown.quarter}"
    yield f"    {program} feedback export {PARTNER} {shown.frozen} --out {_typed(settings.home / 'release')}"
    yield f"    {program} feedback audit {shown.frozen}"
    yield f"    {program} provider list"
    yield f"    {program} doctor"
    yield ""
    yield f"  The invented reports stand in {_typed(shown.file)}; to begin anew, delete that folder."
    yield "  Everything is on this machine only. Ctrl-C ends all of it."


def _program() -> str:
    """The command as it was called here: in a virtual environment it is not on everybody's PATH."""
    path = Path(sys.argv[0])
    return _typed(path.absolute()) if path.name == "report-abuse-receiver" else "report-abuse-receiver"


def _typed(path: Path) -> str:
    """A path as one types it from here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
