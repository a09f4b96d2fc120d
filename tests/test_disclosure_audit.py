"""No release gives a child away: the attack on two hundred services fails, finds what naive methods lose, and runs as
a command; nothing that a report says stands in any file."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report_abuse_receiver.audit import disclosure, trail
from report_abuse_receiver.casework import triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.feedback import figures, releases
from report_abuse_receiver.feedback.bundle import bundle
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.intake.receiving import Submission
from report_abuse_receiver.rules.feedback.attack import NARROW, attacked, disclosed
from report_abuse_receiver.rules.feedback.disclosure import Discloser
from report_abuse_receiver.rules.feedback.lattice import suppressed
from report_abuse_receiver.rules.intake.attribution import Attribution
from report_abuse_receiver.store.feedback import presses
from report_abuse_receiver.store.feedback import releases as store
from report_abuse_receiver.store.partners import placements
from tests.parts.acting import host
from tests.parts.command import Command
from tests.parts.decided import enter, fact, many, mixed, put_in
from tests.parts.methods import HIDE_NONE_TOO, NAIVE
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.received import submit
from tests.parts.released import body_of, keep
from tests.parts.simulation import simulate, told, true_counts_of
from tests.parts.thorough import in_proof

MONTHS = ("2026-07", "2026-08", "2026-09")
AUGUST, OCTOBER = datetime(2026, 8, 12, tzinfo=UTC), datetime(2026, 10, 5, tzinfo=UTC)
ANSWERS: Mapping[str, Any] = {
    "safe": "yes", "who": "me", "kinds": ["pretend"], "name": "Sam", "age": 12, "phone": "07700 900123",
    "private": "safe",
}  # fmt: skip
LARGEST = 10  # services that the naive methods are tried on: they have the sums that give counts back


@pytest.fixture(autouse=True)
def october() -> Iterator[None]:
    """The third quarter of 2026 is over."""
    with time_machine.travel(OCTOBER, tick=False):
        yield


# The attack on two hundred services


@pytest.mark.parametrize("reports", [5_000, pytest.param(20_000, marks=in_proof)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_small_count_is_bracketed_and_the_same_attack_breaks_naive_suppression(seed: int, reports: int) -> None:
    year = simulate(seed, reports)
    small, lost = 0, {NAIVE.name: 0, HIDE_NONE_TOO.name: 0}
    for number, service in enumerate(year.facts):
        shown = told(year, service)
        brackets = attacked(shown)
        counts = true_counts_of(year, service, brackets)
        assert disclosed(brackets, counts) == []
        assert all(low <= counts[place] <= high for place, (low, high) in brackets.items())
        small += sum(1 <= count < NARROW + 2 for count in counts.values())
        for naive in (NAIVE, HIDE_NONE_TOO) if number < LARGEST else ():
            left = naive.attacked({place: counts[place] for place in shown})
            lost[naive.name] += len(disclosed(left, counts))
    assert small > 10_000
    assert lost[NAIVE.name] > 500
    assert lost[HIDE_NONE_TOO.name] > 50


# The audit of a frozen quarter


def frozen(centre: Centre, *providers: str) -> None:
    """A quarter of mixed incidents and presses, frozen."""
    enter(centre, *providers)
    put_in(centre, *(mixed(centre, 150, one, months=MONTHS, seed=number) for number, one in enumerate(providers)))
    with centre.database.writing() as conn:
        for provider in providers:
            for key in range(60):
                presses.count(conn, provider=provider, placement="chat", month=MONTHS[key % 3], event="opened", key=key)
    releases.freeze(centre, "2026-Q3", by=host())


def decided(centre: Centre, *, service: str = "acme", at: datetime = AUGUST, **more: Any) -> str:
    """A report that came in and was decided; returns its number."""
    button = Attribution(outcome="none", ref=more.pop("ref", None))
    decision = Decision(category="grooming", outcome="advice", age_band="11-13", services=(service,))
    with time_machine.travel(at, tick=False):
        sent = Submission(answers=ANSWERS | more, channel="direct", attribution=button)
        reference = submit(centre, sent).reference
        triage.decide(centre, reference, decision, by=host("pat"))
    return reference


def test_a_frozen_quarter_passes_and_the_narrowest_brackets_are_named(centre: Centre, command: Command) -> None:
    frozen(centre, "acme", "blox", "chit", "dott", "eddy")
    verdict = command.well("feedback", "audit", "2026-Q3", "--json").json
    assert (verdict["ok"], verdict["period"], verdict["releases"]) == (True, "2026-Q3", 5)
    assert (verdict["disclosed"], verdict["impossible"]) == (0, 0)
    assert verdict["cells"] > 400
    widths = [one["width"] for one in verdict["worst"]]
    assert len(widths) == 10
    assert widths == sorted(widths)
    assert all(one["high"] - one["low"] == one["width"] >= NARROW for one in verdict["worst"])


@on_sqlite
def test_the_year_is_attacked_with_the_quarters_that_make_it(centre: Centre, command: Command) -> None:
    enter(centre, "acme", "blox")
    quarters = ("2025-05", "2025-08", "2025-11", "2026-02")
    put_in(centre, *(mixed(centre, 60, one, months=quarters) for one in ("acme", "blox")))
    for period in ("2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"):
        releases.freeze(centre, period, by=host())
    alone, whole = (command.well("feedback", "audit", one, "--json").json for one in ("2025-Q4", "2026-Q1"))
    assert (whole["disclosed"], whole["impossible"]) == (0, 0)
    assert whole["cells"] > 4 * alone["cells"]


@on_sqlite
def test_a_person_sees_one_line_a_figure_and_the_worst_below(centre: Centre, command: Command) -> None:
    frozen(centre, "acme")
    lines = command.well("feedback", "audit", "2026-Q3").stdout.splitlines()
    assert {"ok: True", "releases: 1", "disclosed: 0", "scan_opened: 0"} <= set(lines)
    assert sum(line.startswith("acme\t2026-") for line in lines) == 10


def told_as(centre: Centre, numbers: Mapping[tuple[str, str], int | None]) -> None:
    """Acme's thirteen incidents, one of them of another age, in a release that shows these rows and no others."""
    enter(centre, "acme")
    put_in(centre, many(12), many(1, age_band="14-15"))
    rows = [suppressed(row) for row in figures.preview(centre, "acme", "2026-Q3").observations]
    for row in rows:
        number = numbers.get((row["table"], row["age_band"]), 0) if not row["month"] else 0
        if number != 0:
            row |= {"observation": number, "observation_status": "shown" if number else "low"}
    keep(centre, {**body_of("acme"), "observations": rows})


