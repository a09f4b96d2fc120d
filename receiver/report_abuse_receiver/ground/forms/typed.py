"""Typed: what people type, press and paste, read as it was meant; every door reads a field by its one rule here.

The story and other free words stay as they were typed: `clean` is all that happens to them.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

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

#: What is said in place of an answer that somebody does not have: a word that says no, and what may stand with it.
_SAYS_NO = "no none nope nah na n nil null nothing not never unknown dont don havent haven cant idk dunno dim nac"
_STANDS_WITH_A_NO = (
    "a i my one any anyone way phone mobile tel telephone number email e mail address name have got know say sure do t "
    "yet sorry thanks thank you un oes gen ffôn rhif ebost enw gwybod"
)
_NO, _WITH_A_NO = frozenset(_SAYS_NO.split()), frozenset(_STANDS_WITH_A_NO.split())
_LONGEST_NO = 100

#: Numbers that nobody has, kept for films and for pages such as ours; they are as good as any (Ofcom).
_OF_STORIES = re.compile(r"\+44(?:7700900|1632960)[0-9]{3}")
_NUMBER = re.compile(r"\+?[0-9 ()./-]+")
_FEWEST_DIGITS = 5
_QUOTES = " \"',;:!?\u201c\u201d\u201e\u00ab\u00bb"

#: An address may begin with a hyphen and the like, but not with these; it never begins with a dot, and one that does is
#: asked for again: something may be missing before it. Nor does it end with anything but a letter or digit.
_BEFORE_AN_ADDRESS = re.compile(r"^(?:[^\w!#-&*+/=?^`{|}~.-]|([*_`~|])(?=.*\1\W*$))+")
_LONGEST_ADDRESS = 1000
_LIST_MARK = re.compile(r"\(?[0-9]{1,2}[.):]\)?")
#: What people write before and behind their address, and nothing that is worth keeping.
_STANDS_BESIDE = (
    "my the this e mail email emails mailto gmail googlemail hotmail outlook yahoo icloud address addy is its it s at "
    "here to from on use me contact write mine thanks thank you ta please pls ebost fy yw"
)
_BESIDE_AN_ADDRESS = frozenset(_STANDS_BESIDE.split())
_LABEL = re.compile(rf"(?<![^\s('\"<\[])(e-mail|{'|'.join(_STANDS_BESIDE.split())}) ?[:=] ?", re.IGNORECASE)
_MAILTO = re.compile(r"\W*mailto ?:", re.IGNORECASE)


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
    if len(text) > _LONGEST_ADDRESS:
        raise NotAnAddress("whole")
    local, _, domain = _bare_address(unquote(text) if _MAILTO.match(text) else text).partition("@")
    if not local or not domain or "@" in domain:
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


def _bare_address(text: str) -> str:
    """What may be the address, without what stands around it. Raises NotAnAddress where words would be lost."""
    given = plain(text)
    named = re.fullmatch(r"[^<>@]*<([^<>]*)>\W*", given)
    joined = re.sub(r" ?@ ?", "@", named[1] if named else given)
    joined = re.sub(r"(?<=@)([^\s.]+)(?: \. ?|\. )(?=\w)", r"\1.", joined)  # telephones put a blank behind a dot
    words = _LABEL.sub(r"\1 ", joined).split()
    others, found = ([word for word in words if ("@" in word) == held] for held in (False, True))
    beside = {word for other in others for word in re.findall(r"[^\W_]+", _LIST_MARK.sub("", other.casefold()))}
    if len(found) != 1 or not beside <= _BESIDE_AN_ADDRESS:
        raise NotAnAddress("whole")
    bare = _BEFORE_AN_ADDRESS.sub("", re.sub(r"(?<=@)([^?]*)\?.*", r"\1", found[0]), count=1)  # a link has a subject
    while bare and unicodedata.category(bare[-1])[0] not in "LNM":
        bare = bare[:-1]
    return bare


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
    words = {*re.findall(r"\w+", told.replace("'", ""))}
    return all(map(_is_a_mark, told)) or (not words.isdisjoint(_NO) and words <= _NO | _WITH_A_NO)


def identifier(text: str) -> str:
    """A name in small letters, such as a provider's id or a name to sign in with; that may end with a full stop."""
    return plain(text).lower().strip(_QUOTES)


def code(text: str) -> str:
    """A code of letters, digits, `-` and `_` that was given out, whatever came along as it was copied."""
    return re.sub(r"[^A-Za-z0-9_-]", "", plain(text))


def term(text: str) -> str:
    """A code of a closed list, such as `no_action`; people write blanks, hyphens and dashes between its words."""
    return re.sub(r"[\W_]+", "_", identifier(text)).strip("_")


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
