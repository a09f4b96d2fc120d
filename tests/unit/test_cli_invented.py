"""Invented reports and years: the same for the same seed, fit to be imported, and of nobody."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

from report_abuse_receiver.demo.centre import SITES as SHOWN
from report_abuse_receiver.demo.centre import year_until
from report_abuse_receiver.demo.reports import invent
from report_abuse_receiver.demo.year import MIXTURE, invent_year
from report_abuse_receiver.ground.casework.import_lines import load_line
from report_abuse_receiver.ground.scheme.scheme import load_scheme

SITES = {"pebble-chat": "Pebble Chat", "acme-games": "Acme Games"}
UNTIL = datetime(2026, 11, 21, 12, tzinfo=UTC)
RAW = list(invent(7, 300, SITES, UNTIL))
LINES = [json.loads(line) for line in RAW]
YEAR = year_until(UNTIL)
MONTHS = ("2026-01", "2026-02")


def test_the_same_seed_invents_the_same_and_another_does_not() -> None:
    assert list(invent(7, 300, SITES, UNTIL)) == RAW
    assert list(invent(8, 300, SITES, UNTIL)) != RAW


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


def test_most_name_somebody_else_and_a_few_the_same() -> None:
    named = Counter(line["answers"]["their_names"] for line in LINES)
    several = [count for count in named.values() if count > 1]
    assert len(named) > len(LINES) * 0.9
    assert several
    assert max(several) <= 10


def test_a_year_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    assert year_until(UNTIL) == YEAR
    assert invent_year(1, sites=SHOWN, months=MONTHS) != invent_year(2, sites=SHOWN, months=MONTHS)


def test_a_year_runs_up_to_the_last_month_that_is_over_and_knows_the_schemes_codes_only() -> None:
    months = sorted({row.month for row in YEAR.facts})
    assert (months[0], months[-1], len(months)) == ("2025-07", "2026-10", 16)
    assert 4_000 < len(YEAR.facts) < 8_000
    for name, codes in MIXTURE.items():
        assert {getattr(row, name) for row in YEAR.facts} <= set(codes) <= set(load_scheme().vocabulary(name))
    assert {site.kind for site in SHOWN} <= set(load_scheme().vocabulary("service_type"))


def test_a_year_has_large_and_small_sites_seasons_and_one_campaign() -> None:
    by_site = Counter(row.service for row in YEAR.facts)
    assert by_site["pebble-chat"] > 10 * by_site["sunnyside"] > 0
    by_month = Counter(row.month for row in YEAR.facts)
    assert by_month["2026-08"] < by_month["2026-03"]
    live = Counter(row.month for row in YEAR.facts if (row.service, row.category) == ("starlight-stream", "grooming"))
    assert min(live["2026-07"], live["2026-08"]) > 2 * max(live[month] for month in live if month < "2026-07")


def test_a_year_presses_only_the_buttons_that_there_are_and_sends_less_than_it_opens() -> None:
    assert {row.provider for row in YEAR.presses} <= {site.id for site in SHOWN if site.has_button}
    by_event = Counter[str]()
    for row in YEAR.presses:
        by_event[row.event] += row.count
    assert by_event["opened"] > by_event["started"] > by_event["submitted"]
