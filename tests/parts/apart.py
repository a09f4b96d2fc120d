"""Two hosts: the desk at `place`, and a public host with a HOME of its own, public keys only, and the lesser user."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from report_abuse_receiver.app import create_app
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.store.grants import DESK_ROLE, PUBLIC_ROLE
from tests.parts.command import Command
from tests.parts.places import Place, open_at
from tests.parts.postgres import Postgres, cluster_for

PUBLIC_FACES = "public,partner"
#: The users that an operator makes for each host; either may enter any database of the tests' cluster.
WEB, DESK = "web", "desk"


def brought_here(place: Place, home: Path, **environ: str) -> Path:
    """What `keys publish` wrote at the desk, carried to another HOME."""
    home.mkdir(mode=0o700, exist_ok=True)
    Command(place.environ | environ).well("keys", "publish", home / "carried")
    (home / "keys").mkdir(mode=0o700, exist_ok=True)
    for file in (home / "carried").iterdir():
        file.rename(home / "keys" / file.name)
    (home / "carried").rmdir()
    return home


def entered_as(place: Place, user: str) -> str | None:
    """The address of the same database for another user; on SQLite, of the same file."""
    if place.database_url is None:
        return f"sqlite:///{place.home / 'receiver.sqlite3'}"
    return place.database_url.replace("//postgres@", f"//{user}@")


def make_users(postgres: Postgres) -> None:
    """As docs/operators.md tells it; no test needs their passwords."""
    postgres.make_user(WEB, role=PUBLIC_ROLE)
    postgres.make_user(DESK, role=DESK_ROLE)


def public_host(place: Place, home: Path, **environ: str) -> Place:
    """A public host of the receiver at `place`."""
    return Place(home=brought_here(place, home, **environ), database_url=entered_as(place, WEB), faces=PUBLIC_FACES)


@pytest.fixture
def public_place(place: Place, engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """The public host beside the desk at `place`."""
    if engine == "postgres":
        make_users(cluster_for(request))
    return public_host(place, tmp_path / "public")


@pytest.fixture
def public_centre(public_place: Place) -> Iterator[Centre]:
    """The public host, open."""
    centre = open_at(public_place)
    yield centre
    centre.database.close()


@pytest.fixture
def public_app(public_centre: Centre) -> Flask:
    """Its web side."""
    return create_app(public_centre)


@pytest.fixture
def on_public_host(public_place: Place) -> Command:
    """The command line there."""
    return Command(public_place.environ)
