"""Schemes: what a centre may say in its file, and what stops the start."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import CannotStart, UnknownCode
from report_abuse_receiver.ground.scheme.colours import DARK, LIGHT, PAIRS, check_contrast, contrast
from report_abuse_receiver.ground.scheme.letter import TELLING
from report_abuse_receiver.ground.scheme.scheme import SHIPPED, Scheme, load_scheme
from report_abuse_receiver.ground.scheme.signposts import CHECKED_WITHIN, Signpost, is_stale
from tests.parts.schemes import SECOND, changed
from tests.parts.source import ROOT, shipped

SCHEMES = [SHIPPED, SECOND]
every_scheme = pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.parent.name)


def post(**more: object) -> Signpost:
    """A signpost of which only what is given matters."""
    return Signpost(**{"id": "x", "name": "X", "words": "x.", "checked_on": date(2026, 1, 1), **more})  # type: ignore[arg-type] # a test's own table


@every_scheme
def test_no_number_was_last_checked_more_than_a_year_ago(path: Path) -> None:
    scheme = load_scheme(path)
    assert [one for one in (scheme.emergency, *scheme.signposts) if is_stale(one, now().date())] == []


@every_scheme
def test_nothing_was_checked_in_the_future(path: Path) -> None:
    scheme = load_scheme(path)
    tomorrow = now().date() + timedelta(days=1)
    assert all(one.checked_on <= tomorrow for one in (scheme.emergency, *scheme.signposts))


@every_scheme
def test_each_scheme_has_whom_to_talk_to_for_children_and_adults_and_those_without_a_name(path: Path) -> None:
    posts = load_scheme(path).signposts_on(now().date())
    assert {"child", "adult"} <= {one.audience for one in posts if one.talk}
    assert any(one.unnamed for one in posts)
    assert all(one.number for one in posts if one.talk or one.unnamed)


def test_a_number_is_stale_a_year_after_its_check() -> None:
    day = date(2026, 1, 1)
    assert not is_stale(post(), day + CHECKED_WITHIN)
    assert is_stale(post(), day + CHECKED_WITHIN + timedelta(days=1))


def test_a_body_is_shown_from_its_first_day_to_its_last() -> None:
    day = date(2027, 3, 1)
    assert post().is_valid(day)
    assert post(valid_from=day, valid_to=day).is_valid(day)
    assert not post(valid_from=day + timedelta(days=1)).is_valid(day)
    assert not post(valid_to=day - timedelta(days=1)).is_valid(day)


def test_no_country_is_named_in_code_or_pages() -> None:
    scheme = load_scheme()
    names = {one.name for one in scheme.signposts if one.number} | {"999", "101", "weather", "BBC", "Annual UK", '"GB"'}
    numbers = {one.number for one in scheme.signposts if one.number}
    pages = [*(ROOT / "receiver").rglob("*.html"), *(ROOT / "receiver").rglob("*.js")]
    texts = {str(path): path.read_text("utf-8") for path in pages}
    texts |= {str(one): one.text for one in shipped() if "report_abuse_receiver/web" in str(one)}
    assert [(path, said) for path, text in texts.items() for said in names | numbers if f" {said}" in text] == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("checked_on = 2026-11-21", "", "emergency.checked_on: is missing"),
        ("checked_on = 2026-11-21", 'checked_on = "2026-11-21"', "emergency.checked_on: write a day without quotes"),
        ("checked_on = 2026-11-21", "checked_on = 2026-11-21T10:00:00Z", "emergency.checked_on: write a day"),
        ('number = "999"', "number = 999", "emergency.number: write a text in quotes"),
        ('number = "999"', 'number = "999"\nnunber = "1"', "emergency.nunber: is not known here"),
        ('audience = "child"', 'audience = "kids"', "signposts.0.audience: write one of: child, adult, anyone"),
        ("talk = true", 'talk = "yes"', "signposts.0.talk: write true or false"),
        ('languages = ["en"]', "languages = []", "languages: name at least one language"),
        ('languages = ["en"]', 'languages = ["klingon"]', "languages: 'klingon' is not the code of a language"),
        ('languages = ["en"]', 'languages = "en"', "languages: write a list of texts"),
        ("[promises]", "[promise]", "promises: is missing"),
        ("[letter]", "[later]", "letter: is missing"),
        ('subject = "Thank you for', 'subject = "Thank\\nyou for', "'en' has a subject of more than one line"),
        ('before = ["Hello,",', 'before = "Hello,"\nhello = [', "letter.before: write a list of texts"),
        ('meet = "meeting"', 'meet = "picnic"', "[kinds] names categories that do not exist: picnic"),
        ('meet = "meeting"', 'meeting = "meeting"', "[kinds] names boxes that do not exist: meeting"),
        ('other = "other"\n', "", "[kinds] has no 'other'"),
        ('kinds = ["my_image", "seen_image"]', 'kinds = ["my_pic"]', "[[signposts]] name kinds that do not exist: my"),
        ("state = [", "status = [", "[vocabularies] must hold lists that do not exist: state"),
        ("[colours.light]", '[colours.light]\nsoft = "#aaa"', "[colours.light] soft #aaa on paper #fbf8f3 has a"),
        ("[colours.light]", '[colours.dark]\nmain = "#333333"', "[colours.dark] main #333333 on paper #1a181f"),
        ("[colours.light]", '[colours.light]\nmain = "red"', "[colours.light] main: write it like #26222e"),
        ("[colours.light]", '[colours.light]\nmane = "#000"', "colours.light.mane: is not known here"),
        ("most = 20", "most = 11", "[placements]: these are 12 placements, and 11 of a provider are counted apart"),
        ("most = 20", "most = 0", "placements.most: write a whole number above 0"),
        ('"app", "chat"', '"other", "chat"', "[placements]: 'other' is where all that are not registered"),
        ('"app", "chat"', '"room-4711", "chat"', "[placements]: 'room-4711' looks like one room"),
        ("[retention]\nby", "[retain]\nby", "retain: is not known here"),
        ("by_itself = false", "by_itself = 0", "retention.by_itself: write true or false"),
        ("keep_days = 180", "keep_days = 0", "retention.classes.0.keep_days: write a whole number from 1 to 36500"),
        ("keep_years = 2", "keep_years = 101", "retention.classes.1.keep_years: write a whole number from 1 to 100"),
        ("keep_years = 2", 'keep = "2 years"', "retention.classes.1.keep: is not known here"),
        ("keep_years = 2\n", "", "[[retention.classes]] duplicate: write either keep_days or keep_years"),
        ("keep_years = 2\n", "keep_years = 2\nkeep_days = 1\n", "duplicate: write either keep_days or keep_years"),
        ('id = "acted_on"', 'id = "duplicate"', "[[retention.classes]] two classes have the same id"),
        ('id = "acted_on"', 'id = "acted_on"\nurgencies = ["now"]', "the last class, and no other, must take"),
        ('outcomes = ["duplicate"]\n', "", "the last class, and no other, must take every report"),
        ('outcomes = ["duplicate"]', 'outcomes = ["double"]', "duplicate names codes that do not exist: outcomes: dou"),
        ("[words.en]", '[words.en]\n"Start" = 1', "write a text in quotes"),
        ("[words.en]", "[words.en", "is not a scheme: "),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_scheme_stops_the_start_and_is_named(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    with pytest.raises(CannotStart) as caught:
        load_scheme(changed(tmp_path, old, new))
    assert says in str(caught.value)
    assert str(caught.value).startswith("REPORT_ABUSE_SCHEME: ")


def test_a_scheme_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"cannot read .*nowhere"):
        load_scheme(tmp_path / "nowhere")
    (tmp_path / "latin").write_bytes(b'name = "caf\xe9"')
    with pytest.raises(CannotStart, match="is not a scheme"):
        load_scheme(tmp_path / "latin")


# The letter


def test_the_list_of_what_a_letter_must_not_say_has_not_shrunk() -> None:
    assert len(set(TELLING["en"])) >= 41
    assert len(set(TELLING["cy"])) >= 48


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('subject = "Thank you for your message"', 'subject = "Your Report"', "'en' holds 'report'"),
        ('child = "We will get back to you."', 'child = "The police will call."', "'en' holds 'police'"),
        ('before = ["Hello,"', 'before = ["This is Lighthouse,"', "'en' holds 'Lighthouse'"),
        ('before = ["Hello,"', 'before = ["Look at beacon.example/a"', "'en' holds 'beacon.example'"),
        ('before = ["Hello,"', 'before = ["Look at tel://1"', "'en' holds 'tel://'"),
        ('before = ["Hello,"', 'before = ["Write to us@beacon"', "'en' holds 'us@beacon'"),
        ('"Hello," = "Helo,"', '"Hello," = "Yr heddlu,"', "'cy' holds 'heddlu'"),
        ('"Hello," = "Helo,"', '"Hello," = "Goleudy,"', "'cy' holds 'Goleudy'"),
        ('"Hello," = "Helo,"', '"Hello," = "Your report,"', "'cy' holds 'report'"),
        ("[words.en]", '[words.en]\n"Hello," = "Dear child,"', "'en' holds 'child'"),
    ],
)
def test_a_letter_that_tells_or_leads_somewhere_stops_the_start(tmp_path: Path, old: str, new: str, found: str) -> None:
    path = changed(tmp_path, old, new)
    text = path.read_text("utf-8").replace('name = "Report Abuse"', 'name = "Lighthouse"', 1)
    path.write_text(text.replace('"Report Abuse" = "Adrodd Camdriniaeth"', '"Lighthouse" = "Goleudy"'), "utf-8")
    with pytest.raises(CannotStart) as caught:
        load_scheme(path)
    assert f"REPORT_ABUSE_SCHEME: [letter] in {found}" in str(caught.value)


# Colours


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#fff", "#fff") == 1


def test_a_colour_that_cannot_be_read_is_named_with_its_ratio() -> None:
    with pytest.raises(CannotStart) as caught:
        check_contrast("light", {**LIGHT, "ink": "#777777", "paper": "#ffffff"})
    said = "[colours.light] ink #777777 on paper #ffffff has a contrast of 4.48 to 1; it needs 4.5"
    assert said in str(caught.value)


@every_scheme
def test_every_shipped_colour_can_be_read(path: Path) -> None:
    scheme: Scheme = load_scheme(path)
    for palette in (scheme.light, scheme.dark, LIGHT, DARK):
        assert all(contrast(palette[upper], palette[lower]) >= least for upper, lower, least in PAIRS)


@pytest.mark.parametrize(
    "text", ["no_action", "no-action", "No action", " NO_ACTION. ", "no \u200baction", "\uff4e\uff4f\uff0daction"]
)
def test_a_code_is_known_however_people_write_it(text: str) -> None:
    assert load_scheme().check("outcome", text) == "no_action"


@pytest.mark.parametrize("text", ["", "-", "noaction", "no action taken", "no_actio"])
def test_another_code_is_refused_with_those_that_are_known(text: str) -> None:
    with pytest.raises(UnknownCode, match="no_action"):
        load_scheme().check("outcome", text)
