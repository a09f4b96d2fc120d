"""Lines of an import, built as a test needs them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

DECISION = {
    "decided_at": "2026-07-04T09:00:00Z", "category": "grooming", "outcome": "advice",
    "age_band": "11-13", "contact": "direct_message", "moved_to": "none",
}  # fmt: skip
ANSWERS = {
    "safe": "yes", "who": "me", "kinds": ["pretend"], "story": "He said he was 13.", "name": "Sam", "age": 13,
    "safe_way": "ask for me at school", "private": "safe",
}  # fmt: skip


def line(*, without: str = "", **changes: Any) -> dict[str, Any]:
    """A good line about the service `acme`, with `changes` made and one field left out."""
    whole = {
        "received_at": "2026-07-03T16:20:00Z",
        "source": {"provider": "acme", "placement": "chat"},
        "services": ["acme"],
        "answers": ANSWERS,
        "decision": DECISION,
    }
    return {name: value for name, value in (whole | changes).items() if name != without}


def story(words: str) -> dict[str, Any]:
    """A good line, not decided yet, in which somebody wrote these words."""
    return line(without="decision", answers={**ANSWERS, "story": words})


def written(path: Path, lines: Iterable[Mapping[str, Any] | bytes]) -> Path:
    """The file that holds these lines; bytes go in as they are."""
    raw = (one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines)
    path.write_bytes(b"".join(one + b"\n" for one in raw))
    return path
