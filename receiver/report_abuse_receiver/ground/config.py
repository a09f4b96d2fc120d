"""Settings: REPORT_ABUSE_… read once from the environment, checked at start, and read nowhere else."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from report_abuse.address import is_loopback
from report_abuse_receiver.ground.audit.shipping import MAIL, Place
from report_abuse_receiver.ground.errors import CannotStart
from report_abuse_receiver.ground.forms.typed import email, is_email
from report_abuse_receiver.ground.whole_files import write_whole

PREFIX = "REPORT_ABUSE_"
#: In the data folder: where the receiver was last reached, for commands beside it that are told no BASE_URL.
_LAST_ADDRESS, _USUAL_ADDRESS = "address", "http://127.0.0.1:8000"
FACES = ("public", "partner", "desk")

LEAST_PASSPHRASE = 12

#: Each of these may also be given as …_FILE, a path to read it from.
SECRETS = ("DATABASE_URL", "RATELIMIT_STORAGE_URI", "SMTP_URL", "VAULT_PASSPHRASE")
#: Seconds that a counter store may be told to take, by these words behind its address; ours are 0.2.
MOST_PATIENCE, PATIENCE_IN_ADDRESS = 2, ("socket_timeout", "socket_connect_timeout")
#: The SDK's own settings may stand in the same environment.
OF_THE_SDK = ("URL", "KEY", "KEY_FILE", "API_KEY", "API_KEY_FILE")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a process was told at start.

    `home` is the data folder; `base_url` has no slash at its end; `trusted_proxies` counts the proxies in front (S23).
    """

    home: Path
    database_url: str = field(repr=False)
    ratelimit_storage_uri: str = field(repr=False)
    base_url: str
    faces: frozenset[str]
    smtp_url: str | None = field(repr=False)
    mail_from: str | None
    trusted_proxies: int
    scheme: Path | None
    audit_heads: Place | None
    vault_passphrase: str | None = field(repr=False)

    @property
    def has_desk(self) -> bool:
        """Whether this process may open reports; one without the desk holds public keys only (promise 4)."""
        return "desk" in self.faces

    @property
    def secure(self) -> bool:
        """Whether children reach this receiver over https."""
        return self.base_url.startswith("https://")


def load_settings(environ: Mapping[str, str], *, base_url: str | None = None) -> Settings:
    """Read and check every setting; `base_url` is what BASE_URL is taken to be where it is not set.

    Without it, that is where the receiver of this data folder was last reached.
    Raises CannotStart, saying which setting is wrong and what to write.
    """
    given = {name: _value(environ, name) for name in _names(environ)}
    try:
        loaded: dict[str, Any] = _SettingsSchema().load({"BASE_URL": base_url or _USUAL_ADDRESS, **given})
    except ValidationError as error:
        name, sentences = next(iter(error.messages_dict.items()))
        raise CannotStart(f"{PREFIX}{name} {sentences[0]}") from error
    home = loaded["home"].absolute()
    if base_url is None and "BASE_URL" not in given:
        loaded["base_url"] = _last_address(home) or _USUAL_ADDRESS
    database_url = loaded.pop("database_url") or f"sqlite:///{home / 'receiver.sqlite3'}"
    return Settings(**{**loaded, "home": home, "database_url": database_url})


def keep_address(settings: Settings) -> None:
    """Write down where the receiver is reached; what cannot be written costs nothing but a default."""
    with suppress(OSError):
        if _last_address(settings.home) != settings.base_url:
            write_whole(settings.home / _LAST_ADDRESS, settings.base_url.encode())


def _last_address(home: Path) -> str | None:
    with suppress(OSError, UnicodeDecodeError, ValidationError):
        address = (home / _LAST_ADDRESS).read_text("utf-8")
        _check_base_url(address)
        return address
    return None


def _names(environ: Mapping[str, str]) -> set[str]:
    """The settings given, by their bare names; one that does not exist stops the start."""
    known = list(_SettingsSchema().fields)
    allowed = {*known, *(f"{name}_FILE" for name in SECRETS), *OF_THE_SDK}
    given = {name.removeprefix(PREFIX) for name in environ if name.startswith(PREFIX)}
    unknown = sorted(given - allowed)
    if unknown:
        raise CannotStart(
            f"{PREFIX}{unknown[0]} is not a setting; known are: {', '.join(PREFIX + name for name in known)}"
        )
    return {name for name in known if name in given or f"{name}_FILE" in given}


def _value(environ: Mapping[str, str], name: str) -> str:
    """A setting's text, from the environment or, for a secret, from the file that …_FILE names."""
    path = environ.get(f"{PREFIX}{name}_FILE") if name in SECRETS else None
    if path is None:
        return environ[PREFIX + name]
    if PREFIX + name in environ:
        raise CannotStart(f"{PREFIX}{name} and {PREFIX}{name}_FILE are both set; keep one of them")
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotStart(f"{PREFIX}{name}_FILE: cannot read {path}; write the path of a text file") from error


