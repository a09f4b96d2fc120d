"""Reports that are owed a letter, and the round of the worker that sends it."""

from typing import Any

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.intake import receiving
from report_abuse_receiver.intake.receiving import Submission
from report_abuse_receiver.operations import jobs
from report_abuse_receiver.worker import work_once
from tests.parts.drafted import STRAIGHT_HERE

SENDER = "post@hello.example"
ANSWERS: dict[str, Any] = {
    "safe": "yes", "who": "me", "kinds": ["pretend"], "name": "Sam", "age": 13,
    "private": "safe", "email": "sam@example.com",
}  # fmt: skip


def receive(centre: Centre, *, language: str = "en", **answers: Any) -> str:
    """A report that gave its address and said that it is safe, unless told otherwise."""
    submission = Submission(answers=ANSWERS | answers, channel="direct", attribution=STRAIGHT_HERE, language=language)
    return receiving.receive(centre, submission).reference


def work(centre: Centre) -> None:
    """All that is due, and what failed once more."""
    for row in jobs.list_owed(centre):
        jobs.retry(centre, row["id"])
    work_once(centre)
