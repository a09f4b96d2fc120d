"""Second looks: what somebody is asked to look at again before they send it, and may send all the same."""

from collections.abc import Mapping
from typing import Any

from report_abuse_receiver.ground.forms.pages import ContactPage
from report_abuse_receiver.ground.forms.typed import can_be_called, says_nothing

Asked = Mapping[str, Mapping[str, str]]


def second_looks(answers: Mapping[str, Mapping[str, Any]], *, country: str) -> Asked:
    """Page → field → what is asked, such as of a telephone number that cannot be one in `country`."""
    phone = str(answers.get("contact", {}).get("phone", ""))
    if says_nothing(phone) or can_be_called(phone, country=country):
        return {}
    return {"contact": {"phone": ContactPage.look_again}}
