"""Every page keeps the rules of html-validate: a child's in each state, a provider's report, what partners paste."""

from itertools import product
from pathlib import Path

import pytest

from report_abuse import ReportAbuse
from report_abuse.snippets import SCHEMES, VARIANTS
from report_abuse_receiver.centre import Centre
from tests.parts.html_validate import OF_REPORTS, RULES, mistakes
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.released import TIERS, page_of, told
from tests.parts.source import ROOT
from tests.parts.states import every_state
from tests.parts.tongues import right_to_left

KEY = "ra_live_button_acme_k1_p4zz74ghfyqsimoy2wxrqokvtsp6q6z7urifzn2r2ea4t66rrlra"
PAGE = '<!doctype html><html lang="en"><head><title>Acme</title></head><body><main>{}</main></body></html>'


@on_sqlite
def test_every_page_a_child_can_meet_is_valid(centre: Centre, tmp_path: Path) -> None:
    assert mistakes(tmp_path / "pages", {name: one.html for name, one in every_state(centre).items()}) == []


@on_sqlite
def test_pages_in_one_of_two_languages_are_valid_too(place: Place, tmp_path: Path) -> None:
    centre = open_at(place, SCHEME=str(right_to_left(tmp_path)))
    drawn = every_state(centre, accept="ar")
    centre.database.close()
    assert all('<html lang="ar" dir="rtl"' in one.html for one in drawn.values())
    assert mistakes(tmp_path / "pages", {name: one.html for name, one in drawn.items()}) == []


def test_the_report_of_each_tier_is_valid(tmp_path: Path) -> None:
    assert mistakes(tmp_path, {tier: page_of(*told(tier)) for tier in TIERS}, RULES | OF_REPORTS) == []


def test_what_partners_paste_is_valid_in_every_look(tmp_path: Path) -> None:
    site = ReportAbuse("https://report.example", key=KEY)
    pasted = {"link": f'<p><a href="{site.link("chat")}">Report Abuse</a></p>'}
    for variant, scheme in product(VARIANTS, SCHEMES):
        look = {"variant": variant, "scheme": scheme}
        pasted[f"button, {variant}, {scheme}"] = f"<p>{site.button('chat', **look)}</p>"
        pasted[f"form, {variant}, {scheme}"] = site.form("chat", **look)
    pages = {name: PAGE.format(snippet) for name, snippet in pasted.items()}
    example = (ROOT / "examples" / "static_partner" / "index.html").read_text("utf-8")
    assert mistakes(tmp_path, pages | {"the example": example}) == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<p>It is <b>not your fault.</p>", "close-order"),
        ('<h2 id="a">One</h2><h2 id="a">Two</h2>', "no-dup-id"),
        ('<form><p><input id="age" name="age"></p><button>Continue</button></form>', "input-missing-label"),
        ("<p><button></button></p>", "text-content"),
        ('<p aria-describedby="gone">Are you safe right now?</p>', "no-missing-references"),
    ],
)
def test_a_page_with_a_mistake_is_found(tmp_path: Path, body: str, rule: str) -> None:
    found = mistakes(tmp_path, {"good": PAGE.format("<p>Are you safe right now?</p>"), "bad": PAGE.format(body)})
    assert found
    assert all(one.startswith("bad, line 1: ") for one in found)
    assert rule in " ".join(found)
