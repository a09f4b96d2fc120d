"""A crowd at the door: children who take their time, and programs that post whatever they find, by their addresses."""

from collections.abc import Callable, Iterator

from flask import Flask
from flask.testing import FlaskClient

from tests.parts.child import LEAST

#: A school behind one address, others in its network, and the rest of the world (all of them for documentation only).
SCHOOL = "192.0.2.1"
BESIDE = "192.0.2.{}"
ELSEWHERE = "198.51.100.{}"

Fields = list[tuple[str, str]]
#: The pages that must be answered.
ASKING = ("safe", "who", "what", "you", "contact")
ANSWERS: Fields = [(name, one) for name, said in LEAST.items() for one in ([said] if isinstance(said, str) else said)]


def addresses_of_bots() -> Iterator[str]:
    """One from the school's own address, one from beside it, one from elsewhere, and so on without end."""
    number = 0
    while True:
        number += 1
        yield SCHOOL
        yield BESIDE.format(2 + number % 250)
        yield ELSEWHERE.format(1 + number % 250)


def at(app: Flask, address: str) -> FlaskClient:
    """A browser at this address."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def post_as_a_program(post: Callable[[str, Fields], int], *, number: int) -> set[int]:
    """Everything at once and without reading: a third fill every box, a third send what others sent; all statuses."""
    sort = number // 3 % 3
    words = [("story", f"buy {number if sort else 'this'}"), ("spare", "x" if sort == 1 else "")]
    pages = [(f"/report/{page}", ANSWERS + words) for page in ASKING]
    return {post(path, fields) for path, fields in [("/start", []), *pages, ("/report/check", words)]}
