"""A database that breaks at a chosen step: the n-th statement or commit raises instead of being carried out."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from report_abuse_receiver.desk.centre import Centre

STEPS = ("before_cursor_execute", "commit")


class Fault:
    """Lets so many steps through, and breaks the next one; `happened` tells whether it came that far."""

    def __init__(self, error: Exception, *, after: int) -> None:
        self._error, self._left = error, after
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

    def _step(self, *_: object) -> None:
        self._left -= 1
        if self._left == -1:
            self.happened = True
            raise self._error
