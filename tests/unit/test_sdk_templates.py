"""Templates draw a snippet whole, or end with an error that says what to write: never with a dead button, or none."""

from collections.abc import Callable
from typing import Any

import django
import pytest
from django.conf import settings
from django.template import Context
from django.template import Engine as Django
from jinja2 import Environment

from report_abuse import BadArgument, BadKey, Key, ReportAbuse, ReportAbuseError

KEY = "ra_live_button_acme_k1_p4zz74ghfyqsimoy2wxrqokvtsp6q6z7urifzn2r2ea4t66rrlra"
SITE = ReportAbuse("https://report.example", key=KEY)
BUTTON, FORM = SITE.button("chat"), SITE.form("chat")


def jinja(text: str, **named: Any) -> str:
    """A template of Jinja, drawn as Flask draws it."""
    return Environment(autoescape=True).from_string(text).render(ra=SITE, **named)


def in_django(text: str, **named: Any) -> str:
    """A template of Django."""
    if not settings.configured:
        settings.configure(USE_TZ=True)
        django.setup()
    return str(Django().from_string(text).render(Context({"ra": SITE, **named})))


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("{{ ra.button('chat') }}{{ ra.form('chat') }}", BUTTON + FORM),
        ("{{ ra.button('chat')|e }}", BUTTON),
        ("{{ ra.button('chat')|safe }}", BUTTON),
        ("{{ ra.button('chat')|string }}", BUTTON),
        ("{{ ra.button('chat') + ra.form('chat') }}", BUTTON + FORM),
        ("{{ ra.button('chat') ~ ra.form('chat') }}", BUTTON + FORM),
        ("{{ [ra.button('chat'), ra.form('chat')]|join }}", BUTTON + FORM),
        ("{% set one = ra.button('chat') %}{{ one or 'none' }}", BUTTON),
        ("{% macro one() %}{{ ra.button('chat') }}{% endmacro %}{{ one()|trim }}", BUTTON),
    ],
)
def test_jinja_draws_a_snippet_whole(text: str, drawn: str) -> None:
    assert jinja(text) == drawn


@pytest.mark.parametrize("name", ["button", "form"])
@pytest.mark.parametrize("text", ["{{ drawn }}", "{{ drawn|safe }}", "{% if drawn %}{{ drawn }}{% endif %}"])
def test_django_draws_a_snippet_whole(text: str, name: str) -> None:
    snippet = getattr(SITE, name)("chat")
    assert in_django(text, drawn=snippet) == snippet


FILTERS = [
    "trim", "indent", "format", "format('x')", "upper", "lower", "capitalize", "center(200)", "replace('a', 'b')",
    "truncate(50)", "wordwrap(40)", "replace('Report', 'Tell')",
]  # fmt: skip


@pytest.mark.parametrize("name", ["button", "form"])
@pytest.mark.parametrize("used", FILTERS)
def test_a_filter_that_would_leave_plain_text_is_an_error_in_jinja(used: str, name: str) -> None:
    with pytest.raises(BadArgument, match="drawn whole"):
        jinja(f"{{{{ ra.{name}('chat')|{used} }}}}")


@pytest.mark.parametrize(
    "used",
    ["join(['a', 'b'])", "strip()", "replace('a', 'b')", "split()", "upper()", "format(1)", "splitlines()", "lstrip()"],
)
def test_a_method_that_would_leave_plain_text_is_one_too(used: str) -> None:
    with pytest.raises(BadArgument, match="drawn whole"):
        jinja(f"{{{{ ra.button('chat').{used} }}}}")


@pytest.mark.parametrize("used", ["[:10]", "[0]", " * 2", " % 1", " + '</p>'"])
def test_and_a_part_of_it(used: str) -> None:
    with pytest.raises(BadArgument, match="drawn whole"):
        jinja(f"{{{{ ra.button('chat'){used} }}}}")


@pytest.mark.parametrize("draw", [jinja, in_django])
@pytest.mark.parametrize("name", ["ra.button", "ra.form", "ra.link"])
def test_a_snippet_that_nobody_called_is_an_error(draw: Callable[..., str], name: str) -> None:
    """Django calls it without arguments, and drew nothing with status 200."""
    with pytest.raises(BadArgument, match="placement"):
        draw(f"<p>{{{{ {name} }}}}</p>")


@pytest.mark.parametrize("name", ["ra.button.chat", "ra.form.chat", "ra.button|safe"])
def test_in_django_nothing_else_draws_nothing_either(name: str) -> None:
    with pytest.raises(ReportAbuseError, match="placement"):
        in_django(f"<p>{{{{ {name} }}}}</p>")


def test_the_site_itself_is_no_snippet() -> None:
    with pytest.raises(BadArgument, match="placement"):
        jinja("{{ ra }}")


def test_a_template_that_draws_the_key_raises() -> None:
    with pytest.raises(BadKey):
        jinja("{{ key }}", key=Key.parse(KEY))
    assert in_django("{{ key }}", key=Key.parse(KEY)) == "ra_live_button_acme_k1_********"


def test_text_to_work_on_is_there_for_those_who_build_pages_without_templates() -> None:
    assert type(str(BUTTON)) is str
    assert f"<p>{BUTTON}</p>" == "<p>" + BUTTON + "</p>" == "<p>%s</p>" % BUTTON  # noqa: UP031 old code writes so
    with pytest.raises(BadArgument, match=r"str\(snippet\)"):
        BUTTON + "</p>"
    assert "".join([BUTTON, FORM]).replace("\n", "") == BUTTON + FORM
