"""Words: our own list of 2,048 short, plain English words, out of which a child is given three to come back with."""

import secrets
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).with_name("words.txt")
#: Three of 2,048 are 33 bits. Ten tries an hour, the most there are, take a thousand years to make one in a hundred.
HOW_MANY = 3


@cache
def word_list() -> tuple[str, ...]:
    """The list, in the order of the alphabet."""
    return tuple(SHIPPED.read_text("ascii").split())


def draw_words() -> str:
    """Three words by chance, with blanks between."""
    return " ".join(secrets.choice(word_list()) for _ in range(HOW_MANY))