@on_sqlite
def test_a_release_that_gives_a_count_away_fails(centre: Centre, command: Command) -> None:
    """Thirteen shown as 9 and twelve of them as 17 leave the thirteenth no room."""
    told_as(centre, {("totals", ""): 9, ("age_bands", "11-13"): 17, ("age_bands", "14-15"): None})
    outcome = command("feedback", "audit", "2026-Q3", "--no-scan", "--json")
    assert outcome.exit_code == 1
    assert (outcome.json["ok"], outcome.json["disclosed"], outcome.json["impossible"]) == (False, 1, 0)
    found = next(one for one in outcome.json["worst"] if one["disclosed"])
    assert (found["provider"], found["codes"], found["low"], found["high"]) == ("acme", "14-15", 0, 2)


@on_sqlite
def test_a_release_that_was_not_made_from_these_facts_fails(centre: Centre, command: Command) -> None:
    told_as(centre, {("totals", ""): 60})
    outcome = command("feedback", "audit", "2026-Q3", "--no-scan", "--json")
    assert outcome.exit_code == 1
    assert (outcome.json["disclosed"], outcome.json["impossible"]) == (0, 1)


@on_sqlite
def test_a_freeze_withholds_the_table_that_would_give_a_count_away(centre: Centre, command: Command) -> None:
    """Record keys that show 13 as 18 and 14 as 10 are found by trying; the fourteenth is of another category."""
    enter(centre, "acme")
    show = Discloser(centre.keys.disclosure).show
    most = next(key for key in range(10**6) if show(13, key).observation == 18)
    all_of_them = next(key for key in range(10**6) if show(14, key).observation == 10)
    alike = [replace(one, record_key=0) for one in many(12)] + [replace(fact(), record_key=most)]
    put_in(centre, alike, [replace(fact(category="meeting"), record_key=(all_of_them - most) % 2**32)])
    releases.freeze(centre, "2026-Q3", by=host())
    told_of = json.loads(files(centre)["acme/release.json"])["observations"]
    shown = {(row["table"], row["month"]) for row in told_of if row["observation"] and not row["pool"]}
    assert ("totals", "") in shown
    assert not {name for name, _ in shown} - {"totals"}
    command.well("feedback", "audit", "2026-Q3")


