"""Ages: what people write where an age is asked, in figures and in words, read as whole years."""

import re
from collections.abc import Mapping

from report_abuse_receiver.ground.forms.typed import plain, short

_LONGEST = 100
_SLASH_OF_A_FRACTION = "\u2044"
#: Letters, with the marks that stand with those of India.
_LETTER = r"(?:[^\W\d_]|[\u0900-\u0dff])"
_WORD = re.compile(rf"{_LETTER}+")
_BEFORE_OR_BEHIND = rf"(?:{_LETTER}|[\s':.,()/~])*"
_AGE = re.compile(
    rf"(?P<before>{_BEFORE_OR_BEHIND}?)(?P<years>[0-9]{{1,3}})"
    rf"(?:[.,][05]| 1/2| [13]{_SLASH_OF_A_FRACTION}[24])?"
    rf"(?P<behind>{_BEFORE_OR_BEHIND}?)(?:(?P<months>[0-9]{{1,2}}) ?(?P<unit>[a-z]+))?\W*"
)
#: What people write around their age, in tongues whose pages there are or may be.
_ENGLISH_AND_WELSH = (
    "i am im m he hes she shes is it its s age aged old about around maybe just only turned and a half in now today "
    "ish yesterday year years yr yrs y o yo boy girl male female f b g lol btw "
    "dw dwi n mae rwy rydw yn bl blwydd flwydd mlwydd oed oedran hanner"
)
_OTHER_TONGUES = (
    "j ai ans an tengo años año anos tenho ho anni ich bin jahre jahr alt mam lat lata ani ik ben jaar år vuotta "
    "év éves let yaş yaşında yaşındayım мне мені лет год года років рік роки عمري سنة سنوات عام سال साल वर्ष "
    "歳 才 岁 歲 살 세"
)
_AROUND = frozenset(f"{_ENGLISH_AND_WELSH} {_OTHER_TONGUES}".split())
#: `Year 7` is a class at school, and those who are in it are 11.
_OF_SCHOOL = frozenset({"year", "yr", "y", "blwyddyn"})
_MONTHS = frozenset({"month", "months", "mth", "mths", "mo", "mos", "mis"})
_OF_BABIES = "week weeks wk wks day days baby newborn infant toddler unborn wythnos diwrnod babi baban"
_OF_THE_VERY_YOUNG = _MONTHS | frozenset(_OF_BABIES.split())
_MONTHS_OF_A_TEENAGER = 132
_YEARS_OR_MONTHS = re.compile(r".*[0-9] ?m\b.*")

_UP_TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_IN_WELSH = (
    "un=1 dau=2 ddau=2 dwy=2 ddwy=2 tri=3 dri=3 tair=3 dair=3 pedwar=4 bedwar=4 pedair=4 bedair=4 pump=5 bump=5 pum=5 "
    "chwech=6 chwe=6 saith=7 wyth=8 naw=9 deg=10 ddeg=10 deng=10 deuddeg=12 ddeuddeg=12 pymtheg=15 bymtheg=15 "
    "deunaw=18 ddeunaw=18 ugain=20"
)
_NUMBERS: Mapping[str, int] = {
    **{word: number for number, word in enumerate(_UP_TO_NINETEEN.split())},
    **{word: 10 * tens for tens, word in enumerate(_TENS.split(), start=2)},
    **{word: int(number) for word, _, number in (one.partition("=") for one in _IN_WELSH.split())},
}
_ON_TOP = "ar"
_IN_WORDS = re.compile(rf"\b(?:{'|'.join(_NUMBERS)})(?: (?:{'|'.join((*_NUMBERS, _ON_TOP))}))*\b")


def years(text: str) -> int | None:
    """The whole years that were meant, such as 12 for `12.`, `12 years`, `twelve` or `I am 12 and a half`; or None."""
    found = _AGE.fullmatch(_told(short(text))) if len(text) <= _LONGEST else None
    if found is None:
        return None
    before, behind = ({*_WORD.findall(found[part])} for part in ("before", "behind"))
    months = found["months"] is None or (found["unit"] in _MONTHS and bool(behind))
    return int(found["years"]) if before | behind <= _AROUND and before.isdisjoint(_OF_SCHOOL) and months else None


def years_of_another(text: str) -> int | None:
    """The same where somebody tells of another; None for `18m`, which may be months as well as a boy's years."""
    return None if _YEARS_OR_MONTHS.fullmatch(_told(short(text))) else years(text)


def is_very_young(text: str) -> bool:
    """Whether words about an age speak of months, weeks or days, or of a baby, and of nobody older."""
    told = _told(plain(text))
    if _OF_THE_VERY_YOUNG.isdisjoint(_WORD.findall(told)):
        return False
    counted = re.findall(r"([0-9]+)\W*([^\W\d_]*)", told)
    return all(unit in _OF_THE_VERY_YOUNG and int(count[:4]) < _MONTHS_OF_A_TEENAGER for count, unit in counted)


def _told(text: str) -> str:
    """In small letters, with numbers in figures, and with blanks for hyphens that stand beside a word."""
    apart = re.sub(rf"(?<={_LETTER}) ?[-\u2010-\u2015] ?| ?[-\u2010-\u2015] ?(?={_LETTER})", " ", text.casefold())
    return _IN_WORDS.sub(_figures, apart)


def _figures(spoken: re.Match[str]) -> str:
    """`twenty one`, `un deg dau` (ten and two), `un ar ddeg` (one on ten); what is no number stays as it is."""
    words = spoken[0].split()
    numbers, is_on_top = [_NUMBERS[word] for word in words if word != _ON_TOP], words[1:2] == [_ON_TOP]
    match numbers:
        case [number] if not is_on_top:
            return str(number)
        case [ones, (10 | 15) as tens] if is_on_top and len(words) == 3 and ones < 10:
            return str(ones + tens)
        case [tens, ones] if len(words) == 2 and tens >= 20 and 0 < ones < 10:
            return str(tens + ones)
        case [tens, 10] if _ON_TOP not in words and 0 < tens < 10:
            return str(10 * tens)
        case [tens, 10, ones] if _ON_TOP not in words and 0 < tens < 10 and ones < 10:
            return str(10 * tens + ones)
        case _:
            return spoken[0]
