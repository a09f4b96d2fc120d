"""A provider's report on paper: no page of it holds one paragraph, however much there is to tell."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.parts.released import TIERS, body_of, page_of, told

#: A paragraph has up to seventy words, and the line at the foot of each page ten.
LEAST_WORDS = 120
TOTALS = (0, 7, 12, 20, 120, 100_000)


def words_on_pages(browser: Browser, html: str) -> list[int]:
    """How many words each page has once the report is printed."""
    context = browser.new_context()
    tab = context.new_page()
    tab.set_content(html)
    pages = PdfReader(BytesIO(tab.pdf(prefer_css_page_size=True))).pages
    context.close()
    return [len(page.extract_text().split()) for page in pages]


@pytest.mark.parametrize("tier", TIERS)
def test_no_page_holds_one_paragraph(browser: Browser, tier: str) -> None:
    bodies = [told(tier), told(tier)[-1:], *([body_of(tier=tier, total=total)] for total in TOTALS)]
    printed = [words_on_pages(browser, page_of(*one)) for one in bodies]
    assert [pages for pages in printed if len(pages) > 4 or min(pages) < LEAST_WORDS] == []


def test_a_page_of_one_paragraph_would_be_noticed(browser: Browser) -> None:
    without_policy = re.sub("<meta http-equiv[^>]*>", "", page_of(body_of(total=0)))
    apart = ".made { break-inside: auto } .method { display: block } .method dt:last-of-type { break-before: page }"
    alone = without_policy.replace("</style>", f"@media print {{ {apart} }} </style>")
    assert min(words_on_pages(browser, alone)) < LEAST_WORDS
