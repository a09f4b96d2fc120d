"""Words for codes, in plain English and small letters; a code that a scheme adds is read as it is written."""

from collections.abc import Mapping
from datetime import datetime

from report_abuse_receiver.rules.feedback.periods import Quarter

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

WORDS: Mapping[str, Mapping[str, str]] = {
    "category": {
        "meeting": "encouraging a child to meet",
        "grooming": "grooming",
        "coercion": "threats and blackmail",
        "sexual_talk": "sexual conversation",
        "sexual_behaviour": "sexual behaviour, as on camera",
        "risky_behaviour": "risky behaviour",
        "child_image": "images of child abuse",
        "exploitation": "exploitation by a group or an older partner",
        "missing": "a missing child",
        "out_of_remit": "outside our remit, as bullying",
        "other": "something else",
    },
    "age_band": {
        "0-10": "10 or younger",
        "11-13": "11 to 13",
        "14-15": "14 or 15",
        "16-17": "16 or 17",
        "adult": "adult",
        "unknown": "age not known",
    },
    "reporter": {
        "child_self": "the child",
        "child_other": "another child",
        "parent": "a parent or carer",
        "professional": "someone who works with children",
        "other_adult": "another adult",
        "industry": "a company",
        "agency": "police or a child protection body",
    },
    "contact": {
        "public_post": "a public post",
        "direct_message": "direct messages",
        "group": "a group chat",
        "voice_video": "a voice or video call",
        "live_stream": "a live stream",
        "game_chat": "chat in a game",
        "friend_request": "a friend request",
        "in_person": "meeting in person",
        "other": "another way",
        "unknown": "a way not known",
    },
    "moved_to": {
        "none": "stayed where it was",
        "messenger": "a messenger",
        "video_chat": "video chat",
        "social": "a social network",
        "game": "a game",
        "phone": "telephone or text",
        "in_person": "meeting in person",
        "unknown": "not known",
    },
    "time_to_report": {
        "same_day": "on the same day",
        "week": "within a week",
        "month": "within a month",
        "longer": "later",
        "unknown": "not known",
    },
    "outcome": {
        "disseminated": "passed to police or another agency",
        "operations": "taken up by our own investigators",
        "advice": "advice given",
        "referred": "referred back to the service",
        "signposted": "signposted to another body",
        "no_action": "no further action",
        "duplicate": "known already",
    },
    "service_type": {
        "game": "games",
        "social": "social networks",
        "messenger": "messengers",
        "video": "video and streaming services",
        "forum": "forums",
        "other": "services of no common type",
    },
}


def word(vocabulary: str, code: str) -> str:
    """What a code is called, so that it can stand in the middle of a sentence."""
    return WORDS.get(vocabulary, {}).get(code) or code.replace("_", " ")


def month_name(month: str) -> str:
    """`2026-07` → July 2026."""
    year, _, number = month.partition("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def short_month(month: str) -> str:
    """`2026-07` → Jul."""
    return month_name(month)[:3]


def day_words(moment: str) -> str:
    """`2026-10-01T00:00:00Z` → 1 October 2026."""
    day = datetime.fromisoformat(moment)
    return f"{day.day} {month_name(f'{day:%Y-%m}')}"


def quarter_words(quarter: Quarter) -> str:
    """2026-Q3 → July to September 2026."""
    first, _, last = quarter.months
    return f"{month_name(first).partition(' ')[0]} to {month_name(last)}"


def year_words(year: str) -> str:
    """`2025` → April 2025 to March 2026."""
    return f"April {year} to March {int(year) + 1}"
