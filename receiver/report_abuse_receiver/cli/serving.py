"""Serving: one process of waitress with the worker beside it, tuned so that slow visitors do not stop honest ones."""

import errno
import logging
import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress import create_server, wasyncore  # type: ignore[import-untyped] # waitress ships no types

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.config import Settings, keep_address
from report_abuse_receiver.ground.errors import CannotStart
from report_abuse_receiver.web import start_checks
from report_abuse_receiver.web.public.error_pages import MOST_GIVEN_BACK
from report_abuse_receiver.worker import run_worker

#: With waitress's own 100 and 120 s some hundred slow visitors keep everybody else out; with these, 900 do not (tried).
CONNECTIONS, PATIENCE = 2000, 20
THREADS = 8
#: More than our own limit, so that it is our page that answers what is too large, with the words still in it.
MOST_BYTES = 2 * MOST_GIVEN_BACK
#: Files beside the connections: the database, its journal, the listening socket …
_FILES = CONNECTIONS + 200


def listen(host: str, port: int) -> socket.socket:
    """Listen before anything else is started; port 0 takes a free one. Raises CannotStart."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, address = min(found, key=lambda one: one[0] != socket.AF_INET)  # localhost is 127.0.0.1 first
        return socket.create_server(address[:2], family=family, backlog=1024)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "another program has this port" if taken else error.strerror or "no such address"
        raise CannotStart(
            f"cannot listen on {host}, port {port}: {why}; choose another with --host and --port"
        ) from error


def port_of(sock: socket.socket) -> int:
    """The port that was really taken."""
    port: int = sock.getsockname()[1]
    return port


def url_of(host: str, sock: socket.socket) -> str:
    """What a browser on this machine calls it."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port_of(sock)}"


def serve(app: Flask, sock: socket.socket, settings: Settings) -> None:
    """Serve until a signal breaks in; answers in the making are finished first. Raises CannotStart."""
    start_checks.check(app)
    _allow_many_files()
    keep_address(settings)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for every visitor who waits tells nothing
    channels: dict[int, Any] = {}
    server = create_server(
        app,
        map=channels,
        sockets=[sock],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        channel_timeout=PATIENCE,
        asyncore_use_poll=True,  # select() breaks down at the 1,024th file
        max_request_body_size=MOST_BYTES,
        inbuf_overflow=2 * MOST_BYTES,  # no word of a report in a temporary file (S8)
        ident="",
        clear_untrusted_proxy_headers=settings.trusted_proxies == 0,
    )
    try:
        server.run()
    finally:
        wasyncore.close_all(channels)


@contextmanager
def working(centre: Centre, stop: threading.Event) -> Iterator[None]:
    """The worker in a thread of its own, until this block is left."""
    thread = threading.Thread(target=run_worker, args=(centre, stop), name="worker")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _allow_many_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
