"""The report as its reader meets it: every number has an origin, and every tier reads well."""

import csv
import re
from io import StringIO
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from playwright.sync_api import Browser

from report_abuse_receiver.reporting.csvw import to_csv
from report_abuse_receiver.rules.feedback.disclosure import FLOOR, Discloser
from report_abuse_receiver.rules.feedback.tiers import Tier
from tests.parts import drawn
from tests.parts.released import SITE, TIERS, body_of, page_of, publish, told

NAMES = ("Report Abuse", SITE)


# The numbers


@pytest.mark.parametrize("tier", TIERS)
def test_every_number_on_the_page_says_where_it_comes_from(tier: Tier) -> None:
    found = drawn.check(page_of(*told(tier)), *told(tier), names=NAMES)
    assert found > 0 or tier == "C"


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=some.integers(0, 2**32 - 1), most=some.sampled_from([3, 9, 60, 3000]), tier=some.sampled_from(TIERS))
def test_no_number_below_the_floor_is_in_any_file(seed: int, most: int, tier: Tier) -> None:
    body = disclosed(seed, most, tier)
    page, table = page_of(body), to_csv(body["observations"])
    drawn.check(page, body, names=NAMES)
    assert {row["observation"] for row in body["observations"]} - {None} == drawn.published(body)
    assert min(drawn.published(body), default=FLOOR) >= FLOOR
    for row in csv.DictReader(StringIO(table, newline="")):
        assert row["observation"] == "" or int(row["observation"]) >= FLOOR
        assert (row["observation"] == "") == (row["observation_status"] != "shown")


def disclosed(seed: int, most: int, tier: Tier) -> dict[str, Any]:
    """A release whose every row was drawn by the discloser from a true count of 0 to `most`."""
    discloser = Discloser(seed.to_bytes(32, "big"))
    body = body_of(tier=tier)
    for number, row in enumerate(body["observations"]):
        if row["observation_status"] == "not_shown":
            continue
        published = discloser.show((seed * (number + 7) >> 5) % (most + 1), seed ^ number)
        row |= {"observation": published.observation, "observation_status": published.status}
    return body


@pytest.mark.parametrize("smuggled", ["<p>2</p>", '<b class="n">2</b>', '<b class="n">4,999</b>', '<i title="2"></i>'])
def test_the_check_finds_a_number_that_was_smuggled_in(smuggled: str) -> None:
    page = page_of(*told("A"))
    with pytest.raises(drawn.Stray):
        drawn.check(page.replace("<footer>", f"{smuggled}<footer>"), *told("A"), names=NAMES)


def test_none_and_a_few_look_alike_in_every_file() -> None:
    zero, few = (body_of(numbers={("categories", "2026-Q3", "", "missing"): count}) for count in (0, 4))
    assert page_of(zero) == page_of(few)
    assert to_csv(zero["observations"]) == to_csv(few["observations"])
    assert "fewer than 5" in drawn.words(page_of(zero)).lower()


def test_a_bar_is_drawn_for_every_number_shown_and_for_no_other() -> None:
    body = body_of(openings={"chat": 600}, pooled={"type:game": None, "all": None})
    page = page_of(body)
    columns = re.search(r'<svg class="columns".*?</svg>', page, re.DOTALL)
    assert columns
    assert columns[0].count("<rect") == 3
    assert len(re.findall(r'<svg class="bar"[^>]*>\s*<rect', page)) == len(re.findall(r'<svg class="bar"', page)) - 1
    # the adults: fewer than 5, but a band keeps its place


# What it says


def test_higher_and_lower_are_said_only_where_chance_would_seldom_make_it() -> None:
    bodies = told("A")
    publish(bodies[-1], 70, table="categories", category="coercion")
    said = drawn.words(page_of(*bodies))
    assert "190 reports about Acme 24 Games were decided in July to September 2026, higher than your own" in said
    assert "; higher than usual: grooming (usually 41), sexual conversation (40, usually 23)." in said
    assert "Threats and blackmail 70 15 too few to compare" in said
    steady = [*bodies[:-1], body_of(total=115)]
    assert "115 reports about Acme 24 Games were decided in July to September 2026, in line with" in drawn.words(
        page_of(*steady)
    )


def test_without_four_earlier_quarters_nothing_is_compared() -> None:
    said = drawn.words(page_of(*told("A")[-4:]))
    assert "your own baseline needs four earlier quarters with a number, so nothing is compared yet" in said
    assert "than usual" not in said


