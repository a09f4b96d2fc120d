"""Somebody of the centre at the desk, in a browser without scripts.

desk = Clerk(app).sign_in(ann)      # or at_desk(app, ann), where signing in is not what is tested
desk.open("/desk/queue"); desk.post("/desk/queue/next")
"""

from typing import Any, Self

from flask import Flask
from sqlalchemy import update

from report_abuse_receiver.accounts import sessions
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.store.accounts.sessions import staff_session
from tests.parts.acting import acting
from tests.parts.forms import Page
from tests.parts.people import Colleague


def doors(app: Flask) -> list[tuple[str, str, str]]:
    """Every way into the desk: method, path and endpoint."""
    return [
        (method, rule.build(dict.fromkeys(rule.arguments, "x"), append_unknown=False)[1], rule.endpoint)  # type: ignore[index] # it builds
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("desk.")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def some_time_later(centre: Centre) -> None:
    """Whoever is signed in is so still, and showed the second factor a while ago."""
    with centre.database.writing() as conn:
        conn.execute(update(staff_session).values(confirmed_at=now() - sessions.FRESH))


class Clerk:
    """One browser at the desk."""

    def __init__(self, app: Flask, *, token: str | None = None) -> None:
        self.browser = app.test_client()
        self.page = Page(0, "", "")
        if token:
            self.browser.set_cookie("desk", token)

    @property
    def token(self) -> str | None:
        """What names the session."""
        cookie = self.browser.get_cookie("desk")
        return cookie.value if cookie else None

    def sign_in(self, who: Colleague, **instead: str) -> Self:
        """With the password and a code, unless told otherwise."""
        code = instead["code"] if "code" in instead else who.code()
        self.send("/desk/sign-in", {"name": who.name, "password": who.password, **instead, "code": code})
        return self

    def open(self, path: str) -> Page:
        """Look at a page, wherever it leads."""
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> Page:
        """Send a form of a page that this browser has, with its token."""
        return self.send(path, {"form_token": self.form_token, **fields})

    def send(self, path: str, fields: dict[str, str], **headers: str) -> Page:
        """Send just these fields."""
        return self._ask(
            "POST", path, data=fields, headers={key.replace("_", "-"): said for key, said in headers.items()}
        )

    @property
    def form_token(self) -> str:
        """What the forms of this session carry."""
        if not any(one.name == "form_token" for form in self.page.forms for one in form.controls):
            self.open("/desk/account")
        return next(one.value for form in self.page.forms for one in form.controls if one.name == "form_token")

    def _ask(self, method: str, path: str, **options: Any) -> Page:
        answer: Any  # Flask's answer knows the request that a redirect led to; its type does not say so
        with self.browser.open(path, method=method, follow_redirects=True, **options) as answer:
            self.page = Page(answer.status_code, answer.request.path, answer.get_data(as_text=True))
        return self.page


def at_desk(app: Flask, who: Colleague, *, whole: bool = True) -> Clerk:
    """Somebody who signed in, or who owes the passkey still."""
    return Clerk(app, token=session_of(app, who, whole=whole))


def session_of(app: Flask, who: Colleague, *, whole: bool = True) -> str:
    """A new session, as signing in would give it to the browser."""
    centre = app.extensions["centre"]
    return sessions.begin(centre, acting(centre, who.name), whole=whole)
