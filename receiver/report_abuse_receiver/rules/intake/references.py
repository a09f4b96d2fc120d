"""References: a report's number, short enough to read over the telephone, with a check digit."""

import secrets

from report_abuse_receiver.ground.forms.typed import letters_and_digits

#: 23 letters and digits that neither look nor sound alike; a prime number of them, so that the check digit finds every
#: single slip and every swap of neighbours.
ALPHABET = "234679ACDEFHJKMNPRTUVWX"  # pragma: allowlist secret
_LENGTH, _GROUP = 8, 3


def new_reference() -> str:
    """A fresh reference such as `4HK-2MP-9TC`: eight random characters and a check character, in threes."""
    random = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    return _grouped(random + _check(random))


def read_reference(text: str) -> str | None:
    """The reference that was meant, whatever case, blanks and hyphens it came in; None where the check fails."""
    plain = letters_and_digits(text).upper()
    right = len(plain) == _LENGTH + 1 and set(plain) <= set(ALPHABET) and _check(plain[:-1]) == plain[-1]
    return _grouped(plain) if right else None


def _check(characters: str) -> str:
    weighted = sum(place * ALPHABET.index(letter) for place, letter in enumerate(characters, start=1))
    return ALPHABET[weighted % len(ALPHABET)]


def _grouped(plain: str) -> str:
    return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))
