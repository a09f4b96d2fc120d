"""Drawing: every public page from a template, the question pages from their schemas."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request

from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.forms.fields import Choices, Question
from report_abuse_receiver.ground.forms.pages import PAGES, questions
from report_abuse_receiver.ground.forms.report import not_asked
from report_abuse_receiver.ground.scheme.signposts import Signpost
from report_abuse_receiver.intake.drafts import Draft
from report_abuse_receiver.intake.page_states import Note, Says, state_of
from report_abuse_receiver.rules.intake.journey import PARTS, page_before, part_of, route
from report_abuse_receiver.rules.intake.second_looks import second_looks
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.public import languages
from report_abuse_receiver.web.public.draft_cookie import key_to_carry, read_cookie, remembered
from report_abuse_receiver.web.public.navigation import address_of


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the check page: what was asked, what was said, and what to say where it must not be left out.

    `look_again` asks about an answer that may not be what was meant.
    """

    label: str
    said: tuple[str, ...] = field(repr=False)
    missing: str | None
    look_again: str | None


@dataclass(frozen=True, kw_only=True)
class Section:
    """A page's lines on the check page."""

    page: str
    heading: str
    rows: tuple[Row, ...]


def draw(template: str, **words: Any) -> str:
    """Draw a public template; what each of them needs of the scheme is at hand in it."""
    signposts = _signposts()
    talk = [one for one in signposts if one.talk]
    at_hand = {
        "scheme": centre().scheme,
        "signposts": signposts,
        "talk": talk,
        "listener": next((one for one in talk if one.audience == "child"), None),
        "unnamed": next((one for one in signposts if one.unnamed), None),
        "language": languages.language(),
        "direction": languages.direction(),
        "tongues": languages.on_offer(),
        "address_of": address_of,
        "offered": _offered,
        "key": key_to_carry(),
        "nonce": _nonce(),
        "bare": request.method == "POST" and read_cookie().secret is None,
    }
    return render_template(f"public/{template}", **{**at_hand, **words})


def draw_page(draft: Draft, page: str, *, typed: Mapping[str, Any], note: Note) -> str:
    """Draw a page of questions with what was typed and, above and beside it, what there is to say of it."""
    return draw(
        "page.html",
        form="answers",
        page=page,
        schema=PAGES[page],
        asked=_asked(draft, page),
        typed=typed,
        errors=note.errors,
        says=note.says,
        drawn=state_of(draft.answers.get(page, {})),
        part=part_of(page),
        parts=len(PARTS),
        back=before(draft, page),
    )


def draw_check(draft: Draft, errors: Mapping[str, Mapping[str, str]], says: Says) -> str:
    """Draw everything that was answered, and what must still be answered before it can be sent."""
    missing = [(page, name, said) for page, fields in errors.items() for name, said in fields.items()]
    told = sections(draft, errors)
    return draw(
        "check.html",
        here="check",
        sections=told,
        missing=missing,
        says=says,
        drawn=state_of(draft.answers),
        back=before(draft, "check"),
    )


def sections(draft: Draft, errors: Mapping[str, Mapping[str, str]]) -> tuple[Section, ...]:
    """The draft as the check page shows it."""
    asked_again = second_looks(draft.answers, country=centre().scheme.country)
    pages = [page for page in route(draft.answers, out_of_remit=centre().scheme.out_of_remit) if page in PAGES]
    return tuple(
        Section(
            page=page,
            heading=PAGES[page].heading,
            rows=tuple(
                Row(
                    label=question.metadata["label"],
                    said=in_words(question, draft.answers.get(page, {}).get(name)),
                    missing=errors.get(page, {}).get(name),
                    look_again=asked_again.get(page, {}).get(name),
                )
                for name, question in _asked(draft, page).items()
            ),
        )
        for page in pages
    )


def before(draft: Draft, page: str) -> str | None:
    """Where "Go back" leads from here; None from the first page."""
    return page_before(draft.answers, page, checked=draft.checked, out_of_remit=centre().scheme.out_of_remit)


def signposts_for(kinds: Collection[str]) -> tuple[Signpost, ...]:
    """The bodies that help further with what was ticked (P04, P38)."""
    return tuple(one for one in _signposts() if not set(one.kinds).isdisjoint(kinds))


def _nonce() -> str:
    draft = remembered()
    return draft.nonce if draft else ""


def _signposts() -> tuple[Signpost, ...]:
    return centre().scheme.signposts_on(now().date())


def _offered(question: Question[Any]) -> Choices:
    """The answers to choose from; of the boxes, those of this centre's remit."""
    choices: Choices = question.metadata["choices"]
    if question.name != "kinds":
        return choices
    return tuple((code, words) for code, words in choices if code in centre().scheme.kinds)


def _asked(draft: Draft, page: str) -> dict[str, Question[Any]]:
    """The questions of a page that are asked of this person. Somebody who comes to `child` early is asked all of it."""
    who = draft.answers.get("who", {}).get("who")
    left_out = not_asked(who) if page == "you" else frozenset()
    return {name: question for name, question in questions(page).items() if name not in left_out}


def in_words(question: Question[Any], value: Any) -> tuple[str, ...]:
    """An answer in the words that were chosen or typed; nothing where there is none."""
    if value is None:
        return ()
    words = {code: languages.say(said) for code, said in question.metadata["choices"]}
    return tuple(words.get(one, str(one)) for one in (value if isinstance(value, list | tuple) else [value]))
