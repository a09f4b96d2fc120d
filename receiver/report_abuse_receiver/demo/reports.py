"""Invented reports: believable, of nobody, the same for the same seed; for the demo and for tests.

Every name, place, handle and service is made up; telephone numbers are from the range kept for drama, addresses from
the domain kept for examples. They are plain and short: nobody has to read worse than needed to try the receiver.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from report_abuse_receiver.ground.clock import to_text
from report_abuse_receiver.rules.feedback.periods import Quarter
from report_abuse_receiver.rules.intake.coding import age_band

#: Where an invented site has its buttons, and how often each is used.
PLACEMENTS = {"chat": 6, "profile": 3, "help": 1}
#: What is older is decided, what is newer perhaps; and how long that took.
_ALL_DECIDED, _SLOWEST = timedelta(days=30), timedelta(days=12)


@dataclass(frozen=True, kw_only=True)
class _Story:
    """What may have happened, in a child's few words, and what an analyst would make of it."""

    kinds: Sequence[str]
    category: str
    words: str
    contact: str = "direct_message"
    moved_to: str = "none"
    more: Mapping[str, str]


_ONLINE = {"known": "no", "knows_where": "no", "meeting": "no", "others": "unsure"}

_STORIES = (
    _Story(
        kinds=["pretend"],
        category="grooming",
        words="They said they were 13. Then I heard their voice and it was a grown-up.",
        contact="voice_video",
        more=_ONLINE,
    ),
    _Story(
        kinds=["pretend", "asked_images"],
        category="grooming",
        words="They asked for pictures of me and got cross when I said no. They want to use another app now.",
        moved_to="messenger",
        more=_ONLINE,
    ),
    _Story(
        kinds=["meet"],
        category="meeting",
        words="They want to meet me on Saturday at the bus station. They told me not to tell anyone.",
        more={**_ONLINE, "meeting": "soon", "meeting_plan": "Saturday at 3, bus station"},
    ),
    _Story(
        kinds=["meet", "pretend"],
        category="meeting",
        words="They said we should meet in the summer. They keep asking which school I go to.",
        contact="game_chat",
        more={**_ONLINE, "meeting": "later", "knows_where": "unsure"},
    ),
    _Story(
        kinds=["threat", "my_image"],
        category="coercion",
        words="They have a picture of me. They say they will send it to my friends if I stop talking to them.",
        moved_to="social",
        more={**_ONLINE, "knows_where": "yes"},
    ),
    _Story(
        kinds=["sex_talk"],
        category="sexual_talk",
        words="They kept talking about rude things in the group. I asked them to stop and they did not.",
        contact="group",
        more=_ONLINE,
    ),
    _Story(
        kinds=["other"],
        category="grooming",
        words="They give me gifts in the game every day. They say it has to be our secret.",
        contact="game_chat",
        more=_ONLINE,
    ),
    _Story(
        kinds=["seen_image"],
        category="child_image",
        words="Somebody put up a bad picture of a child. I closed it at once.",
        contact="public_post",
        more={"known": "no"},
    ),
    _Story(
        kinds=["bullying"],
        category="out_of_remit",
        words="Some people in my class write mean things under all I post.",
        contact="public_post",
        more={"known": "yes"},
    ),
    _Story(
        kinds=["hacked"],
        category="out_of_remit",
        words="Someone got into my account. They are writing to my friends as me.",
        more={"known": "unsure"},
    ),
)

_NAMES = ("Ash", "Bo", "Ffion", "Jules", "Kit", "Lowri", "Noor", "Ola", "Priya", "Robin", "Sam", "Tomasz")
#: Mostly another account each time; now and then one of a few, so that some reports name the same.
_KNOWN_HANDLES = ("nightotter77", "blue.lantern", "gg_kestrel", "quietmango", "real_finn_x", "starfox_dad", "mossy22")
_ONE_IN = 12
_FIRST = ("amber", "brisk", "cosmic", "dusty", "ember", "frosty", "hazel", "indigo", "jolly", "lunar", "misty")
_SECOND = ("badger", "comet", "drake", "falcon", "gecko", "lake", "maple", "panda", "raven", "skater", "tiger")
_TOWNS = ("Otterby", "Eastmere", "Kestrel Bay", "Low Brackenford", "Saltwick Green")
_STARTED = ("today", "week", "week", "month", "month", "longer", "unsure")
_OUTCOMES = {"advice": 5, "disseminated": 4, "operations": 1, "referred": 3, "no_action": 2, "duplicate": 1}


