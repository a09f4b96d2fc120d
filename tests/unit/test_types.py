"""What crosses from floor to floor has a type: who acts, what departments give to doors, and closed lists."""

import ast
import re

from report_abuse_receiver.ground.departments import DEPARTMENTS
from tests.parts.source import ROOT, modules_below, shipped

RECEIVER = ROOT / "receiver" / "report_abuse_receiver"
#: A mapping from texts to anything.
NAMELESS = re.compile(r"(dict|Mapping)\[str, (Any|object)\]")
#: What holds a member of a closed list of the receiver's own.
CLOSED = {"state", "action", "attribution", "lane", "door"}


def test_only_accounts_say_who_acts() -> None:
    """Whoever is audited was proved to be it by `accounts/acting.py`; no other module makes an actor."""
    made = [str(one) for one in shipped() for node in ast.walk(one.tree) if _makes_an_actor(node)]
    assert set(made) == {"receiver/report_abuse_receiver/accounts/acting.py"}


def _makes_an_actor(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Actor"


def test_what_departments_give_to_doors_has_names() -> None:
    """A frozen value, and no dict whose keys nobody declares."""
    nameless = [
        f"{module}:{function.lineno} {function.name}"
        for department in DEPARTMENTS
        for module in modules_below(RECEIVER / department)
        for function in module.functions()
        if not function.name.startswith("_") and function.returns and NAMELESS.search(ast.unparse(function.returns))
    ]
    assert nameless == []


def test_what_is_one_of_a_closed_list_is_named_and_not_spelt() -> None:
    spelt = [
        f"{module}:{node.lineno} {ast.unparse(node)}"
        for module in modules_below(RECEIVER)
        if "migrations" not in module.path.parts
        for node in ast.walk(module.tree)
        if _spells_a_member(node)
    ]
    assert spelt == []


def _spells_a_member(node: ast.AST) -> bool:
    """A state, an action and their like compared with a text, or given as one."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        texts = [one for side in sides for one in ast.walk(side) if isinstance(one, ast.Constant)]
        names = {side.attr for side in sides if isinstance(side, ast.Attribute)}
        return bool(names & CLOSED) and any(isinstance(one.value, str) for one in texts)
    if isinstance(node, ast.keyword):
        return node.arg in CLOSED and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return False
