"""Settings: read once, and each bad one is refused in one sentence that names it and says what to write."""

import dataclasses
from pathlib import Path

import pytest

from report_abuse_receiver.ground.audit.shipping import Place
from report_abuse_receiver.ground.config import FACES, SECRETS, Settings, load_settings
from report_abuse_receiver.ground.errors import CannotStart

P = "REPORT_ABUSE_"


def load(**given: str) -> Settings:
    return load_settings({P + name: value for name, value in given.items()})


def refusal(**given: str) -> str:
    with pytest.raises(CannotStart) as caught:
        load(**given)
    return str(caught.value)


def test_no_setting_at_all_is_enough() -> None:
    settings = load_settings({"PATH": "/bin", "HOME": "/root"})
    assert settings.home == Path("var").absolute()
    assert settings.database_url == f"sqlite:///{settings.home / 'receiver.sqlite3'}"
    assert (settings.ratelimit_storage_uri, settings.base_url) == ("memory://", "http://127.0.0.1:8000")
    assert settings.faces == set(FACES)
    assert (settings.smtp_url, settings.mail_from, settings.scheme, settings.trusted_proxies) == (None, None, None, 0)
    assert not settings.secure


def test_every_setting_is_read() -> None:
    settings = load(
        HOME="/srv/ra",
        DATABASE_URL="postgresql://ra:s3cret@db.example/ra",
        RATELIMIT_STORAGE_URI="redis://127.0.0.1:6379/0",
        BASE_URL="https://report.example/",
        FACES="public, desk",
        SMTP_URL="smtps://ra:s3cret@mail.example:465",
        MAIL_FROM="post@report.example",
        TRUSTED_PROXIES="1",
        SCHEME="/srv/ra/scheme.toml",
        AUDIT_HEADS="file:/mnt/elsewhere/heads",
        VAULT_PASSPHRASE="six words drawn by dice",
    )
    assert "six words" not in repr(settings)
    assert settings == Settings(
        home=Path("/srv/ra"),
        database_url="postgresql://ra:s3cret@db.example/ra",
        ratelimit_storage_uri="redis://127.0.0.1:6379/0",
        base_url="https://report.example",
        faces=frozenset({"public", "desk"}),
        smtp_url="smtps://ra:s3cret@mail.example:465",
        mail_from="post@report.example",
        trusted_proxies=1,
        scheme=Path("/srv/ra/scheme.toml"),
        audit_heads=Place(kind="file", name="/mnt/elsewhere/heads"),
        vault_passphrase="six words drawn by dice",
    )
    assert settings.secure


def test_settings_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        load().home = Path("/tmp")  # type: ignore[misc]  # that it is frozen is what is shown


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("HOME", "", "write a folder"),
        ("DATABASE_URL", "mysql://localhost/ra", "postgresql://user:password@host/name"),
        ("DATABASE_URL", "receiver.sqlite3", "sqlite:////a/path"),
        ("DATABASE_URL", "sqlite://", "sqlite:////a/path"),
        ("DATABASE_URL", "sqlite:///", "sqlite:////a/path"),
        ("DATABASE_URL", "sqlite:///:memory:", "sqlite:////a/path"),
        ("DATABASE_URL", "sqlite:///file::memory:?uri=true", "sqlite:////a/path"),
        ("RATELIMIT_STORAGE_URI", "", "redis://host:6379/0"),
        ("RATELIMIT_STORAGE_URI", "memcached://host", "redis://host:6379/0"),
        ("BASE_URL", "", "https://report.example"),
        ("BASE_URL", "report.example", "https://report.example"),
        ("BASE_URL", "http://report.example", "http:// only for localhost"),
        ("BASE_URL", "http://10.0.0.1:8000", "http:// only for localhost"),
        ("BASE_URL", "https://", "https://report.example"),
        ("BASE_URL", "https://report.example/abuse", "https://report.example"),
        ("BASE_URL", "https://report.example/?a=b", "https://report.example"),
        ("BASE_URL", "https://user@report.example", "https://report.example"),
        ("BASE_URL", "https://report.example:port", "https://report.example"),
        ("BASE_URL", "https://[::1", "https://report.example"),
        ("BASE_URL", "ftp://report.example", "https://report.example"),
        ("FACES", "", "public, partner, desk"),
        ("FACES", ",", "public, partner, desk"),
        ("FACES", "public,staff", "public, partner, desk"),
        ("SMTP_URL", "mail.example", "smtp://host:25"),
        ("SMTP_URL", "http://mail.example", "smtp://host:25"),
        ("SMTP_URL", "smtp://", "smtp://host:25"),
        ("MAIL_FROM", "post", "post@report.example"),
        ("TRUSTED_PROXIES", "", "whole number from 0 to 10"),
        ("TRUSTED_PROXIES", "one", "whole number from 0 to 10"),
        ("TRUSTED_PROXIES", "-1", "whole number from 0 to 10"),
        ("TRUSTED_PROXIES", "11", "whole number from 0 to 10"),
        ("TRUSTED_PROXIES", "1.5", "whole number from 0 to 10"),
        ("SMTP_URL", "smtp://mail.example:port", "smtp://host:25"),
        *(
            ("AUDIT_HEADS", place, "file:/a/path, syslog:, syslog://host:514, syslog+tcp://host:514 or mailto:")
            for place in (
                "",
                "/var/log/heads",
                "file:",
                "file:heads",
                "file:/a/folder/",
                "file://host/heads",
                "file:/heads?mode=a",
                "syslog+tcp:",
                "syslog://host/path",
                "syslog://host:port",
                "syslog://[::1",
                "syslog:heads",
                "mailto:",
                "mailto:kim",
                "mailto://kim@host.example",
                "https://host.example/heads",
                "tcp://host:514",
            )
        ),
    ],
)
def test_a_bad_setting_is_named_with_what_to_write_instead(name: str, value: str, advice: str) -> None:
    said = refusal(**{name: value})
    assert said.startswith(P + name)
    assert advice in said
    assert "\n" not in said


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "http://127.8.9.1", "http://[::1]:8000", "https://r.example:8443"]
)
def test_plain_http_is_for_this_machine_only(url: str) -> None:
    assert load(BASE_URL=url).base_url == url


