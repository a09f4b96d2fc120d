"""Provider keys: `ra_<mode>_<scope>_<provider>_<kid>_<secret>`, read strictly and never shown by accident."""

import re
from dataclasses import dataclass
from typing import Self

from report_abuse.errors import BadKey

PROVIDER = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
KID = re.compile(r"k[0-9]{1,4}")
SECRET = re.compile(r"[a-z2-7]{52}")

#: What editors, shells and mails put around a key, and what to write instead.
_AROUND = (
    (re.compile("\ufeff"), "a byte order mark stands before it: save the file again as UTF-8 without one"),
    (re.compile(r"[\"'`\u2018-\u201f\u00ab\u00bb\u2039\u203a]"), "it stands in quotes: write it without them"),
    (re.compile(r"[=:]"), "a name stands before it: write the key alone, without NAME="),
)
_GRAMMAR = {
    "mode": re.compile(r"live|test"),
    "scope": re.compile(r"button|api"),
    "provider": PROVIDER,
    "kid": KID,
    "secret": SECRET,
}


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """One key of one provider: `button` keys make links, `api` keys sign requests.

    Every field is checked, so a `Key` that exists is well formed. Raises `BadKey`.
    """

    mode: str
    scope: str
    provider: str
    kid: str
    secret: str

    def __post_init__(self) -> None:
        for name, pattern in _GRAMMAR.items():
            value = getattr(self, name)
            if type(value) is not str or not pattern.fullmatch(value):
                raise BadKey(f"The {name} of this key is not right: copy the whole key again, as the centre sent it.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key as the centre sent it; blanks around it are ignored. Raises `BadKey`."""
        plain = text.strip() if type(text) is str else ""
        for mark, advice in _AROUND:
            if "ra_" in plain and mark.search(plain):
                raise BadKey(f"The key cannot be read, because {advice}.")
        parts = plain.split("_")
        if len(parts) != 6 or parts[0] != "ra":
            raise BadKey("This is not a key: write it whole, like ra_live_button_yoursite_k1_ and 52 characters.")
        return cls(*parts[1:])

    def reveal(self) -> str:
        """The key in full, for the one moment when it is handed over."""
        return f"{self._name()}_{self.secret}"

    def __str__(self) -> str:
        return f"{self._name()}_********"

    def __repr__(self) -> str:
        return f"Key({self})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __html__(self) -> str:
        """Template engines ask for this; a key on a page is a leaked key, masked or not."""
        raise BadKey("A key must never reach a page: pass the link, the button or the form instead.")

    def _name(self) -> str:
        return f"ra_{self.mode}_{self.scope}_{self.provider}_{self.kid}"
