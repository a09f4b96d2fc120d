"""The laws of the house, each guarded here so that nobody has to remember them."""

import ast
import configparser
import dataclasses
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement

import report_abuse
import report_abuse_receiver
from report_abuse_receiver.app import create_app
from report_abuse_receiver.ground import config
from report_abuse_receiver.ground.kinds import JobKind
from report_abuse_receiver.operations import jobs
from tests.parts.order import LONG
from tests.parts.places import Place, open_at
from tests.parts.source import ROOT, SHIPPED, Function, Module, in_tests, names_made, names_used, shipped

FUNCTION_LINES = 40
MODULE_LINES = 300
NESTING = 2
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc"}
#: The doors that anybody may open: the children's pages and the two answers for the load balancer.
OPEN_TO_ALL = {"public", "ops"}

ROUTES = {"route", "get", "post", "put", "patch", "delete"}
#: What a reader has to keep in mind on the way in; a `with` only opens something.
NESTS = ast.If | ast.For | ast.While | ast.Try | ast.Match
#: An attribute that begins with one underscore.
PRIVATE = re.compile(r"\._[a-z]\w*", re.IGNORECASE)
PRINCIPLE = re.compile(r"\b[PC]\d\d\b")
SILENCED = re.compile(
    r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[a-z0-9, -]+\])?)(?P<reason>.*)"
)

SDK_ALONE = """
import importlib, pkgutil, sys

class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in sys.stdlib_module_names | ALLOWED:
            raise ImportError(f"the SDK alone has no {name}")

ALLOWED = {"report_abuse", "itsdangerous"}
sys.meta_path.insert(0, Wall())
import report_abuse
for found in pkgutil.walk_packages(report_abuse.__path__, "report_abuse."):
    if found.name != "report_abuse.__main__":
        importlib.import_module(found.name)
importlib.import_module("report_abuse.__main__")
"""


def test_both_distributions_have_one_version() -> None:
    declared = configparser.ConfigParser()
    declared.read(ROOT / "receiver" / "setup.cfg")
    needed = declared["options"]["install_requires"].split()
    assert report_abuse.__version__ == report_abuse_receiver.__version__
    assert needed[0] == f"report-abuse=={report_abuse.__version__}"


def test_what_ci_installs_is_what_setup_cfg_asks_for() -> None:
    """Else run `make lock`."""
    pinned = dict(
        re.findall(r"^([\w.-]+)==(\S+) ", (ROOT / ".ci" / "requirements.lock").read_text("ascii"), re.MULTILINE)
    )
    lines = []
    for file in ("setup.cfg", "receiver/setup.cfg"):
        read = configparser.ConfigParser()
        read.read(ROOT / file)
        extras = read["options.extras_require"]
        lines += [read["options"]["install_requires"], *(extras[name] for name in extras if name != "proof")]
    asked = [
        Requirement(one) for one in "\n".join(lines).splitlines() if one and not one.startswith(("#", "report-abuse"))
    ]
    assert len(asked) > 30
    assert [str(one) for one in asked if not one.specifier.contains(pinned.get(one.name, "0"))] == []


def test_every_folder_with_python_in_it_is_a_package() -> None:
    assert [str(one) for one in shipped() if not one.path.with_name("__init__.py").exists()] == []


def test_the_sdk_imports_nothing_but_what_it_says_it_needs() -> None:
    subprocess.run([sys.executable, "-I", "-c", SDK_ALONE], check=True, timeout=60)


def test_every_long_file_of_tests_is_there_so_that_it_can_begin_early() -> None:
    assert [name for name in LONG if not (ROOT / "tests" / f"{name}.py").exists()] == []


def test_functions_stay_small() -> None:
    long = [
        f"{module}:{function.lineno} {function.name}"
        for module in shipped()
        for function in module.functions()
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []


def test_modules_stay_small() -> None:
    assert [str(one) for one in shipped() + in_tests() if len(one.text.splitlines()) > MODULE_LINES] == []


def test_code_is_not_nested_deeply() -> None:
    deep = [
        f"{module}:{function.lineno} {function.name}"
        for module in shipped()
        for function in module.functions()
        if _nesting(function) > NESTING
    ]
    assert deep == []


def _nesting(node: ast.AST) -> int:
    return max((_depth(child, node) for child in ast.iter_child_nodes(node)), default=0)


def _depth(child: ast.AST, parent: ast.AST) -> int:
    if isinstance(child, Function | ast.ClassDef | ast.Lambda):
        return 0  # counted on its own
    is_elif = isinstance(child, ast.If) and isinstance(parent, ast.If) and parent.orelse == [child]
    return _nesting(child) + (isinstance(child, NESTS) and not is_elif)


def test_nothing_is_asserted_outside_tests() -> None:
    asserts = [
        f"{module}:{node.lineno}"
        for module in shipped()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assert)
    ]
    assert asserts == []


def test_every_module_has_a_name_that_says_something() -> None:
    assert [str(one) for one in shipped() + in_tests() if one.name in NAMES_THAT_SAY_NOTHING] == []


def test_every_module_opens_with_a_sentence() -> None:
    assert [str(one) for one in shipped() + in_tests() if not _opens_with_a_sentence(one)] == []


def _opens_with_a_sentence(module: Module) -> bool:
    said = (ast.get_docstring(module.tree) or "").partition("\n\n")[0]
    return bool(re.match(r"[\w`\"'].*[.:?]", said, re.DOTALL))


