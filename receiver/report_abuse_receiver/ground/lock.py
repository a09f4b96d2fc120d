"""The lock of a data folder: of several processes that would make keys or tables there, one does at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from report_abuse_receiver.ground.errors import CannotStart


@contextmanager
def lock_home(home: Path) -> Iterator[None]:
    """Hold a lock under HOME, so that two processes that start together make keys and tables once."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (home / ".lock").open("w")
    except OSError as error:
        reason = error.strerror or "cannot be written"
        raise CannotStart(
            f"REPORT_ABUSE_HOME: {home}: {reason}; write a folder that this user may write to, or mend its mode"
        ) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
