"""Logs: allow-listed fields and nothing else, whatever a line was given."""

import json
import subprocess
import sys

import pytest

from report_abuse_receiver.ground.logs import ALLOWED, only_allowed

CANARY = "canary-of-a-child"

TALK = """
import logging
from report_abuse_receiver.ground import logs
logs.configure()
logs.warn("done", kind="acknowledge", count=3, story="canary-of-a-child")
try:
    raise ValueError("canary-of-a-child")
except ValueError as error:
    logs.warn("failed", error=error, address="canary-of-a-child")
    logging.getLogger("somebody").warning("canary-of-a-child %s", "canary-of-a-child", exc_info=error)
logging.getLogger("somebody").info("canary-of-a-child")
"""


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What a process wrote that was given words where none belong."""
    done = subprocess.run([sys.executable, "-c", TALK], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_a_field_that_is_not_on_the_list_is_dropped() -> None:
    assert only_allowed(None, "info", {"event": "x", "story": CANARY, "path": CANARY, "reference": CANARY}) == {
        "event": "x"
    }


def test_an_error_is_reduced_to_the_name_of_its_class() -> None:
    assert only_allowed(None, "warning", {"error": ValueError(CANARY)}) == {"error": "ValueError"}


def test_nothing_about_people_is_on_the_list() -> None:
    about_people = {
        "path",
        "url",
        "address",
        "remote_addr",
        "token",
        "reference",
        "provider",
        "staff",
        "answers",
        "exc_info",
    }
    assert set() == about_people & ALLOWED


def test_lines_are_json_with_a_time_and_a_level(said: list[str]) -> None:
    ours = [json.loads(line) for line in said if line.startswith("{")]
    assert [(line["event"], line["level"]) for line in ours] == [("done", "warning"), ("failed", "warning")]
    assert all(line["timestamp"].endswith("Z") for line in ours)
    assert ours[0] | {"kind": "acknowledge", "count": 3} == ours[0]
    assert ours[1]["error"] == "ValueError"


def test_no_word_of_a_person_is_written_by_us_or_by_a_library(said: list[str]) -> None:
    assert "WARNING somebody" in said
    assert [line for line in said if CANARY in line] == []


ENDS = """
import threading, warnings
from report_abuse_receiver.ground import logs

class Lost:
    def __del__(self):
        raise OSError("canary-of-a-child")

logs.configure()
warnings.warn("canary-of-a-child")
thread = threading.Thread(target=lambda: {}["canary-of-a-child"])
thread.start()
thread.join()
Lost()
raise ValueError("canary-of-a-child") from RuntimeError("canary-of-a-child")
"""


def test_what_nobody_caught_is_told_by_its_class_and_its_place_alone() -> None:
    done = subprocess.run([sys.executable, "-c", ENDS], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert CANARY not in done.stderr
    assert [one for one in ("py.warnings", "KeyError", "OSError", "ValueError") if one not in done.stderr] == []
    assert done.stderr.count("CRITICAL report_abuse_receiver") == 3
    assert 'File "<string>", line' in done.stderr
