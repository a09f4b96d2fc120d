"""The letter by mail: this centre's own words, checked at start for whatever would give a child away."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from report_abuse_receiver.ground.errors import CannotStart

#: What nobody who looks over a child's shoulder may read, in parts of words too. English counts in every language.
#: Welsh changes how a word begins, so its words stand here without their first letters where it does.
TELLING: Mapping[str, tuple[str, ...]] = {
    "en": (
        "abuse", "report", "sex", "nude", "naked", "police", "crime", "criminal", "danger", "emergency",
        "groom", "threat", "blackmail", "rape", "assault", "violen", "victim", "offend", "suspect", "predator",
        "paedo", "pedo", "porn", "exploit", "webcam", "picture", "photo", "image", "child", "young",
        "childline", "nspcc", "ceop", "safe", "protect", "worri", "scared", "secret", "http", "www.",
        "help",
    ),
    "cy": (
        "amdrin", "am-drin", "adrodd", "rhywiol", "rywiol", "noeth", "heddlu", "rosedd", "erygl", "argyfwng",
        "meithrin", "ygwth", "ygyth", "lacmel", "reisio", "trais", "drais", "ymosod", "ioddef", "amheu",
        "edoffil", "ornogra", "amfanteis", "we-gam", "lluniau", "luniau", "ffoto", "elwedd", "lentyn", "plant",
        "blant", "phlant", "mhlant", "ifanc", "iogel", "amddiffyn", "warchod", "oeni", "ryder", "ychryn",
        "yfrinach", "bwlio", "fwlio", "niwed", "niweid", "ysglyfaeth", "elpu", "ymorth",
    ),
}  # fmt: skip
#: Mail programs make a link of anything with a dot and no blank after it.
_LINK = re.compile(r"\w+(?:[.@]\w+)+|\w*://")


@dataclass(frozen=True, kw_only=True)
class LetterWords:
    """What the letter says, a paragraph each; the promise to a child or adult stands between `before` and `after`."""

    subject: str
    before: tuple[str, ...]
    child: str
    adult: str
    after: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it, both promises too."""
        return (self.subject, *self.before, self.child, self.adult, *self.after)

    def body(self, promise: str) -> str:
        """The letter with this promise in it."""
        return "\n\n".join((*self.before, promise, *self.after)) + "\n"

    def in_words(self, own: Mapping[str, str]) -> "LetterWords":
        """The same letter with other words for those of its sentences that have some."""

        def say(one: str) -> str:
            return own.get(one) or one

        return LetterWords(
            subject=say(self.subject),
            before=tuple(map(say, self.before)),
            child=say(self.child),
            adult=say(self.adult),
            after=tuple(map(say, self.after)),
        )


def telling(text: str, language: str = "en") -> list[str]:
    """The words in a text that tell what it is about."""
    listed = (*TELLING["en"], *TELLING.get(language.partition("-")[0], ()))
    return [word for word in listed if word in text.lower()]


def check_letter(letter: LetterWords, *, language: str, names: tuple[str, ...]) -> None:
    """Raise CannotStart where the letter tells what it is about, names the centre (`names`) or leads anywhere."""
    text = "\n".join(letter.sentences)
    named = [name for name in names if name.lower() in text.lower()]
    found = [*telling(text, language), *named, *_LINK.findall(text)]
    if found:
        raise CannotStart(
            f"REPORT_ABUSE_SCHEME: [letter] in {language!r} holds {found[0]!r}: a link, or a word that tells others "
            "what it is about; word it without"
        )
    if not letter.subject.isprintable():
        raise CannotStart(f"REPORT_ABUSE_SCHEME: [letter] in {language!r} has a subject of more than one line")
