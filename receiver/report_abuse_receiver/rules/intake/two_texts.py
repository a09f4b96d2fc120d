"""A page that was written in two places: nothing of either is lost, and less never takes the place of more."""

from collections.abc import Collection
from typing import Any

from report_abuse_receiver.ground.forms.answers import PageAnswers


def merged(held: PageAnswers, posted: PageAnswers, *, words: Collection[str]) -> dict[str, Any]:
    """A page's answers as they are held, and as they were posted by a form that had not seen them.

    Of `words`, the fields of own words, both texts are kept, or the one that holds the other; boxes are those ticked in
    either; of one answer out of a few the posted one counts, where there is one.
    """
    return {name: _both(held.get(name), posted.get(name), name in words) for name in {**held, **posted}}


def must_be_shown(held: PageAnswers, posted: PageAnswers, *, words: Collection[str]) -> bool:
    """Whether a child who posted this wrote, in a field of own words, what is now only part of what stands there."""
    both = merged(held, posted, words=words)
    return any(posted.get(name) not in (None, "", both.get(name)) for name in words)


def _both(held: Any, posted: Any, is_words: bool) -> Any:
    if posted in (None, "", [], ()):
        return posted if held is None else held
    if isinstance(held, list | tuple) and isinstance(posted, list | tuple):
        return list(dict.fromkeys((*held, *posted)))
    if not is_words or held in (None, "", posted):
        return posted
    return _both_texts(str(held), str(posted), held, posted)


def _both_texts(held: str, posted: str, *as_they_are: Any) -> Any:
    if posted in held:
        return as_they_are[0]
    return as_they_are[1] if held in posted else f"{held}\n\n{posted}"