def invent(seed: int, count: int, providers: Mapping[str, str], until: datetime) -> Iterator[str]:
    """`count` reports as lines of JSON for an import, oldest first, over the quarter of `until` and the one before.

    `providers` is id → name; the first is named most often. Most are decided, the newest are not.
    """
    random = Random(seed)  # noqa: S311 -- makes stories up, guards nothing
    start = Quarter.of(until).earlier(1).start
    weights = [1 / place for place in range(1, len(providers) + 1)]
    for moment in sorted(start + random.random() * (until - start) for _ in range(count)):
        provider = random.choices(list(providers), weights)[0]
        yield json.dumps(_report(random, provider, providers[provider], moment.replace(microsecond=0), until))


def _report(random: Random, provider: str, name: str, moment: datetime, until: datetime) -> dict[str, Any]:
    story = random.choice(_STORIES)
    line: dict[str, Any] = {
        "received_at": to_text(moment),
        "source": {"provider": provider, "placement": _weighted(random, PLACEMENTS)},
        "services": [provider],
        "answers": _answers(random, story, name),
    }
    decided_at = moment + timedelta(hours=2) + random.random() * _SLOWEST
    if decided_at > until or (until - moment < _ALL_DECIDED and random.randrange(2)):
        return line
    decision = _decision(random, story, age_band=age_band(line["answers"]))
    return line | {"decision": {"decided_at": to_text(decided_at), **decision}}


def _answers(random: Random, story: _Story, site: str) -> dict[str, Any]:
    who = _weighted(random, {"me": 7, "friend": 2, "my_child": 2})
    handle = _handle(random)
    answers = {
        "safe": "unsure" if story.category in ("meeting", "coercion") else "yes",
        "who": who,
        "kinds": list(story.kinds),
        "story": story.words,
        "started": random.choice(_STARTED),
        "their_names": handle,
        "where": f"{site}, they are {handle} there",
        **story.more,
    }
    return answers | _people(random, child=who != "me", adult=who == "my_child") | _contact(random)


def _handle(random: Random) -> str:
    if random.randrange(_ONE_IN) == 0:
        return random.choice(_KNOWN_HANDLES)
    first, second = random.choice(_FIRST), random.choice(_SECOND)
    return f"{first}{random.choice(('_', '.', ''))}{second}{random.randrange(1000)}"


def _people(random: Random, *, child: bool, adult: bool) -> dict[str, Any]:
    """Who writes, and who it is about where that is someone else."""
    age = random.randrange(30, 50) if adult else random.randrange(9, 18)
    you = {"name": random.choice(_NAMES), "age": age, "town": random.choice(_TOWNS)}
    about = {"child_name": random.choice(_NAMES), "child_age": random.randrange(8, 17), "child_knows": "yes"}
    return you | about if child else you


def _contact(random: Random) -> dict[str, Any]:
    ways: Sequence[dict[str, Any]] = (
        {"phone": f"07700 900{random.randrange(1000):03}", "message_ok": "no"},
        {"email": f"someone{random.randrange(1000)}@example.com"},
        {"safe_way": "Ask for me at school, at break."},
    )
    return {**random.choice(ways), "private": random.choice(("safe", "safe", "maybe"))}


def _decision(random: Random, story: _Story, *, age_band: str) -> dict[str, str]:
    out_of_remit = story.category == "out_of_remit"
    return {
        "category": story.category,
        "outcome": "signposted" if out_of_remit else _weighted(random, _OUTCOMES),
        "age_band": age_band,
        "contact": story.contact,
        "moved_to": story.moved_to,
    }


def _weighted(random: Random, choices: Mapping[str, int]) -> str:
    return random.choices(list(choices), cum_weights=list(accumulate(choices.values())))[0]
