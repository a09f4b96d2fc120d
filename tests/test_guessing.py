"""Guessing somebody's three words: few tries an hour, each as slow as any other, and nothing learnt from it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground import slow_hash
from report_abuse_receiver.intake import additions
from report_abuse_receiver.intake.additions import Addition
from report_abuse_receiver.rules.intake.coming_back import MOST_AT_A_REPORT, MOST_FROM_A_PLACE
from report_abuse_receiver.rules.intake.references import new_reference
from tests.parts.comers import UNFIT, come_back, sent
from tests.parts.places import on_sqlite

pytestmark = on_sqlite

NewVisitor = Callable[[], FlaskClient]
TIRED = "This was tried too many times."


def test_a_wrong_number_is_weighed_like_wrong_words(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[int] = []
    scrypt = slow_hash.hashlib.scrypt
    monkeypatch.setattr(slow_hash.hashlib, "scrypt", lambda *args, **more: weighed.append(1) or scrypt(*args, **more))
    for reference in ("nonsense", new_reference(), new_reference()):
        assert additions.add(centre, Addition(reference=reference, words="apple river lamp")) is None
    assert weighed == [1, 1, 1]


def test_the_words_of_a_report_can_be_tried_ten_times_an_hour(client: FlaskClient, new_visitor: NewVisitor) -> None:
    reference, words = sent(client)
    other, other_words = sent(new_visitor())
    with time_machine.travel(datetime(2026, 7, 3, 12, tzinfo=UTC), tick=False) as clock:
        for _ in range(MOST_AT_A_REPORT):
            assert UNFIT in come_back(new_visitor(), reference, "apple river lamp").words
        page = come_back(new_visitor(), reference, words, more="My story")
        assert (page.status, TIRED in page.words) == (429, True)
        assert ("more", "My story") in page.way_on.as_sent()
        assert "We have added it" in come_back(new_visitor(), other, other_words, more="x").words
        clock.shift(timedelta(hours=1, seconds=1))
        assert "We have added it" in come_back(new_visitor(), reference, words, more="My story").words


def test_numbers_can_be_tried_sixty_times_an_hour_from_one_place(client: FlaskClient) -> None:
    for _ in range(MOST_FROM_A_PLACE):
        assert client.post("/back", data={"reference": "4HK", "words": "x"}).status_code == 200
    refused = client.post("/back", data={"reference": "4HK", "words": "x"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
