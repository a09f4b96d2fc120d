"""Invented reports: the same for the same seed, fit to be imported, and of nobody."""

import json
from datetime import UTC, datetime, timedelta

from report_abuse_receiver.desk.invented import invent
from report_abuse_receiver.ground.schemas.lines import load_line
from report_abuse_receiver.ground.scheme import load_scheme

SITES = {"pebble-chat": "Pebble Chat", "acme-games": "Acme Games"}
UNTIL = datetime(2026, 11, 21, 12, tzinfo=UTC)
LINES = list(invent(7, 300, SITES, UNTIL))


def test_the_same_seed_invents_the_same_and_another_does_not() -> None:
    assert list(invent(7, 300, SITES, UNTIL)) == LINES
    assert list(invent(8, 300, SITES, UNTIL)) != LINES


def test_each_is_a_good_line_of_an_import_with_known_codes() -> None:
    scheme = load_scheme()
    for line in LINES:
        read = load_line(json.dumps(line).encode(), now=UNTIL)
        assert (read.provider, *read.services) in {(site, site) for site in SITES}
        for name, code in line.get("decision", {"category": "other"}).items():
            assert name == "decided_at" or scheme.check(name, code) == code


def test_they_spread_over_two_quarters_and_only_new_ones_wait_for_a_decision() -> None:
    received = [line["received_at"] for line in LINES]
    assert received == sorted(received)
    assert "2026-07-01" <= received[0] < "2026-07-15" < "2026-11-10" < received[-1] < "2026-11-22"
    waiting = [line["received_at"] for line in LINES if "decision" not in line]
    assert 0 < len(waiting) < 100
    assert min(waiting) >= f"{UNTIL - timedelta(days=30):%Y-%m-%d}"


def test_telephones_and_addresses_are_those_kept_for_stories() -> None:
    answers = [line["answers"] for line in LINES]
    assert {one["phone"][:9] for one in answers if "phone" in one} == {"07700 900"}
    assert {one["email"].partition("@")[2] for one in answers if "email" in one} == {"example.com"}
