"""What the two founding papers ask for, told through the real pages and the queue; see docs/principles.md."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from report_abuse import ReportAbuse
from report_abuse_receiver.app import create_app
from report_abuse_receiver.audit import trail
from report_abuse_receiver.casework import triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.casework.records import ListedReport, OpenedReport
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.errors import UnknownCode
from report_abuse_receiver.ground.scheme.scheme import SHIPPED
from report_abuse_receiver.partners import directory
from report_abuse_receiver.worker import work_once
from tests.parts.acting import host
from tests.parts.child import LEAST, Child
from tests.parts.places import Place, on_sqlite, open_at

pytestmark = on_sqlite

NewVisitor = Callable[[], FlaskClient]
REQUIRED = set(LEAST)


@pytest.fixture
def child(client: FlaskClient) -> Child:
    """Somebody at the front page."""
    return Child(client)


def button(centre: Centre, provider_id: str = "acme") -> str:
    """The token of a chat button on a new provider's site."""
    added = directory.add_provider(
        centre, provider_id, name=provider_id.title(), origins=[f"https://{provider_id}.example"], contact="x@x.example"
    )
    return ReportAbuse("https://report.example", key=added.key).link("chat").rpartition("/")[2]


def opened(centre: Centre, reference: str) -> OpenedReport:
    """The report as an analyst opens it."""
    return triage.show_report(centre, reference, reason="to test it", by=host("pat"))


def listed(centre: Centre, reference: str) -> ListedReport:
    """The report as it stands in the queue."""
    return next(row for row in triage.list_reports(centre) if row.reference == reference)


def test_help_stands_before_any_question_and_on_every_page(child: Child) -> None:
    for path in ("/", "/r/anything", "/help", "/danger"):
        words = child.open(path).words
        assert "Call 999" in words
        assert "Childline 0800 1111" in words


def test_the_first_question_is_whether_the_child_is_safe_and_danger_is_sent_to_999(child: Child) -> None:
    child.press()
    assert child.page.path == "/report/safe"
    assert child.go_on(safe="no").path == "/danger"
    assert "Call 999 now" in child.page.words
    assert "Not in the UK? Call 112, or the police where you are." in child.page.words
    assert child.go_on().path == "/report/who"


def test_only_seven_answers_are_needed_and_no_proof(centre: Centre, child: Child) -> None:
    reference = child.press().tell().send()
    assert set(opened(centre, reference).answers) == REQUIRED


def test_something_else_is_always_a_possible_answer(centre: Centre, child: Child) -> None:
    reference = child.press().tell(kinds=["other"]).send()
    assert listed(centre, reference).kinds == ["other"]


def test_what_happened_at_home_is_taken_like_what_happened_online(centre: Centre, child: Child) -> None:
    reference = child.press().tell(kinds=["touch"], where="At home", known="yes").send()
    report = opened(centre, reference)
    assert report.answers["where"] == "At home"
    assert report.services == []


def test_bullying_alone_is_shown_who_helps_better_and_may_still_be_sent(centre: Centre, child: Child) -> None:
    child.press()
    child.go_on(safe="yes")
    child.go_on(who="me")
    assert child.go_on(kinds=["bullying"]).path == "/report/not-ours"
    assert "Report Harmful Content" in child.page.words
    child.go_on()
    assert listed(centre, child.tell().send()).kinds == ["bullying"]


def test_a_hacked_account_with_a_story_goes_on_as_usual(centre: Centre, child: Child) -> None:
    reference = child.press().tell(kinds=["hacked"], story="He used my friend's account to talk to me.").send()
    assert "Fake" in child.page.words or "fake" in child.page.words
    assert listed(centre, reference).state == "new"


def test_pictures_are_signposted_to_those_who_take_them_down(child: Child) -> None:
    child.press().tell(kinds=["my_image", "seen_image"]).send()
    assert "Report Remove" in child.page.words
    assert "Internet Watch Foundation" in child.page.words


def test_no_form_takes_a_picture(child: Child) -> None:
    child.press()
    while child.page.path != "/report/check":
        assert all(control.kind != "file" for form in child.page.forms for control in form.controls)
        child.post(child.page.way_on.action, child.page.way_on.filled({n: _list(v) for n, v in LEAST.items()}))


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_who_would_rather_not_give_a_name_is_shown_where_none_is_asked(child: Child) -> None:
    child.press()
    child.go_on(safe="yes")
    child.go_on(who="me")
    child.go_on(kinds=["pretend"])
    assert child.go_on().path == "/report/you"
    assert "Crimestoppers on 0800 555 111. They will not know who you are" in child.page.words


def test_people_to_talk_to_first_are_shown_to_children_and_to_adults(child: Child) -> None:
    words = child.open("/help").words
    assert all(body in words for body in ("Childline", "NSPCC", "Missing People", "Crimestoppers", "Police"))


def test_every_report_is_acknowledged_with_a_number_and_on_its_timeline(centre: Centre, child: Child) -> None:
    reference = child.press().tell().send()
    while work_once(centre):
        pass
    assert [entry.kind for entry in opened(centre, reference).timeline] == ["received", "acknowledged"]


def test_a_child_is_promised_an_answer_and_must_give_a_way_to_get_it(child: Child) -> None:
    with pytest.raises(LookupError, match="Tell us one way to reach you"):
        child.press().tell(safe_way="")
    child.tell(safe_way="through Ms Lee").send()
    assert "Are you under 18? We will get back to you." in child.page.words


