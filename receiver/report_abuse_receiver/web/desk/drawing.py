"""Drawing: every page of the desk from a template, which escapes whatever it is given (S11)."""

from datetime import UTC, datetime
from typing import Any

from flask import current_app, g, render_template

from report_abuse_receiver.accounts import sessions
from report_abuse_receiver.declarations import Page, declared
from report_abuse_receiver.ground.accounts.kinds import Organisation
from report_abuse_receiver.ground.clock import now, to_text
from report_abuse_receiver.ground.kinds import Role
from report_abuse_receiver.reporting.labels import word
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.desk import session_cookie
from report_abuse_receiver.web.desk.labels import WORDS

#: What a view says of itself: the rights of which it takes one.
RIGHTS = "rights"


def offered() -> list[Page]:
    """The pages for whoever is signed in; the first is where they land."""
    session = session_cookie.known()
    if session is None or not session.whole:
        return []
    views = current_app.view_functions
    return [page for page in declared("PAGES") if any(map(session.may, getattr(views[page.endpoint], RIGHTS, ())))]


def draw(template: str, *, with_script: bool = False, **words: Any) -> str:
    """Draw a template of the desk; what each of them needs is at hand in it."""
    session = session_cookie.known()
    g.with_script = with_script
    at_hand = {
        "look": current_app.extensions["desk_look"],
        "with_script": with_script,
        "session": session,
        "pages": offered(),
        "fresh": session is not None and sessions.is_fresh(session),
        "scheme": centre().scheme,
        "roles": [*Role],
        "organisations": [*Organisation],
        "typed": {},
        "say": say,
        "age": age,
        "moment": moment,
        "to_text": to_text,
        "sentence": sentence,
    }
    return render_template(f"desk/{template}", **{**at_hand, **words})


def say(code: str, vocabulary: str) -> str:
    """What staff call a code."""
    return WORDS.get(vocabulary, {}).get(code) or word(vocabulary, code)


def age(at: datetime) -> str:
    """How long ago this was: 5 min, 3 h, 12 d."""
    minutes = max(0, int((now() - at).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"


def moment(at: datetime) -> str:
    """As a person reads it: 3 Jul 2026, 16:20 UTC."""
    when = at.astimezone(UTC)
    return f"{when.day} {when:%b %Y, %H:%M} UTC"


def sentence(text: object) -> str:
    """What the floors below say in half a sentence, as a whole one."""
    said = str(text).strip()
    return said[:1].upper() + said[1:] + ("" if said.endswith((".", "?", "!")) else ".")
