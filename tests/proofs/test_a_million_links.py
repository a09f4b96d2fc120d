"""A million links that nobody minted: none is believed, and none is an error (S1)."""

import random
from collections import Counter

import pytest

from report_abuse import Key
from report_abuse.links import mint
from report_abuse_receiver.ground.partners.provider_keys import provider_key
from report_abuse_receiver.rules.intake.attribution import ButtonKey, KnownProvider, attribute
from tests.parts.mutants import changed_anywhere
from tests.proofs import page

MUTANTS = 1_000_000
BELIEVED = {"verified", "retired", "revoked"}


def key_of(kid: str) -> Key:
    return provider_key(bytes(range(32)), scope="button", provider="acme", kid=kid)


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_of_a_million_changed_links_none_is_believed() -> None:
    keys = {kid: ButtonKey(secret=key_of(kid).secret, state="active") for kid in ("k1", "k2")}
    known = {"acme": KnownProvider(id="acme", name="Acme", origins=[], keys=keys)}
    genuine = [mint(key_of(kid), placement) for kid in keys for placement in ("chat", "profile", "help")]
    dice, outcomes = random.Random(2007), Counter[str]()
    while outcomes.total() < MUTANTS:
        text = changed_anywhere(dice.choice(genuine), dice)
        if text not in genuine:
            outcomes[attribute(text, known.get).outcome] += 1
    assert not BELIEVED & set(outcomes)
    page.write(
        "A million forged links",
        [
            f"{MUTANTS:,} changes of genuine links, in every part of them: none was believed, none was an error.",
            "",
            *page.table(("read as", "links"), [(outcome, f"{count:,}") for outcome, count in outcomes.most_common()]),
        ],
        libraries=["itsdangerous"],
    )
    assert {attribute(token, known.get).outcome for token in genuine} == {"verified"}
