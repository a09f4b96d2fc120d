"""The three words of a report, shown again as long as its draft lives in the browser that sent it."""

from report_abuse_receiver.ground.forms.word_list import words_of
from report_abuse_receiver.intake import additions
from report_abuse_receiver.intake.drafts import Draft
from report_abuse_receiver.web import centre


def words_for(draft: Draft) -> str | None:
    """The words, once their hash is kept; None before Send, and where they were drawn by an earlier release."""
    if draft.receipt is None or not draft.receipt.prints:
        return None
    words = words_of(draft.secret, draft.nonce)
    return words if additions.give_words(centre(), draft.receipt.reference, words) else None
