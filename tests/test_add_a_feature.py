"""The house's page on adding a feature: one is written by it into a copy, and the rest of the house finds it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from report_abuse_receiver.ground.departments import DEPARTMENTS
from tests.parts.places import Place
from tests.parts.source import ROOT

#: The one file that was there: closed lists grow at their end.
LISTS = "ground/partners/kinds.py"
#: File → what stands there. All others are new: nothing that was there is edited.
FEATURE = {
    LISTS: '''
        from report_abuse_receiver.ground.kinds import JobKind
        class Job(JobKind):
            """Work that partners are owed."""
            THANK = "thank"
    ''',
    "store/partners/thanks.py": '''
        """Thanks: which day was given thanks for."""
        from sqlalchemy import Column, Connection, Table, Text, insert, select
        from report_abuse_receiver.store.types import metadata
        thanks = Table("thanks", metadata, Column("day", Text, primary_key=True))
        def add(conn: Connection, day: str) -> None:
            conn.execute(insert(thanks).values(day=day))
        def days(conn: Connection) -> list[str]:
            return list(conn.scalars(select(thanks.c.day)))
    ''',
    "store/migrations/versions/0999_thanks.py": '''
        """Thanks: a table of days."""
        import sqlalchemy as sa
        from alembic import op
        revision = "0999"
        down_revision = "{head}"
        def upgrade() -> None:
            op.create_table("thanks", sa.Column("day", sa.Text(), nullable=False), sa.PrimaryKeyConstraint("day"))
    ''',
    "partners/thanks.py": '''
        """Thanks: partners are thanked once a day."""
        from report_abuse_receiver.declarations import Finding
        from report_abuse_receiver.ground.clock import now
        from report_abuse_receiver.store.partners import thanks
        def period(_centre, _conn):
            return f"{{now():%Y-%m-%d}}"
        def thank(centre, _owed):
            with centre.database.writing() as conn:
                thanks.add(conn, period(centre, conn))
        def look(centre):
            with centre.database.reading() as conn:
                yield Finding(check="thanks", says=f"thanked on {{len(thanks.days(conn))}} days")
    ''',
    "partners/department.py": '''
        """What partners declare about themselves."""
        from report_abuse_receiver.declarations import Job
        from report_abuse_receiver.ground.partners import kinds
        from report_abuse_receiver.partners import thanks
        JOBS = (Job(kind=kinds.Job.THANK, do=thanks.thank, period=thanks.period),)
        CENTRE_LOOKED_AT = (thanks.look,)
    ''',
}
#: A first start, an hour's work, and a look at what came of it.
USED = """
import os
from report_abuse_receiver.centre import open_centre
from report_abuse_receiver.ground.config import load_settings
from report_abuse_receiver.operations import jobs
from report_abuse_receiver.operations.doctor import examine
from report_abuse_receiver.store import dump
centre = open_centre(load_settings(os.environ))
jobs.enqueue_periodic_work(centre)
while jobs.do_what_is_due(centre):
    pass
print([one.says for one in examine(os.environ) if one.check == "thanks"])
with centre.database.reading() as conn:
    print(any('"thanks"' in piece.decode() for piece in dump.data(conn)))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house with the feature in it."""
    folder: Path = tmp_path_factory.mktemp("copy")
    house = folder / "report_abuse_receiver"
    shutil.copytree(ROOT / "receiver/report_abuse_receiver", house, ignore=shutil.ignore_patterns("__pycache__"))
    head = max(path.stem[:4] for path in (house / "store/migrations/versions").glob("0*.py"))
    for name, text in FEATURE.items():
        assert (house / name).exists() == (name == LISTS), "the page says: new files, nothing edited"
        lines = [line.removeprefix(" " * 8) for line in text.format(head=head).strip("\n").splitlines()]
        with (house / name).open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    return folder


def used(copy: Path, place: Place) -> list[str]:
    """What the copy says of its new feature, at a place where nothing was ever started."""
    environ = os.environ | place.environ | {"PYTHONPATH": f"{copy}:{ROOT / 'sdk'}"}
    done = subprocess.run([sys.executable, "-c", USED], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_worker_the_doctor_and_the_backup_find_a_new_feature(copy: Path, bare_place: Place) -> None:
    assert used(copy, bare_place) == ["['thanked on 1 days']", "True"]


def test_the_page_names_each_department_and_each_kind_of_file() -> None:
    page = (ROOT / "docs/house.md").read_text("utf-8")
    assert [name for name in DEPARTMENTS if f"`{name}`" not in page] == []
    assert "`ground/<department>/kinds.py`" in page
    assert "`<department>/department.py`" in page
