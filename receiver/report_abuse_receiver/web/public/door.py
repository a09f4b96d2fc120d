"""The blueprint that every public view hangs on, and the converter that lets any path at all through."""

from flask import Blueprint
from werkzeug.routing import BaseConverter

public = Blueprint("public", __name__, template_folder="templates", static_folder="static", static_url_path="/assets")


class Anything(BaseConverter):
    """Whatever follows: nothing, slashes, new lines, 5 kB. No link may keep a child out, however broken it is."""

    regex = "(?s:.*)"
    part_isolating = False
