"""Languages: which one a page is drawn in, and every sentence said in it; the English sentence is the message's id."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from babel import Locale
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, g, request
from flask_babel import Babel, get_locale, gettext  # type: ignore[import-untyped] # it ships no types
from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import HTTPException

from report_abuse_receiver.ground.errors import CannotStart
from report_abuse_receiver.ground.scheme.scheme import SOURCE, Scheme
from report_abuse_receiver.intake import drafts
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.public.blueprint import public
from report_abuse_receiver.web.public.draft_cookie import find_draft, remembered
from report_abuse_receiver.web.public.form_parsing import URL_ENCODED

CATALOGUES = Path(__file__).with_name("translations")
#: Every sentence of the pages, for translators and for the check at start.
SENTENCES = CATALOGUES / "messages.pot"


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """A language on offer: its own name for itself, and the address of this page in it."""

    code: str
    name: str
    href: str


def register(app: Flask, scheme: Scheme) -> None:
    """Give the templates `_`; Flask-Babel's own would take every message for markup.

    Raises CannotStart where a language is on and not every sentence has words in it.
    """
    for code in scheme.languages:
        _check(scheme, code)
    Babel(app, configure_jinja=False, default_translation_directories=str(CATALOGUES), locale_selector=_locale)
    app.jinja_env.globals["_"] = say
    app.jinja_env.filters["tel"] = dialled


@public.before_request
def keep_choice() -> None:
    """A child who chooses a language goes on in it."""
    code = chosen()
    draft = find_draft() if code else None
    if code and draft:
        drafts.speak(centre(), draft, code)


def chosen() -> str | None:
    """The language that was pressed just now: a button where something may be typed, a link elsewhere."""
    code = request.args.get("language") or _in_the_form()
    return code if code in centre().scheme.languages else None


def prefer(hint: str | None) -> None:
    """Let the link's own hint go before what the browser asks for."""
    g.language_hint = hint


def language() -> str:
    """The language of this page: what was chosen, else the draft's, else the link's, else the browser's."""
    draft = remembered()
    known = (draft.language if draft else None, g.get("language_hint"))
    if "language" not in g or g.language[0] != known:
        g.language = known, _language(*known)  # asked for once a sentence
    return str(g.language[1])


def direction() -> str:
    """`ltr` or `rtl`."""
    locale = get_locale()
    return str(locale.text_direction) if locale else "ltr"


def on_offer() -> tuple[Tongue, ...]:
    """Every language that is on."""
    return tuple(
        Tongue(
            code=code,
            name=(Locale.parse(code, sep="-").get_display_name() or code).capitalize(),
            href="?" + urlencode({**request.args, "language": code}),
        )
        for code in centre().scheme.languages
    )


def say(message: str, **values: object) -> Markup:
    """A sentence in the language of the page: in the scheme's words where it has some, else in the catalogue's."""
    own = centre().scheme.words.get(language(), {})
    said = escape(own.get(message) or gettext(message))
    return said % values if values else said


def dialled(number: str) -> str:
    """A number as a telephone dials it."""
    return "".join(letter for letter in number if letter in "+0123456789*#")


def untranslated(scheme: Scheme, code: str) -> list[str]:
    """The sentences a child may read that have no words in this language."""
    if code == SOURCE:
        return []
    own, catalogue = scheme.words.get(code, {}), _catalogue(code)
    return [one for one in (*_of_the_pages(), *scheme.sentences) if not own.get(one) and one not in catalogue]


def _in_the_form() -> str | None:
    """Our forms are url-encoded. A multipart one can be read only once, and its view shall find it whole."""
    if request.mimetype != URL_ENCODED:
        return None
    try:
        return request.form.get("language")
    except HTTPException:
        return None  # too long to be read; its page says so


def _check(scheme: Scheme, code: str) -> None:
    missing = untranslated(scheme, code)
    if missing:
        raise CannotStart(
            f"REPORT_ABUSE_SCHEME: languages has {code!r}, and {len(missing)} sentences have no words in it, such as "
            f'"{missing[0]}"; write them under [words.{code}], or take the language out'
        )


def _language(kept: str | None, hint: str | None) -> str:
    on = centre().scheme.languages
    asked = [tag for tag, quality in request.accept_languages if quality > 0]
    wanted = (chosen(), kept, *_spoken([hint or "", *asked], on))
    return next((code for code in wanted if code in on), on[0])


def _spoken(tags: Iterable[str], on: Sequence[str]) -> Iterator[str | None]:
    """What we have for each tag, in their order: `cy` for `cy-GB`, even where `en` is asked for next."""
    return (LanguageAccept([(tag, 1)]).best_match(on) for tag in tags)


def _of_the_pages() -> Iterator[str]:
    with SENTENCES.open("rb") as file:
        yield from (str(message.id) for message in read_po(file) if message.id)


def _catalogue(code: str) -> frozenset[str]:
    """The messages that the catalogue of a language translates; none where there is no such catalogue."""
    found = Translations.load(str(CATALOGUES), [str(Locale.parse(code, sep="-"))])
    return frozenset(getattr(found, "_catalog", {}))


def _locale() -> str:
    return str(Locale.parse(language(), sep="-"))
