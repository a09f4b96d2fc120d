"""What keeping the rollups costs a decision, beside what a child's whole journey costs: in user instructions.

Times move with whoever shares the machine; instructions hardly do. Run under valgrind, one C function that nothing else
calls is the gate: what happens inside a call of it is counted and dumped, and nothing else.
"""

import ctypes
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from unittest.mock import patch

from report_abuse import ReportAbuse
from report_abuse_receiver.app import create_app
from report_abuse_receiver.casework import triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.centre import Centre, open_centre
from report_abuse_receiver.ground.config import load_settings
from report_abuse_receiver.partners import directory
from report_abuse_receiver.store.feedback import rollups
from tests.parts.acting import host
from tests.parts.child import Child

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Measured so often, after as many that only warm up.
TIMES, WARM = 3, 2
GOAL = 1.0  # per cent
JOURNEY = "the receiver's part of a child's journey, from the button to Send"
WITH, WITHOUT = "a decision", "a decision without rollups"
_GATE = "PyRun_SimpleStringFlags"
_VALGRIND = (
    "valgrind", "--quiet", "--tool=callgrind", "--collect-atstart=no", f"--toggle-collect={_GATE}",
    f"--dump-after={_GATE}",
)  # fmt: skip
#: What the gate is to run next.
_WAITING: list[Callable[[], None]] = []
_TOTALS = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)


def measure(folder: Path) -> Iterator[str]:
    """The lines of the report."""
    folder.mkdir(parents=True)
    out = f"--callgrind-out-file={folder / 'counted'}"
    subprocess.run([*_VALGRIND, out, sys.executable, "-m", __name__, str(folder)], check=True)
    counted: dict[str, list[int]] = {}
    for number, (name, turn) in enumerate(json.loads((folder / "order.json").read_text()), 1):
        found = _TOTALS.findall((folder / f"counted.{number}").read_text())
        turns = counted.setdefault(name, [0] * TIMES)
        turns[turn] += int(found[-1])
    middle = {name: median(values) for name, values in counted.items()}
    yield "| user instructions | median | least | most |"
    yield "|---|---|---|---|"
    for name, values in counted.items():
        yield f"| {name} | {middle[name] / 1e6:.2f} M | {min(values) / 1e6:.2f} M | {max(values) / 1e6:.2f} M |"
    upkeep = middle[WITH] - middle[WITHOUT]
    share = 100 * upkeep / middle[JOURNEY]
    yield ""
    yield f"Upkeep is the difference of the decisions: {upkeep / 1e6:.2f} M, {share:.2f} % of a journey."
    yield f"Goal: at most {GOAL:.0f} %. **{'Kept' if share <= GOAL else 'Missed'}: {share:.2f} %.**"


def _counted(work: Callable[[], None]) -> None:
    """Run it inside one call of the gate."""
    _WAITING.append(work)
    if ctypes.pythonapi.PyRun_SimpleString(b"_WAITING.pop()()"):  # which calls the gate
        raise SystemExit("what was to be measured broke; its traceback stands above")


def _run(folder: Path) -> None:
    """In the measured process: each thing so often, unmeasured first."""
    centre = open_centre(load_settings({"REPORT_ABUSE_HOME": str(folder / "home")}))
    added = directory.add_provider(centre, "acme", name="Acme", origins=[], contact="-")
    token = ReportAbuse("https://report.example", key=added.key).link("chat").rpartition("/")[2]
    app = create_app(centre)
    requests, order = _Requests(app.wsgi_app), list[tuple[str, int]]()
    app.wsgi_app = requests  # type: ignore[method-assign]  # as Flask tells one to wrap it
    for turn in range(-WARM, TIMES):
        for name, wanted in ((WITH, rollups.change), (WITHOUT, _nothing)):
            measured = _counted if turn >= 0 else _plainly
            requests.measured = measured if name == WITH else _plainly
            requests.answered = 0
            reference = Child(app.test_client()).press(token).tell(story="He asked where I live.").send()
            order += [(JOURNEY, turn)] * requests.answered if name == WITH else []
            with patch.object(rollups, "change", wanted):
                measured(partial(_decide, centre, reference))
            order.append((name, turn))
    (folder / "order.json").write_text(json.dumps([one for one in order if one[1] >= 0]))


class _Requests:
    """The receiver between the child and us: each request is measured, and the child's own reading is not."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app
        self.measured: Callable[[Callable[[], None]], None] = _plainly
        self.answered = 0

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        self.answered += 1
        answers: list[Iterable[bytes]] = []
        self.measured(lambda: answers.append(self._app(environ, start_response)))
        return answers[0]


def _decide(centre: Centre, reference: str) -> None:
    decision = Decision(category="grooming", outcome="advice", services=["acme"])
    triage.decide(centre, reference, decision, by=host("ann"))


def _plainly(work: Callable[[], None]) -> None:
    work()


def _nothing(*_args: object, **_more: object) -> None:
    """What upkeep is compared with."""


if __name__ == "__main__":
    _run(Path(sys.argv[1]))
