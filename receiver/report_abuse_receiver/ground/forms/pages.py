"""The questions of the child's journey, one schema a page: words, answers, and what is said where one is missing."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, pre_load, validates_schema

from report_abuse_receiver.ground.forms import typed
from report_abuse_receiver.ground.forms.fields import (
    Age,
    AgeOrWords,
    Choice,
    Choices,
    Email,
    Line,
    Phone,
    Question,
    Story,
    Ticks,
    is_empty,
)

YES_NO: Choices = (("yes", "Yes"), ("no", "No"))
YES_NO_UNSURE: Choices = (*YES_NO, ("unsure", "I am not sure"))
#: Asked of everybody, and again of who comes back.
HOW_SAFE: Choices = (("yes", "Yes"), ("no", "No, there is danger now"), ("unsure", "I am not sure"))
WHO_IS_SAFE = "If this is about another child, tell us if they are safe"
SKIP = "You can skip this"
#: Who is asked for their job or link to the child.
ADULTS = frozenset({"my_child", "work", "other"})


class PageSchema(Schema):
    """What one page asks. An empty answer is an answer not given."""

    heading: ClassVar[str]
    intro: ClassVar[str] = ""
    error_messages = {  # noqa: RUF012 -- marshmallow declares it so
        "type": "We could not read these answers. Please try again.",
        "unknown": "We did not ask this.",
    }

    @pre_load
    def drop_empty_answers(self, data: Any, *, partial: Any = None, **_: object) -> Any:
        """Leave out what holds nothing, so that each question has one way of not being answered; a file keeps words."""
        if not isinstance(data, Mapping):
            return data
        asked = {name: one for name, one in self.fields.items() if isinstance(one, Question)}
        nothing = {name: is_empty if partial else one.says_nothing for name, one in asked.items()}
        return {name: value for name, value in data.items() if name not in nothing or not nothing[name](value)}


class SafePage(PageSchema):
    """Emergency help comes before any other question (P03, P21)."""

    heading = "Are you safe right now?"

    safe = Choice(heading, HOW_SAFE, hint=WHO_IS_SAFE, required=True)


class WhoPage(PageSchema):
    """Who needs help, so that each is asked only what fits (C17)."""

    heading = "Who needs help?"

    who = Choice(
        heading,
        (
            ("me", "Me"),
            ("friend", "A friend, or my brother or sister"),
            ("my_child", "A child I look after at home"),
            ("work", "A child I work with"),
            ("other", "Someone else"),
        ),
        say="Choose who needs help.",
        required=True,
    )


class WhatPage(PageSchema):
    """What happened: boxes of Annex A, and room for the child's own words."""

    heading = "What happened?"

    kinds = Ticks(
        heading,
        (
            ("sex_talk", "Someone talked about sex, or sent rude things"),
            ("asked_images", "Someone asked for nude pictures or videos"),
            ("camera", "Someone asked for sexual things on camera"),
            ("threat", "Someone is making threats, or says they will share pictures"),
            ("meet", "Someone from online wants to meet up"),
            ("touch", "Someone touched, hurt or forced me or another child"),
            ("pretend", "Someone lied about their age or who they are"),
            ("my_image", "Someone has, or shared, a nude picture of me or someone I know"),
            ("seen_image", "I saw a bad picture or video of a child"),
            ("bullying", "Someone is being mean, or it is bullying"),
            ("hacked", "Someone got into an account, or made a fake one"),
            ("other", "Something else"),
        ),
        hint="You are doing the right thing. Tick all the boxes that fit.",
        say='Tick at least one box. If you are not sure, tick "Something else".',
        required=True,
    )
    story = Story(
        "Tell us more, in your own words",
        hint="You can write a lot or a little. You can skip this box.",
        most=5000,
    )
    started = Choice(
        "When did it start?",
        (
            ("today", "Today"),
            ("week", "This week"),
            ("month", "This month"),
            ("longer", "Longer ago"),
            ("unsure", "I am not sure"),
        ),
        hint=SKIP,
    )