@on_sqlite
@pytest.mark.parametrize(
    ("period", "said"), [("2026-Q3", "is not frozen"), ("2026-07", "is not a period"), ("", "is not")]
)
def test_what_cannot_be_audited_is_said_in_one_sentence(command: Command, period: str, said: str) -> None:
    outcome = command("feedback", "audit", period)
    assert outcome.exit_code == 1
    assert said in outcome.stderr
    assert "Traceback" not in outcome.stderr


# The search for what reports hold


CANARIES: Mapping[str, Any] = {
    "name": "Xanthippe Qualtrough", "their_names": "canary_handle_99, quietmangosteen", "where": "https://canary.test/u/zorb",
    "email": "wombat.zed@canary.test", "story": "he told me nobody would ever believe it", "town": "Canaryville",
    "school": "Zebrafinch Primary", "phone": "07700 900999", "ref": "user-83412",
}  # fmt: skip


def files(centre: Centre, period: str = "2026-Q3") -> dict[str, str]:
    """Every file of every release."""
    with centre.database.reading() as conn:
        rows = list(store.of_period(conn, period))
        return {
            f"{row.provider}/{name}": content.decode()
            for row in rows
            for name, content in bundle(centre, conn, row).items()
        }


def test_a_search_opens_each_report_of_the_quarter_once_and_each_opening_is_audited(
    centre: Centre, command: Command
) -> None:
    enter(centre, "acme")
    inside = [decided(centre, **CANARIES), decided(centre)]
    decided(centre, at=datetime(2026, 6, 1, tzinfo=UTC))
    releases.freeze(centre, "2026-Q3", by=host())
    before = trail.verify_audit(centre).rows
    scan = command.well("feedback", "audit", "2026-Q3", "--staff", "pat", "--json").json["scan"]
    assert (scan["opened"], scan["files"], scan["found"]) == (len(inside), 4, [])
    assert trail.verify_audit(centre).rows == before + len(inside)
    command.well("feedback", "audit", "2026-Q3", "--no-scan")
    assert trail.verify_audit(centre).rows == before + len(inside)


@on_sqlite
@pytest.mark.parametrize(
    ("placement", "field"),
    [("quietmangosteen", "their_names"), ("user-83412", "partner_reference"), ("at-zebrafinch", "school"),
     ("wombat-zed", "email"), ("xanthippe", "name")],
)  # fmt: skip
def test_a_placement_that_names_a_child_is_found_and_not_repeated(
    centre: Centre, command: Command, placement: str, field: str
) -> None:
    enter(centre, "acme")
    reference = decided(centre, **CANARIES)
    with centre.database.writing() as conn:
        placements.add(conn, "acme", [placement], now=now())
    releases.freeze(centre, "2026-Q3", by=host())
    outcome = command("feedback", "audit", "2026-Q3", "--json")
    assert outcome.exit_code == 1
    found = outcome.json["scan"]["found"]
    assert {(one["reference"], one["field"]) for one in found} == {(reference, field)}
    assert "acme/release.json" in {one["file"] for one in found}
    assert placement not in outcome.stdout


@on_sqlite
def test_a_search_needs_the_key_of_the_vault(centre: Centre, place: Place) -> None:
    enter(centre, "acme")
    releases.freeze(centre, "2026-Q3", by=host())
    blind = replace(centre, keys=replace(centre.keys, vault_private={}))
    assert disclosure.audit(blind, "2026-Q3", by=host("pat"), scan=False).ok
    with pytest.raises(Refused, match="no vault key"):
        disclosure.audit(blind, "2026-Q3", by=host("pat"))


WORDS = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=5, max_size=40)


@on_sqlite
@given(said=st.fixed_dictionaries(dict.fromkeys(("name", "their_names", "where", "story", "town", "school"), WORDS)))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_a_report_says_stands_in_any_file(place: Place, said: dict[str, str]) -> None:
    with _fresh(place) as centre:
        enter(centre, "acme", "blox")
        canary = {field: f"{text} Xq7canary{number}" for number, (field, text) in enumerate(said.items())}
        for service in ("acme", "blox", "acme"):
            decided(centre, service=service, **canary, email="xq7canary@canary.test", ref="Xq7canary-ref")
        releases.freeze(centre, "2026-Q3", by=host())
        sent = files(centre)
        assert len(sent) == 8
        assert not [name for name, text in sent.items() if "xq7canary" in text.casefold()]
        assert disclosure.audit(centre, "2026-Q3", by=host("pat")).ok


@contextmanager
def _fresh(place: Place) -> Iterator[Centre]:
    """The place as it was, for one example."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(place.home, home)
        centre = open_at(Place(home=home))
        yield centre
        centre.database.close()
