"""The order of the pages, given what was answered."""

import pytest

from report_abuse_receiver.rules.intake.journey import next_page, page_before, route

REMIT = frozenset({"bullying", "hacked"})
WHOLE = {
    "safe": {"safe": "yes"},
    "who": {"who": "me"},
    "what": {"kinds": ["threat", "meet"], "story": "He knows my street."},
    "them": {},
    "you": {"name": "Sam", "age": 13},
    "contact": {"safe_way": "ask for me at school", "private": "maybe"},
}


def walk(answers: dict[str, dict[str, object]]) -> list[str]:
    """The pages somebody sees who answers like this, by one step after the other."""
    page, seen, given = "safe", ["safe"], {}
    while page != "check":
        if page in answers:
            given[page] = answers[page]
        page = next_page(given, page, checked=False, out_of_remit=REMIT)
        seen.append(page)
    return seen


SHORTEST = ["safe", "who", "what", "them", "you", "contact", "check"]


@pytest.mark.parametrize(
    ("changes", "pages"),
    [
        ({}, SHORTEST),
        ({"safe": {"safe": "no"}}, ["safe", "danger", *SHORTEST[1:]]),
        ({"safe": {"safe": "unsure"}}, ["safe", "danger", *SHORTEST[1:]]),
        ({"who": {"who": "friend"}}, [*SHORTEST[:5], "child", *SHORTEST[5:]]),
        ({"what": {"kinds": ["hacked", "bullying"]}}, [*SHORTEST[:3], "not-ours", *SHORTEST[3:]]),
        ({"what": {"kinds": ["hacked"], "story": "He pretends to be me."}}, SHORTEST),
        ({"what": {"kinds": ["hacked", "threat"]}}, SHORTEST),
    ],
)
def test_answers_decide_which_pages_are_shown(changes: dict[str, dict[str, object]], pages: list[str]) -> None:
    assert walk({**WHOLE, **changes}) == pages
    assert list(route({**WHOLE, **changes}, out_of_remit=REMIT)) == pages


@pytest.mark.parametrize(
    ("after", "changes", "page"),
    [
        ("you", {}, "check"),
        ("safe", {"safe": {"safe": "no"}}, "danger"),
        ("danger", {"safe": {"safe": "no"}}, "check"),
        ("who", {"who": {"who": "work"}}, "child"),
        ("what", {"what": {"kinds": ["bullying"]}}, "not-ours"),
        ("not-ours", {"what": {"kinds": ["bullying"]}}, "check"),
    ],
)
def test_a_change_from_the_check_page_comes_back_there_by_way_of_new_pages(
    after: str, changes: dict[str, dict[str, object]], page: str
) -> None:
    assert next_page({**WHOLE, **changes}, after, checked=True, out_of_remit=REMIT) == page


@pytest.mark.parametrize("after", ["safe", "danger", "who", "what", "not-ours", "them", "you", "child", "contact"])
@pytest.mark.parametrize("checked", [True, False])
def test_there_is_always_a_way_on_even_from_pages_that_are_not_on_the_way(after: str, checked: bool) -> None:
    for answers in ({}, WHOLE, {"who": {}}):
        following = next_page(answers, after, checked=checked, out_of_remit=REMIT)
        assert following in (*route(answers, out_of_remit=REMIT),)
        assert checked or route(answers, out_of_remit=REMIT).index(following) > 0


def test_going_back_leads_one_page_back_or_to_the_check_page() -> None:
    def back(page: str, *, checked: bool) -> str | None:
        return page_before(WHOLE, page, checked=checked, out_of_remit=REMIT)

    assert back("safe", checked=False) is None
    assert back("contact", checked=False) == "you"
    assert back("contact", checked=True) == "check"
    assert back("check", checked=True) == "contact"
