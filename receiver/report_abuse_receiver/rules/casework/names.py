"""Names: accounts, addresses and numbers by which two reports can be known to speak of one person (C16, C18, C20).

Children write what they know, in their own order: `DarkWolf99 on snap, dave, 07700 900123`. Case, widths of letters and
ways of writing a number make no difference. Letters of other alphabets that look alike do.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number

from report_abuse_receiver.ground.errors import NotAnAddress
from report_abuse_receiver.ground.forms.typed import clean, email, folded, plain, says_no
from report_abuse_receiver.rules.casework.profile_links import read_link

#: Answers that may hold a name, and those that hold whoever writes, whose own names are left out.
OF_THEM, OF_ANYBODY = "their_names", ("their_names", "story", "more")
OF_WHOEVER_WRITES = ("name", "child_name", "phone", "email", "safe_way", "reach")

_APP = (
    "snap(?:chat)?|sc|insta(?:gram)?|ig|discord|dc|tik ?tok|tt|whats ?app|wa|roblox|xbox|psn|ps[45]|steam|kik|telegram|"
    "tg|fb|facebook|messenger|twitter|x|twitch|you ?tube|yt|minecraft|fortnite|skype|signal|viber|gamertag"
)
_KIND = "(?: ?(?:user|screen|gamer)?(?:names?|user|id|tag|account|acc|handle))"
_IS = r"(?:is|are|was|ydy|yw)"
_BETWEEN_NAMES = re.compile(rf"[,;|\u3001\u060c\u061b]+|\s+(?=(?:{_APP}){_KIND}?\s*[:=](?!//))", re.IGNORECASE)
#: Between names that are no links.
_AND = re.compile(r"\s+(?:and|or|aka|also|now|then|ac|neu)\s+|\s*[&+/]\s*", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[\s,;|()<>\[\]{}\"\u201c\u201d\u00ab\u00bb\u3001]+")
#: What NFKC writes out in letters that belong to no name.
_OF_TRADE = str.maketrans(dict.fromkeys("\u2122\u2120", " "))
#: Categories of what letters of some scripts are made of: marks that stand with them, not around them.
_OF_WORDS = ("Mn", "Mc")
#: What accounts hold beside letters and digits, but do not begin or end with; names of people hold apostrophes, too.
_IN_ACCOUNTS, _IN_NAMES, _NOT_AT_ENDS = "._-@", "._-@'", ".-'"
_AROUND = "@#.,:;!?'\"()[]<>*\u201c\u201d\u00ab\u00bb"
_LIST_MARK = re.compile(
    r"^\s*(?:[-–—•·▪◦‣*>+→»✓✔☑]+\s+|\(?#?[0-9]{1,2}[.)\u20e3]\s*(?=\D)|#?[0-9]{1,2}\s?[:–—-]\s+|#[0-9]{1,2}\s+|"
    r"[1-9]\s+(?=\S+$)|\(?[a-z][.)]\s+)"
)
#: `snap:`, `Insta name =`, `discord -`, `snap` before a single word, `his name is`, `called` before a name.
_LABEL = re.compile(
    r"^(?:on )?(?:(?:his|her|their|the|my) )?(?:"
    rf"[^\W\d_]+{_KIND}?(?: {_IS})?\s*[:=](?!//)|"
    rf"(?:{_APP}){_KIND}?(?:\s+[-–—]|-(?=\s)|\s*[-–—=]?[>→]+|\s+{_IS}\b|\s+(?=\S+$))|"
    rf"{_KIND}\s+{_IS}\b|(?:(?:he|she|they)(?:'s| is| are)? )?(?:called|known as|aka|named)\b)\s*",
    re.IGNORECASE,
)
#: `on snap`, `- snap`, `: snap`, `#1234` and `—he is 14` behind it.
_BEHIND = re.compile(
    rf"(?<=\S)(?:\s+(?:on|from|in|at|off)\s+(?:the\s+|his\s+|her\s+)?(?:{_APP})\b(?!\s*[:=]).*|"
    rf"(?:\s+[-–—]\s*|\s*[:=@/]\s*|\s+)(?:{_APP})(?:\s?{_KIND})?\W*|\s*#\s?[0-9]{{4,5}}|[–—](?=\S).*)$",
    re.IGNORECASE,
)
#: Words that name nobody, where nothing else is said.
_OF_NOBODY = (
    "a an the he she they him her his them their is was are it i me my mine man men boy boys girl girls guy guys woman "
    "lady lad person people someone somebody name names user username account old older young age years yrs yr some "
    "same other another friend friends mum dad stepdad brother sister uncle aunt cousin teacher stranger on in at from "
    "online just only app game chat server"
)
_NOBODY = frozenset(_OF_NOBODY.split())
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_EMAIL = re.compile(r"[^\s@<>()\[\]{},;:/?\"\u201c\u201d\u00ab\u00bb\u300c\u300d]{1,64}@[\w.\u3002-]{1,250}\w")
_ONE_APP = re.compile(_APP)
#: Letters; shorter ones are in every text.
_SHORTEST_NAME, _SHORTEST_HANDLE, _SHORTEST_MARKED = 4, 6, 3
_FEWEST_DIGITS = 9  # of a telephone number; dates and prices have fewer
_MOST_WORDS = 2  # of a name that stands alone; more are a sentence


def may_name(answers: Mapping[str, object]) -> bool:
    """Whether anything is written where people name whom they tell of."""
    return any(answers.get(field) for field in OF_ANYBODY)


def names_in(answers: Iterable[Mapping[str, object]], *, country: str) -> Mapping[str, str]:
    """Each name in its one spelling, and as it was typed first; `answers` are the report's and those of each addition.

    `country` (ISO 3166, two letters) says how a telephone number without its country is read.
    """
    everything = [*answers]
    theirs = [name for said in everything for name in _theirs(said, country)]
    own = {spelling for said in everything for spelling, _ in _own(said, country)}
    return {spelling: typed for spelling, typed in reversed(theirs) if spelling not in own}


def _theirs(said: Mapping[str, object], country: str) -> Iterator[tuple[str, str]]:
    yield from _alone(str(said.get(OF_THEM, "")))
    for field in OF_ANYBODY:
        yield from _marked(str(said.get(field, "")), country)


def _own(said: Mapping[str, object], country: str) -> Iterator[tuple[str, str]]:
    for field in OF_WHOEVER_WRITES:
        yield from _alone(str(said.get(field, "")))
        yield from _marked(str(said.get(field, "")), country)


def _marked(text: str, country: str) -> Iterator[tuple[str, str]]:
    """What is a name wherever it stands: a telephone number, an e-mail address, an account."""
    for line in _lines(text):
        yield from _numbers(line, country)
        for word in _BETWEEN_WORDS.split(line):
            yield from _in_word(word)


def _numbers(line: str, country: str) -> Iterator[tuple[str, str]]:
    for number in PhoneNumberMatcher(line, country, leniency=Leniency.POSSIBLE):
        if sum(map(str.isdigit, number.raw_string)) >= _FEWEST_DIGITS:
            yield format_number(number.number, PhoneNumberFormat.E164), number.raw_string


def _in_word(word: str) -> Iterator[tuple[str, str]]:
    link = read_link(_LABEL.sub("", word).strip(_AROUND))
    addresses = [] if link else [one for one in map(_address, _EMAIL.findall(word)) if one]
    if addresses:
        yield from addresses
        return
    pieces = [piece for part in (link.path if link else (word,)) for piece in _split(part, _IN_ACCOUNTS)]
    for piece in pieces:
        name = piece.lstrip("@")
        if _is_handle(name, marked=piece != name):
            yield folded(name), name


def _address(text: str) -> tuple[str, str] | None:
    """An address in its one spelling, and as it is shown."""
    try:
        found = email(text)
    except NotAnAddress:
        return None
    return f"{folded(found.local)}@{found.domain}", found.shown


def _alone(text: str) -> Iterator[tuple[str, str]]:
    """What is a name because nothing else stands beside it."""
    parts = [part for line in _lines(text) for part in _BETWEEN_NAMES.split(_LIST_MARK.sub("", line, count=1))]
    for name in (name for part in parts for name in _names_of(part)):
        if len(name.split()) <= _MOST_WORDS and len(name) >= _SHORTEST_NAME and _says_who(name):
            yield (_address(name) if "@" in name else None) or (folded(name), name)


def _names_of(part: str) -> list[str]:
    """The names in a part of a line, without what stands around them: a list mark, `snap:`, `on snap`, pictures."""
    plain = _IN_BRACKETS.sub(" ", _LIST_MARK.sub("", part, count=1)).strip()
    bare = _LABEL.sub("", _BEHIND.sub("", plain), count=1)
    link, address = read_link(bare), _address(plain) if "@" in plain else None
    if link or address:
        return [(link and link.leads_to) or (address and address[1]) or bare.strip(_AROUND)]
    each = (_LABEL.sub("", _BEHIND.sub("", one.strip()), count=1) for one in _AND.split(bare))
    return [" ".join(_split(one, _IN_NAMES)).removesuffix("'s").lstrip("@") for one in each]


def _says_who(name: str) -> bool:
    """Whether there is more in it than an app, `some boy` or `don't know`."""
    words = name.casefold().split()
    told = [word for word in words if word.lstrip("0123456789") not in _NOBODY and not _ONE_APP.fullmatch(word)]
    is_told = any(letter.isalpha() for word in told for letter in word)
    return is_told and not says_no(name) and not _ONE_APP.fullmatch(" ".join(words))


def _lines(text: str) -> list[str]:
    return [plain(line) for line in clean(text).translate(_OF_TRADE).splitlines()]


def _split(text: str, beside: str) -> list[str]:
    """A text split at whatever is neither letter nor digit of any script nor one of `beside`; an @ before one stays."""
    held = "".join(letter if letter in beside or _is_of_a_word(letter) else " " for letter in text)
    apart = re.sub(r"(?<=[^\s@])@+", " ", held)
    return [piece for piece in (one.strip(_NOT_AT_ENDS) for one in apart.split()) if piece.strip("@")]


def _is_of_a_word(letter: str) -> bool:
    kind = unicodedata.category(letter)
    return kind[0] in "LN" or kind in _OF_WORDS


def _is_handle(name: str, *, marked: bool) -> bool:
    """Letters with a digit or an underscore among them, as no word of a sentence has; or anything behind an @."""
    if not (name[:1].isalpha() or name[:1] == "_"):
        return False
    if marked:
        return len(name) >= _SHORTEST_MARKED
    return len(name) >= _SHORTEST_HANDLE and any(letter.isdigit() or letter == "_" for letter in name)