def test_an_adult_is_promised_no_such_thing(child: Child) -> None:
    child.press().tell(age="34").send()
    assert "Are you under 18?" not in child.page.words


def test_how_they_heard_of_us_is_one_tap_after_sending(centre: Centre, child: Child) -> None:
    reference = child.press().tell().send()
    form = next(form for form in child.page.forms if form.in_main and form.method == "post")
    child.post(form.action, [("heard", "school")])
    assert {"heard": "school"} in [entry.details for entry in opened(centre, reference).timeline]


def test_a_report_holds_all_the_names_and_places_a_child_knows(centre: Centre, child: Child) -> None:
    token = button(centre)
    directory.add_service(centre, "pebble", name="Pebble", aliases=["pebble.example"])
    reference = child.press(token).tell(their_names="sk8r\ntom_99\n07700 900321", where="Acme, then Pebble").send()
    report = opened(centre, reference)
    assert report.answers["their_names"].split() == ["sk8r", "tom_99", "07700", "900321"]
    assert sorted(report.services) == ["acme", "pebble"]


def test_a_meeting_tomorrow_is_read_before_anything_else(centre: Centre, new_visitor: NewVisitor) -> None:
    routine = Child(new_visitor()).press().tell(age="34").send()
    soon = (
        Child(new_visitor())
        .press()
        .tell(meeting="soon", meeting_plan="Tomorrow, at the station", school="St Ann")
        .send()
    )
    assert [row.reference for row in triage.list_reports(centre)] == [soon, routine]
    assert opened(centre, soon).answers["school"] == "St Ann"


def test_another_child_who_needs_help_has_a_page_of_their_own(centre: Centre, child: Child) -> None:
    reference = child.press().tell(who="friend", child_name="Jo", child_age="0", others="yes").send()
    report = opened(centre, reference)
    assert report.answers["child_name"] == "Jo"
    assert (report.age_band, report.reporter) == ("0-10", "child_other")


@pytest.mark.parametrize(
    ("who", "age", "reporter"),
    [
        ("me", "12", "child_self"),
        ("friend", "15", "child_other"),
        ("my_child", "40", "parent"),
        ("work", "30", "professional"),
        ("other", "52", "other_adult"),
    ],
)
def test_children_carers_and_those_who_work_with_children_are_told_apart(
    centre: Centre, child: Child, who: str, age: str, reporter: str
) -> None:
    reference = child.press().tell(who=who, age=age).send()
    assert opened(centre, reference).reporter == reporter


def test_a_child_may_come_directly_or_by_a_link_that_means_nothing(centre: Centre, new_visitor: NewVisitor) -> None:
    direct = Child(new_visitor()).press().tell().send()
    broken = Child(new_visitor()).press("r1.acme.k1.xx.yy").tell().send()
    assert listed(centre, direct).channel == "direct"
    assert listed(centre, broken).attribution == "malformed"


def test_a_report_carries_the_button_it_came_by(centre: Centre, child: Child) -> None:
    reference = child.press(button(centre), referer="https://acme.example/").tell().send()
    report = listed(centre, reference)
    assert (report.attribution, report.origin, report.placement) == ("verified", "match", "chat")


def test_a_whole_school_behind_one_address_gets_through(centre: Centre, new_visitor: NewVisitor) -> None:
    references = {Child(new_visitor()).press().tell(story=f"Child {number}").send() for number in range(25)}
    assert references == {row.reference for row in triage.list_reports(centre)}


def test_the_analyst_keeps_to_the_schemes_codes_and_overwrites_no_childs_answer(centre: Centre, child: Child) -> None:
    reference = child.press().tell(kinds=["sex_talk"]).send()
    with pytest.raises(UnknownCode, match="one of: disseminated, operations, advice"):
        triage.decide(centre, reference, Decision(category="exploitation", outcome="nonsense"), by=host("pat"))
    triage.decide(centre, reference, Decision(category="exploitation", outcome="operations"), by=host("pat"))
    report = opened(centre, reference)
    assert (report.category, report.decision.category) == ("sexual_talk", "exploitation")


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        ("meet", "meeting"),
        ("pretend", "grooming"),
        ("threat", "coercion"),
        ("sex_talk", "sexual_talk"),
        ("camera", "sexual_behaviour"),
    ],
)
def test_each_kind_of_annex_a_has_a_box_and_a_category(centre: Centre, child: Child, kind: str, category: str) -> None:
    reference = child.press().tell(kinds=[kind]).send()
    assert opened(centre, reference).category == category


def test_another_remit_is_another_file(place: Place, tmp_path: Path) -> None:
    shipped = SHIPPED.read_text("utf-8")
    other = shipped.replace('name = "Report Abuse"', 'name = "Tell Iceland"').replace('"999"', '"112"')
    (tmp_path / "iceland.toml").write_text(other.replace('bullying = "out_of_remit"', 'bullying = "other"'), "utf-8")
    centre = open_at(place, SCHEME=str(tmp_path / "iceland.toml"))
    child = Child(create_app(centre).test_client()).press()
    assert "Tell Iceland" in child.page.words
    assert "Call 112" in child.page.words
    reference = child.tell(kinds=["bullying"]).send()
    assert opened(centre, reference).category == "other"
    centre.database.close()


def test_every_opening_of_a_report_is_kept_with_who_and_why(centre: Centre, child: Child) -> None:
    reference = child.press().tell().send()
    opened(centre, reference)
    assert trail.verify_audit(centre).rows == 1
