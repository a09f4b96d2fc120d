"""The schema: every table there is, whatever was imported before; a table that nobody imported would miss a backup."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from sqlalchemy import Table

from report_abuse_receiver.ground.departments import DEPARTMENTS
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.types import metadata

__all__ = ["TABLES", "metadata"]

_STORE = outbox.__name__.rpartition(".")[0]


def _import_every_table() -> None:
    """Each module of each department's folder on this floor: a table stands beside its noun."""
    for department in DEPARTMENTS:
        found = find_spec(f"{_STORE}.{department}")
        for module in iter_modules(found.submodule_search_locations if found else ()):
            import_module(f"{_STORE}.{department}.{module.name}")


_import_every_table()
#: Name → table.
TABLES: Mapping[str, Table] = metadata.tables
