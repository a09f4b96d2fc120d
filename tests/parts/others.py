"""Other people's test data, as `.ci/others` fetched it; where it is not there, the test says what fetches it."""

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.parts.real import missing
from tests.parts.source import ROOT

FETCHED = ROOT / "build" / "others"
_NOTIFY = "notifications-utils/tests/recipient_validation"


def naughty_strings() -> list[str]:
    """The Big List of Naughty Strings."""
    read: list[str] = json.loads(_path("big-list-of-naughty-strings/blns.json").read_text("utf-8"))
    return read


def of_notify(file: str) -> Mapping[str, list[str]]:
    """What the tests of GOV.UK Notify try, by the name of each list; nothing of their code is run."""
    tree = ast.parse(_path(f"{_NOTIFY}/{file}").read_text("utf-8"))
    lists = [one for one in tree.body if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)]
    return {str(getattr(one.targets[0], "id", "")): list(_texts(one.value)) for one in lists}


def of_libphonenumber(file: str) -> list[str]:
    """Every text in the tests of libphonenumber, whatever it is there for."""
    return list(_texts(ast.parse(_path(f"phonenumbers-*/tests/{file}").read_text("utf-8"))))


def _texts(tree: ast.AST) -> Iterator[str]:
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        yield tree.value
    for child in ast.iter_child_nodes(tree):
        if not isinstance(child, ast.JoinedStr):
            yield from _texts(child)


def _path(pattern: str) -> Path:
    found = next(FETCHED.glob(pattern), None)
    if found is None:
        missing(pattern, package="git && bash .ci/others")
    return found
