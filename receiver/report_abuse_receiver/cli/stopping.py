"""Stopping: Ctrl-C, SIGTERM and a closed terminal all mean the same, end cleanly."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def until_told_to_stop(*, at_once: bool) -> Iterator[threading.Event]:
    """Set the event when told to stop; with `at_once` the main thread also leaves this block.

    A second signal changes nothing, so that nobody interrupts the clearing up by impatience.
    """
    stop = threading.Event()

    def told(_number: int, _frame: object) -> None:
        if not stop.is_set():
            stop.set()
            if at_once:
                raise KeyboardInterrupt

    before = {number: signal.signal(number, told) for number in _signals()}
    try:
        yield stop
    except KeyboardInterrupt:
        stop.set()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _signals() -> list[signal.Signals]:
    """Under nohup a closed terminal is to be ignored."""
    hears_hangup = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hears_hangup else [])]
