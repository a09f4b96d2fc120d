"""A mail server that takes letters, refuses them, keeps people waiting or asks them to come again later."""

import asyncio
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.parts.real import free_port

OK, ACCEPTS, REFUSES, TURNS_BACK, GREYLISTS, HANGS = "250 OK", "accepts", "refuses", "turns back", "greylists", "hangs"


class Sink:
    """Keeps what it was handed in `envelopes`; `mood` says how it behaves from now on."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.greetings: list[str] = []
        self.tried = 0
        self.mood = ACCEPTS
        self._seen: set[str] = set()

    @property
    def letters(self) -> list[EmailMessage]:
        """What was handed in, read."""
        return [message_from_bytes(raw, policy=default) for raw in self.raw]

    @property
    def raw(self) -> list[bytes]:
        """What was handed in, byte by byte."""
        return [one.content for one in self.envelopes if isinstance(one.content, bytes)]

    @property
    def recipients(self) -> list[str]:
        """Every address that a letter was for, once for each letter."""
        return [to for one in self.envelopes for to in one.rcpt_tos]

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd calls it so
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Say what this server's mood makes it say."""
        self.tried += 1
        self.greetings.append(str(session.host_name))
        while self.mood == HANGS:
            await asyncio.sleep(0.02)
        if self.mood == REFUSES:
            return f"550 <{address}> no such user here"
        if self.mood == GREYLISTS and address not in self._seen:
            self._seen.add(address)
            return "451 come back in a moment"
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- as above
        """Take the letter, or change its mind about it."""
        if self.mood == TURNS_BACK:
            return "554 we do not want this"
        self.envelopes.append(envelope)
        return OK


def serving(sink: Sink, **options: Any) -> Controller:
    """A server for `sink` on a free port of this machine; stop it with `.stop()`."""
    controller = Controller(sink, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    return controller


@pytest.fixture
def sink() -> Sink:
    """What came in."""
    return Sink()


@pytest.fixture
def smtp_url(sink: Sink) -> Iterator[str]:
    """A mail server of this machine that hands everything to `sink`."""
    controller = serving(sink)
    yield f"smtp://127.0.0.1:{controller.port}"
    sink.mood = ACCEPTS
    controller.stop()
