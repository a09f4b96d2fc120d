"""People of the centre: invited and joined as in life, each with a password and an authenticator of their own.

ann = joined(centre, "ann", "supervisor")
sessions.sign_in(centre, name=ann.name, password=ann.password, totp=ann.code())
"""

from dataclasses import dataclass, field

import pyotp

from report_abuse_receiver.accounts import staff
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.accounts.one_time_codes import DRIFT, STEP
from report_abuse_receiver.ground.clock import now
from tests.parts.acting import acting

PASSWORD = "four words of my own"


@dataclass
class Colleague:
    """Somebody who joined."""

    name: str
    role: str
    secret: str
    password: str = PASSWORD
    _last: int = field(default=0, repr=False)

    def code(self) -> str:
        """The next code of their authenticator that was not shown yet; two are good at once."""
        return self.code_of(max(_present(), self._last + 1))

    def code_of(self, step: int) -> str:
        """The code of a time step."""
        assert step <= _present() + DRIFT, "all codes of this minute were shown; let time pass"
        self._last = step
        return pyotp.TOTP(self.secret).generate_otp(step)

    def typed(self) -> str:
        """What they type where the command line asks who they are."""
        return f"{self.password}\n{self.code()}\n"


def joined(centre: Centre, name: str, role: str = "analyst", *, organisation: str = "police") -> Colleague:
    """Invite somebody, and let them join."""
    invited = staff.add(centre, name, role=role, organisation=organisation, by=acting(centre, "root"))
    colleague = Colleague(name=name, role=role, secret=staff.invitation(centre, invited.code).secret)
    staff.join(centre, invited.code, password=colleague.password, totp=colleague.code_of(_present() - DRIFT))
    return colleague


def _present() -> int:
    return int(now().timestamp()) // STEP
