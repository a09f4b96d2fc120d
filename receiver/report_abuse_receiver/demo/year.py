"""An invented year: facts and presses that nobody made, with sizes, seasons and a campaign, the same for the same seed.

These are facts without reports, as a centre has them when its reports are past their time: the figures of a quarter
are made from nothing else. `invented` makes whole reports.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from report_abuse_receiver.demo.reports import PLACEMENTS
from report_abuse_receiver.store.feedback.backfill import PressRow
from report_abuse_receiver.store.feedback.facts import KEY_SPACE, FactRow

#: How often each code is met, all services together.
MIXTURE: Mapping[str, Mapping[str, float]] = {
    "category": {
        "grooming": 34, "sexual_talk": 15, "coercion": 11, "child_image": 9, "out_of_remit": 9, "meeting": 8,
        "sexual_behaviour": 6, "risky_behaviour": 4, "other": 3, "exploitation": 1,
    },
    "age_band": {"11-13": 33, "14-15": 28, "16-17": 17, "0-10": 10, "unknown": 8, "adult": 4},
    "reporter": {"child_self": 52, "parent": 21, "child_other": 13, "professional": 6, "other_adult": 6},
    "contact": {
        "direct_message": 36, "friend_request": 12, "public_post": 10, "group": 10, "voice_video": 8, "game_chat": 8,
        "live_stream": 5, "unknown": 5, "other": 3,
    },
    "moved_to": {"none": 47, "messenger": 22, "video_chat": 9, "unknown": 8, "social": 8, "game": 3, "phone": 3},
    "time_to_report": {"week": 31, "month": 24, "same_day": 18, "longer": 14, "unknown": 13},
    "outcome": {"advice": 31, "disseminated": 27, "signposted": 14, "no_action": 13, "referred": 12, "operations": 3},
}  # fmt: skip
#: By what a service is, the ways of contact that are met there so many times as often.
_OWN_CONTACT: Mapping[str, Mapping[str, int]] = {
    "game": {"game_chat": 7, "voice_video": 2},
    "social": {"friend_request": 2, "public_post": 2},
    "video": {"live_stream": 8, "public_post": 2},
    "messenger": {"group": 3},
    "forum": {"public_post": 5},
}
#: January to December: school terms are busier than holidays.
SEASON = (1.1, 1.0, 1.1, 0.9, 1.05, 1.0, 0.75, 0.7, 1.0, 1.2, 1.15, 0.95)
#: Of incidents: those at two services, those at none that is known; and of reports, those that came by the button.
_TWICE, _NOWHERE, _BY_BUTTON = 0.05, 0.02, 0.7
#: Openings and starts for each report that is sent, by placement; on a help page many only read.
_OPENED = {"chat": (5.0, 2.2), "profile": (7.0, 2.6), "help": (16.0, 3.0)}


@dataclass(frozen=True, kw_only=True)
class Site:
    """An invented service: `size` is how many incidents an average month brings."""

    id: str
    name: str
    kind: str
    size: float
    has_button: bool = True


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """One offender, many children: so many incidents that are alike, at one site within these months."""

    site: str
    months: Sequence[str]
    size: int
    codes: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Year:
    """What happened: facts as decisions would have left them, and how often buttons were pressed."""

    facts: Sequence[FactRow]
    presses: Sequence[PressRow]


def invent_year(seed: int, *, sites: Sequence[Site], months: Sequence[str], campaign: Campaign | None = None) -> Year:
    """These months at these sites."""
    random = Random(seed)  # noqa: S311 -- makes stories up, guards nothing
    drawn = {site.id: _Mixture(random, site) for site in sites}
    facts = [row for number, month in enumerate(months) for row in _month(random, sites, drawn, month, age=number)]
    if campaign is not None:
        facts += _campaign(random, campaign, drawn[campaign.site])
    return Year(facts=facts, presses=list(_presses(random, sites, facts)))


class _Mixture:
    """What is met at one site: each code a little more or less often than elsewhere, and growth of its own."""

    def __init__(self, random: Random, site: Site) -> None:
        own = {"contact": _OWN_CONTACT.get(site.kind, {})}
        self._codes = {
            name: (tuple(codes), list(accumulate(_own_weights(random, codes, own.get(name, {})))))
            for name, codes in MIXTURE.items()
        }
        self.growth = random.uniform(0.98, 1.03)

    def draw(self, random: Random) -> dict[str, str]:
        """The codes of one incident."""
        return {name: random.choices(codes, cum_weights=sums)[0] for name, (codes, sums) in self._codes.items()}


def _own_weights(random: Random, codes: Mapping[str, float], own: Mapping[str, int]) -> Iterator[float]:
    for code, weight in codes.items():
        yield weight * own.get(code, 1) * random.gammavariate(6, 1 / 6)


def _month(
    random: Random, sites: Sequence[Site], drawn: Mapping[str, _Mixture], month: str, *, age: int
) -> Iterator[FactRow]:
    season = SEASON[int(month[-2:]) - 1]
    sizes = [site.size * drawn[site.id].growth ** age for site in sites]
    ids, sums = [site.id for site in sites], list(accumulate(sizes))
    for _ in range(round(season * sums[-1] * random.uniform(0.94, 1.06))):
        at = random.choices(ids, cum_weights=sums, k=1 + (random.random() < _TWICE))
        yield from _incident(random, month, dict.fromkeys(at), drawn[at[0]].draw(random))


def _incident(random: Random, month: str, at: Mapping[str, None], codes: Mapping[str, str]) -> Iterator[FactRow]:
    incident = f"{random.getrandbits(64):016x}"
    for service in at if random.random() >= _NOWHERE else (None,):
        yield FactRow(month=month, service=service, incident=incident, record_key=random.randrange(KEY_SPACE), **codes)


def _campaign(random: Random, campaign: Campaign, mixture: _Mixture) -> Iterator[FactRow]:
    for _ in range(campaign.size):
        codes = mixture.draw(random) | dict(campaign.codes)
        yield from _incident(random, random.choice(campaign.months), {campaign.site: None}, codes)


def _presses(random: Random, sites: Sequence[Site], facts: Sequence[FactRow]) -> Iterator[PressRow]:
    sent: Counter[tuple[str, str, str]] = Counter()
    with_button = {site.id for site in sites if site.has_button}
    for row in facts:
        if row.service in with_button and random.random() < _BY_BUTTON:
            placement = random.choices(list(PLACEMENTS), list(PLACEMENTS.values()))[0]
            sent[row.service or "", placement, row.month] += 1
    for (provider, placement, month), submitted in sorted(sent.items()):
        opened, started = (round(submitted * times * random.uniform(0.85, 1.15)) for times in _OPENED[placement])
        for event, count in (("opened", opened), ("started", started), ("submitted", submitted)):
            yield PressRow(
                provider=provider, placement=placement, month=month, event=event, count=count,
                key_sum=random.randrange(KEY_SPACE),
            )  # fmt: skip
