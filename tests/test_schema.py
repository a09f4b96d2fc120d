"""The schema: every table of the database is known to a backup, whatever was imported before."""

import subprocess
import sys

import pytest
from sqlalchemy import inspect

from report_abuse_receiver.centre import Centre

#: Asked in a fresh interpreter, of one module alone.
TABLES_OF = "import {module}; from report_abuse_receiver.store.types import metadata; print(*metadata.tables)"


@pytest.mark.parametrize("module", ["store.dump", "operations.backup"])
def test_every_table_there_is_goes_into_a_backup_whatever_was_imported(centre: Centre, module: str) -> None:
    """`dump` walks the tables that are loaded: one that nobody imported would be left out without a word."""
    asked = TABLES_OF.format(module=f"report_abuse_receiver.{module}")
    known = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    there = set(inspect(centre.database.engine).get_table_names()) - {"alembic_version"}
    assert set(known) == there
