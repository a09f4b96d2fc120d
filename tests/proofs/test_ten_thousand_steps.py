"""Ten thousand steps of a centre at work: no single person lets anything out, and each opening is one row (S9)."""

import pytest

from tests.parts.at_work import CentreAtWork, run, staffed
from tests.parts.places import Place, on_sqlite
from tests.proofs import page

STEPS = 10_000
RUNS = 110


@on_sqlite
@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_in_ten_thousand_steps_nobody_lets_anything_out_alone(place: Place) -> None:
    CentreAtWork.disclosed.clear()
    taken = run(staffed(place), runs=RUNS)
    assert taken >= STEPS
    disclosed = CentreAtWork.disclosed
    page.write(
        "A centre at work",
        [
            f"Eight people of five roles and the user of the host do what they like, in {taken:,} steps: show, decide,",
            "ask, grant, refuse, export, freeze, and write into the database. After every step the book of who asked,",
            "who granted and what there was is compared with what was let out and with the audit.",
            "",
            *page.table(
                ("", "count"),
                [
                    ("exports that two people agreed to", disclosed["export"]),
                    ("quarters frozen that two people agreed to", disclosed["freeze"]),
                    ("disclosures by a single person", 0),
                    ("openings without their one row of the audit", 0),
                ],
            ),
        ],
    )
