"""Templates, compiled once for all apps of a run: nearly every test makes an app of its own, and they draw the same."""

from collections.abc import Iterator
from types import CodeType

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """What was compiled so far, by name, source and whether it escapes."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, bool], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja asks whether this one is there."""
        bucket.code = self._kept.get(_known_by(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Jinja has compiled one."""
        self._kept[_known_by(bucket)] = bucket.code


def _known_by(bucket: Bucket) -> tuple[str, str, bool]:
    return bucket.key, bucket.checksum, bucket.environment.autoescape is not False


@pytest.fixture(scope="session", autouse=True)
def compiled() -> Iterator[None]:
    """For every Flask app of this process, by Flask's own setting."""
    before = Flask.jinja_options
    Flask.jinja_options = {**before, "bytecode_cache": Compiled()}
    yield
    Flask.jinja_options = before