def test_an_unknown_setting_stops_the_start_and_the_known_ones_are_listed() -> None:
    said = refusal(DATABSE_URL="sqlite:////srv/ra.sqlite3")
    assert said.startswith("REPORT_ABUSE_DATABSE_URL is not a setting")
    assert all(P + field.name.upper() in said for field in dataclasses.fields(Settings))


def test_only_secrets_may_come_from_files() -> None:
    assert refusal(HOME_FILE="/etc/hostname").startswith("REPORT_ABUSE_HOME_FILE is not a setting")


def test_the_settings_of_the_sdk_may_stand_beside_ours() -> None:
    sdk = dict.fromkeys(("URL", "KEY", "KEY_FILE", "API_KEY", "API_KEY_FILE"), "anything")
    assert load(**sdk) == load()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("file:/srv/heads", Place(kind="file", name="/srv/heads")),
        ("file:///srv/heads", Place(kind="file", name="/srv/heads")),
        ("syslog:", Place(kind="syslog", name="/dev/log")),
        ("syslog:/run/systemd/journal/dev-log", Place(kind="syslog", name="/run/systemd/journal/dev-log")),
        ("syslog://log.example", Place(kind="syslog", name="log.example", port=514)),
        ("syslog://[::1]:5140", Place(kind="syslog", name="::1", port=5140)),
        ("syslog+tcp://log.example:601", Place(kind="syslog+tcp", name="log.example", port=601)),
        ("mailto:kim@audit.example", Place(kind="mailto", name="kim@audit.example")),
    ],
)
def test_heads_of_the_audit_go_to_a_file_a_syslog_or_a_mailbox(text: str, place: Place) -> None:
    assert load(AUDIT_HEADS=text, SMTP_URL="smtp://h", MAIL_FROM="post@report.example").audit_heads == place


@pytest.mark.parametrize("place", ["mailto:kim@audit.example", "MAILTO:kim@audit.example"])
def test_heads_by_mail_without_a_mail_server_are_refused(place: str) -> None:
    said = refusal(AUDIT_HEADS=place)
    assert said.startswith(f"{P}SMTP_URL is missing, and heads of the audit go by mail; write")


def test_mail_without_a_sender_is_refused() -> None:
    said = refusal(SMTP_URL="smtp://mail.example")
    assert said.startswith(f"{P}MAIL_FROM is missing; write")


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_stand_in_a_file(name: str, tmp_path: Path) -> None:
    value = {
        "DATABASE_URL": "postgresql://a@b/c", "RATELIMIT_STORAGE_URI": "redis://h", "SMTP_URL": "smtp://h",
        "VAULT_PASSPHRASE": "six words drawn by dice",
    }[name]  # fmt: skip
    (tmp_path / "secret").write_text(f"{value}\n")
    given = {f"{name}_FILE": str(tmp_path / "secret"), "MAIL_FROM": "post@report.example"}
    assert getattr(load(**given), name.lower()) == value


@pytest.mark.parametrize("name", SECRETS)
def test_a_bad_secret_in_a_file_is_refused_like_any_other(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("nonsense://")
    assert refusal(**{f"{name}_FILE": str(tmp_path / "secret")}).startswith(P + name)


@pytest.mark.parametrize("name", SECRETS)
def test_a_file_that_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for path in (tmp_path / "nothing", tmp_path, tmp_path / "bytes"):
        said = refusal(**{f"{name}_FILE": str(path)})
        assert said.startswith(f"{P}{name}_FILE: cannot read {path}")
        assert "write the path of a text file" in said


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_given_once(name: str) -> None:
    said = refusal(**{name: "x", f"{name}_FILE": "/x"})
    assert said == f"{P}{name} and {P}{name}_FILE are both set; keep one of them"


def test_no_refusal_repeats_a_secret() -> None:
    said = [refusal(DATABASE_URL="mysql://ra:s3cret@db/ra"), refusal(SMTP_URL="http://ra:s3cret@mail")]
    said += [refusal(RATELIMIT_STORAGE_URI="memcached://:s3cret@h")]
    assert [one for one in said if "s3cret" in one] == []
