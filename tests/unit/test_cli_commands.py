"""The tree of commands: what the contract names is there, explains itself, and prints JSON where it reads."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from report_abuse_receiver.cli import main
from tests.parts.places import Place, open_at
from tests.parts.running import clean_environ

#: Every command with what its line must at least hold.
CONTRACT = {
    "run": "--host --port --worker", "worker": "--once", "demo": "--home --port --partner --partner-port",
    "doctor": "--json", "provider add": "name_id --name --origin --contact --placement --json",
    "provider list": "--json", "provider set": "provider_id --name --contact --origin --alias --json",
    "provider add-key": "provider_id --scope --json", "provider rotate-key": "provider_id --json",
    "provider retire-key": "provider_id kid --yes --json", "provider revoke-key": "provider_id kid --yes --json",
    "placements add": "provider_id names --json", "placements list": "provider_id --json",
    "placements retire": "provider_id names --json",
    "service add": "service_id --name --alias --json", "service list": "--json",
    "reports list": "--state --provider --json", "reports show": "reference --reason --staff --json",
    "reports claim": "reference --staff --json",
    "reports decide": "reference --category --outcome --age-band --contact --moved-to --service --staff --json",
    "reports import": "path --json", "reports export": "path --reason --ask --staff --json",
    "feedback preview": "provider period --json", "feedback freeze": "period --ask --staff --json",
    "feedback fold": "provider period category --asked-by --approved-by --json",
    "feedback audit": "period --scan --staff --json", "feedback export": "provider period --out --json",
    "feedback rollup check": "--json", "feedback rollup rebuild": "--json", "outbox list": "--json",
    "outbox retry": "owed_id --json", "audit verify": "--heads --public-key --json", "audit key": "--json",
    "keys init": "file --staff --json",
    "keys rotate": "--recovery --staff --json", "keys rewrap": "--json",
    "keys recover": "file --all-lost --staff --json",
    "keys publish": "folder --staff --json",
    "keys list": "--json", "keys passphrase": "--new --none --json", "keys delete": "kid --staff --yes --json",
    "reports hold": "reference --reason --staff --json",
    "reports end-hold": "reference --reason --staff --json", "purge": "--dry-run --yes --staff --json",
    "staff add": "name --role --organisation --staff --json", "staff list": "--json",
    "staff disable": "name --staff --yes --json", "staff reset": "name --staff --yes --json",
    "approvals list": "--json", "approvals grant": "number --staff --json", "approvals refuse": "number --staff --json",
    "backup": "folder --prune --json", "restore": "folder --json",
}  # fmt: skip


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command below a group by its words."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        words, one = f"{path} {name}".strip(), group.get_command(ctx, name)
        assert one is not None, words
        if isinstance(one, click.Group):
            yield from commands(one, words)
        else:
            yield words, one


def parts(command: click.Command) -> set[str]:
    """The names of arguments and the long forms of options."""
    return {
        name for param in command.params for name in (param.opts if param.param_type_name == "option" else [param.name])
    }


def test_the_commands_of_the_contract_are_there_with_their_options() -> None:
    there = dict(commands(main))
    assert set(there) == set(CONTRACT)
    for words, needed in CONTRACT.items():
        assert set(needed.split()) <= parts(there[words]), words


def test_every_command_and_option_says_what_it_is_for() -> None:
    for words, command in commands(main):
        assert command.help, words
        silent = [one.name for one in command.params if isinstance(one, click.Option) and not one.help]
        assert silent == [], words


@pytest.mark.parametrize("words", ["", *CONTRACT])
def test_help_needs_no_receiver(words: str) -> None:
    asked = CliRunner().invoke(main, [*words.split(), "--help"], env={"REPORT_ABUSE_HOME": "/dev/null"})
    assert (asked.exit_code, asked.stdout.startswith("Usage: ")) == (0, True)


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("--version", "sqlalchemy flask rich report_abuse_receiver.ground.logs"),
        ("reports list", "flask webauthn alembic report_abuse_receiver.feedback"),
        ("keys list", "flask webauthn alembic"),
    ],
)
def test_nobody_waits_for_what_a_command_does_not_need(words: str, unread: str, tmp_path: Path) -> None:
    open_at(Place(home=tmp_path)).database.close()
    run = f"from report_abuse_receiver.cli import main; main({words.split()}, standalone_mode=False)"
    program = f"import sys; {run}; print(*({set(unread.split())} & sys.modules.keys()), 'end')"
    environ = clean_environ({"REPORT_ABUSE_HOME": str(tmp_path)})
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "end"


def test_a_command_of_no_name_is_wrong_use() -> None:
    asked = CliRunner().invoke(main, ["feedbak"])
    assert (asked.exit_code, "No such command 'feedbak'" in asked.stderr) == (2, True)
