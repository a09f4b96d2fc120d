"""Real parts or none: in CI a missing one is a failure, elsewhere the test is skipped and says why."""

import os
import socket
from typing import NoReturn

import pytest


def missing(program: str, *, package: str) -> NoReturn:
    """End the test that needed `program`."""
    reason = f"{program} is not installed; as root: apt-get install {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