def test_a_fall_below_twenty_is_not_called_lower() -> None:
    bodies = told("A")
    publish(bodies[-1], 19, table="categories", category="grooming")
    assert "too few to compare" in drawn.words(page_of(*bodies))
    assert "lower" not in drawn.words(page_of(*bodies)).partition("How these figures are made")[0].replace(
        "“lower”", ""
    )


@pytest.mark.parametrize("tier", TIERS)
def test_at_a_glance_is_four_sentences(tier: Tier) -> None:
    glance = re.search(r'<section class="glance".*?</section>', page_of(*told(tier)), re.DOTALL)
    assert glance
    sentences = re.findall(r"<dd>(.*?)</dd>", glance[0], re.DOTALL)
    assert len(sentences) == 4
    assert all(one.count(". ") == 0 and one.endswith(".") for one in sentences)


def test_each_tier_has_its_own_sections() -> None:
    titles = {tier: re.findall(r"</span> ([^<]+)</h2>", page_of(*told(tier))) for tier in TIERS}
    assert titles["D"] == [
        "At a glance",
        "Trend",
        "Services of your type",
        "An invitation",
        "How these figures are made",
    ]
    assert set(titles["A"]) == set(titles["B"]) > set(titles["C"]) | {"Where to look first"}


@pytest.mark.parametrize(
    ("tier", "sentence"),
    [
        ("A", "This is told once a year, in the release that ends in March"),
        ("B", "Of games nothing can be shown: too few services. All services taken together had 4,312 reports"),
        ("C", "Not shown: with fewer than 10 reports it could describe a child."),
        ("D", "Not shown: too few services."),
    ],
)
def test_a_section_without_a_number_says_why_in_one_sentence(tier: Tier, sentence: str) -> None:
    bodies = [body for body in told(tier) if not body["period"].endswith("Q1")] if tier == "A" else told(tier)
    page = page_of(*bodies)
    assert sentence in drawn.words(page)
    assert not re.search(r"<tbody[^>]*>\s*</tbody>", page)
    assert all("<svg" not in one for one in re.findall(r'<section[^>]*class="bare".*?</section>', page, re.DOTALL))


def test_what_is_told_once_a_year_is_there_all_year_with_its_year() -> None:
    said = drawn.words(page_of(*told("B")))
    assert "Reports by outcome, April 2025 to March 2026 (from release acme/2026-Q1)" in said
    assert "In the year April 2025 to March 2026, contact was most often made by direct messages" in said


def test_the_trend_leaves_gaps_where_nothing_may_be_told() -> None:
    bodies = told("A")[-3:]
    for row in bodies[0]["observations"]:
        if row["table"] == "totals" and row["month"] == "2026-02":
            row |= {"observation": None, "observation_status": "low"}
    columns = re.search(r'<svg class="columns".*?</svg>', page_of(*bodies), re.DOTALL)
    assert columns
    assert columns[0].count("<rect") == 8
    assert columns[0].count('class="gap"') == 1
    assert drawn.words(page_of(*bodies)).count("no release") >= 4


def test_a_placement_with_few_openings_is_flagged_and_has_no_rates() -> None:
    said = drawn.words(page_of(body_of(openings={"chat": 600, "help": 49})))
    assert "“chat” 600 252 144 42% 57% 24%" in said
    assert "“help” few openings 49 21 12 – – –" in said


def test_a_placement_is_asked_about_where_it_was_opened_before_and_hardly_is_now() -> None:
    before = body_of(period="2026-Q2", openings={"chat": 600, "game": 0, "help": 60})
    said = drawn.words(page_of(before, body_of(openings={"chat": 600, "game": 0, "help": 3})))
    assert "At “help” the button was opened fewer than 5 times, and more often before." in said
    assert "At “game”" not in said


def test_nobody_elses_words_become_markup() -> None:
    page = page_of(*told("A"), site='<script>alert("x")</script>')
    assert "<script" not in page
    assert "&lt;script&gt;" in page


# The page


@pytest.mark.parametrize("tier", TIERS)
def test_the_page_is_whole_in_itself(tier: Tier) -> None:
    page = page_of(*told(tier))
    drawn.parsed(page)
    assert not re.search(r"<script|<link|<img|<iframe|\bsrc=|\bhref=|\bon[a-z]+=|style=|url\(|@import|https?:", page)
    assert "default-src 'none'; style-src 'sha256-" in page
    assert len(page) < 100_000


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light")])
def test_everybody_can_read_it(browser: Browser, tier: Tier, width: int, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.set_content(page_of(*told(tier)))
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"  # its own policy lets its style in
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    context.close()
