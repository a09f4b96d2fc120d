"""Words: our own list of 2,048 short, plain English words, out of which a child is given three to come back with."""

from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHIPPED = Path(__file__).with_name("words.txt")
#: Three of 2,048 are 33 bits. Ten tries an hour, the most there are, take a thousand years to make one in a hundred.
HOW_MANY, BITS = 3, 11


@cache
def word_list() -> tuple[str, ...]:
    """The list, in the order of the alphabet."""
    return tuple(SHIPPED.read_text("ascii").split())


def words_of(secret: str, nonce: str) -> str:
    """The three words of a draft, with blanks between: HKDF-SHA256 of its secret, 11 bits a word.

    Whoever holds the secret can see them again; from the words nobody gets at the secret.
    """
    derive = HKDF(algorithm=SHA256(), length=5, salt=None, info=f"report-abuse/words/1|{nonce}".encode())
    number = int.from_bytes(derive.derive(secret.encode("utf-8", "replace")))
    places = [number >> BITS * place & len(word_list()) - 1 for place in range(HOW_MANY)]
    return " ".join(word_list()[place] for place in places)
