"""Reports that are owed a letter, and the round of the worker that sends it."""

from typing import Any, cast

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.forms.answers import Answers
from report_abuse_receiver.intake.receiving import Submission
from report_abuse_receiver.operations import jobs
from report_abuse_receiver.worker import work_once
from tests.parts.drafted import STRAIGHT_HERE
from tests.parts.received import submit

SENDER = "post@hello.example"
ANSWERS: Answers = {
    "safe": "yes", "who": "me", "kinds": ["pretend"], "name": "Sam", "age": 13,
    "private": "safe", "email": "sam@example.com",
}  # fmt: skip


def receive(centre: Centre, *, language: str = "en", **answers: Any) -> str:
    """A report that gave its address and said that it is safe, unless told otherwise."""
    said = cast(Answers, {**ANSWERS, **answers})
    submission = Submission(answers=said, channel="direct", attribution=STRAIGHT_HERE, language=language)
    return submit(centre, submission).reference


def work(centre: Centre) -> None:
    """All that is due, and what failed once more."""
    for row in jobs.list_owed(centre):
        jobs.retry(centre, row.id)
    work_once(centre)
