"""Typed: what people type, press and paste, read as it was meant; every door reads a field by its one rule here.

The story and other free words stay as they were typed: `clean` is all that happens to them.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from report_abuse_receiver.ground.errors import NotAnAddress

if TYPE_CHECKING:
    from email_validator import ValidatedEmail

#: Letters that nobody sees and that are no format characters to Unicode: fillers, a blank of Braille, selectors.
_FILLERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U000e0000-\U000e0fff]"
)
#: What telephones put in place of an apostrophe.
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u201b\u02bc\u00b4\u2032\uff07"), "'")
#: Marks at the ends of a short field: quotes, brackets, full stops. A minus and a plus are no such marks.
_MARKS = ("Ps", "Pe", "Pi", "Pf", "Po")
_SLASH_OF_A_FRACTION = "\u2044"

_BEFORE_OR_BEHIND = r"(?:[^\W\d_]|[\s':.,()/~])*"
_AGE = re.compile(
    rf"(?P<before>{_BEFORE_OR_BEHIND}?)(?P<years>[0-9]{{1,3}})(?:[.,][05]| [13]{_SLASH_OF_A_FRACTION}[24])?"
    rf"(?P<behind>{_BEFORE_OR_BEHIND}?)(?:(?P<months>[0-9]{{1,2}}) ?(?P<unit>[a-z]+))?\W*"
)
#: What people write around their age, in tongues whose pages there are or may be.
_AROUND_AN_AGE = (
    "i am im m he she is it s age aged old about around maybe just only turned and a half year years yr yrs y o "
    "yo oed bl blwydd mlwydd oedran ans an años año anni jahre jahr alt lat jaar 歳 才 岁 歲 살 세"
)
_OF_MONTHS = "month months mth mths mo mos mis"
_OF_BABIES = "week weeks wk wks day days baby newborn infant toddler unborn wythnos diwrnod babi baban"
_OF_AN_AGE, _MONTHS = frozenset(_AROUND_AN_AGE.split()), frozenset(_OF_MONTHS.split())
_OF_THE_VERY_YOUNG = _MONTHS | frozenset(_OF_BABIES.split())
_MONTHS_OF_A_TEENAGER = 132
_LONGEST_AGE, _LONGEST_NO = 100, 100

_LETTERS = re.compile(r"[^\W\d_]+")
#: What is said in place of an answer that somebody does not have.
_SAYS_NO = (
    "no|none|nope|nah|na|n a|n|nil|null|nothing|not any|no way|no phone|no number|no email|no e mail|dont have one|"
    "i dont have one|dont have|havent got one|not got one|dont know|i dont know|idk|dim|dim un|nac oes|dim ffôn"
)
_NO = frozenset(_SAYS_NO.split("|"))

#: Numbers that nobody has, kept for films and for pages such as ours; they are as good as any (Ofcom).
_OF_STORIES = re.compile(r"\+44(?:7700900|1632960)[0-9]{3}")
_NUMBER = re.compile(r"\+?[0-9 ()./-]+")
_FEWEST_DIGITS = 5
_QUOTES = " \"',;:!?\u201c\u201d\u201e\u00ab\u00bb"

#: An address may begin with a hyphen and the like, but not with these, nor end with those; it never begins with a dot,
#: and one that does is asked for again: something may be missing before it.
_AROUND_AN_ADDRESS = " \"',;:<>()[]{}\u201c\u201d\u201e\u00ab\u00bb"
_BEHIND_AN_ADDRESS = f"{_AROUND_AN_ADDRESS}.!?/"
_TITLE = re.compile(r"(?:mailto|e-?mail) ?: ?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class EmailAddress:
    """An address that a server can take: `shown` as people write it, `domain` as servers do (ASCII)."""

    local: str
    domain: str
    shown: str

    @property
    def on_the_wire(self) -> str:
        """The address as it is handed to a server; where its name is not ASCII, that takes SMTPUTF8."""
        return f"{self.local}@{self.domain}"


def clean(text: str) -> str:
    """The text as it was typed, with one spelling of a new line and without half characters, which no file can hold."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\r\n", "\n").replace("\r", "\n")


def is_blank(text: str) -> bool:
    """Whether nobody could see anything of this text: blanks, control and direction marks, fillers only."""
    return all(letter.isspace() or unicodedata.category(letter) == "Cc" or _is_unseen(letter) for letter in text)


def plain(text: str) -> str:
    """A short text as it was meant.

    NFKC, nothing in it that cannot be seen, digits 0 to 9, straight apostrophes, one blank between words.
    """
    seen = "".join(_apart(letter) for letter in clean(text).translate(_APOSTROPHES) if not _is_unseen(letter))
    spelt = unicodedata.normalize("NFKC", seen)
    digits = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in spelt)
    return " ".join(digits.split())


def folded(text: str) -> str:
    """A plain text to compare with others, whatever case it came in."""
    return unicodedata.normalize("NFKC", plain(text).casefold())


def short(text: str) -> str:
    """A plain text without the quotes, brackets and full stops around it."""
    inner = plain(text)
    while inner and unicodedata.category(inner[0]) in _MARKS:
        inner = inner[1:].lstrip()
    while inner and unicodedata.category(inner[-1]) in _MARKS:
        inner = inner[:-1].rstrip()
    return inner


def age(text: str) -> int | None:
    """The whole years that were meant, such as 12 for `12.`, `12 years` or `I am 12 and a half`; None for the rest."""
    found = _AGE.fullmatch(short(text).casefold()) if len(text) <= _LONGEST_AGE else None
    if found is None:
        return None
    around = {*_LETTERS.findall(found["before"]), *_LETTERS.findall(found["behind"])}
    months = found["months"] is None or (found["unit"] in _MONTHS and bool(_LETTERS.search(found["behind"])))
    return int(found["years"]) if around <= _OF_AN_AGE and months else None


