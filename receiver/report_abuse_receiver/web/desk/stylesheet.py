"""The look: one style and one script, both in the page itself and named by hash in its policy.

A stylesheet of its own would be one more address that answers to a stranger.
"""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from report_abuse_receiver.ground.scheme.colours import as_properties
from report_abuse_receiver.ground.scheme.scheme import Scheme

_FOLDER = Path(__file__).with_name("static")
_NOTHING = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, kw_only=True)
class Look:
    """What stands in a page as it is, and in no other words."""

    style: Markup
    script: Markup

    @classmethod
    def of(cls, scheme: Scheme) -> "Look":
        """In the colours of this centre."""
        light, dark = as_properties(scheme.light), as_properties(scheme.dark)
        colours = f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
        rules, script = ((_FOLDER / name).read_text("utf-8") for name in ("desk.css", "passkey.js"))
        return cls(style=Markup(colours + rules), script=Markup(script))  # noqa: S704 -- our own files  # nosec B704

    def policy(self, *, with_script: bool) -> str:
        """What a browser may do with a page: this style, and only on the pages of passkeys this script."""
        script = f"; script-src {_hash(self.script)}" if with_script else ""
        return f"{_NOTHING}; style-src {_hash(self.style)}{script}"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
