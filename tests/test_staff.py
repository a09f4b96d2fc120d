"""Accounts as the person on duty looks after them: `staff …`, and what a name means at the command line."""

import pytest

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.accounts.kinds import Right
from report_abuse_receiver.ground.kinds import Role
from report_abuse_receiver.rules.accounts.roles import may
from tests.parts.command import Command
from tests.parts.letters import receive
from tests.parts.people import joined
from tests.parts.places import on_sqlite
from tests.parts.rights import RIGHTS

ANALYST = ("--role", "analyst", "--organisation", "police")


def test_the_first_administrator_is_made_on_the_host_and_makes_the_others(command: Command, centre: Centre) -> None:
    made = command.well("staff", "add", "ann", "--role", "administrator", "--organisation", "other", "--json").json
    assert list(made) == ["name", "invitation", "expires_at", "join"]
    assert made["join"].endswith("/desk/join")
    command.well("staff", "add", "cleo", *ANALYST)  # nobody has joined yet: the host goes on alone
    boss = joined(centre, "boss", "administrator")
    refused = command("staff", "add", "dan", *ANALYST)
    assert refused.exit_code == 1
    assert "--staff NAME" in refused.stderr
    command.well("staff", "add", "dan", *ANALYST, "--staff", "boss", stdin=boss.typed())
    listed = command.well("staff", "list", "--json").json
    assert [(one["name"], one["state"], one["created_by"]) for one in listed] == [
        ("ann", "invited", "root"), ("boss", "active", "root"), ("cleo", "invited", "root"), ("dan", "invited", "boss"),
    ]  # fmt: skip


@on_sqlite
def test_an_account_that_cannot_be_is_refused_with_one_sentence(command: Command) -> None:
    command.well("staff", "add", "ann", *ANALYST)
    for name in ("ann", "Ann", "a", "-a", "a b", "ä" * 3, "x" * 41):
        refused = command("staff", "add", "--role", "analyst", "--organisation", "police", "--", name)
        assert refused.exit_code == 1, name
        assert refused.stderr.count("\n") == 1
    for wrong in (("--role", "king", "--organisation", "police"), ("--role", "analyst", "--organisation", "army")):
        assert command("staff", "add", "bob", *wrong).exit_code == 2
    assert command("staff", "disable", "nobody").exit_code == 1
    assert command("staff", "reset", "nobody").exit_code == 1


@on_sqlite
def test_nobody_acts_under_the_name_of_an_account_without_its_password_and_code(
    command: Command, centre: Centre
) -> None:
    ann, reference = joined(centre, "ann", "analyst"), receive(centre)
    show = ("reports", "show", reference, "--reason", "on duty")
    assert command(*show, "--staff", "ann", stdin="wrong wrong wrong\n123456\n").exit_code == 1
    shown = command.well(*show, "--staff", "ann", "--json", stdin=ann.typed())
    assert ann.password not in shown.stdout + shown.stderr
    command.well(*show)  # the host's own user stands in the audit as such


@on_sqlite
@pytest.mark.parametrize("role", Role)
def test_only_who_works_the_queue_opens_a_report(command: Command, centre: Centre, role: str) -> None:
    who, reference = joined(centre, "ann", role), receive(centre)
    show = ("reports", "show", reference, "--reason", "on duty", "--staff", "ann")
    outcome = command(*show, stdin=who.typed())
    assert (outcome.exit_code == 0) is (role in ("analyst", "supervisor"))
    verdict = command.well("audit", "verify", "--json").json
    assert verdict["rows"] == 3, "added, joined, and opened or refused"


def test_no_role_may_do_everything() -> None:
    for role in Role:
        rights = {right for right in RIGHTS if may(role, right)}
        assert rights, role
        assert rights != RIGHTS
    assert not any(may("administrator", right) for right in RIGHTS - {Right.STAFF})


@on_sqlite
def test_a_disabled_account_signs_nothing_more(command: Command, centre: Centre) -> None:
    ann, reference = joined(centre, "ann"), receive(centre)
    command.well("staff", "disable", "ann", "--yes")
    claim = command("reports", "claim", reference, "--staff", "ann", stdin=ann.typed())
    assert claim.exit_code == 1
    assert command("staff", "disable", "ann", "--yes").exit_code == 1
    [listed] = command.well("staff", "list", "--json").json
    assert listed["state"] == "disabled"
