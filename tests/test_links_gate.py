"""The gate of the links: of fifty thousand forgeries none is believed, none is an error, and none keeps a child out."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import permutations
from multiprocessing import get_context

import pytest
from flask.testing import FlaskClient

from report_abuse import Key
from report_abuse.links import mint, split
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.partners.provider_keys import provider_key
from report_abuse_receiver.intake import arrivals
from report_abuse_receiver.partners import directory
from report_abuse_receiver.rules.intake.attribution import ButtonKey, KnownProvider, attribute
from tests.parts.mutants import (
    bits_flipped,
    changed_anywhere,
    cut_short,
    pages_answered,
    respelt,
    swapped,
    wrongly_signed,
)
from tests.parts.places import Place, on_sqlite
from tests.parts.thorough import tried

MUTANTS = 50_000
CORES = 2
IDS = ("acme", "acme-2", "blox", "co", "snow-fort")
SAID = ({}, {"ref": "room.7~a"}, {"locale": "cy", "kind": "contact-point"})
UNBELIEVED = {"malformed", "unknown-provider", "unknown-key", "bad-signature", "none"}


def key_of(master: bytes, provider: str, kid: str, scope: str = "button") -> Key:
    return provider_key(master, scope=scope, provider=provider, kid=kid)


def genuine(master: bytes) -> dict[str, Key]:
    """Every good link of every provider, two keys each."""
    keys = [key_of(master, provider, kid) for provider in IDS for kid in ("k1", "k2")]
    return {mint(key, "chat", **said): key for key in keys for said in SAID}


def mutants(master: bytes) -> list[str]:
    """So many different texts, none of which was minted; the same ones every time."""
    tokens, dice = genuine(master), random.Random(2026)
    found = dict.fromkeys(text for text in _systematic(tokens) if _without_marks(text) not in tokens)
    originals = list(tokens)
    # A cut or a flip may leave a bare provider's name, which is a link of its own and not one that is signed.
    while len(found) < MUTANTS:
        text = changed_anywhere(dice.choice(originals), dice)
        if _without_marks(text) not in tokens:
            found[text] = None
    return list(found)[:MUTANTS]


def _without_marks(text: str) -> str:
    """What is left of a link where marks stand behind it: a good one is still a good one."""
    return re.split(r"[^\w.=-]", text, maxsplit=1, flags=re.ASCII)[0].rstrip("._-")


def _systematic(tokens: dict[str, Key]) -> Iterator[str]:
    for token, key in tokens.items():
        stranger = key_of(b"\1" * 32, key.provider, key.kid)
        yield from respelt(token)
        yield from wrongly_signed(key, stranger, token.rpartition(".")[0])
        yield from wrongly_signed(key, key_of(b"\0" * 32, key.provider, key.kid, "api"), token.rpartition(".")[0])
    for one, two in permutations(tokens, 2):
        yield from swapped(one, two)
    for token in tokens:
        yield from cut_short(token)
        yield from bits_flipped(token)


@pytest.fixture
def full_centre(centre: Centre) -> Centre:
    """A centre that knows these providers, with two button keys each."""
    for provider in IDS:
        directory.add_provider(centre, provider, name=provider, origins=["https://chat.example"], contact="a@b.example")
        directory.rotate_key(centre, provider)
    return centre


def test_no_mutant_is_believed_and_none_is_an_error() -> None:
    master = bytes(range(32))
    known = {
        provider: KnownProvider(
            id=provider,
            name=provider,
            origins=[],
            keys={kid: ButtonKey(secret=key_of(master, provider, kid).secret, state="active") for kid in ("k1", "k2")},
        )
        for provider in IDS
    }
    outcomes = Counter(attribute(text, known.get).outcome for text in mutants(master))
    assert sum(outcomes.values()) == MUTANTS
    assert set(outcomes) == UNBELIEVED
    assert {attribute(token, known.get).outcome for token in genuine(master)} == {"verified"}


@tried(some=20, all=1)
@on_sqlite
def test_every_mutant_gets_the_page_that_every_child_gets(full_centre: Centre, place: Place, much: int) -> None:
    """Or each twentieth of them, of every sort: `test_no_mutant_is_believed_and_none_is_an_error` reads them all."""
    texts = mutants(full_centre.keys.link_master)[::much]
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        halves = pool.map(pages_answered, [place] * CORES, [texts[core::CORES] for core in range(CORES)])
        assert sum(halves, Counter()) == {200: MUTANTS // much}
    with full_centre.database.reading() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM counter").scalar() == 0


@pytest.mark.parametrize(
    "text", ["", "/", "//", "acme/", "/acme", "%", "%00", "%ff%fe", "%0a", "x" * 5000, "..", "../r", "%2e%2e%2f"]
)
def test_odd_addresses_get_it_too(client: FlaskClient, text: str) -> None:
    with client.get("/r/" + text) as answer:
        assert answer.status_code == 200


def test_no_key_of_fifty_providers_signs_for_another() -> None:
    master = bytes(range(32))
    keys = [
        key_of(master, f"site-{number}", kid, scope)
        for number in range(50)
        for scope in ("button", "api")
        for kid in ("k1", "k2", "k3")
    ]
    # An api key mints nothing, so its secret is put into a button key: what a thief would do with it.
    tokens = [mint(Key("live", "button", key.provider, key.kid, key.secret), "chat") for key in keys]
    crossings = [
        (one, two)
        for one, parts in enumerate(map(split, tokens))
        for two, key in enumerate(keys)
        if one != two and parts.signed_by(key.secret)
    ]
    assert crossings == []
    assert all(split(token).signed_by(key.secret) for token, key in zip(tokens, keys, strict=True))


def test_no_key_of_a_provider_is_taken_for_another_of_its_own(full_centre: Centre) -> None:
    api = Key.parse(directory.add_key(full_centre, "acme", scope="api").key)
    master = full_centre.keys.link_master
    forged = {
        "an api key under its own id": Key("live", "button", "acme", api.kid, api.secret),
        "an api key under a button's id": Key("live", "button", "acme", "k1", api.secret),
        "the old key under the new id": Key("live", "button", "acme", "k2", key_of(master, "acme", "k1").secret),
        "another provider's key": Key("live", "button", "acme", "k1", key_of(master, "blox", "k1").secret),
    }
    outcomes = {name: arrivals.look(full_centre, mint(key, "chat")).outcome for name, key in forged.items()}
    assert outcomes == dict.fromkeys(forged, "bad-signature") | {"an api key under its own id": "unknown-key"}
    assert arrivals.look(full_centre, mint(key_of(master, "acme", "k1"), "chat")).outcome == "verified"
