"""What the doctor finds in intake: whether letters can go out."""

from collections.abc import Iterator

from report_abuse_receiver.declarations import Finding
from report_abuse_receiver.ground.config import Settings
from report_abuse_receiver.ground.mail import MailServer
from report_abuse_receiver.ground.scheme.letter import telling


def letters(settings: Settings) -> Iterator[Finding]:
    """Where letters go out, and what their sender gives away."""
    if settings.smtp_url is None or settings.mail_from is None:
        yield Finding(check="mail", says="no letter is sent: a report is acknowledged on the page and its timeline")
        return
    server = MailServer.from_url(settings.smtp_url)
    says = f"letters go out through {server.host}, port {server.port} ({server.security}), from {settings.mail_from}"
    if telling(settings.mail_from):  # it shows in a list of letters before anything is opened
        says += "; that sender tells whoever looks over a child's shoulder what it is about: better choose a plain one"
    yield Finding(check="mail", says=says)
