"""The app factory: one Flask app that shows the faces its process was told to show."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.web import desk, ops, public, start_checks
from report_abuse_receiver.web.public.lanes import Lanes
from report_abuse_receiver.web.routing import Anything


def create_app(centre: Centre) -> Flask:
    """Make the WSGI app of an opened centre. Raises CannotStart where the environment makes it unsafe.

    `FACES` decides what it shows: `public` the child's pages, `desk` those of staff; `partner` has no pages yet. The
    two operational questions are answered by every process.
    """
    app = Flask("report_abuse_receiver", static_folder=None)
    app.extensions["centre"] = centre
    app.extensions["lanes"] = Lanes(
        app, storage_uri=centre.settings.ratelimit_storage_uri, secret=centre.keys.link_master
    )
    app.url_map.merge_slashes = False  # a redirect for `//` would answer for a door without asking it
    app.url_map.strict_slashes = False  # people write a slash at the end, and a redirect would lose what they post
    app.url_map.converters["anything"] = Anything
    app.register_blueprint(ops.ops)
    if "public" in centre.settings.faces:
        public.register(app)
    if "desk" in centre.settings.faces:
        desk.register(app)
    proxies = centre.settings.trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign] # Flask's own way to wrap a WSGI app
    start_checks.check(app)
    return app
