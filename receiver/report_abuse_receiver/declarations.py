"""What departments declare about themselves, each in its department.py, gathered and listed nowhere else."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sqlalchemy import Connection

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.departments import DEPARTMENTS
from report_abuse_receiver.ground.kinds import JobKind

_HOUSE = __name__.rpartition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Job:
    """How one kind of owed work is done; `do` gets the ids that its row in the outbox holds.

    `period` names the stretch of time in which it is owed once, by itself; None where it is not owed now.
    `needs_the_vault`: only a process that can open reports can do it, others leave it for one that can. `slow`: it
    waits for other people's machines, or takes a while, so it comes after all that is quickly done.
    """

    kind: JobKind
    do: Callable[[Centre, Mapping[str, Any]], None]
    period: Callable[[Centre, Connection], str | None] | None = None
    needs_the_vault: bool = False
    slow: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the desk that its navigation offers, under these words, to those who may see it."""

    endpoint: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that the doctor looked at; what is not `ok` must be mended, `says` may hold advice all the same.

    A department declares in SETTINGS_LOOKED_AT what can be told from the settings alone, and in CENTRE_LOOKED_AT what
    only a process that opens reports can tell; each is a function of Settings or of a Centre that yields findings.
    """

    check: str
    ok: bool = True
    says: str


def declared(what: str) -> Iterator[Any]:
    """All that the departments declare under one name, `JOBS` say, in the order of the list of departments."""
    for department in DEPARTMENTS:
        if find_spec(f"{_HOUSE}.{department}.department"):
            yield from getattr(import_module(f"{_HOUSE}.{department}.department"), what, ())
