"""Prompts: where to look first, derived from published numbers by fixed rules; nobody has inspected anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from report_abuse_receiver.reporting.button import Placement, placements
from report_abuse_receiver.reporting.pieces import Sentence
from report_abuse_receiver.reporting.release import History
from report_abuse_receiver.reporting.splits import Line, split
from report_abuse_receiver.rules.feedback.baseline import QUARTERS

_MOST = 4

CATEGORIES: Mapping[str, str] = {
    "meeting": "Warn when a chat turns to a place, a time or a journey, and show the button there.",
    "grooming": "Check how an adult you know nothing about can begin, and keep up, a private talk with a child.",
    "coercion": "Check that evidence survives a block or a deletion, and that who is blocked cannot return.",
    "sexual_talk": "Check what your own filters and moderators see in private and group chat.",
    "sexual_behaviour": "Check that calls and live video can be reported while they run.",
    "risky_behaviour": "Check what a child's profile shows to strangers by default.",
    "child_image": "Check that images are matched against known lists when they are sent, not when they are reported.",
    "exploitation": "Check for accounts that draw several children to one place or one adult.",
    "missing": "Check that your contact for urgent police requests answers at night.",
    "out_of_remit": "Check that your own report route for bullying and lost accounts is easy to find and answers.",
}
CONTACT: Mapping[str, str] = {
    "public_post": "Check what a stranger can learn, and ask, under a child's public posts.",
    "direct_message": "Check whether an adult can send the first message to a child they do not know.",
    "group": "Check whether strangers can add a child to a group, and whether the group has its own button.",
    "voice_video": "Check that calls from strangers are off by default for children, with the button in the call.",
    "live_stream": "Check that the live stream has the button in view, and that comments to children are moderated.",
    "game_chat": "Check that chat with strangers is limited for children, with the button in the game's own chat.",
    "friend_request": "Check whether friend suggestions and requests cross from adults to children.",
}
MOVED: Mapping[str, str] = {
    "messenger": "Warn when a handle, a number or a link to a messenger is shared with a child.",
    "video_chat": "Warn when a link to a video chat is shared with a child.",
    "social": "Warn when a handle on a social network is shared with a child.",
    "game": "Warn when an invitation into another game is shared with a child.",
    "phone": "Warn when a telephone number is shared with a child.",
    "in_person": "Warn when a chat turns to a meeting, and show the button there.",
}


@dataclass(frozen=True)
class Prompt:
    """What the figures say, and what to check because of it."""

    seen: Sentence
    check: str


def prompts(history: History) -> tuple[Prompt, ...]:
    """At most four, the most telling first: changes, then places, then ways."""
    return tuple(islice(_every(history), _MOST))


def _every(history: History) -> Iterator[Prompt]:
    for line in split(history, "categories", "category", compared=True).shown:
        if line.verdict == "higher" and line.usual:
            seen: Sentence = (line.name, " is higher than usual: ", line.figure, " against ", line.usual, ".")
            yield Prompt(seen, CATEGORIES.get(line.code, "Check what changed on your service in this quarter."))
    told = placements(history.current)
    yield from _weak_place(told)
    yield from _seldom(history, told)
    contact, moved = "Contact was most often made by ", "Talks that left your service most often went to "
    yield from _largest(history, "contact", "contact", said=contact, hints=CONTACT)
    yield from _largest(history, "moved_to", "moved_to", said=moved, hints=MOVED)
    yield from _late(history)


def _weak_place(told: tuple[Placement, ...]) -> Iterator[Prompt]:
    """The placement from which far fewer go on than from the best one."""
    rated = [(one.name, rate) for one in told if (rate := one.conversion_rate)]
    rated.sort(key=lambda one: one[1].part / one[1].whole)
    if len(rated) < 2 or 2 * rated[0][1].percent > rated[-1][1].percent:
        return
    (worst, least), (best, most) = rated[0], rated[-1]
    seen: Sentence = ("At ", worst, " ", least, " of openings end in a report, at ", best, " ", most, ".")
    yield Prompt(seen, "Look at what stands around the button there, and whether it is pressed by mistake.")


def _seldom(history: History, told: tuple[Placement, ...]) -> Iterator[Prompt]:
    """A placement where the button is hardly opened any more; one where it never was may have none."""
    before = [release for back in range(1, QUARTERS + 1) if (release := history.at(back))]
    for one in told:
        where = {"placement": one.name.text, "event": "opened"}
        if one.opened.low and any(release.figure("placements", **where).shown for release in before):
            seen: Sentence = ("At ", one.name, " the button was opened ", one.opened, " times, and more often before.")
            yield Prompt(seen, "Check that it can be seen, at most two steps away, and that its link is whole.")


def _largest(history: History, table: str, dimension: str, *, said: str, hints: Mapping[str, str]) -> Iterator[Prompt]:
    found = split(history, table, dimension)
    line: Line | None = next((one for one in found.shown if one.code in hints), None)
    if line:
        seen: Sentence = (said, line.name, " (", line.figure, " in the year)." if found.of_year else ").")
        yield Prompt(seen, hints[line.code])


def _late(history: History) -> Iterator[Prompt]:
    shown = split(history, "time_to_report", "time_to_report").shown
    if shown and shown[0].code in ("month", "longer"):
        seen: Sentence = ("The largest group of reports came late: ", shown[0].name, " (", shown[0].figure, ").")
        yield Prompt(seen, "Put the button where contact starts, so that a child finds it on the first day.")
