"""Passkeys: a second factor that cannot be told to a false page (WebAuthn, S10)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from report_abuse_receiver.accounts import sessions as desk_sessions
from report_abuse_receiver.accounts.sessions import Session
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.accounts.kinds import Action
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import NotFound, Refused, SignInRefused
from report_abuse_receiver.store.accounts import passkeys, sessions
from report_abuse_receiver.store.accounts.passkeys import PasskeyRow
from report_abuse_receiver.store.audit import log

#: Letters of the name that a person gives a passkey.
LONGEST_LABEL = 60


@dataclass(frozen=True, kw_only=True)
class ListedPasskey:
    """A passkey as its owner sees it."""

    id: str
    label: str
    created_at: datetime


def registration(centre: Centre, session: Session) -> str:
    """What the browser is asked in order to make a passkey, as JSON. Raises Refused where the desk has no name."""
    site, person = _site(centre), session.actor.name
    with centre.database.reading() as conn:
        known = passkeys.of(conn, person)
    options = webauthn.generate_registration_options(
        rp_id=site,
        rp_name=centre.scheme.name,
        user_name=person,
        user_id=hashlib.sha256(person.encode()).digest(),
        exclude_credentials=_descriptors(known),
    )
    _remember(centre, session, options.challenge)
    return webauthn.options_to_json(options)


def register(centre: Centre, session: Session, *, answer: str, label: str) -> None:
    """Keep the passkey that a browser made. Raises Refused where it does not answer what this session asked."""
    challenge = _taken(centre, session)
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_site(centre),
            expected_origin=centre.settings.base_url,
        )
    except WebAuthnException as error:
        raise Refused("this passkey was not made for this page; try again") from error
    moment = now()
    row = PasskeyRow(
        id=bytes_to_base64url(made.credential_id),
        staff=session.actor.name,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        label=label.strip()[:LONGEST_LABEL] or "passkey",
        created_at=moment,
    )
    with centre.database.writing() as conn:
        if any(one.id == row.id for one in passkeys.of(conn, row.staff)):
            raise Refused("you have this passkey already")
        log.append(conn, by=session.actor, action=Action.PASSKEY_ADD, subject=row.staff, reason=row.label, now=moment)
        passkeys.add(conn, row)


def listed(centre: Centre, session: Session) -> list[ListedPasskey]:
    """This person's passkeys."""
    with centre.database.reading() as conn:
        rows = passkeys.of(conn, session.actor.name)
    return [ListedPasskey(id=row.id, label=row.label, created_at=row.created_at) for row in rows]


def remove(centre: Centre, session: Session, passkey_id: str) -> None:
    """Take one away, as when its device was lost. Raises NotFound."""
    person = session.actor.name
    with centre.database.writing() as conn:
        log.append(conn, by=session.actor, action=Action.PASSKEY_REMOVE, subject=person, reason="removed", now=now())
        if not passkeys.remove(conn, passkey_id, staff=person):
            raise NotFound("you have no such passkey")


def challenge(centre: Centre, session: Session) -> str:
    """What the browser is asked in order to show a passkey, as JSON. Raises Refused where there is none."""
    with centre.database.reading() as conn:
        known = passkeys.of(conn, session.actor.name)
    if not known:
        raise Refused("you have no passkey yet; sign in with a code, and add one to your account")
    options = webauthn.generate_authentication_options(rp_id=_site(centre), allow_credentials=_descriptors(known))
    _remember(centre, session, options.challenge)
    return webauthn.options_to_json(options)


def finish(centre: Centre, session: Session, *, answer: str) -> str:
    """Sign in, or confirm, with the passkey that was shown; returns the token of a new, whole session.

    Raises SignInRefused; nothing of the old session is changed then.
    """
    asked, shown = _taken(centre, session), _credential_id(answer)
    with centre.database.reading() as conn:
        row = next((one for one in passkeys.of(conn, session.actor.name) if one.id == shown), None)
    counted = _counted(centre, row, answer, asked) if row else None
    if row is None or counted is None:
        desk_sessions.refused(centre, session, what="wrong passkey")
        raise SignInRefused
    with centre.database.writing() as conn:
        passkeys.record_use(conn, row.id, sign_count=counted)
        sessions.remove(conn, desk_sessions.id_of(session))
    return desk_sessions.begin(centre, session.actor, whole=True)


def _counted(centre: Centre, row: PasskeyRow, answer: str, asked: bytes) -> int | None:
    """The passkey's own counter, where its signature holds."""
    try:
        shown = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=asked,
            expected_rp_id=_site(centre),
            expected_origin=centre.settings.base_url,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
        )
    except WebAuthnException:
        return None
    return shown.new_sign_count


def _credential_id(answer: str) -> str | None:
    try:
        told = json.loads(answer)
    except ValueError:
        return None
    return str(told.get("id")) if isinstance(told, dict) else None


def _site(centre: Centre) -> str:
    """The name that passkeys are bound to. Browsers take no address of numbers."""
    host = urlsplit(centre.settings.base_url).hostname or ""
    if not any(letter.isalpha() for letter in host) or ":" in host:
        raise Refused(
            f"a passkey is bound to a name, and {host} is a number; open the desk under a name "
            "(REPORT_ABUSE_BASE_URL), such as http://localhost:8000"
        )
    return host


def _remember(centre: Centre, session: Session, asked: bytes) -> None:
    with centre.database.writing() as conn:
        sessions.change(conn, desk_sessions.id_of(session), challenge=asked)


def _taken(centre: Centre, session: Session) -> bytes:
    """What this session asked last, which is answered once. Raises SignInRefused."""
    with centre.database.writing() as conn:
        row = sessions.find(conn, desk_sessions.id_of(session))
        sessions.change(conn, desk_sessions.id_of(session), challenge=None)
    if row is None or row.challenge is None:
        raise SignInRefused
    return row.challenge


def _descriptors(known: Sequence[PasskeyRow]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.id)) for one in known]
