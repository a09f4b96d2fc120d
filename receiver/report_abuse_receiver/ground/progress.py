"""How long work says how far it has come."""

from collections.abc import Callable

#: Called with how many are done, and of how many.
OnProgress = Callable[[int, int], None]
