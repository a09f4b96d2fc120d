"""Two roles of PostgreSQL: the public one reads no report, the desk's owns nothing, and nobody must be a superuser."""

from pathlib import Path

import pytest
from sqlalchemy import text

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.errors import StoreTrouble
from report_abuse_receiver.store import grants
from report_abuse_receiver.store.grants import DESK_ROLE, PUBLIC_ROLE
from report_abuse_receiver.store.types import metadata
from tests.parts.apart import DESK, PUBLIC_FACES, brought_here, entered_as
from tests.parts.command import Command
from tests.parts.letters import receive
from tests.parts.places import Place, go_back_a_release, on_postgres, open_at
from tests.parts.postgres import Postgres
from tests.parts.running import PATIENCE, RECEIVER, Starter
from tests.parts.sealed import as_filled, fill, told

BOOKKEEPING = "alembic_version"  # of the migrations, and in no list of ours


def every_column() -> list[tuple[str, str]]:
    return [(table.name, column.name) for table in metadata.sorted_tables for column in table.c]


def says(command: Command, check: str) -> list[str]:
    """What the doctor says under this name."""
    return [one["says"] for one in command("doctor", "--json").json if one["check"] == check]


def test_a_public_host_is_given_something_of_these_tables_and_of_no_other() -> None:
    """A table that a department declares public has to be written here too: two people looked."""
    granted = {(table, column) for table, column, _ in grants.of_public() if column and table != BOOKKEEPING}
    assert granted <= set(every_column())
    assert {table for table, _ in granted} == {
        "addition", "addition_key", "counter", "deleted_report", "draft", "event", "keyring", "outbox", "placement",
        "provider", "provider_key", "report", "report_key", "return_words", "service",
    }  # fmt: skip


@on_postgres
def test_each_role_has_what_the_lists_say_and_nothing_else(centre: Centre) -> None:
    with centre.database.reading() as conn:
        assert grants.granted(conn, PUBLIC_ROLE) == grants.of_public()
        of_desk = grants.granted(conn, DESK_ROLE)
    for table in metadata.tables:
        assert {right for name, _, right in of_desk if name == table} == {"SELECT", "INSERT", "UPDATE", "DELETE"}


@on_postgres
def test_a_public_host_is_told_nothing_by_any_column_that_it_does_not_need(
    centre: Centre, public_centre: Centre
) -> None:
    receive(centre)
    may = {(table, column) for table, column, right in grants.of_public() if right == "SELECT"}
    for table, column in every_column():
        look = text(f'SELECT "{column}" FROM "{table}"')
        if (table, column) in may:
            with public_centre.database.reading() as conn:
                conn.execute(look)
        else:
            with pytest.raises(StoreTrouble, match="may not do that"), public_centre.database.reading() as conn:
                conn.execute(look)
    for sealed in (("report", "body"), ("report_key", "wrapped"), ("addition", "body"), ("addition_key", "wrapped")):
        assert sealed not in may


@on_postgres
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE report SET state = 'decided'", "DELETE FROM report", "DELETE FROM report_key", "DROP TABLE draft",
        "UPDATE event SET kind = 'x'", "UPDATE outbox SET state = 'done'", "DELETE FROM outbox", "DELETE FROM addition",
        "INSERT INTO keyring VALUES ('vault-9', 'x')", "UPDATE provider SET origins = '[]'",
        "INSERT INTO event (report_id, kind, at, details, staff) VALUES (1, 'x', now(), '{}', 'ann')",
        "INSERT INTO audit VALUES (1, now(), 'a', 'b', 'c', 'd', 'e', 'f')", "TRUNCATE report CASCADE",
        "CREATE TABLE mine (id int)",
    ],
)  # fmt: skip
def test_a_public_host_changes_nothing_that_came_in(centre: Centre, public_centre: Centre, statement: str) -> None:
    receive(centre)
    with pytest.raises(StoreTrouble, match="may not do that"), public_centre.database.writing() as conn:
        conn.execute(text(statement))


@on_postgres
def test_the_desk_works_as_a_user_who_owns_nothing(
    place: Place, public_place: Place, command: Command, tmp_path: Path
) -> None:
    desk = Place(home=place.home, database_url=entered_as(place, DESK))
    taking, working = open_at(public_place), Command(desk.environ)
    references = fill(taking, 3)
    taking.database.close()
    assert told(working, references) == as_filled(3)
    working.well("worker", "--once")
    working.well("keys", "rotate")
    assert working.well("keys", "rewrap", "--json").json["broken"] == []
    working.well("reports", "claim", references[0])
    working.well("reports", "decide", references[0], "--category", "grooming", "--outcome", "advice")
    working.well("reports", "hold", references[1], "--reason", "court")
    for words in (("purge",), ("outbox", "list"), ("audit", "verify"), ("feedback", "rollup", "check"), ("doctor",)):
        working.well(*words)
    working.well("backup", tmp_path)
    centre = open_at(desk)
    with pytest.raises(StoreTrouble), centre.database.writing() as conn:
        conn.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
    centre.database.close()


