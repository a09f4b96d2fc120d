"""Places to keep reports in: a data folder with keys beside a migrated database, new for each test, on both engines.

A test that asks for `place`, or for anything made from it, runs twice. Where the engine makes no difference:

    @on_sqlite
    def test_…(centre): …
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.config import Config
from flask import Flask
from flask.testing import FlaskClient

from report_abuse_receiver.app import create_app
from report_abuse_receiver.centre import Centre, open_centre
from report_abuse_receiver.ground.config import Settings, load_settings
from tests.parts.memory import is_on_disk
from tests.parts.postgres import Postgres, cluster_for
from tests.parts.source import ROOT

ENGINES = ("sqlite", "postgres")

#: For tests that have nothing to do with the engine.
on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
#: For tests of what only the grown engine does.
on_postgres = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a receiver keeps what it has: `home` holds keys (and SQLite's file), `database_url` the reports.

    `faces` is what its processes show, all where it is empty.
    """

    home: Path
    database_url: str | None = None
    faces: str = ""

    @property
    def environ(self) -> dict[str, str]:
        """The settings that bring a process here."""
        settings = {"REPORT_ABUSE_HOME": str(self.home)}
        if self.database_url:
            settings["REPORT_ABUSE_DATABASE_URL"] = self.database_url
        if self.faces:
            settings["REPORT_ABUSE_FACES"] = self.faces
        return settings


def open_at(place: Place, **more: str) -> Centre:
    """The centre that lives at `place`; `more` are further settings, by name without prefix."""
    return open_centre(load_settings(place.environ | {f"REPORT_ABUSE_{name}": value for name, value in more.items()}))


def go_back_a_release(centre: Centre, *, to: str = "-1") -> None:
    """Take the last change of the tables back, or all up to this one, as if they had never come."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "receiver/report_abuse_receiver/store/migrations"))
    with centre.database.rebuilding() as conn:
        config.attributes["connection"] = conn
        alembic.downgrade(config, to)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    return str(request.param)


@pytest.fixture
def bare_place(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A place where nothing was ever started: no keys, no tables."""
    if engine == "sqlite":
        yield Place(home=tmp_path / "home")
        return
    postgres = cluster_for(request)
    name = postgres.create()
    yield Place(home=tmp_path / "home", database_url=postgres.url(name))
    postgres.drop(name)


@pytest.fixture
def place(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A place where a receiver was started once: keys made, tables there, no reports."""
    on_a_disk = "_on_disk" if engine == "postgres" and is_on_disk(request) else ""
    original: Place = request.getfixturevalue(f"{engine}{on_a_disk}_original")
    shutil.copytree(original.home, tmp_path / "home")
    if not original.database_url:
        yield Place(home=tmp_path / "home")
        return
    postgres = cluster_for(request)
    name = postgres.create(template=original.database_url.rpartition("/")[2])
    yield Place(home=tmp_path / "home", database_url=postgres.url(name))
    postgres.drop(name)


@pytest.fixture
def elsewhere(engine: str, place: Place, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """Another place with the keys of `place` and an empty database, as after the loss of a host."""
    home = tmp_path / "elsewhere"
    shutil.copytree(place.home / "keys", home / "keys")
    if engine == "sqlite":
        yield Place(home=home)
        return
    postgres = cluster_for(request)
    name = postgres.create()
    yield Place(home=home, database_url=postgres.url(name))
    postgres.drop(name)


@pytest.fixture(scope="session")
def sqlite_original(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """What each SQLite place is copied from, because migrating takes longer than copying."""
    return _started_once(Place(home=tmp_path_factory.mktemp("sqlite") / "home"))


@pytest.fixture(scope="session")
def postgres_original(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """What each PostgreSQL place is copied from."""
    home = tmp_path_factory.mktemp("postgres") / "home"
    return _started_once(Place(home=home, database_url=postgres.url(postgres.create())))


@pytest.fixture(scope="session")
def postgres_on_disk_original(postgres_on_disk: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The same in the cluster whose files are on a disk."""
    home = tmp_path_factory.mktemp("postgres") / "home"
    return _started_once(Place(home=home, database_url=postgres_on_disk.url(postgres_on_disk.create())))


def _started_once(place: Place) -> Place:
    open_at(place).database.close()
    return place


@pytest.fixture
def settings(place: Place) -> Settings:
    """The settings of `place`."""
    return load_settings(place.environ)


@pytest.fixture
def database_url(settings: Settings) -> str:
    """Where the database of `place` is."""
    return settings.database_url


@pytest.fixture
def centre(settings: Settings) -> Iterator[Centre]:
    """An open centre with no reports in it."""
    opened = open_centre(settings)
    yield opened
    opened.database.close()


@pytest.fixture
def app(centre: Centre) -> Flask:
    """The web side of `centre`, with all its faces."""
    return create_app(centre)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """One visitor's browser without scripts."""
    return app.test_client()


@pytest.fixture
def new_visitor(app: Flask) -> Callable[[], FlaskClient]:
    """More visitors, each with cookies of their own."""
    return app.test_client