def _check_database_url(text: str) -> None:
    # Without a file, or with `:memory:` or `?mode=memory`, SQLite would forget every report at the next start.
    file = text.removeprefix("sqlite:///")
    on_disk = file not in (text, "", ":memory:") and "?" not in file
    if text and not on_disk and not text.startswith(("postgresql://", "postgresql+psycopg://")):
        example = "postgresql://user:password@host/name"  # pragma: allowlist secret
        raise ValidationError(f"must be {example} or sqlite:////a/path, or be left out")


def _check_counter_store(text: str) -> None:
    if not text.startswith(("memory://", "redis://", "rediss://", "redis+unix://")):
        raise ValidationError("must be memory:// or redis://host:6379/0")
    for name, value in parse_qsl(text.partition("?")[2], keep_blank_values=True):
        if name in PATIENCE_IN_ADDRESS and not _is_patience(value):  # a store that hangs must not hold a child up (S6)
            raise ValidationError(
                f"has {name}={value}; write seconds above 0 and up to {MOST_PATIENCE}, or leave it out"
            )


def _is_patience(seconds: str) -> bool:
    try:
        return 0 < float(seconds) <= MOST_PATIENCE
    except ValueError:
        return False


def _check_base_url(text: str) -> None:
    parts = _split_url(text)
    plain = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    if not (
        plain
        and parts.hostname
        and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)))
    ):
        raise ValidationError(
            f"is {text!r}; write https:// and a host name, such as https://report.example (http:// only for localhost)"
        )


def _split_url(text: str) -> SplitResult:
    """A URL taken apart; one that cannot be is as good as empty."""
    try:
        parts = urlsplit(text)
        return parts if parts.port is None or parts.port > 0 else urlsplit("")
    except ValueError:
        return urlsplit("")


def _check_smtp_url(text: str) -> None:
    parts = _split_url(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValidationError("must be smtp://host:25 or smtps://user:password@host:465")  # pragma: allowlist secret


def _check_address(text: str) -> None:
    if not is_email(text):
        raise ValidationError("is not an e-mail address; write one such as post@report.example")


def _check_audit_heads(text: str) -> None:
    try:
        Place.from_text(text)
    except ValueError as error:
        raise ValidationError(
            "must be file:/a/path, syslog:, syslog://host:514, syslog+tcp://host:514 or mailto:somebody@host.example"
        ) from error


def _check_faces(faces: str) -> None:
    names = _split_faces(faces)
    if not names or names - set(FACES):
        raise ValidationError(f"is {faces!r}; write one or more of {', '.join(FACES)}, with commas between them")


def _split_faces(faces: str) -> frozenset[str]:
    return frozenset(name.strip() for name in faces.split(",") if name.strip())


class _SettingsSchema(Schema):
    """One field a setting; marshmallow here too, so that the project has one validation language."""

    HOME = fields.String(load_default="./var", validate=validate.Length(min=1, error="is empty; write a folder"))
    DATABASE_URL = fields.String(load_default="", validate=_check_database_url)
    RATELIMIT_STORAGE_URI = fields.String(load_default="memory://", validate=_check_counter_store)
    BASE_URL = fields.String(required=True, validate=_check_base_url)
    FACES = fields.String(load_default=",".join(FACES), validate=_check_faces)
    SMTP_URL = fields.String(load_default=None, validate=_check_smtp_url)
    MAIL_FROM = fields.String(load_default=None, validate=_check_address)
    TRUSTED_PROXIES = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 10, error="must be a whole number from 0 to 10"),
        error_messages={"invalid": "must be a whole number from 0 to 10"},
    )
    SCHEME = fields.String(load_default=None)
    AUDIT_HEADS = fields.String(load_default=None, validate=_check_audit_heads)
    VAULT_PASSPHRASE = fields.String(
        load_default=None,
        validate=validate.Length(LEAST_PASSPHRASE, error="is too short; write {min} letters or more"),
    )

    @validates_schema
    def _mail_has_a_sender(self, data: dict[str, Any], **_: object) -> None:
        if data["SMTP_URL"] and not data["MAIL_FROM"]:
            raise ValidationError("is missing; write whom mail comes from, such as post@host.example", "MAIL_FROM")

    @validates_schema
    def _heads_by_mail_have_a_server(self, data: dict[str, Any], **_: object) -> None:
        if (data["AUDIT_HEADS"] or "").lower().startswith(f"{MAIL}:") and not data["SMTP_URL"]:
            raise ValidationError("is missing, and heads of the audit go by mail; write smtp://host:25", "SMTP_URL")

    @post_load
    def _typed(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        typed = {name.lower(): value for name, value in data.items()}
        typed["home"] = Path(typed["home"])
        typed["base_url"] = typed["base_url"].rstrip("/")
        typed["faces"] = _split_faces(typed["faces"])
        typed["mail_from"] = email(typed["mail_from"]).on_the_wire if typed["mail_from"] else None
        typed["scheme"] = Path(typed["scheme"]) if typed["scheme"] else None
        typed["audit_heads"] = Place.from_text(typed["audit_heads"]) if typed["audit_heads"] else None
        return typed
