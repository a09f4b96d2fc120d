"""The contracts of imports: each is broken once on purpose, in a copy, and noticed."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.parts.source import ROOT

RECEIVER = "receiver/report_abuse_receiver"
#: Contract → the module that breaks it, and what that imports.
BREAKS = {
    "floors": (f"{RECEIVER}/ground/clock.py", "report_abuse_receiver.store.outbox"),
    "figures": (f"{RECEIVER}/feedback/pools.py", "report_abuse_receiver.intake.drafts"),
    "sdk": ("sdk/report_abuse/errors.py", "flask"),
    "doors": (f"{RECEIVER}/cli/purge.py", "sqlalchemy"),
    "departments": (f"{RECEIVER}/casework/triage.py", "flask"),
    "reporting": (f"{RECEIVER}/reporting/page.py", "sqlalchemy"),
    "rules": (f"{RECEIVER}/rules/intake/lanes.py", "sqlalchemy"),
    "rules-apart": (f"{RECEIVER}/rules/accounts/roles.py", "report_abuse_receiver.rules.intake.lanes"),
    "store-departments": (f"{RECEIVER}/store/partners/services.py", "report_abuse_receiver.store.casework.reports"),
}


def contracts() -> dict[str, str]:
    """Every contract there is, and its name."""
    read = configparser.ConfigParser()
    read.read(ROOT / "setup.cfg")
    begin = "importlinter:contract:"
    return {section.removeprefix(begin): read[section]["name"] for section in read if section.startswith(begin)}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy in which every contract is broken."""
    copy: Path = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "setup.cfg", copy)
    for folder in ("sdk", "receiver"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path, imported in BREAKS.values():
        with (copy / path).open("a", encoding="utf-8") as file:
            file.write(f"import {imported}  # on purpose\n")
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": f"{copy / 'sdk'}:{copy / 'receiver'}", "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return " ".join(done.stdout.split())


def test_there_is_a_break_for_every_contract() -> None:
    assert set(BREAKS) == set(contracts())


@pytest.mark.parametrize("contract", BREAKS)
def test_a_contract_that_is_broken_is_named(said: str, contract: str) -> None:
    assert f"{contracts()[contract]} BROKEN" in said
    path, imported = BREAKS[contract]
    module = re.sub(r"/", ".", path.partition("/")[2].removesuffix(".py"))
    assert f"{module} -> {imported}" in said
