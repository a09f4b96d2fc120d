"""The blueprint that every public view hangs on."""

from flask import Blueprint

public = Blueprint("public", __name__, template_folder="templates")
