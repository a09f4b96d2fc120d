"""Version: by which migration the tables were last changed, and how they come to the newest one.

Alembic is read only where tables are to be made: that takes longer than all else that most commands do.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

_MIGRATIONS = Path(__file__).with_name("migrations")


def of(conn: Connection) -> str | None:
    """The number of the migration that the tables were last changed by; None where none of ours ever made any."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    number: str | None = conn.scalar(text("SELECT version_num FROM alembic_version"))
    return number


def newest() -> str:
    """The number of the last migration there is, which its file's name begins with."""
    return max(path.name.partition("_")[0] for path in _MIGRATIONS.glob("versions/[0-9]*.py"))


def upgrade(conn: Connection) -> None:
    """Bring the tables up to the newest."""
    from alembic import command  # only here, see above
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
