"""Drafts that are ready to be sent, made at the desk: for tests of what comes after the pages."""

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.forms.pages import PAGES
from report_abuse_receiver.ground.forms.posted import load_page
from report_abuse_receiver.intake import drafts
from report_abuse_receiver.intake.drafts import Draft
from report_abuse_receiver.rules.intake.attribution import Attribution, Origin, Outcome
from tests.parts.child import LEAST

STRAIGHT_HERE = Attribution(outcome=Outcome.NONE)


def ready_draft(
    centre: Centre,
    *,
    attribution: Attribution = STRAIGHT_HERE,
    origin: Origin = Origin.UNKNOWN,
    **answers: str | Iterable[str],
) -> Draft:
    """A draft as the pages would have left it: LEAST, and these answers as a browser posts them."""
    form: MultiDict[str, str] = MultiDict()
    for name, value in (LEAST | answers).items():
        form.setlist(name, [value] if isinstance(value, str) else list(value))
    pages = {page: load_page(page, form) for page in PAGES}
    wrong = {page: loaded.errors for page, loaded in pages.items() if loaded.errors}
    if wrong:
        raise LookupError(f"no page would take these answers: {wrong}")
    draft = drafts.begin(centre, drafts.new_secret(), attribution, origin)
    for page, loaded in pages.items():
        draft = drafts.keep_page(centre, draft, page, loaded.values)
    return drafts.mark_checked(centre, draft)
