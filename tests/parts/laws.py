"""Laws that a look at the source can keep, besides those of ruff: a sentence, how to see it broken, and who may."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from report_abuse_receiver.ground.logs import ALLOWED

CALLS_OUT = ("socket.create_connection", "smtplib.SMTP", "smtplib.SMTP_SSL", "urlopen")
ASKS = re.compile(r"(?:requests|session)\.(?:get|post|put|patch|delete|head|request|send)")
CLOCKS = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")
#: Fields of dataclasses that hold what a child wrote, where somebody is reached, or what opens something.
NOT_TO_BE_SHOWN = frozenset(
    {"answers", "typed", "said", "reach", "secret", "password", "passphrase", "vault_passphrase", "link_master"}
    | {"disclosure", "vault_private", "mlkem_seed", "address", "database_url", "ratelimit_storage_uri", "smtp_url"}
)
WRITES = frozenset("wax+")


@dataclass(frozen=True, kw_only=True)
class Law:
    """`breaks` looks at one node; `but` are the paths of those that may, for the reason beside them."""

    says: str
    breaks: Callable[[ast.AST], bool]
    broken_by: tuple[str, ...]
    kept_by: tuple[str, ...] = ()
    but: frozenset[str] = frozenset()


def lines_that_break(tree: ast.AST) -> Iterator[tuple[Law, int]]:
    """Each law that is broken somewhere in this source, with the line."""
    for node in ast.walk(tree):
        yield from ((law, getattr(node, "lineno", 0)) for law in OF_THE_CODE if law.breaks(node))


def _name(node: ast.AST | None) -> str:
    """`a.b.c` of a plain chain of names; a call in it counts by what it calls."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _calls(node: ast.AST, *names: str) -> ast.Call | None:
    """The node where it calls one of these names, by its end: `open` is also `path.open`."""
    found = isinstance(node, ast.Call) and any(f".{_name(node.func)}".endswith(f".{one}") for one in names)
    return node if found and isinstance(node, ast.Call) else None


def _option(call: ast.Call, name: str) -> object:
    """What a keyword was given; the source of it where that is no constant."""
    given = next((one.value for one in call.keywords if one.arg == name), None)
    return given.value if isinstance(given, ast.Constant) else given and ast.unparse(given)


def _trusts_anybody(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):
        return node.arg in ("verify", "check_hostname") and ast.unparse(node.value) == "False"
    return _name(node).endswith(("CERT_NONE", "_create_unverified_context"))


def _waits_for_ever(node: ast.AST) -> bool:
    asks = isinstance(node, ast.Call) and ASKS.fullmatch(_name(node.func)) is not None
    call = node if asks else _calls(node, *CALLS_OUT)
    return isinstance(call, ast.Call) and _option(call, "timeout") is None


def _is_put_together(node: ast.AST) -> bool:
    call = _calls(node, "text", "exec_driver_sql")
    made = (ast.JoinedStr, ast.BinOp, ast.Call)
    return call is not None and bool(call.args) and isinstance(call.args[0], made)


def _is_guessable(node: ast.AST) -> bool:
    imported = [one.name for one in node.names] if isinstance(node, ast.Import) else []
    return "random" in imported or (isinstance(node, ast.ImportFrom) and node.module == "random")


def _shows_parameters(node: ast.AST) -> bool:
    call = _calls(node, "create_engine")
    return call is not None and _option(call, "hide_parameters") is not True


def _logs_too_much(node: ast.AST) -> bool:
    call = _calls(node, "logs.warn")
    if call is None:
        return False
    fixed = len(call.args) == 1 and isinstance(call.args[0], ast.Constant)
    return not fixed or any(one.arg not in ALLOWED for one in call.keywords)


def _is_called_markup(node: ast.AST) -> bool:
    call = _calls(node, "Markup")
    return call is not None and bool(call.args) and not isinstance(call.args[0], ast.Constant)


def _is_for_everybody(node: ast.AST) -> bool:
    """A file opened for writing by its path has the mode of the moment; by a descriptor it has the one it was given."""
    made = _calls(node, "os.open")
    if made is not None:
        return "O_CREAT" in ast.unparse(made) and ast.unparse(made.args[-1]) not in ("384", "0o600")
    opened = _calls(node, "open")
    given = [getattr(one, "value", None) for one in opened.args] + [_option(opened, "mode")] if opened else []
    written = any(isinstance(mode, str) and len(mode) < 4 and WRITES & set(mode) for mode in given)
    return written or _calls(node, "write_text", "write_bytes") is not None


