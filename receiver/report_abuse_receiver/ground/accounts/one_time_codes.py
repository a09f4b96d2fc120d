"""One-time codes (TOTP, RFC 6238): six digits every 30 seconds, none of them taken twice (S10)."""

import hmac
from datetime import datetime

import pyotp

from report_abuse_receiver.ground.aead import decrypt, encrypt
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.ground.forms.typed import letters_and_digits

#: Seconds of one step, and how many steps a telephone's clock may be off in either direction.
STEP, DRIFT = 30, 1
_NONCE = 12


def new_secret() -> str:
    """160 random bits in base32, as every authenticator takes them."""
    return pyotp.random_base32()


def uri(secret: str, *, name: str, service: str) -> str:
    """What the square code shows to an authenticator."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=service)


def code_at(secret: str, moment: datetime) -> str:
    """What an authenticator shows at this moment."""
    return pyotp.TOTP(secret).generate_otp(int(moment.timestamp()) // STEP)


def step_of(secret: str, code: str, *, after: int, now: datetime) -> int | None:
    """The time step that this code is of; None where it is wrong, old, or not newer than step `after`."""
    digits = letters_and_digits(code)
    present = int(now.timestamp()) // STEP
    for step in range(present - DRIFT, present + DRIFT + 1):
        right = hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step).encode(), digits.encode("utf-8", "replace"))
        if right and step > after:
            return step
    return None


def seal_secret(secret: str, *, key: bytes, name: str) -> bytes:
    """The secret as the database keeps it, bound to the account."""
    return encrypt(key, secret.encode(), bound_to=name.encode())


def open_secret(sealed: bytes, *, key: bytes, name: str) -> str:
    """The secret again. Raises Refused where the key of the staff is another."""
    try:
        return decrypt(key, sealed, bound_to=name.encode()).decode()
    except ValueError as error:
        raise Refused(
            "keys/staff.key under HOME is not the key that this account was made with; put the right one back, or "
            f"invite anew: report-abuse-receiver staff reset {name}"
        ) from error
