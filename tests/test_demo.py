"""The demo: a centre at work to click through, which leaves nothing running."""

import os
import re
import shutil
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.parts.child import Child
from tests.parts.command import Command
from tests.parts.real import free_port
from tests.parts.running import PATIENCE, RECEIVER, Running, Starter, until_true
from tests.parts.source import ROOT

PARTNER = ROOT / "examples" / "flask_partner"
#: A child process that outlives nobody: it ends as soon as it is started.
DYING = "import sys; sys.exit('no button here')"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that was started once."""
    folder = tmp_path_factory.mktemp("demo")
    starter, port = Starter(folder), free_port()
    process, log = starter.start([RECEIVER, "demo", "--home", folder / "demo", "--port", str(port)], {})
    Running(process=process, log=log, base_url=f"http://localhost:{port}").wait_until_ready().stop()
    starter.close()
    return folder / "demo"


@pytest.fixture
def demo(start: Starter, tmp_path: Path, filled: Path) -> Callable[..., Running]:
    """Starts the demo at free ports and waits until it can be clicked; one that is not `new` has been filled before."""

    def started(*, partner: Path = PARTNER, port: int | None = None, wait: bool = True, new: bool = False) -> Running:
        if not new and not (tmp_path / "demo").exists():
            shutil.copytree(filled, tmp_path / "demo")
        ports = {"--port": port or free_port(), "--partner-port": free_port()}
        words = [str(one) for pair in ports.items() for one in pair]
        command = [RECEIVER, "demo", "--home", tmp_path / "demo", "--partner", partner, *words]
        process, log = start.start(command, {"REPORT_ABUSE_DATABASE_URL": "sqlite:////nowhere/at/all"})
        running = Running(process=process, log=log, base_url=f"http://localhost:{ports['--port']}")
        return running.wait_until_ready() if wait else running

    return started


def site_of(running: Running) -> str:
    """Where the partner's site is, as the demo tells it."""
    return re.findall(r"press the button there:\s+(\S+)", running.output)[0]


def is_open(url: str) -> bool:
    """Whether anybody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) == 0


def children_of(pid: int) -> list[str]:
    """The processes that this one started and that still are."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def at(running: Running, tmp_path: Path) -> Command:
    """The command line as the demo says one should call it."""
    assert f"export REPORT_ABUSE_HOME={tmp_path / 'demo'} REPORT_ABUSE_BASE_URL={running.base_url}" in running.output
    return Command({"REPORT_ABUSE_HOME": str(tmp_path / "demo"), "REPORT_ABUSE_BASE_URL": running.base_url})


def test_the_button_on_the_partners_page_leads_to_a_report_in_the_queue(
    demo: Callable[..., Running], tmp_path: Path
) -> None:
    running = demo(new=True)
    command, site = at(running, tmp_path), site_of(running)
    before = command.well("reports", "list", "--json").json
    with requests.get(site, timeout=PATIENCE) as page:
        href = re.findall(r'href="([^"]+/r/[^"]+)"', page.text)[0]
    assert href.startswith(f"{running.base_url}/r/r1.pebble-chat.")
    child = Child(running.base_url)
    child.press(href.rpartition("/")[2], referer=f"{site}/").tell(story="He wants to meet.")
    reference = child.send()
    mine = [one for one in command.well("reports", "list", "--json").json if one["reference"] == reference]
    assert [(one["attribution"], one["origin"], one["provider"]) for one in mine] == [
        ("verified", "match", "pebble-chat")
    ]
    assert len(before) == 240
    command.well("reports", "decide", reference, "--category", "meeting", "--outcome", "advice")


def test_its_figures_show_something_and_a_second_run_adds_nothing(demo: Callable[..., Running], tmp_path: Path) -> None:
    first = demo(new=True)
    command = at(first, tmp_path)
    period = re.findall(r"feedback export pebble-chat (\S+)", first.output)[0]
    previewed = command.well("feedback", "preview", "pebble-chat", period, "--json").stdout
    assert {"totals", "categories", "contact", "placements", "pooled_totals"} <= _tables_shown(command, period)
    states = [one["state"] for one in command.well("reports", "list", "--json").json]
    assert states.count("decided") > states.count("new") > 0
    assert first.stop() == 0
    second = demo(port=int(first.base_url.rpartition(":")[2]))
    assert len(command.well("reports", "list", "--json").json) == len(states)
    assert command.well("feedback", "preview", "pebble-chat", period, "--json").stdout == previewed
    assert second.stop() == 0


