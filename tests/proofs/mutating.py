"""Mutants of one module, and which of them its tests kill: cosmic-ray makes the changes, a fork runs the tests on each.

python -m tests.proofs.mutating MODULE TEST… prints one line of JSON for each mutant. Nothing on the disk is changed:
the fork compiles the changed text in the module's place. The rest of what the tests import is loaded once, before.
"""

import json
import os
import random
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

#: How many of the changes of one family are tried at one place: `a < b` can become five other comparisons.
AT_ONE_PLACE = 2
#: Bytes; whoever changes a loop so that it never ends may be found by that, too, before the machine is.
ROOM = 4 * 1024**3
#: Many times what the tests take; whoever changes a loop so that it never ends is found by that.
PATIENCE = 180
#: Whether a test fails is all that counts; pytest takes long to tell how two keys differ.
QUICKLY = ("-x", "-q", "--assert=plain", "--tb=no")
KILLED, SURVIVED, STILLBORN = "killed", "survived", "stillborn"
#: Ours must be loaded anew in each fork; the plugins of pytest want to be loaded by it.
NOT_BEFORE = ("report_abuse", "tests", "hypothesis", "_hypothesis", "xdist", "pytest_timeout", "time_machine", "__m")


@dataclass(frozen=True)
class Mutant:
    """A module with one change: `was` is the line that was changed, `became` what it became."""

    line: int
    was: str
    became: str
    text: str


def mutants_of(text: str) -> list[Mutant]:
    """At most so many of each family at each place, the same ones every time."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    found: dict[tuple[str, object], list[Mutant]] = {}
    for name in operator_names():
        operator = get_operator(name)
        for occurrence, place in enumerate(_places(operator, text)):
            changed = mutate_code(text, operator(), occurrence)
            family = name.partition("/")[2].partition("_")[0]
            found.setdefault((family, place), []).extend(_mutants(text, changed))
    dice = random.Random(24)
    tried = [one for some in found.values() for one in dice.sample(some, min(AT_ONE_PLACE, len(some)))]
    return sorted({one.text: one for one in tried}.values(), key=lambda one: (one.line, one.became))


def _places(operator: type, text: str) -> Iterator[object]:
    from cosmic_ray.ast import ast_nodes, get_ast

    if not operator.arguments():
        for node in ast_nodes(get_ast(text)):
            yield from operator().mutation_positions(node)


def _mutants(text: str, changed: str | None) -> Iterator[Mutant]:
    pairs = zip(text.splitlines(), (changed or text).splitlines(), strict=False)
    different = next(((n, *pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1]), None)
    if changed and different:
        yield Mutant(different[0], different[1].strip(), different[2].strip(), changed)


class Instead(SourceFileLoader, MetaPathFinder):
    """Loads another text in the place of one module."""

    def __init__(self, name: str, path: Path, text: str) -> None:
        super().__init__(name, str(path))
        self._text = text

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Ours, for this one module."""
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, _name: str) -> CodeType:
        """The other text, compiled."""
        return compile(self._text, self.path, "exec")


def verdict(module: str, path: Path, text: str, tests: Sequence[str]) -> str:
    """What the tests say to this text of the module."""

    def run() -> int:
        import pytest

        sys.meta_path.insert(0, Instead(module, path, text))
        try:
            import_module(module)
        except Exception:  # it does not even load, which no test is needed for
            return 99
        return next((failed for one in _runs(tests) if (failed := int(pytest.main([*QUICKLY, *one])))), 0)

    return {0: SURVIVED, 99: STILLBORN}.get(_in_a_fork(run), KILLED)


def _runs(tests: Sequence[str]) -> Iterator[list[str]]:
    """Unit tests of a module need none of the parts, and then start in no time; what they leave goes to the others."""
    units = [one for one in tests if "/unit/" in one]
    yield ["--noconftest", *units]
    if len(units) < len(tests):
        yield [one for one in tests if one not in units]


def _in_a_fork(run: Callable[[], int]) -> int:
    """Its result; another one where it was ended, or takes too long."""
    child = os.fork()
    if child == 0:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        signal.alarm(PATIENCE)
        resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
        code = 1
        with suppress(BaseException):
            code = run()
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def load_before(tests: Sequence[str]) -> None:
    """Import here what the tests will import, but for what is ours."""
    reading, writing = os.pipe()

    def look() -> int:
        import pytest

        for one in _runs(tests):
            pytest.main(["--collect-only", "-q", *one])
        with os.fdopen(writing, "w") as told:
            told.write("\n".join(sys.modules))
        return 0

    _in_a_fork(look)
    os.close(writing)
    with os.fdopen(reading) as told:
        for name in told.read().split():
            if not name.startswith(NOT_BEFORE):
                with suppress(Exception):
                    import_module(name)


def main(path: Path, tests: Sequence[str]) -> None:
    """A line for each mutant of the module at this path."""
    module = ".".join(path.with_suffix("").parts[1:])
    load_before(tests)
    text = path.read_text("utf-8")
    if verdict(module, path, text, tests) != SURVIVED:
        sys.exit(f"{module} does not pass its tests as it is")
    for one in mutants_of(text):
        told = {name: value for name, value in asdict(one).items() if name != "text"}
        print(json.dumps({**told, "verdict": verdict(module, path, one.text, tests)}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
