"""Mail on its way: encrypted to everywhere but this machine, and never to a server that cannot prove who it is."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from report_abuse_receiver.ground import mail
from report_abuse_receiver.ground.errors import MailRefused, MailUnreachable
from report_abuse_receiver.ground.mail import PLAIN, STARTTLS, TLS, Letter, MailServer
from tests.parts.mail import Sink, serving

MOMENT = datetime(2026, 7, 3, 12, tzinfo=UTC)
LETTER = Letter(
    sender="post@hello.example",
    to="sam@example.com",
    subject="Hello",
    body="x",
    message_id="<x@y.example>",
    date=MOMENT,
)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of its own making for localhost, with its key."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )  # fmt: skip
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "mail.pem").write_bytes(secret + made.public_bytes(Encoding.PEM))
    return tmp_path / "mail.pem"


@pytest.fixture
def encrypted(sink: Sink, certificate: Path) -> Iterator[Controller]:
    """A server that takes letters after STARTTLS and a password only."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    controller = serving(
        sink, tls_context=context, require_starttls=True, auth_required=True, authenticator=only_the_right_password
    )
    yield controller
    controller.stop()


def only_the_right_password(*said: object) -> AuthResult:
    data = said[-1]
    known = (getattr(data, "login", b""), getattr(data, "password", b"")) == (b"post@hello.example", b"s/cret")
    return AuthResult(success=known, handled=False)


def local(controller: Controller, *, password: str = "s/cret") -> MailServer:
    return MailServer(
        host="localhost", port=controller.port, security=STARTTLS, user="post@hello.example", password=password
    )


def test_a_letter_goes_out_encrypted_and_with_a_password(
    sink: Sink, encrypted: Controller, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mail.send(local(encrypted), LETTER)
    assert sink.recipients == ["sam@example.com"]


def test_a_wrong_password_is_a_refusal(
    sink: Sink, encrypted: Controller, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(MailRefused):
        mail.send(local(encrypted, password="wrong"), LETTER)
    assert sink.envelopes == []


def test_a_server_that_cannot_prove_who_it_is_gets_neither_password_nor_letter(
    sink: Sink, encrypted: Controller
) -> None:
    with pytest.raises(MailUnreachable):
        mail.send(local(encrypted), LETTER)
    assert sink.envelopes == []


def test_a_server_without_encryption_gets_nothing_unless_it_is_this_machine(sink: Sink, smtp_url: str) -> None:
    here = MailServer.from_url(smtp_url)
    with pytest.raises(MailRefused):
        mail.send(MailServer(host="localhost", port=here.port, security=STARTTLS), LETTER)
    assert sink.envelopes == []


@pytest.mark.parametrize(
    ("url", "host", "port", "security"),
    [
        ("smtp://mail.example", "mail.example", 25, STARTTLS),
        ("smtp://mail.example:587", "mail.example", 587, STARTTLS),
        ("smtps://mail.example", "mail.example", 465, TLS),
        ("smtps://localhost:4465", "localhost", 4465, TLS),
        ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, PLAIN),
        ("smtp://[::1]", "::1", 25, PLAIN),
        ("smtp://localhost", "localhost", 25, PLAIN),
    ],
)
def test_the_url_says_how_a_letter_travels(url: str, host: str, port: int, security: str) -> None:
    server = MailServer.from_url(url)
    assert (server.host, server.port, server.security, server.user) == (host, port, security, None)


def test_a_password_may_hold_any_sign_and_is_never_shown() -> None:
    server = MailServer.from_url("smtps://post%40hello.example:s%2Fcret@mail.example")
    assert (server.user, server.password) == ("post@hello.example", "s/cret")
    assert "cret" not in repr(server)
