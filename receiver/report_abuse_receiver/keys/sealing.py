"""Sealing: words are sealed for the vault and the recovery key of this moment, and opened with whichever key fits."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypedDict

from sqlalchemy import Connection

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.config import Settings
from report_abuse_receiver.ground.errors import CannotStart, NoVaultKey
from report_abuse_receiver.ground.forms.answers import Answers
from report_abuse_receiver.ground.keys.keyring import Keyring, numbered_names, read_keys
from report_abuse_receiver.ground.keys.public_keys import published_names, read_public_keys
from report_abuse_receiver.ground.keys.vault import Envelope, key_for, open_envelope, seal
from report_abuse_receiver.store.casework import reports
from report_abuse_receiver.store.casework.reports import ReportRow


class ReportWords(TypedDict):
    """What is sealed of a report: all that was said, and the partner's own reference for it."""

    answers: Answers
    partner_reference: str | None


def keys_now(centre: Centre) -> Keyring:
    """The keys as they lie under HOME now, so that a process which runs seals for a new key from its next report on.

    No file is ever written twice, so it is enough to look at the names. Where the folder cannot be read now, those of
    the start will do: no child is turned away for it.
    """
    settings = centre.settings
    try:
        names = (numbered_names if settings.has_desk else published_names)(settings.home)
        return centre.keys if names == centre.keys.names else _read_again(settings, names)
    except (CannotStart, OSError) as error:
        logs.warn("keys-not-read-again", error=error)
        return centre.keys


def seal_words(centre: Centre, words: Mapping[str, object], *, bound_to: str) -> Envelope:
    """Seal words so that they open as nothing but what they are."""
    return seal(json.dumps(words).encode(), reference=bound_to, recipients=keys_now(centre).recipients)


def open_words(centre: Centre, envelope: Envelope, *, bound_to: str) -> Any:
    """Open what was sealed, as the JSON that it was. The caller audits it. Raises NoVaultKey and SealBroken."""
    if not centre.keys.vault_private:
        raise NoVaultKey("this process holds no vault key; open reports on the desk's host")
    keys = [*keys_now(centre).vault_private.values()]
    return json.loads(open_envelope(envelope, reference=bound_to, key=key_for(envelope, keys)))


def open_report(centre: Centre, conn: Connection, row: ReportRow) -> ReportWords:
    """Open a report's seal. The caller audits it in the same transaction. Raises NoVaultKey and SealBroken."""
    words: ReportWords = open_words(centre, reports.envelope_of(conn, row.id), bound_to=row.reference)
    return words


def bound_to(reference: str, number: int | None = None) -> str:
    """What a seal is bound to: a report to its reference, an addition to its own number too."""
    return reference if number is None else f"{reference}/{number}"


@lru_cache(maxsize=1)
def _read_again(settings: Settings, _names: tuple[str, ...]) -> Keyring:
    if settings.has_desk:
        return read_keys(settings.home, passphrase=settings.vault_passphrase)
    return read_public_keys(settings.home)
