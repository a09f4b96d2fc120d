"""How much of a thing is tried: enough for every day by `make test`, and all there is by `make proof`.

@tried(some=500, all=50_000)
def test_…(much: int) -> None: …
"""

from collections.abc import Callable
from typing import Any

import pytest

#: Seconds for a long proof.
LONG = 3600
in_proof = [pytest.mark.proof, pytest.mark.timeout(LONG)]


def tried(*, some: object, all: object) -> Callable[[Any], Any]:
    """Run the test twice: with `some` among all tests, and with `all` among the long proofs."""
    ways = [pytest.param(some, id="some"), pytest.param(all, id="all", marks=in_proof)]
    return pytest.mark.parametrize("much", ways)
