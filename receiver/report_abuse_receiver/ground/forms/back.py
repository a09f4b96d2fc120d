"""What is asked of somebody who comes back: the number, the three words, and what they want to add."""

from collections.abc import Mapping
from typing import Any

from report_abuse_receiver.ground.forms.fields import Line, Question, Story
from report_abuse_receiver.ground.forms.pages import PageSchema
from report_abuse_receiver.ground.forms.posted import Loaded, MultiMapping, read_form

MORE = Story("What do you want to add?", hint="You can skip this", most=5000)
REACH = Story(
    "Is there a new way to reach you?", hint="Like a new phone number. Tell us when it is safe to call.", most=1000
)


class BackPage(PageSchema):
    """Both keys to a report, and two boxes of which either may stay empty."""

    heading = "Tell us more"
    intro = "Did you send us a report? You can add to it here. We keep all you sent before."

    reference = Line("Your number", hint="It looks like 4HK-2MP-9TC", say="Write your number.", required=True)
    words = Line("Your 3 words", hint="We gave them to you with your number", say="Write your 3 words.", required=True)
    more = MORE
    reach = REACH


def load_back(form: MultiMapping) -> Loaded:
    """Read the page from a posted form; never raises, whatever was posted."""
    return read_form(BackPage(), form)


def back_questions() -> Mapping[str, Question[Any]]:
    """The questions of the page by field name, in the order they are asked."""
    return {name: one for name, one in BackPage().fields.items() if isinstance(one, Question)}