def _tables_shown(command: Command, period: str) -> set[str]:
    rows = command.well("feedback", "preview", "pebble-chat", period, "--json").json["observations"]
    return {row["table"] for row in rows if row["observation_status"] == "shown"}


def test_what_it_says_to_type_about_a_frozen_quarter_works_at_once(
    demo: Callable[..., Running], tmp_path: Path
) -> None:
    running = demo()
    command = at(running, tmp_path)
    exported, audited = re.findall(r"report-abuse-receiver (feedback (?:export|audit) .+)", running.output)
    command.well(*exported.split())
    assert "Pebble Chat" in (tmp_path / "demo" / "release" / "report.html").read_text()
    command.well(*audited.split())
    assert running.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_when_told_and_leaves_nothing_running(demo: Callable[..., Running], number: signal.Signals) -> None:
    running = demo()
    site, children = site_of(running), children_of(running.process.pid)
    assert len(children) == 1
    running.process.send_signal(number)
    assert running.process.wait(PATIENCE) == 0
    assert not is_open(site)
    assert not is_open(running.base_url)
    assert not Path(f"/proc/{children[0]}").exists()
    assert "Traceback" not in running.output


def test_even_a_power_cut_leaves_nothing_running(demo: Callable[..., Running]) -> None:
    running = demo()
    site = site_of(running)
    running.kill()
    until_true(lambda: not is_open(site))


def test_it_ends_when_the_partners_site_does(demo: Callable[..., Running]) -> None:
    running = demo()
    os.kill(int(children_of(running.process.pid)[0]), signal.SIGKILL)
    assert running.process.wait(PATIENCE) == 1
    assert "ended by itself with -9; the demo ended with it" in running.output
    assert not is_open(running.base_url)


def test_a_partner_that_does_not_come_up_is_told_and_nothing_stays(
    demo: Callable[..., Running], tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text(DYING)
    running = demo(partner=tmp_path, wait=False)
    assert running.process.wait(PATIENCE) == 1
    assert "no button here" in running.output
    assert "did not come up on 127.0.0.1" in running.output
    assert not is_open(running.base_url)


def test_a_port_that_is_taken_starts_nothing(demo: Callable[..., Running], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        running = demo(port=other.getsockname()[1], wait=False, new=True)
        assert running.process.wait(PATIENCE) == 1
    assert "another program has this port" in running.output
    assert not (tmp_path / "demo").exists()


def test_a_signal_at_any_moment_of_the_start_leaves_nothing_running(demo: Callable[..., Running]) -> None:
    running = demo(wait=False, new=True)
    until_true(lambda: is_open(running.base_url), what=running)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(PATIENCE) == 0
    assert not is_open(running.base_url)
    assert "Traceback" not in running.output


def test_a_folder_of_a_real_receiver_is_left_alone(demo: Callable[..., Running], tmp_path: Path) -> None:
    command = Command({"REPORT_ABUSE_HOME": str(tmp_path / "demo")})
    command.well("provider", "add", "acme")
    running = demo(wait=False)
    assert running.process.wait(PATIENCE) == 1
    assert "is not a demo" in running.output
    assert command.well("reports", "list", "--json").json == []


def test_without_a_partner_there_is_still_something_to_click(start: Starter, tmp_path: Path) -> None:
    port = free_port()
    process, log = start.start([RECEIVER, "demo", "--home", "here", "--port", str(port)], {})
    running = Running(process=process, log=log, base_url=f"http://localhost:{port}").wait_until_ready()
    link = re.findall(r"behind the button:\s+(\S+)", running.output)[0]
    assert Child(running.base_url).open(link.removeprefix(running.base_url)).status == 200
    assert "REPORT_ABUSE_HOME=here " in running.output
    assert running.stop() == 0