def is_very_young(text: str) -> bool:
    """Whether words about an age speak of months, weeks or days, or of a baby, and of nobody older."""
    told = plain(text).casefold()
    if _OF_THE_VERY_YOUNG.isdisjoint(_LETTERS.findall(told)):
        return False
    counted = re.findall(r"([0-9]+)\W*([^\W\d_]*)", told)
    return all(unit in _OF_THE_VERY_YOUNG and int(count[:4]) < _MONTHS_OF_A_TEENAGER for count, unit in counted)


def phone(text: str) -> str:
    """A telephone number in plain digits; words, such as whose it is, as they were typed."""
    number = re.sub("[\u2010-\u2015\u2212]", "-", plain(text)).strip(f"{_QUOTES}.")
    return number if _NUMBER.fullmatch(number) and sum(map(str.isdigit, number)) >= _FEWEST_DIGITS else clean(text)


def can_be_called(text: str, *, country: str) -> bool:
    """Whether a telephone number stands in it that is given out in `country` (ISO 3166), or in the one that it names.

    Many leave the plus of another country out.
    """
    from phonenumbers import (  # as below
        Leniency,
        PhoneNumberFormat,
        PhoneNumberMatcher,
        format_number,
        is_valid_number,
    )

    number = plain(text)
    abroad = "+" + letters_and_digits(number).removeprefix("00")
    found = [
        one.number
        for written in (number, number.removeprefix("+00"), f"0{number}", abroad)
        for one in PhoneNumberMatcher(written, country, leniency=Leniency.POSSIBLE)
    ]
    return any(
        is_valid_number(one) or _OF_STORIES.fullmatch(format_number(one, PhoneNumberFormat.E164)) for one in found
    )


def email(text: str) -> EmailAddress:
    """The one address that was meant: `<sam@example.com>`, `mailto:` and a full stop behind it make no difference.

    Raises NotAnAddress where no server takes it: no IP addresses, no quoted names, IDNA 2008. Nothing is looked up.
    """
    given = plain(text)
    named = re.fullmatch(r"[^<>@]*<([^<>]*)>", given)
    bare = _TITLE.sub("", (named[1] if named else given).lstrip(_AROUND_AN_ADDRESS)).strip()
    local, _, domain = re.sub(" ?@ ?", "@", bare.lstrip(_AROUND_AN_ADDRESS).rstrip(_BEHIND_AN_ADDRESS)).partition("@")
    domain = domain.partition("?")[0].rstrip(_BEHIND_AN_ADDRESS)  # a link may bring a subject along
    if not local or not domain or "@" in domain or " " in local + domain:
        raise NotAnAddress("whole")
    _check_address(f"a@{domain}", "domain")
    found = _check_address(f"{local}@{domain}", "local")
    if not all(letter.isascii() or unicodedata.category(letter)[0] in "LMN" for letter in found.local_part):
        raise NotAnAddress("local")
    return EmailAddress(local=found.local_part, domain=found.ascii_domain, shown=found.normalized)


def is_email(text: str) -> bool:
    """Whether a server could take this as an address, once it is read as it was meant."""
    try:
        return bool(email(text))
    except NotAnAddress:
        return False


def _check_address(text: str, part: str) -> "ValidatedEmail":
    from email_validator import EmailNotValidError, validate_email  # only here: no command waits for what it needs not

    try:
        return validate_email(text, check_deliverability=False, strict=True)
    except (EmailNotValidError, UnicodeError) as error:
        raise NotAnAddress(part) from error


def says_nothing(text: str) -> bool:
    """Whether there is nothing but marks or pictures, or a mere `no`, where a telephone number or address is asked."""
    return len(text) <= _LONGEST_NO and (not any(map(str.isalnum, plain(text))) or says_no(text))


def says_no(text: str) -> bool:
    """Whether this is a mere `no`, or not even that: full stops, a dash, a question mark."""
    if len(text) > _LONGEST_NO:
        return False
    told = folded(text)
    return " ".join(re.findall(r"\w+", told.replace("'", ""))) in _NO or all(map(_is_a_mark, told))


def identifier(text: str) -> str:
    """A name in small letters, such as a provider's id or a name to sign in with; that may end with a full stop."""
    return plain(text).lower().strip(_QUOTES)


def code(text: str) -> str:
    """A code of letters, digits, `-` and `_` that was given out, whatever came along as it was copied."""
    return re.sub(r"[^A-Za-z0-9_-]", "", plain(text))


def letters_and_digits(text: str) -> str:
    """A code in which blanks and marks only keep its groups apart."""
    return "".join(letter for letter in plain(text) if letter.isalnum())


def password(text: str) -> str:
    """A password as it is hashed: every keyboard's way of writing it is one (NFKC)."""
    return unicodedata.normalize("NFKC", text)


def words_in(text: str) -> list[str]:
    """The words of a text in small letters a to z, without whatever stands between them."""
    return re.findall("[a-z]+", folded(text))


def _is_unseen(letter: str) -> bool:
    return bool(_FILLERS.match(letter)) or unicodedata.category(letter) in ("Cf", "Cs")


def _is_a_mark(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter)[0] == "P" or letter in "+=~^`|<>$"


def _apart(letter: str) -> str:
    """A fraction in one character stands apart from the number before it: `12½` is not 121 of something."""
    one = unicodedata.normalize("NFKC", letter)
    return f" {letter}" if letter not in one and _SLASH_OF_A_FRACTION in one else letter
