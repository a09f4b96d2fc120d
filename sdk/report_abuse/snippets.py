"""The HTML that a partner pastes: a link, a button, a form.

Plain HTML of the same bytes for every visitor: no script, no request before the click, nothing that needs a line in a
content security policy. No argument says anything about who clicks, and no snippet asks for the story: the scripts
of the page around it could read the answer (P55). Art and words are the same on every site (P43).
"""

import os
from collections.abc import Collection, Mapping
from html import escape
from pathlib import Path
from typing import Literal, NoReturn, Self, get_args

from report_abuse import assets, links
from report_abuse.address import centre_url
from report_abuse.errors import BadArgument, SettingMissing
from report_abuse.keys import Key

WORDS = "Report Abuse"
Variant = Literal["solid", "outline", "badge"]
Scheme = Literal["auto", "light", "dark"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
SMALLEST, LARGEST = 44, 120  # pixels; below 44 a thumb misses it
#: Out of any frame, because the centre's pages stand in none; and htmx, where it boosts a page, must leave it alone.
_HOLDS = 'target="_top" data-hx-boost="false"'
#: From these sizes of the mark on the words beside it grow too; the first that fits counts.
_WORDS_GROW = ((92, "ra-xl"), (66, "ra-l"))
#: What gives back another text, which a template would escape.
_CHANGING = (
    "capitalize", "casefold", "center", "expandtabs", "format", "format_map", "join", "ljust", "lower", "lstrip",
    "partition", "removeprefix", "removesuffix", "replace", "rjust", "rpartition", "rsplit", "rstrip", "split",
    "splitlines", "strip", "swapcase", "title", "translate", "upper", "zfill",
    "__getitem__", "__mod__", "__mul__", "__rmul__",
)  # fmt: skip


class Html(str):
    """Finished HTML: a `str` that Jinja, Django and their like do not escape again.

    It is drawn whole: what would change it (`|trim`, `|indent`, `.replace`) raises `BadArgument`, because the rest
    would be plain text and the button dead. `str(html)` is a text with all methods.
    """

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)

    def __add__(self, other: str) -> "Html":
        """Two snippets are one; with any other text (`|indent` adds an end of line) it would be half a one."""
        return Html(f"{self}{other}") if isinstance(other, Html) else _refuse_to_change()


def _refuse_to_change(*_: object, **__: object) -> NoReturn:
    raise BadArgument("A snippet is drawn whole: write it without a filter. For a text to work on, take str(snippet).")


for _method in _CHANGING:
    setattr(Html, _method, _refuse_to_change)


class ReportAbuse:
    """The button of one site. Make it once, at start; every method is pure and quick.

    `url` is the centre's address, `key` the button key that the centre sent. Raises `BadArgument` or `BadKey`.

    A placement has to be named. Its default is there to be refused: Django calls what stands in `{{ ra.button }}`
    without arguments, and where one is missing it draws nothing at all and answers 200.
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

    def __html__(self) -> str:
        return _undrawn()

    def link(self, placement: str = "", *, ref: str | None = None, locale: str | None = None) -> str:
        """The address to link to: mint it once per placement and keep it for good."""
        return f"{self.url}/r/{links.mint(self._key, placement, ref=ref, locale=locale)}"

    def button(
        self,
        placement: str = "",
        *,
        ref: str | None = None,
        locale: str | None = None,
        variant: Variant = "solid",
        scheme: Scheme = "auto",
        size: int = SMALLEST,
    ) -> Html:
        """A plain `<a>` with the mark and the words, in the same tab.

        `variant`: solid, outline or badge. `scheme`: auto, light or dark. `size`: of the mark, 44 to 120 pixels.
        """
        href = _href(self.link(placement, ref=ref, locale=locale))
        return Html(f'<a class="{_classes(variant, scheme, size)}" {href} lang="en">{assets.mark(size)} {WORDS}</a>')

    def form(
        self,
        placement: str = "",
        *,
        ref: str | None = None,
        locale: str | None = None,
        variant: Variant = "solid",
        scheme: Scheme = "auto",
        size: int = SMALLEST,
    ) -> Html:
        """A form that posts the token and nothing else, and the plain link beside it in case posting is blocked.

        The link stands outside, so that it is left where a filter takes forms away with all that is in them.
        """
        link = self.link(placement, ref=ref, locale=locale)
        token = link.rpartition("/")[2]
        return Html(
            f'<form action="{escape(self.url)}/start" method="post" {_HOLDS} class="report-abuse-form" lang="en">'
            f'<input type="hidden" name="token" value="{escape(token)}">'
            f'<button type="submit" class="{_classes(variant, scheme, size)}">{assets.mark(size)} {WORDS}</button>'
            f'</form><p class="report-abuse-form" lang="en"><a {_href(link)}>Open the {WORDS} page</a></p>'
        )


def _undrawn() -> NoReturn:
    raise BadArgument('This draws nothing by itself: call it with a placement, such as button("chat").')


for _draw in (ReportAbuse.link, ReportAbuse.button, ReportAbuse.form):
    vars(_draw)["__html__"] = _undrawn  # a template that forgets to call it would draw the name of a method


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
        raise SettingMissing(
            "The key file cannot be read: name a file, saved as UTF-8, that holds the key and nothing else."
        ) from error


def _href(link: str) -> str:
    # strict-origin: the centre may learn from which site the press came, never from which page.
    return f'href="{escape(link)}" target="_top" rel="nofollow noopener" referrerpolicy="strict-origin"'


def _classes(variant: Variant, scheme: Scheme, size: int) -> str:
    _one_of("variant", variant, VARIANTS)
    _one_of("scheme", scheme, SCHEMES)
    if type(size) is not int or not SMALLEST <= size <= LARGEST:
        raise BadArgument(f"size: write a whole number of pixels from {SMALLEST} to {LARGEST}.")
    looks = [f"ra-{look}" for look in (variant, scheme) if look not in ("solid", "auto")]
    return " ".join(["report-abuse", *looks, *[words for least, words in _WORDS_GROW if size >= least][:1]])


def _one_of(name: str, value: object, allowed: Collection[str]) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise BadArgument(f"{name}: write one of {', '.join(allowed)}.")
