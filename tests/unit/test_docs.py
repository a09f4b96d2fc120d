"""The docs are true: their Python runs, their links lead somewhere, and what they name exists."""

import contextlib
import doctest
import io
import re
from pathlib import Path

import click
import pytest

from report_abuse.__main__ import main as sdk
from report_abuse_receiver.cli import main as receiver
from report_abuse_receiver.ground.config import load_settings
from report_abuse_receiver.ground.errors import CannotStart
from tests.parts.source import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
WITH_PYTHON = [ROOT / "docs" / name for name in ("concepts.md", "partners.md")]

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r'(?:\]\(|(?:href|src)=")(?!\w+:)([^)"\s]+)')
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
COMMAND = re.compile(r"(?:^ *|[`$/;|] *)(report-abuse(?:-receiver)?)((?: +[^\s`;|&>]+)+)", re.MULTILINE)
SETTING = re.compile(r"\bREPORT_ABUSE_[A-Z_]*[A-Z]\b")
TARGET = re.compile(r"(?:^ *|`)make ([a-z]+)", re.MULTILINE)

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.name)
def test_the_python_in_the_docs_runs_as_it_stands(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_ABUSE_URL", "https://report.example")
    monkeypatch.setenv("REPORT_ABUSE_KEY", f"ra_live_button_acme_k1_{'a' * 52}")
    shared: dict[str, object] = {}
    for number, code in _python(page):
        if ">>>" in code:
            _run_session(code, shared, page=page, number=number)
        else:
            exec(compile("\n" * number + code, str(page), "exec"), shared)


def test_the_concepts_are_shown_in_python() -> None:
    assert len(_python(WITH_PYTHON[0])) >= 5


def _python(page: Path) -> list[tuple[int, str]]:
    """The number of the line before each block of Python, and the block."""
    text = page.read_text("utf-8")
    return [(text.count("\n", 0, found.start(2)), found[2]) for found in FENCE.finditer(text) if found[1] == "python"]


def _run_session(code: str, shared: dict[str, object], *, page: Path, number: int) -> None:
    """Run a session in the page's names, and keep what it adds to them."""
    session = doctest.DocTestParser().get_doctest(code, shared, page.name, str(page), number)
    said: list[str] = []
    outcome = doctest.DocTestRunner(verbose=False).run(session, out=said.append, clear_globs=False)
    shared.update(session.globs)
    assert outcome.failed == 0, "".join(said)


@every_page
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = LINK.findall(CODE.sub("", FENCE.sub("", page.read_text("utf-8"))))
    assert [link for link in links if not _leads_somewhere(page, link)] == []


def _leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.is_relative_to(ROOT) or not target.exists():
        return False
    return not anchor or anchor in {_slug(one) for one in HEADING.findall(target.read_text("utf-8"))}


def _slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@every_page
def test_every_command_the_docs_name_exists_with_its_options(page: Path) -> None:
    text = page.read_text("utf-8").replace("\\\n", " ")
    named = [(program, words.split()) for program, words in COMMAND.findall(text)]
    looked_up = {"report-abuse": _options_of_the_sdk, "report-abuse-receiver": _options_of_the_receiver}
    assert [
        f"{program} {' '.join(words)}"
        for program, words in named
        if not _options_in(words) <= looked_up[program](words)
    ] == []


def _options_in(words: list[str]) -> set[str]:
    """The options among these words; a name without them stands for the command itself."""
    return {"--help", *(word.partition("=")[0] for word in words if word.startswith("--"))}


def _options_of_the_receiver(words: list[str]) -> set[str]:
    """The options of a command of the receiver; none, not even --help, where there is no such command."""
    command: click.Command | None = receiver
    for word in (one for one in words if not one.startswith("-")):
        if not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), word)
    return {"--help", *(one for parameter in command.params for one in _spellings(parameter))} if command else set()


def _spellings(parameter: click.Parameter) -> list[str]:
    return [*parameter.opts, *parameter.secondary_opts]


def _options_of_the_sdk(words: list[str]) -> set[str]:
    """The options of a command of the SDK; none where there is no such command."""
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
        sdk([*(one for one in words[:1] if not one.startswith("-")), "--help"])
    return set(re.findall(r"--[a-z-]+", said.getvalue()))


@every_page
def test_every_setting_the_docs_name_exists(page: Path) -> None:
    named = sorted(set(SETTING.findall(page.read_text("utf-8"))))
    assert [name for name in named if _is_unknown(name)] == []


def _is_unknown(name: str) -> bool:
    try:
        load_settings({name: str(ROOT / "LICENSE")})
    except CannotStart as refusal:
        return "is not a setting" in str(refusal)
    return False


@every_page
def test_every_target_the_docs_name_is_in_the_makefile(page: Path) -> None:
    there = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert sorted(set(TARGET.findall(page.read_text("utf-8"))) - set(there)) == []


def test_pictures_are_light_enough_for_a_slow_line() -> None:
    pictures = list((ROOT / "docs" / "pictures").glob("*.png"))
    assert pictures
    assert [one.name for one in pictures if one.stat().st_size >= 60_000] == []
