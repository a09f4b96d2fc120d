"""Ten thousand marked words, and not one in clear: database, its log of writes, dump, backup, logs, Redis (S8)."""

from pathlib import Path

import pytest

from report_abuse_receiver.centre import Centre
from tests.parts.canaries import Crowd, data_folder, dumped, everything_on_the_disk, what_the_commands_print
from tests.parts.command import Command
from tests.parts.marked import forms_of, marked_files, new_mark, pages
from tests.parts.places import Place
from tests.parts.redis import Redis
from tests.parts.running import Starter
from tests.proofs import page

CANARIES = 10_000
MARK = new_mark()
#: Of one child, the reference that the partner gave along with it.
WORDS = sum(MARK in said for asked in pages(MARK).values() for said in asked.values()) + 1
REPORTS = -(-CANARIES // WORDS)

#: The rows of the page, one for each engine.
FOUND: list[tuple[object, ...]] = []


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_none_of_ten_thousand_words_stands_anywhere_in_clear(
    centre: Centre, place: Place, start: Starter, redis: Redis, command: Command, tmp_path: Path
) -> None:
    temporary, backup = tmp_path / "temporary", tmp_path / "backups"
    backup.mkdir()
    temporary.mkdir()
    more = {"TMPDIR": str(temporary), "REPORT_ABUSE_RATELIMIT_STORAGE_URI": redis.url}
    receiver = start.receiver(place.environ | more)
    crowd = Crowd.at(receiver.base_url, centre=centre, mark=MARK)
    crowd.send(REPORTS)
    crowd.others_come_too()
    crowd.are_decided()
    everything_on_the_disk(centre)
    command.well("keys", "init", tmp_path / "recovery.key")
    command.well("backup", backup)
    places = (data_folder(centre), centre.settings.home, temporary, receiver.log, dumped(centre, tmp_path), backup)
    found = {
        "files of the database and under HOME": marked_files(MARK, *places[:2]),
        "temporary files": marked_files(MARK, temporary),
        "logs": marked_files(MARK, receiver.log),
        "dump and backup": marked_files(MARK, *places[4:]),
        "Redis": [name for name, (_, held) in redis.told().items() if holds_the_mark(name.encode() + held)],
        "what commands print": [said for said in what_the_commands_print(command) if MARK in said],
    }
    assert receiver.stop() == 0
    found["files after the end"] = marked_files(MARK, *places)
    assert redis.held()
    engine = centre.database.engine.dialect.name
    FOUND.append((engine, f"{WORDS * REPORTS:,}", *(len(some) for some in found.values())))
    page.write("Ten thousand canaries", [*WHAT, "", *page.table(("database", "marked words", *found), FOUND)])
    assert {where: some for where, some in found.items() if some} == {}


def holds_the_mark(raw: bytes) -> bool:
    """In whatever form."""
    return any(form in raw for form in forms_of(MARK))


WHAT = f"""{REPORTS} children write one word of no language into each of the {WORDS - 1} places that take words; their
partner's reference, their browsers' headers and the fields that an extension adds hold it too. Some leave, some lose
the connection, one meets a fault; staff decide on everything. Then it is looked for in plain, in capitals, in two bytes
a letter, in hex and in base64. Told are the files, names and printed pages that hold it.""".splitlines()
