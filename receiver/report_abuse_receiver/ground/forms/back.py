"""What is asked of somebody who comes back: the number, the three words, whether they are safe, and what they add."""

from collections.abc import Mapping
from typing import Any

from report_abuse_receiver.ground.forms.fields import Choice, Line, Question, Story
from report_abuse_receiver.ground.forms.pages import HOW_SAFE, WHO_IS_SAFE, PageSchema, SafePage
from report_abuse_receiver.ground.forms.posted import Loaded, MultiMapping, read_form

SAFE = Choice(SafePage.heading, HOW_SAFE, hint=WHO_IS_SAFE)
MORE = Story("Tell us more", hint="You can leave it empty", most=5000)
REACH = Story("A new way to reach you", hint="You can skip this", most=1000)


class BackPage(PageSchema):
    """Both keys to a report, and three questions of which each may be left out."""

    heading = "Add to a report"
    intro = "Did you send us a report? You can add to it here. We keep all you sent before."

    reference = Line("Your number", hint="It looks like 4HK-2MP-9TC", say="Write your number.", required=True)
    words = Line("Your 3 words", hint="We gave them to you with your number", say="Write your 3 words.", required=True)
    safe = SAFE
    more = MORE
    reach = REACH


def load_back(form: MultiMapping) -> Loaded:
    """Read the page from a posted form; never raises, whatever was posted."""
    return read_form(BackPage(), form)


def back_questions() -> Mapping[str, Question[Any]]:
    """The questions of the page by field name, in the order they are asked."""
    return {name: one for name, one in BackPage().fields.items() if isinstance(one, Question)}
