"""An intruder in a process of the receiver: opens it as the product does, takes every route, and says what it found.

python -m tests.parts.intruder FOLDER take      which reports it read, by route
python -m tests.parts.intruder FOLDER reap      which it read by what it planted, once the desk has worked
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from report_abuse_receiver.app import create_app
from report_abuse_receiver.centre import open_centre
from report_abuse_receiver.ground.config import load_settings
from report_abuse_receiver.store.engine import open_database
from tests.parts.child import Child
from tests.parts.routes import ROUTES, Inside, reaped

#: A word that stands in one report and nowhere else.
CANARY = "canary-{:04}-in-the-story"
_WORD = re.compile(rb"canary-(\d{4})-in-the-story")


def take(own: Path) -> dict[str, list[int]]:
    """Take every route, in the middle of the process's work."""
    centre = open_centre(load_settings(os.environ))
    Child(create_app(centre).test_client()).press().tell(story="somebody is writing")
    inside = Inside(centre=centre, environ=dict(os.environ), own=own)
    return {route.__name__: _read(route(inside)) for route in ROUTES}


def reap(own: Path) -> dict[str, list[int]]:
    """Come back for what the planting brought."""
    return {"planted": _read(reaped(open_database(load_settings(os.environ).database_url), own))}


def _read(loot: Iterator[bytes]) -> list[int]:
    return sorted({int(number) for piece in loot for number in _WORD.findall(piece)})


if __name__ == "__main__":
    print(json.dumps({"take": take, "reap": reap}[sys.argv[2]](Path(sys.argv[1]))))