def _options_of_a_dataclass(node: ast.AST) -> dict[str | None, str] | None:
    """What its decorator was given, or None where it is no dataclass."""
    for one in node.decorator_list if isinstance(node, ast.ClassDef) else []:
        if _name(one) == "dataclass" or _calls(one, "dataclass"):
            return {given.arg: ast.unparse(given.value) for given in getattr(one, "keywords", ())}
    return None


def _may_change(node: ast.AST) -> bool:
    options = _options_of_a_dataclass(node)
    return options is not None and options.get("frozen") != "True"


def _shows_itself(node: ast.AST) -> bool:
    options = _options_of_a_dataclass(node)
    if options is None or options.get("repr") == "False" or not isinstance(node, ast.ClassDef):
        return False
    fields = [one for one in node.body if isinstance(one, ast.AnnAssign) and _name(one.target) in NOT_TO_BE_SHOWN]
    return any(not isinstance(one.value, ast.Call) or _option(one.value, "repr") is not False for one in fields)


def _reads_a_setting(node: ast.AST) -> bool:
    read = node.value if isinstance(node, ast.Subscript | ast.Attribute) else None
    return _calls(node, "os.getenv") is not None or (read is not None and _name(read) == "os.environ")


def _is_of_no_tree(node: ast.AST) -> bool:
    if isinstance(node, ast.ClassDef):
        return any(_name(base) in ("Exception", "BaseException", "RuntimeError", "OSError") for base in node.bases)
    raised = node.exc if isinstance(node, ast.Raise) else None
    name = _name(raised.func) if isinstance(raised, ast.Call) else _name(raised) if raised else ""
    return name in ("Exception", "BaseException", "RuntimeError", "AssertionError", "SystemError")


def _swallows(node: ast.AST) -> bool:
    """A `raise` in it passes on what was caught; a warning tells of it."""
    wide = isinstance(node, ast.ExceptHandler) and (
        node.type is None or _name(node.type) in ("Exception", "BaseException")
    )
    inner = [one for statement in getattr(node, "body", ()) for one in ast.walk(statement)] if wide else []
    return wide and not any(isinstance(one, ast.Raise) or _calls(one, "logs.warn") for one in inner)


def _in_the_receiver(*paths: str) -> frozenset[str]:
    return frozenset(f"receiver/report_abuse_receiver/{one}" for one in paths)


