"""What the tests are worth: of all small changes to the modules that trust rests on, nine in ten are noticed (S24)."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.parts.source import ROOT
from tests.proofs import page
from tests.proofs.mutating import AT_ONE_PLACE, KILLED, STILLBORN, SURVIVED
from tests.proofs.the_same import THE_SAME

RECEIVER = "receiver/report_abuse_receiver"
VAULT = "tests/unit/test_vault.py"
#: Each module, and the tests that are to notice; one that notices much comes first.
MODULES = {
    "sdk/report_abuse/links.py": ("tests/unit/test_sdk_links.py",),
    f"{RECEIVER}/rules/intake/lanes.py": ("tests/unit/test_rules.py",),
    f"{RECEIVER}/rules/feedback/disclosure.py": ("tests/unit/test_disclosure.py",),
    f"{RECEIVER}/ground/keys/vault.py": (f"{VAULT}::test_an_envelope_of_long_ago_still_opens", VAULT),
    f"{RECEIVER}/store/audit/log.py": (
        "tests/unit/test_audit_told.py",
        "tests/unit/test_audit_chain.py",
        "tests/test_audit.py",
    ),
}
GOAL = 0.9

Verdicts = list[dict[str, Any]]


def verdicts_on(module: str) -> Verdicts:
    """One for each mutant of it."""
    command = [sys.executable, "-m", "tests.proofs.mutating", module, *MODULES[module]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def share(verdicts: Verdicts) -> float:
    """How many of those that could have been noticed were."""
    killed = sum(one["verdict"] == KILLED for one in verdicts)
    return killed / max(1, killed + len(survivors(verdicts)))


def survivors(verdicts: Verdicts) -> Verdicts:
    """Those that nobody noticed, and that somebody could."""
    return [one for one in verdicts if one["verdict"] == SURVIVED and (one["was"], one["became"]) not in THE_SAME]


@pytest.mark.proof
@pytest.mark.timeout(6 * 3600)
def test_nine_of_ten_small_changes_to_what_trust_rests_on_are_noticed() -> None:
    pytest.importorskip("cosmic_ray", reason="make proof installs cosmic-ray")
    found = {module: verdicts_on(module) for module in MODULES}
    page.write("What the tests are worth", _report(found), libraries=("cosmic-ray",))
    assert {module: share(some) for module, some in found.items() if share(some) < GOAL} == {}


def _report(found: dict[str, Verdicts]) -> Iterator[str]:
    yield from WHAT.splitlines()
    yield ""
    yield from page.table(
        ("module", "changes", "would not load", "the same", "noticed", "not noticed", "share"),
        (_row(module, some) for module, some in found.items()),
    )
    yield ""
    yield "Not noticed:"
    yield ""
    for module, some in found.items():
        yield from (f"- `{module}:{one['line']}`: `{one['was']}` as `{one['became']}`" for one in survivors(some))
    yield ""
    yield "The same after the change:"
    yield ""
    yield from (f"- `{was}` as `{became}`: {why}" for (was, became), why in THE_SAME.items())


def _row(module: str, some: Verdicts) -> tuple[object, ...]:
    counted = [sum(one["verdict"] == what for one in some) for what in (STILLBORN, SURVIVED, KILLED)]
    left = len(survivors(some))
    return (f"`{module}`", len(some), counted[0], counted[1] - left, counted[2], left, f"{100 * share(some):.0f} %")


WHAT = f"""Each module is changed in one place at a time: an operator, a comparison, a number, a condition, an
exception, a decorator; of the changes of one family at most {AT_ONE_PLACE} at one place, the same ones each time.
The unit tests and fast tests of that module then run on it. A change after which the module does not even load needs no
test, and counts for nothing; nor does one after which nothing is otherwise. The goal is nine in ten of the others."""
