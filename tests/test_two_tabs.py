"""Two tabs of one browser in any order: no word is lost, none comes into another report, and no success is false."""

from flask import Flask

from report_abuse_receiver.centre import Centre
from tests.parts.places import on_sqlite
from tests.parts.thorough import tried
from tests.parts.two_tabs import TwoTabs

STEPS = 30


@on_sqlite
@tried(some=25, all=300)
def test_whatever_two_tabs_do_no_word_is_lost_or_comes_into_another_report(
    centre: Centre, app: Flask, much: int
) -> None:
    sent = carried = 0
    for seed in range(much):
        browser = TwoTabs(centre, app.test_client(), seed)
        for _ in range(STEPS):
            browser.step()
        browser.finish()
        reports, held = browser.reports(), browser.held()
        for word, nonce in browser.typed.items():
            places = [one for one, (_, words) in reports.items() if f"{word}" in words]
            assert places or word in held, f"{word} of {seed} is nowhere"
            assert set(places) <= {nonce}, f"{word} of {seed} is in another report"
        words_of = dict(reports.values())
        for number, shown in browser.told.items():
            assert all(word in words_of[number] for word in shown), f"{number} of {seed} is a false success"
        sent += len(browser.told)
        carried += sum("Your report was sent before" in page.words for tab in browser.tabs for page in tab.shown)
    assert sent > much / 4
    assert carried > 0