OF_THE_CODE = (
    Law(
        says="every certificate is checked, and its name too",
        breaks=_trusts_anybody,
        broken_by=("requests.get(url, verify=False, timeout=5)", "context.verify_mode = ssl.CERT_NONE"),
        kept_by=("ssl.create_default_context()",),
    ),
    Law(
        says="whoever asks another machine says how long it waits (S17)",
        breaks=_waits_for_ever,
        broken_by=("requests.get(url)", "socket.create_connection(place)", "smtplib.SMTP(host, port)"),
        kept_by=("requests.get(url, timeout=5)", "smtplib.SMTP(host, timeout=PATIENCE)"),
    ),
    Law(
        says="no SQL is put together from text",
        breaks=_is_put_together,
        broken_by=('conn.execute(text(f"SELECT {name}"))', 'conn.exec_driver_sql("SELECT %s" % name)'),
        kept_by=('conn.execute(text("SELECT :name"), {"name": name})',),
        # Settings of a connection and grants take no parameters; these put in numbers and names of their own.
        but=_in_the_receiver("store/engine.py", "store/health.py", "store/feedback/releases.py", "store/grants.py"),
    ),
    Law(
        says="nothing that must not be guessed comes from `random`",
        breaks=_is_guessable,
        broken_by=("import random", "from random import choice"),
        kept_by=("import secrets",),
        # They make stories up, and spread retries.
        but=_in_the_receiver("demo/reports.py", "demo/year.py", "store/outbox.py"),
    ),
    Law(
        says="there is one clock, and it knows its timezone (S22)",
        breaks=lambda node: _calls(node, *CLOCKS) is not None,
        broken_by=("datetime.now()", "datetime.datetime.utcnow()", "time.time()", "date.today()"),
        kept_by=("now()",),
        but=_in_the_receiver("ground/clock.py"),
    ),
    Law(
        says="every engine hides its parameters (S19)",
        breaks=_shows_parameters,
        broken_by=("create_engine(url)", "create_engine(url, hide_parameters=False)"),
        kept_by=("create_engine(url, hide_parameters=True)",),
    ),
    Law(
        says="a log line has a fixed event and allow-listed fields (S19)",
        breaks=_logs_too_much,
        broken_by=(
            'logs.warn("x", reference=number)',
            "logs.warn(story)",
            'logs.warn(f"{x}")',
            'logs.warn("x", **more)',
        ),
        kept_by=('logs.warn("x", error=error, count=3)',),
    ),
    Law(
        says="nobody logs past ground/logs (S19)",
        breaks=lambda node: _calls(node, "getLogger", "get_logger", "basicConfig") is not None,
        broken_by=("logging.getLogger(__name__)", "structlog.get_logger()"),
        # The second one silences waitress.
        but=_in_the_receiver("ground/logs.py", "cli/serving.py"),
    ),
    Law(
        says="nobody prints but the SDK's command and the log",
        breaks=lambda node: isinstance(node, ast.Call) and _name(node.func) == "print",
        broken_by=("print(words)",),
        kept_by=("printing.print_record(row)",),
        but=_in_the_receiver("ground/logs.py") | {"sdk/report_abuse/__main__.py"},
    ),
    Law(
        says="only the command line speaks to a terminal",
        breaks=lambda node: _calls(node, "click.echo", "click.secho", "Console") is not None,
        broken_by=("click.echo(words)", "Console().print(words)"),
        but=_in_the_receiver("cli/"),
    ),
    Law(
        says="no text of anybody is called markup (S11)",
        breaks=_is_called_markup,
        broken_by=("Markup(story)", 'Markup(f"<b>{story}</b>")'),
        kept_by=('Markup("<b>{}</b>").format(story)', "escape(story)"),
        # Our own stylesheets and script, and squares that segno drew.
        but=_in_the_receiver("reporting/page.py", "web/desk/stylesheet.py", "web/desk/signing_in.py"),
    ),
    Law(
        says="a file is made for its owner's eyes only (S8)",
        breaks=_is_for_everybody,
        broken_by=(
            'path.open("w")',
            "path.write_text(story)",
            'open(path, mode="ab")',
            "os.open(path, os.O_CREAT, 0o644)",
        ),
        kept_by=('os.fdopen(made, "wb")', 'path.open("rb")', "os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)"),
        # An empty lock, heads that prove and open nothing, and invented reports.
        but=_in_the_receiver("ground/lock.py", "ground/audit/shipping.py"),
    ),
    Law(
        says="values are frozen",
        breaks=_may_change,
        broken_by=("@dataclass\nclass X: pass", "@dataclass(kw_only=True)\nclass X: pass"),
        kept_by=("@dataclass(frozen=True)\nclass X: pass",),
    ),
    Law(
        says="no value shows what a child wrote, or what opens something, when it is printed (S19)",
        breaks=_shows_itself,
        broken_by=(
            "@dataclass(frozen=True)\nclass X:\n    answers: dict",
            "@dataclass\nclass X:\n    secret: str = ''",
        ),
        kept_by=(
            "@dataclass(frozen=True)\nclass X:\n    answers: dict = field(repr=False)",
            "class X:\n    secret: str",
        ),
    ),
    Law(
        says="settings are read in one place",
        breaks=_reads_a_setting,
        broken_by=('os.environ["X"]', 'os.environ.get("X")', 'os.getenv("X")'),
        kept_by=("load_settings(os.environ)",),
        # It hands the rest of its environment on to the partner's example.
        but=_in_the_receiver("cli/demo.py"),
    ),
    Law(
        says="every error is one of the package's tree",
        breaks=_is_of_no_tree,
        broken_by=("class X(Exception): pass", 'raise RuntimeError("x")', "raise Exception"),
        kept_by=("class X(Refused): pass", 'raise Refused("x")', "raise"),
        but=_in_the_receiver("ground/errors.py") | {"sdk/report_abuse/errors.py"},
    ),
    Law(
        says="whoever catches everything passes it on or tells of it",
        breaks=_swallows,
        broken_by=("try: x()\nexcept Exception: pass", "try: x()\nexcept: y()"),
        kept_by=("try: x()\nexcept BaseException:\n    y()\n    raise", "try: x()\nexcept ValueError: pass"),
    ),
    Law(
        says="nothing is hashed or kept as Python happens to print it",
        breaks=lambda node: _name(node) == "repr",
        broken_by=("sha256(repr(row))", "json.dumps(row, default=repr)"),
        kept_by=("field(repr=False)", "canonical(vars(row))", "row.__repr__"),
    ),
)
