"""Whatever the people of a centre do, in any order: nobody lets anything out alone, each opening is one row (S9)."""

from tests.parts.at_work import STEPS, CentreAtWork, run, staffed
from tests.parts.places import Place, on_sqlite

RUNS = 8


@on_sqlite
def test_nobody_lets_anything_out_alone_and_each_opening_is_one_row(place: Place) -> None:
    CentreAtWork.disclosed.clear()
    taken = run(staffed(place), runs=RUNS)
    assert taken > RUNS * STEPS / 2
    assert CentreAtWork.disclosed["export"] > 0, "nothing was ever let out: the machine proves nothing"
