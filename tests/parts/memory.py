"""Tests keep what they write in memory, so that none waits for a disk; `@on_disk` is for those that are about it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY, DISK = Path("/dev/shm"), Path(tempfile.gettempdir())  # whoever writes there makes a folder of their own
#: Bytes free from which on memory is used: what a whole run holds at any moment, many times over.
ENOUGH = 2 * 1024**3

#: For tests of what is kept through a kill, and of what is copied from one place to another.
on_disk = pytest.mark.on_disk


def pytest_configure(config: pytest.Config) -> None:
    """For pytest's own folders and for those of every program that a test starts."""
    if _has_room(MEMORY):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # which is looked up anew


def _has_room(folder: Path) -> bool:
    """Whether programs may lie there too, which in a container they often may not."""
    if not folder.is_dir() or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(folder).free >= ENOUGH


def is_on_disk(request: pytest.FixtureRequest) -> bool:
    """Whether the test that asks is marked so."""
    return request.node.get_closest_marker(on_disk.name) is not None


@pytest.fixture
def tmp_path(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder of this test alone."""
    if not is_on_disk(request):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="report-abuse-disk-", dir=DISK) as folder:
        yield Path(folder)
