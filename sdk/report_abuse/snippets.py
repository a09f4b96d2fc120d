"""The HTML that a partner pastes: a link, a button, a form.

Plain HTML of the same bytes for every visitor: no script, no request before the click, nothing that needs a line in a
content security policy. No argument says anything about who clicks, and no snippet asks for the story: the scripts
of the page around it could read the answer (P55). Art and words are the same on every site (P43).
"""

import os
from collections.abc import Collection, Mapping
from html import escape
from pathlib import Path
from typing import Self

from report_abuse import assets, links
from report_abuse.address import centre_url
from report_abuse.errors import BadArgument, SettingMissing
from report_abuse.keys import Key

WORDS = "Report Abuse"
VARIANTS = ("solid", "outline", "badge")
SCHEMES = ("auto", "light", "dark")
SMALLEST, LARGEST = 44, 120  # pixels; below 44 a thumb misses it


class Html(str):
    """Finished HTML: a `str` that Jinja, Django and their like do not escape again."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


class ReportAbuse:
    """The button of one site. Make it once, at start; every method is pure and quick.

    `url` is the centre's address, `key` the button key that the centre sent. Raises `BadArgument` or `BadKey`.
    """

    def __init__(self, url: str, *, key: Key | str) -> None:
        self.url = centre_url(url)
        self._key = key if isinstance(key, Key) else Key.parse(key)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read REPORT_ABUSE_URL and REPORT_ABUSE_KEY (or REPORT_ABUSE_KEY_FILE). Raises `SettingMissing` too."""
        return cls(setting("REPORT_ABUSE_URL", environ), key=key_from(environ))

    def __repr__(self) -> str:
        return f"ReportAbuse({self.url!r}, key={self._key})"

    def link(self, placement: str, *, ref: str | None = None, locale: str | None = None) -> str:
        """The address to link to: mint it once per placement and keep it for good."""
        return f"{self.url}/r/{links.mint(self._key, placement, ref=ref, locale=locale)}"

    def button(
        self,
        placement: str,
        *,
        ref: str | None = None,
        locale: str | None = None,
        variant: str = "solid",
        scheme: str = "auto",
        size: int = SMALLEST,
    ) -> Html:
        """A plain `<a>` with the mark and the words, in the same tab.

        `variant`: solid, outline or badge. `scheme`: auto, light or dark. `size`: of the mark, 44 to 120 pixels.
        """
        href = _href(self.link(placement, ref=ref, locale=locale))
        return Html(f'<a class="{_classes(variant, scheme)}" {href} lang="en">{_face(size)}</a>')

    def form(
        self,
        placement: str,
        *,
        ref: str | None = None,
        locale: str | None = None,
        variant: str = "solid",
        scheme: str = "auto",
        size: int = SMALLEST,
    ) -> Html:
        """A form that posts the token and nothing else, with the plain link beside it in case posting is blocked."""
        link = self.link(placement, ref=ref, locale=locale)
        token = link.rpartition("/")[2]
        return Html(
            f'<form class="report-abuse-form" method="post" action="{escape(self.url)}/start" lang="en">'
            f'<input type="hidden" name="token" value="{escape(token)}">'
            f'<button type="submit" class="{_classes(variant, scheme)}">{_face(size)}</button> '
            f"<a {_href(link)}>Open the {WORDS} page</a></form>"
        )


def setting(name: str, environ: Mapping[str, str]) -> str:
    """One setting that must be there. Raises `SettingMissing`."""
    value = environ.get(name, "").strip()
    if not value:
        raise SettingMissing(f"{name} is not set: write there what the centre sent you.")
    return value


def key_from(environ: Mapping[str, str]) -> Key:
    """The button key from the environment or from the file that the environment names."""
    path = environ.get("REPORT_ABUSE_KEY_FILE", "").strip()
    if path and environ.get("REPORT_ABUSE_KEY", "").strip():
        raise SettingMissing("REPORT_ABUSE_KEY and REPORT_ABUSE_KEY_FILE are both set: keep one of them.")
    return key_in(path) if path else Key.parse(setting("REPORT_ABUSE_KEY", environ))


def key_in(path: str) -> Key:
    """The key that a file holds. Raises `SettingMissing` or `BadKey`."""
    try:
        return Key.parse(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingMissing("The key file cannot be read: name a file that holds the key and nothing else.") from error


def _href(link: str) -> str:
    # strict-origin: the centre may learn from which site the press came, never from which page.
    return f'href="{escape(link)}" rel="noopener" referrerpolicy="strict-origin"'


def _classes(variant: str, scheme: str) -> str:
    _one_of("variant", variant, VARIANTS)
    _one_of("scheme", scheme, SCHEMES)
    looks = [f"ra-{look}" for look in (variant, scheme) if look not in ("solid", "auto")]
    return " ".join(["report-abuse", *looks])


def _face(size: int) -> str:
    if type(size) is not int or not SMALLEST <= size <= LARGEST:
        raise BadArgument(f"size: write a whole number of pixels from {SMALLEST} to {LARGEST}.")
    return f"{assets.mark(size)} {WORDS}"


def _one_of(name: str, value: object, allowed: Collection[str]) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise BadArgument(f"{name}: write one of {', '.join(allowed)}.")
