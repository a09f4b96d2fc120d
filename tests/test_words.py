"""The words a child reads: those of this centre, and those of another one, from its scheme alone (C41)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from report_abuse_receiver.app import create_app
from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.scheme.scheme import SHIPPED, load_scheme
from tests.parts.acting import host
from tests.parts.child import Child
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.schemes import SECOND

pytestmark = on_sqlite

NewChild = Callable[[], Child]


@pytest.fixture
def lantern(place: Place) -> Iterator[Centre]:
    """The centre of a country that does not exist."""
    opened = open_at(place, SCHEME=str(SECOND))
    yield opened
    opened.database.close()


@pytest.fixture
def child_there(lantern: Centre) -> NewChild:
    """Children of that country."""
    app = create_app(lantern)
    return lambda: Child(app.test_client())


def words_of_the_other_country() -> set[str]:
    """Every name and number of the shipped scheme that could not be meant in another country."""
    shipped = load_scheme(SHIPPED)
    bodies = {one.name for one in shipped.signposts if one.number and one.name != "Police"}
    return bodies | {one.number for one in shipped.signposts if one.number} | {"999", "112", "the UK", "weather"}


def test_another_centre_runs_from_its_scheme_alone(lantern: Centre, child_there: NewChild) -> None:
    child = child_there()
    seen = [child.open("/help").words, child.open("/nowhere").words, child.open("/").words]
    child.press()
    while child.page.path != "/report/check":
        seen.append(child.page.words)
        child.go_on(safe="no", who="work", kinds=["hacked"], name="Ana", age="30", phone="1", private="safe")
    child.send()
    seen.append(child.page.words)
    assert len(seen) == 13
    assert all("Lantern" in words and "Call 177" in words and "Harbour Line 555 01 01" in words for words in seen)
    assert [(said, words) for said in words_of_the_other_country() for words in seen if said in words] == []
    [report] = triage.list_reports(lantern)
    assert triage.show_report(lantern, report.reference, reason="test", by=host("test")).category == "out_of_remit"


def test_its_promises_remit_and_words_are_its_own(child_there: NewChild) -> None:
    child = child_there()
    start = child.open("/").words
    assert "Tell Lantern what happened" in start
    assert "We cannot write back to all of you." in start
    assert "You will see an empty page." in start
    assert "always get back to you" not in start
    assert child.open("/danger").words.count("Call 177") == 3
    child.press().post("/report/what", [("kinds", "hacked")])
    assert "is mean to them" in child.page.words
    child.press().post("/report/what", [("kinds", "bullying")])
    assert child.page.path == "/report/them"
    child = child_there().press().tell(kinds=["bullying"])
    child.send()
    assert "We read all you sent. If you are in danger" in child.page.words


def test_only_the_boxes_of_its_remit_are_offered(child_there: NewChild) -> None:
    words = child_there().press().open("/report/what").words
    assert "Someone lied about their age" in words
    assert "bad picture or video" not in words


def test_those_without_a_name_are_sent_to_its_own_body(child_there: NewChild) -> None:
    assert "You can tell Whisper on 555 01 03." in child_there().press().open("/report/you").words


@pytest.mark.parametrize(
    ("day", "there", "gone"), [("2027-02-28", "Locksmith", "New Key"), ("2027-03-01", "New Key", "Locksmith")]
)
def test_one_body_hands_over_to_another_on_the_day(child_there: NewChild, day: str, there: str, gone: str) -> None:
    with time_machine.travel(datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC), tick=False):
        child = child_there().press()
        for words in (child.open("/help").words, child.post("/report/what", [("kinds", "hacked")]).words):
            assert there in words
            assert gone not in words
