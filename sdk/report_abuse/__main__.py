"""The `report-abuse` command: a link, a button or a form on one line, for sites that run no Python.

The key comes from the environment or a file and never as an argument: other users of the machine can read those.
"""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from report_abuse import __version__, assets
from report_abuse.errors import ReportAbuseError
from report_abuse.snippets import SCHEMES, SMALLEST, VARIANTS, ReportAbuse, key_from, key_in, setting

_KEYS = "the key is read from REPORT_ABUSE_KEY, REPORT_ABUSE_KEY_FILE or --key-file, never from an argument"


class _Parser(argparse.ArgumentParser):
    """argparse that says what is wrong in one sentence, and repeats no key that was typed by mistake."""

    def error(self, message: str) -> NoReturn:
        sentence = re.sub(r"ra_[\w-]+", "(a key)", " ".join(message.split()))
        self.exit(2, f"report-abuse: {sentence}; see {self.prog} --help.\n")


def main(argv: Sequence[str] | None = None) -> int:
    """0 done, 1 refused, 2 wrong use."""
    parser = _parser()
    wanted = parser.parse_args(argv)
    if getattr(wanted, "css", False):
        print(assets.css())
        return 0
    if wanted.placement is None:
        parser.error("the following arguments are required: PLACEMENT")
    try:
        print(_made(wanted))
    except ReportAbuseError as error:
        print(f"report-abuse: {error}", file=sys.stderr)
        return 1
    return 0


def _made(wanted: argparse.Namespace) -> str:
    url = wanted.url if wanted.url is not None else setting("REPORT_ABUSE_URL", os.environ)
    key = key_from(os.environ) if wanted.key_file is None else key_in(wanted.key_file)
    site = ReportAbuse(url, key=key)
    if wanted.command == "link":
        return site.link(wanted.placement, ref=wanted.ref, locale=wanted.locale)
    draw = site.button if wanted.command == "button" else site.form
    looks = {"variant": wanted.variant, "scheme": wanted.scheme}
    return draw(wanted.placement, ref=wanted.ref, locale=wanted.locale, size=wanted.size, **looks)


def _parser() -> _Parser:
    parser = _Parser(prog="report-abuse", description="Make the Report Abuse link of one placement.", epilog=_KEYS)
    parser.allow_abbrev = False
    parser.add_argument("--version", action="version", version=f"report-abuse {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="link|button|form")
    for name, words in (("link", "the address only"), ("button", "a link with the mark"), ("form", "a form to post")):
        _options(commands.add_parser(name, help=words, description=words, epilog=_KEYS, allow_abbrev=False), name)
    return parser


def _options(parser: argparse.ArgumentParser, name: str) -> None:
    parser.add_argument("placement", metavar="PLACEMENT", nargs="?", help="where the button stands, such as chat")
    parser.add_argument("--ref", help="a reference of your own, such as a room; never one to the visitor")
    parser.add_argument("--locale", help="language of the page, such as en or cy")
    parser.add_argument("--url", help="address of the centre (default: REPORT_ABUSE_URL)")
    parser.add_argument("--key-file", metavar="FILE", help="file that holds the button key")
    if name == "link":
        return
    parser.add_argument("--variant", choices=VARIANTS, default="solid")
    parser.add_argument("--scheme", choices=SCHEMES, default="auto")
    parser.add_argument("--size", type=int, default=SMALLEST, metavar="PIXELS", help="of the mark, 44 to 120")
    if name == "button":
        parser.add_argument("--css", action="store_true", help="print the optional stylesheet and stop")


if __name__ == "__main__":
    sys.exit(main())
