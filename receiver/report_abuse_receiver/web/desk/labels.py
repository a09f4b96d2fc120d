"""Words of the desk for codes, in plain English: short, because they stand side by side in the queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from report_abuse_receiver.ground.forms.fields import Question
from report_abuse_receiver.ground.forms.pages import PAGES, questions

WORDS: Mapping[str, Mapping[str, str]] = {
    "why": {
        "not_safe": "in danger now",
        "meeting_soon": "a meeting soon",
        "perhaps_not_safe": "perhaps in danger",
        "threat": "threats",
        "touched": "touched or hurt",
        "has_met": "has met them",
        "meeting_later": "a meeting later",
        "wants_to_meet": "they want to meet",
        "camera": "asked on camera",
        "knows_where": "they know where",
        "other_children": "other children too",
        "child": "a child",
        "none": "nothing urgent",
    },
    "kind": {
        "sex_talk": "sexual talk",
        "asked_images": "asked for pictures",
        "camera": "on camera",
        "threat": "threats",
        "meet": "wants to meet",
        "touch": "touched or hurt",
        "pretend": "false age or name",
        "my_image": "picture of a child known",
        "seen_image": "picture seen",
        "bullying": "bullying",
        "hacked": "hacked account",
        "other": "something else",
    },
    "state": {"new": "new", "claimed": "claimed", "decided": "decided", "closed": "closed"},
    "role": {"feedback_officer": "feedback officer"},
    "organisation": {"child_protection": "child protection"},
    "action": {"freeze": "Freeze a quarter", "export": "Take reports out"},
    "event": {"additions-read": "additions read", "added": "added to", "urgency-raised": "urgency raised"},
    "safe": {"yes": "yes", "no": "no, in danger now", "unsure": "not sure"},
}

#: What staff call the pages that a child answers.
HEADINGS = {
    "safe": "Safety",
    "who": "Who needs help",
    "what": "What happened",
    "them": "Who did it",
    "you": "Who reports",
    "child": "The child who needs help",
    "contact": "How to reach them",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A page of the report: what was asked, and what was said."""

    heading: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def told(answers: Mapping[str, object]) -> list[Told]:
    """Every answer under the words of its question, in the order in which they were asked."""
    pages = [Told(heading=HEADINGS[page], rows=tuple(_rows(questions(page), answers))) for page in PAGES]
    return [page for page in pages if page.rows]


def _rows(asked: Mapping[str, Question[Any]], answers: Mapping[str, object]) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (question.metadata["label"], _in_words(question, answers[name]))
        for name, question in asked.items()
        if name in answers
    ]


def _in_words(question: Question[Any], value: Any) -> tuple[str, ...]:
    words = dict(question.metadata["choices"])
    return tuple(words.get(one, str(one)) for one in (value if isinstance(value, list) else [value]))
