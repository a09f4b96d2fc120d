"""The pace of a person: what is answered and sent in no time was sent by a program."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import time_machine

from report_abuse_receiver.ground.clock import now


@contextmanager
def later(**long: float) -> Iterator[None]:
    """The clock of this process, so much later; a minute where nothing else is said: `with later(hours=1): …`."""
    with time_machine.travel(now() + timedelta(**(long or {"minutes": 1})), tick=True):
        yield
