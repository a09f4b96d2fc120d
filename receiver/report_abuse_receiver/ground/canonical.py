"""Canonical JSON: equal content is equal to the byte, so that its SHA-256 tells whether anything changed."""

import hashlib
import json
from collections.abc import Callable
from typing import Any


def canonical(content: object, *, default: Callable[[Any], Any] | None = None) -> str:
    """The one way to write something as JSON, in ASCII; raises TypeError for what is none and has no `default`."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=default)


def sha256(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