class ThemPage(PageSchema):
    """Who did it: many names, many places, and whether a meeting is near (C05, C18, C23)."""

    heading = "Who did it?"
    intro = "Tell us what you know. You can skip any question here."

    their_names = Story(
        "What names do they use?", hint="All you know: usernames, emails, phone numbers, new ones too", most=1000
    )
    where = Story("Where did it happen?", hint="All the games, apps or sites. Or a place, like home.", most=1000)
    their_age = Line("How old do they say they are?")
    known = Choice(
        "Do you know them in real life?",
        (("yes", "Yes"), ("no", "No, only online"), ("unsure", "I am not sure")),
    )
    knows_where = Choice("Do they know where you live, or your school?", YES_NO_UNSURE)
    meeting = Choice(
        "Is there a plan to meet them?",
        (
            ("soon", "Yes, today, tomorrow or soon"),
            ("later", "Yes, but later"),
            ("met", "We have met before"),
            ("no", "No"),
            ("unsure", "I am not sure"),
        ),
    )
    meeting_plan = Story("When and where?", most=1000)
    others = Choice("Is any other child in danger too?", YES_NO_UNSURE)


class YouPage(PageSchema):
    """A name to call and an age, never a legal identity (P20, P29)."""

    heading = "About you"

    name = Line(
        "What is your name?",
        hint="The name you like to be called is fine. Your full name helps us find you fast, if you want to give it.",
        say="Tell us a name we can call you.",
        required=True,
    )
    age = Age("How old are you?", say="Write your age as a number, like 12.", required=True)
    town = Line("What town or city do you live in?", hint="This helps us find people near you who can help")
    school = Line("If you go to school, which one?", hint=SKIP)
    job = Line("Your job or link to the child (you can skip this)")


class ChildPage(PageSchema):
    """The child who needs help, where it is not the one who writes (P16, C20)."""

    heading = "About the child who needs help"
    intro = "You can skip any question here."

    child_name = Line("What is their name?")
    # The papers know of victims who were infants (C19), and not everybody knows how old a child is.
    child_age = AgeOrWords("How old are they?")
    child_town = Line("What town or city do they live in?")
    child_school = Line("Which school do they go to?")
    child_knows = Choice("Do they know you are telling us?", YES_NO_UNSURE)


class ContactPage(PageSchema):
    """One way to reach them that is safe, so that every child can be answered (P20)."""

    heading = "How can we talk to you?"
    intro = "Give us one way or more."
    no_way = "Tell us one way to reach you. It can be a phone, an email, or a person you trust."
    look_again = "Is this number right? Please look at it again."

    phone = Phone("Phone number")
    message_ok = Choice("Can we leave a message, or send a text?", YES_NO)
    email = Email("Email")
    private = Choice(
        "Could someone else see or hear our messages?",
        (("safe", "No, only me"), ("maybe", "Yes, or I am not sure")),
        hint="Think of shared phones, shared email and people who know your password",
        say="Tell us if someone else could see our messages.",
        required=True,
    )
    safe_way = Story(
        "Is there a safe way or a safe time to reach you?", hint="Like: call after 4, or ask for me at school"
    )
    not_tell = Story(
        "Is there anyone we should not talk to about this?",
        hint="Like someone at home. We will try. Sometimes we have to tell someone to keep you safe.",
    )

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def needs_a_way_back(self, data: Any, original: Any, *, partial: Any = None, **_: object) -> None:
        """Ask for a phone, an e-mail or a person; an import of old letters may have none."""
        given = original if isinstance(original, Mapping) else {}
        if not partial and not any(_leads_back(given.get(name), nothing) for name, nothing in _WAYS.items()):
            raise ValidationError(self.no_way, "phone")


#: What is no way to be reached: marks, pictures, a mere `no`; where any words will do, pictures are left to a reader.
_WAYS = {"phone": typed.says_nothing, "email": typed.says_nothing, "safe_way": typed.says_no}


def _leads_back(answer: object, is_nothing: Callable[[str], bool]) -> bool:
    return not is_empty(answer) and not (isinstance(answer, str) and is_nothing(answer))


#: The pages that ask, in the order of the journey.
PAGES: Mapping[str, type[PageSchema]] = MappingProxyType(
    {
        "safe": SafePage,
        "who": WhoPage,
        "what": WhatPage,
        "them": ThemPage,
        "you": YouPage,
        "child": ChildPage,
        "contact": ContactPage,
    }
)


def own_words(name: str) -> frozenset[str]:
    """The fields of page `name` that are answered in own words, not by choosing."""
    return frozenset(key for key, one in questions(name).items() if not one.codes)


def questions(name: str) -> Mapping[str, Question[Any]]:
    """The questions of page `name` by field name, in the order they are asked."""
    return {key: one for key, one in PAGES[name]().fields.items() if isinstance(one, Question)}