@on_postgres
def test_a_right_that_somebody_gave_beyond_the_lists_is_taken_back_at_the_desks_next_start(
    centre: Centre, command: Command
) -> None:
    with centre.database.writing() as conn:
        conn.execute(text(f"GRANT SELECT ON report, audit TO {PUBLIC_ROLE}"))
        conn.execute(text(f"REVOKE ALL ON draft FROM {PUBLIC_ROLE}"))
    command.well("reports", "list")
    with centre.database.reading() as conn:
        assert grants.granted(conn, PUBLIC_ROLE) == grants.of_public()


@on_postgres
def test_a_public_host_that_comes_as_a_mighty_user_is_told_so_and_a_stranger_does_not_start(
    place: Place, public_place: Place, on_public_host: Command, postgres: Postgres
) -> None:
    assert says(on_public_host, "given-up") == []
    mighty = Place(home=public_place.home, database_url=place.database_url, faces=PUBLIC_FACES)
    assert "IN ROLE report_abuse_public" in says(Command(mighty.environ), "given-up")[0]
    postgres.make_user("stranger")
    stranger = Place(home=public_place.home, database_url=entered_as(place, "stranger"), faces=PUBLIC_FACES)
    outcome = Command(stranger.environ)("run", "--port", "0")
    assert (outcome.exit_code, "IN ROLE report_abuse_public" in outcome.stderr) == (1, True)


def test_many_databases_of_one_cluster_make_the_roles_once_at_the_same_moment(
    another_postgres: Postgres, start: Starter, tmp_path: Path
) -> None:
    urls = [another_postgres.url(another_postgres.create()) for _ in range(4)]
    places = [Place(home=tmp_path / str(number), database_url=url) for number, url in enumerate(urls)]
    started = [start.start([RECEIVER, "reports", "list"], place.environ)[0] for place in places]
    assert [process.wait(PATIENCE) for process in started] == [0] * 4
    for place in places:
        centre = open_at(place)
        with centre.database.reading() as conn:
            assert grants.granted(conn, PUBLIC_ROLE) == grants.of_public()
        centre.database.close()


def test_a_user_who_may_make_no_role_runs_it_all_and_the_doctor_says_what_is_given_up(
    another_postgres: Postgres, tmp_path: Path
) -> None:
    another_postgres.make_user("plain")
    url = another_postgres.url(another_postgres.create(owner="plain")).replace("postgres@", "plain@")
    place = Place(home=tmp_path / "home", database_url=url)
    centre, command = open_at(place), Command(place.environ)
    assert told(command, fill(centre, 1)) == as_filled(1)
    [*_, advice] = says(command, "given-up")
    made = advice.partition("as a superuser: ")[2].partition(" then start")[0]
    assert command("doctor").exit_code == 0
    host = Place(home=brought_here(place, tmp_path / "host"), database_url=url, faces=PUBLIC_FACES)
    as_one = Command(host.environ)
    assert as_one("doctor").exit_code == 0
    assert "come as a user of its own" in says(as_one, "given-up")[0]
    another_postgres.run(made)
    command.well("reports", "list")
    assert len(says(command, "given-up")) == 3
    with centre.database.reading() as conn:
        assert grants.granted(conn, PUBLIC_ROLE) == grants.of_public()
    centre.database.close()


@on_postgres
def test_tables_of_an_older_release_are_changed_by_their_owner_alone(
    centre: Centre, place: Place, public_place: Place, on_public_host: Command
) -> None:
    go_back_a_release(centre, to="0008")
    desk = Command(Place(home=place.home, database_url=entered_as(place, DESK)).environ)
    for outcome in (desk("reports", "list"), on_public_host("run", "--port", "0")):
        assert (outcome.exit_code, outcome.stderr.count("\n")) == (1, 1)
    assert "the user that owns them" in desk("reports", "list").stderr
    assert "start the desk first" in on_public_host("run", "--port", "0").stderr
    Command(place.environ).well("reports", "list")
    assert on_public_host("doctor").exit_code == 0
