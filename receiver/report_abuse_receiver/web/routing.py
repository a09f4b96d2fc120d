"""Paths: one that takes whatever follows, so that a door can answer to every address under it."""

from werkzeug.routing import BaseConverter


class Anything(BaseConverter):
    """Whatever follows: nothing, slashes, new lines, 5 kB. No link may keep a child out, however broken it is."""

    regex = "(?s:.*)"
    part_isolating = False