def test_views_stand_at_module_level() -> None:
    nested = [
        f"{module}:{inner.lineno} {inner.name}"
        for module in shipped()
        for outer in module.functions()
        for inner in ast.walk(outer)
        if isinstance(inner, Function) and inner is not outer and _is_view(inner)
    ]
    assert nested == []


def _is_view(function: Function) -> bool:
    called = [one.func for one in function.decorator_list if isinstance(one, ast.Call)]
    return any(isinstance(one, ast.Attribute) and one.attr in ROUTES for one in called)


def test_every_door_but_the_public_one_asks_who_is_there(tmp_path) -> None:
    centre = open_at(Place(home=tmp_path))
    app = create_app(centre)
    doors = [rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] not in OPEN_TO_ALL]
    visitor = app.test_client()
    for rule in doors:
        path = rule.build(dict.fromkeys(rule.arguments, "x"), append_unknown=False)[1]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            with visitor.open(path, method=method) as answer:
                assert answer.status_code in (401, 403), f"{method} {rule.rule} answers a stranger"
    assert {rule.endpoint.partition(".")[0] for rule in app.url_map.iter_rules()} >= OPEN_TO_ALL
    centre.database.close()


def test_every_setting_is_explained_to_operators() -> None:
    told = (ROOT / "docs" / "operators.md").read_text("utf-8")
    names = [config.PREFIX + setting.name.upper() for setting in dataclasses.fields(config.Settings)]
    names += [f"{config.PREFIX}{name}_FILE" for name in config.SECRETS]
    assert [name for name in names if not re.search(rf"\b{name}\b", told)] == []


def test_nothing_is_there_that_only_tests_use() -> None:
    """Functions, classes and constants that stand in a module, and no product code or template names them."""
    named = Counter(re.findall(r"\w+", "".join(path.read_text("utf-8") for path in ROOT.glob("receiver/**/*.html"))))
    for module in shipped():
        named.update(names_used(module))
    idle = [
        f"{module} {name}"
        for module in shipped()
        if "migrations" not in module.path.parts
        for name in names_made(module)
        if not named[name] and not name.startswith("__")
    ]
    assert [one for one in idle if one.rpartition(" ")[2] not in ("VIEWS",)] == []


def test_every_kind_of_owed_work_has_someone_who_does_it() -> None:
    kinds = {kind for declared in JobKind.__subclasses__() for kind in declared}
    assert kinds
    assert kinds == set(jobs.JOBS)


def test_every_principle_that_code_cites_is_shown_by_a_test_that_exists() -> None:
    rows = _principles()
    cited = {found for module in shipped() for found in PRINCIPLE.findall(module.text)}
    assert sorted(one for one in cited if "::" not in rows.get(one, "")) == []


def test_every_row_of_both_papers_is_accounted_for() -> None:
    expected = {f"P{number:02}" for number in range(1, 73)} | {f"C{number:02}" for number in range(1, 61)}
    assert set(_principles()) == expected


def test_every_test_that_the_principles_name_exists() -> None:
    there = {f"{module}::{function.name}" for module in in_tests() for function in module.functions()}
    named = {one for row in _principles().values() for one in re.findall(r"`(tests/\S+::\w+)`", row)}
    assert named
    assert sorted(named - there) == []


def test_every_module_that_the_principles_name_exists() -> None:
    path = re.compile(r"`((?:sdk|receiver|docs|examples)/[\w./-]+)`")
    named = {one for row in _principles().values() for one in path.findall(row)}
    assert named
    assert sorted(one for one in named if not (ROOT / one).exists()) == []


def _principles() -> dict[str, str]:
    """Row by row of docs/principles.md: number, then the rest of the line."""
    told = (ROOT / "docs" / "principles.md").read_text("utf-8")
    rows = re.findall(r"^\| ([PC]\d\d) \| (.*) \|$", told, re.MULTILINE)
    assert len(rows) == len(dict(rows)), "a row stands twice"
    return dict(rows)


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_nothing_that_ships_points_outside_the_project(folder) -> None:
    texts = [path for path in folder.rglob("*") if path.suffix in (".py", ".toml", ".html", ".css", ".js", ".svg")]
    assert texts
    assert [str(path.relative_to(ROOT)) for path in texts if "../" in path.read_text("utf-8")] == []


def test_whoever_silences_a_check_says_why() -> None:
    found = [
        f"{module}:{number}"
        for module in shipped() + in_tests()
        for number, line in enumerate(module.text.splitlines(), 1)
        if (silenced := SILENCED.search(line)) and len(re.findall(r"\w+", silenced["reason"])) < 2
    ]
    assert found == []


def test_no_test_names_a_private_piece() -> None:
    """What a test takes away or asks for is a seam, and a seam has a public name."""
    assert [f"{module}: {name}" for module in in_tests() for name in _private_names(module)] == []


def _private_names(module: Module) -> Iterator[str]:
    """What begins with one underscore and is the packages' own: imported, taken from a module, or spelt in a text."""
    ours = {name for name, of in _imported(module) if of.startswith("report_abuse")}
    yield from (name for name in ours if name.startswith("_"))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ours:
            yield from [node.attr] if PRIVATE.fullmatch(f".{node.attr}") else []
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"Replaced", "setattr"}:
            yield from (text for text in map(ast.unparse, node.args[:2]) if PRIVATE.search(text.strip("'")))


def _imported(module: Module) -> Iterator[tuple[str, str]]:
    """What a module imports: the name it has there, and where it comes from."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((one.asname or one.name, node.module or "") for one in node.names)
