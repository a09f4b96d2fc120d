"""The project's own source, read as text and as trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Where the packages of each floor-tree begin.
SHIPPED = (ROOT / "sdk", ROOT / "receiver")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file of the project."""

    path: Path

    def __str__(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def name(self) -> str:
        """Its own name, without the packages around it."""
        return self.path.parent.name if self.path.stem == "__init__" else self.path.stem

    @cached_property
    def text(self) -> str:
        """What stands in it."""
        return self.path.read_text("utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """What Python reads in it."""
        return ast.parse(self.text, str(self))

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


def modules_below(*folders: Path) -> list[Module]:
    """Every Python file below these folders."""
    return [Module(path) for folder in folders for path in sorted(folder.rglob("*.py"))]


def shipped() -> list[Module]:
    """Every module of the two packages."""
    return modules_below(*SHIPPED)


def in_tests() -> list[Module]:
    """Every module of the tests."""
    return modules_below(ROOT / "tests")


def names_made(module: Module) -> Iterator[str]:
    """What a module makes at its top: classes, functions without a decorator, which registers them, and constants."""
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef) or (isinstance(node, ast.FunctionDef) and not node.decorator_list):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def names_used(module: Module) -> Iterator[str]:
    """Every name that its code reads, as a name, an attribute, or a text that may name one."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            yield node.value
