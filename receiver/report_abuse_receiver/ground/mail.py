"""Mail: one plain letter at a time through the operator's own mail server, with a time limit on every step."""

import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Self
from urllib.parse import unquote, urlsplit

from report_abuse.address import is_loopback
from report_abuse_receiver.ground.errors import MailRefused, MailUnreachable, NoSuchAddress, NotAnAddress
from report_abuse_receiver.ground.forms import typed
from report_abuse_receiver.ground.forms.typed import EmailAddress

#: Seconds that one step of a conversation may take; a hung server then costs a worker this long, and nobody else.
PATIENCE = 10
PLAIN, STARTTLS, TLS = "plain", "starttls", "tls"


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where letters are handed in. `security` is plain, starttls or tls; certificates are always checked."""

    host: str
    port: int
    security: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read SMTP_URL: smtps:// is TLS from the first byte; smtp:// is STARTTLS, and plain to this machine alone."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        security = TLS if parts.scheme == "smtps" else PLAIN if is_loopback(host) else STARTTLS
        return cls(
            host=host,
            port=parts.port or (465 if security == TLS else 25),
            security=security,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password or ""),
        )


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter in plain text. Its `message_id` is the same at every try, so that two deliveries show as one letter."""

    sender: str
    to: str = field(repr=False)
    subject: str
    body: str
    message_id: str
    date: datetime


def send(server: MailServer, letter: Letter) -> None:
    """Hand a letter to the mail server; when it returns, the server has taken it.

    Raises NoSuchAddress where the address is none that this server can take, MailRefused where the server says no,
    MailUnreachable where it says nothing in time.
    """
    sender, to = _address(letter.sender), _address(letter.to)
    message = _written(letter, sender, to)
    try:
        with closing(_connected(server, own_name=sender.domain)) as smtp:
            _check_letters(smtp, sender, to)
            smtp.send_message(message, sender.on_the_wire, [to.on_the_wire])
            with suppress(OSError):  # it has the letter: how it says goodbye is its own affair
                smtp.quit()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as error:
        raise MailRefused("the mail server would not take the letter") from error
    except (OSError, UnicodeError) as error:
        raise MailUnreachable("the mail server gave no answer, or none that can be trusted") from error


def _connected(server: MailServer, *, own_name: str) -> smtplib.SMTP:
    """Greet the server by the sender's own domain: the name of this machine would travel along in the letter."""
    trusted = ssl.create_default_context()
    if server.security == TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, own_name, timeout=PATIENCE, context=trusted)
    else:
        smtp = smtplib.SMTP(server.host, server.port, own_name, timeout=PATIENCE)
    try:
        if server.security == STARTTLS:
            smtp.starttls(context=trusted)
        if server.user is not None:
            smtp.login(server.user, server.password or "")
    except BaseException:
        smtp.close()
        raise
    return smtp


def _written(letter: Letter, sender: EmailAddress, to: EmailAddress) -> EmailMessage:
    plain = f"{sender.on_the_wire}{to.on_the_wire}".isascii()
    message = EmailMessage(policy=SMTP if plain else SMTPUTF8)
    message["From"] = sender.on_the_wire
    message["To"] = to.on_the_wire
    message["Subject"] = letter.subject
    message["Date"] = letter.date
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice answers it
    message.set_content(letter.body)
    return message


def _check_letters(smtp: smtplib.SMTP, *addresses: EmailAddress) -> None:
    """A name in other letters than ASCII takes SMTPUTF8, which a server has, or has not and never takes the letter."""
    smtp.ehlo_or_helo_if_needed()
    if not all(one.on_the_wire.isascii() for one in addresses) and not smtp.has_extn("smtputf8"):
        raise NoSuchAddress("the mail server takes no address in such letters (SMTPUTF8)")


def _address(text: str) -> EmailAddress:
    """One address and nothing else: no second one, no name, no line that could pass for a header of ours."""
    try:
        found = typed.email(text)
    except NotAnAddress as error:
        raise NoSuchAddress("this is not an address that mail can go to") from error
    if typed.folded(found.shown) != typed.folded(text):
        raise NoSuchAddress("something stands beside the address that mail should go to")
    return found
