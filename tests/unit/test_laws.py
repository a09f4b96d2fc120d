"""The laws of safe code, each looked for in the whole source, and each shown to be able to fail."""

import ast
import re
from functools import cache

import pytest

from tests.parts.laws import OF_THE_CODE, Law, lines_that_break
from tests.parts.source import ROOT, SHIPPED, in_tests, shipped

EACH = pytest.mark.parametrize("law", OF_THE_CODE, ids=lambda one: one.says)

TEMPLATES = [path for folder in (*SHIPPED, ROOT / "examples") for path in folder.rglob("*.html")]
#: What would let a word of somebody's out of its quotes.
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\(")
#: What the policy of the children's pages forbids: a browser would not run it, and nobody would notice.
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@cache
def broken() -> list[tuple[Law, str, int]]:
    """Every line of what ships that breaks a law, by those who may, too. Migrations are history."""
    modules = [module for module in shipped() if "/migrations/" not in str(module)]
    return [(law, str(module), line) for module in modules for law, line in lines_that_break(module.tree)]


@EACH
def test_the_law_is_kept(law: Law) -> None:
    assert [(path, line) for what, path, line in broken() if what is law and not path.startswith(tuple(law.but))] == []


@EACH
def test_whoever_breaks_the_law_is_found_and_whoever_keeps_it_is_not(law: Law) -> None:
    def found(code: str) -> bool:
        return any(what is law for what, _ in lines_that_break(ast.parse(code)))

    assert [one for one in law.broken_by if not found(one)] == []
    assert [one for one in law.kept_by if found(one)] == []


@EACH
def test_whoever_may_break_the_law_does(law: Law) -> None:
    """Else the exception is left over from something, and covers the next mistake."""
    paths = [path for what, path, _ in broken() if what is law]
    assert [one for one in law.but if not any(path.startswith(one) for path in paths)] == []


@pytest.mark.parametrize(
    ("pattern", "broken_by", "folder"),
    [
        (UNESCAPED, ("{{ story|safe }}", "{{ story | safe }}", "{% autoescape false %}"), ""),
        (
            INLINE,
            ("<p onclick=x>", '<p style="x">', "<script>x</script>", "<style>", "<a href=javascript:x>"),
            "/web/public/",
        ),
    ],
)
def test_no_template_lets_anything_out_of_its_quotes(
    pattern: re.Pattern[str], broken_by: tuple[str, ...], folder: str
) -> None:
    assert all(pattern.search(one) for one in broken_by)
    looked_at = [path for path in TEMPLATES if folder in str(path)]
    assert looked_at
    assert [str(path) for path in looked_at if pattern.search(path.read_text("utf-8"))] == []


def test_no_test_puts_a_stand_in_in_the_place_of_our_own_code() -> None:
    stand_in = re.compile(r"^\s*(?:from|import) (?:unittest\.)?mock\b|^from unittest import mock", re.MULTILINE)
    assert stand_in.search("from unittest.mock import Mock")
    tests = [one for one in in_tests() if "/benches/" not in str(one)]  # which are no tests
    assert [str(one) for one in tests if stand_in.search(one.text)] == []
