"""Faults: a database whose n-th statement or commit raises, or a function of ours that raises as it is entered."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import clear_frames
from types import CodeType, FrameType

from sqlalchemy import event

import report_abuse_receiver
from report_abuse_receiver.centre import Centre

_RECEIVER = str(Path(report_abuse_receiver.__file__).parent)
STEPS = ("before_cursor_execute", "commit")


class Fault:
    """Lets so many steps through, and breaks the next one; `happened` tells whether it came that far.

    With `at` only those count in whose statement this stands. What sets a connection up is no step.
    """

    def __init__(self, error: Exception, *, after: int = 0, at: str = "") -> None:
        self._error, self._left, self._at = error, after, at
        self.happened = False

    @contextmanager
    def on(self, centre: Centre) -> Iterator[None]:
        """Break this centre's database for a while."""
        for name in STEPS:
            event.listen(centre.database.engine, name, self._step)
        try:
            yield
        finally:
            for name in STEPS:
                event.remove(centre.database.engine, name, self._step)

    def _step(self, *told: object) -> None:
        statement = str(told[2]) if len(told) > 2 else "COMMIT"
        if statement.startswith("PRAGMA") or self._at not in statement:
            return
        self._left -= 1
        if self._left == -1:
            self.happened = True
            raise self._error


def steps_of(act: Callable[[], object]) -> list[CodeType]:
    """Every function of the receiver that is entered while this is done, in the order of their first calls."""
    found: dict[CodeType, None] = {}

    def enter(frame: FrameType, _event: str, _arg: object) -> None:
        if frame.f_code.co_filename.startswith(_RECEIVER) and not frame.f_code.co_name.startswith("<"):
            found.setdefault(frame.f_code)

    _followed(act, enter)
    return [*found]


def breaking_at(step: CodeType, error: Exception, act: Callable[[], object]) -> None:
    """Do it, and raise the error at the first call of this function."""

    def enter(frame: FrameType, _event: str, _arg: object) -> None:
        if frame.f_code is step:
            raise error  # Python then follows no further

    try:
        _followed(act, enter)
    finally:
        clear_frames(error.__traceback__)  # else what they hold stays open: the rows of a query lock the whole file


def _followed(act: Callable[[], object], enter: Callable[[FrameType, str, object], None]) -> None:
    before = sys.gettrace()
    sys.settrace(enter)
    try:
        act()
    finally:
        sys.settrace(before)
