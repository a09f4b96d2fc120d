"""Words that came in once the report was sent: the page that says so, and carries them into what can be added."""

import secrets

from flask.typing import ResponseReturnValue

from report_abuse_receiver.ground.forms.answers import AnsweredPages
from report_abuse_receiver.ground.forms.back import back_questions
from report_abuse_receiver.ground.forms.pages import questions
from report_abuse_receiver.intake import drafts, visits
from report_abuse_receiver.intake.drafts import Draft
from report_abuse_receiver.intake.visits import Visit
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.public.blueprint import public
from report_abuse_receiver.web.public.draft_cookie import find_draft
from report_abuse_receiver.web.public.drawing import draw, in_words
from report_abuse_receiver.web.public.languages import say
from report_abuse_receiver.web.public.navigation import turn_away
from report_abuse_receiver.web.public.return_words import words_for


@public.get("/report/meanwhile")
def meanwhile() -> ResponseReturnValue:
    """What the report does not hold, ready to be added."""
    draft = find_draft()
    if draft is None or draft.receipt is None or not draft.receipt.since:
        return turn_away(draft)
    return draw_meanwhile(draft.receipt.reference, draft.receipt.since, draft=draft)


def draw_meanwhile(
    reference: str, since: AnsweredPages, *, draft: Draft | None = None, beside: Draft | None = None
) -> str:
    """Draw it with these answers, by page; the three words are known while the draft lives.

    In another browser, or one that has begun another report `beside` it, the form has a name of its own, and is left
    with that report.
    """
    nonce = draft.nonce if draft else secrets.token_hex(16)
    if beside:
        drafts.take_over(centre(), beside, nonce)
    typed = _typed(reference, since, draft)
    return draw("meanwhile.html", form="adding", asked=back_questions(), typed=typed, errors={}, nonce=nonce)


def carry_on(sent: Draft, secret: str) -> None:
    """Another report is begun by this secret, and what the one before does not hold yet waits on the way back."""
    waiting = visits.find(centre(), sent.secret)
    if waiting:
        visits.keep(centre(), secret, waiting)
    if sent.receipt and sent.receipt.since:
        typed = _typed(sent.receipt.reference, sent.receipt.since, sent)
        visits.keep(centre(), secret, Visit(nonce=sent.nonce, typed=typed))


def _typed(reference: str, since: AnsweredPages, draft: Draft | None) -> dict[str, str]:
    words = words_for(draft) if draft else None
    return {"reference": reference, "words": words or "", "more": as_text(since)}


def as_text(since: AnsweredPages) -> str:
    """Answers as somebody would write them: what was asked, and below it what was said; a story alone as it is."""
    asked = [(name, questions(page)[name], value) for page, values in since.items() for name, value in values.items()]
    if [name for name, *_ in asked] == ["story"]:
        return str(asked[0][2])
    return "\n\n".join(
        f"{say(question.metadata['label'])}\n{', '.join(in_words(question, value))}" for _, question, value in asked
    )
