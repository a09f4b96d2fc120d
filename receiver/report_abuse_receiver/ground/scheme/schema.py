"""What a scheme file may hold, each entry refused by its place in the file and with what to write instead."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from marshmallow import Schema, ValidationError, fields, post_load, validate

from report_abuse.links import LOCALE
from report_abuse_receiver.ground.scheme.colours import NAMES
from report_abuse_receiver.ground.scheme.letter import LetterWords
from report_abuse_receiver.ground.scheme.retention import CONDITIONS, Retention, RetentionClass
from report_abuse_receiver.ground.scheme.signposts import Emergency, Signpost

MISSING = "is missing"
AUDIENCES = ("child", "adult", "anyone")


def _says(what: str) -> dict[str, Any]:
    """One sentence for whatever is wrong with an entry, and another for one that is not there."""
    return {**dict.fromkeys(("null", "invalid", "invalid_utf8"), f"write {what}"), "required": MISSING}


def _words(**options: Any) -> fields.String:
    return fields.String(error_messages=_says("a text in quotes"), **options)


def _flag() -> fields.Field[bool]:
    return _Flag(error_messages=_says("true or false"), load_default=False)


def _day(**options: Any) -> fields.Field[date]:
    return _Day(error_messages=_says("a day without quotes, like 2026-11-21"), **options)


def _list(**options: Any) -> fields.List[str]:
    return fields.List(_words(), error_messages=_says('a list of texts, like ["en"]'), **options)


def _table(values: fields.Field[Any], **options: Any) -> fields.Dict:
    return fields.Dict(keys=_words(), values=values, error_messages=_says("a table, like a = 1"), **options)


def _part(schema: Schema, **options: Any) -> fields.Nested:
    return fields.Nested(schema, error_messages=_says("a table"), **options)


class _Flag(fields.Field[bool]):
    """`true` or `false`, and no other word for them."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class _Day(fields.Field[date]):
    """A day as TOML writes it, without quotes or a time."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.make_error("invalid")
        return value


class _Part(Schema):
    """A table of the file; what it does not know is refused, so that a misspelt name is found."""

    error_messages = {"unknown": "is not known here", "type": "write a table"}  # noqa: RUF012 -- marshmallow declares it so


class _SignpostSchema(_Part):
    id = _words(required=True)
    name = _words(required=True)
    words = _words(required=True)
    number = _words()
    hours = _words()
    about_call = _words()
    audience = _words(validate=lambda one: _one_of(one, AUDIENCES))
    talk = _flag()
    unnamed = _flag()
    kinds = _list()
    checked_on = _day(required=True)
    called = _flag()
    valid_from = _day()
    valid_to = _day()

    @post_load
    def _made(self, data: dict[str, Any], **_: object) -> Signpost:
        return Signpost(**{**data, "kinds": tuple(data.get("kinds", ()))})


class _EmergencySchema(_Part):
    number = _words(required=True)
    words = _words(required=True)
    silent = _words()
    elsewhere = _words()
    checked_on = _day(required=True)
    called = _flag()

    @post_load
    def _made(self, data: dict[str, Any], **_: object) -> Emergency:
        return Emergency(**data)


class _RemitSchema(_Part):
    words = _words(required=True)
    ours = _words(required=True)


class _PromisesSchema(_Part):
    start = _list(required=True)
    child = _words(required=True)
    adult = _words(required=True)


class _LetterSchema(_Part):
    subject = _words(required=True)
    before = _list(required=True)
    child = _words(required=True)
    adult = _words(required=True)
    after = _list(required=True)

    @post_load
    def _made(self, data: dict[str, Any], **_: object) -> LetterWords:
        return LetterWords(**{**data, "before": tuple(data["before"]), "after": tuple(data["after"])})


def _above_nought(**options: Any) -> fields.Integer:
    least = validate.Range(min=1, error="write a whole number above 0")
    return fields.Integer(strict=True, validate=least, error_messages=_says("a whole number above 0"), **options)


def _up_to(most: int) -> fields.Integer:
    what = f"a whole number from 1 to {most}"
    return fields.Integer(
        strict=True, validate=validate.Range(1, most, error=f"write {what}"), error_messages=_says(what)
    )


class _RetentionClassSchema(_Part):
    id = _words(required=True)
    words = _words(required=True)
    outcomes = _list()
    categories = _list()
    urgencies = _list()
    keep_days = _up_to(36_500)
    keep_years = _up_to(100)

    @post_load
    def _made(self, data: dict[str, Any], **_: object) -> RetentionClass:
        return RetentionClass(**{**data, **{name: tuple(data.get(name, ())) for name in CONDITIONS}})


class _RetentionSchema(_Part):
    by_itself = _flag()
    classes = fields.List(
        fields.Nested(_RetentionClassSchema()), required=True, error_messages=_says("[[retention.classes]] tables")
    )

    @post_load
    def _made(self, data: dict[str, Any], **_: object) -> Retention:
        return Retention(**{**data, "classes": tuple(data["classes"])})


class _TiersSchema(_Part):
    every_section = _above_nought()
    main_figures = _above_nought()
    button_figures = _above_nought()
    invitation = _above_nought()


class _PlacementsSchema(_Part):
    kinds = _list()
    most = _above_nought()

    @post_load
    def _made(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        return {**data, "kinds": tuple(data["kinds"])} if "kinds" in data else data


class _PaletteSchema(_Part):
    """Some or all of the colours; marshmallow takes the fields from the names."""


_Palette = _PaletteSchema.from_dict({name: _words() for name in NAMES})


class _ColoursSchema(_Part):
    light = _part(_Palette(), load_default=dict)
    dark = _part(_Palette(), load_default=dict)


class SchemeSchema(_Part):
    """The whole file."""

    name = _words(required=True)
    country = _words(required=True)
    exit_url = _words(required=True)
    exit_words = _words(required=True)
    languages = _list(load_default=lambda: ["en"], validate=lambda codes: _are_languages(codes))
    emergency = _part(_EmergencySchema(), required=True)
    signposts = fields.List(
        fields.Nested(_SignpostSchema()), required=True, error_messages=_says("[[signposts]] tables")
    )
    remit = _part(_RemitSchema(), required=True)
    promises = _part(_PromisesSchema(), required=True)
    letter = _part(_LetterSchema(), required=True)
    kinds = _table(_words(), required=True)
    tiers = _part(_TiersSchema(), load_default=dict)
    placements = _part(_PlacementsSchema(), load_default=dict)
    retention = _part(_RetentionSchema(), required=True)
    vocabularies = _table(_list(), required=True)
    words = _table(_table(_words()), load_default=dict)
    colours = _part(_ColoursSchema(), load_default=lambda: {"light": {}, "dark": {}})


def what_is_wrong(error: ValidationError) -> str:
    """Every fault with its place in the file, as in `signposts.3.checked_on: is missing`."""
    return "; ".join(_flattened("", error.messages))


def _flattened(place: str, said: Any) -> list[str]:
    if isinstance(said, Mapping):
        return [one for key, value in said.items() for one in _flattened(f"{place}.{key}".lstrip("."), value)]
    return [f"{place}: {one}" for one in said] if isinstance(said, list) else [f"{place}: {said}"]


def _one_of(code: str, known: tuple[str, ...]) -> None:
    if code not in known:
        raise ValidationError(f"write one of: {', '.join(known)}")


def _are_languages(codes: list[str]) -> None:
    if not codes:
        raise ValidationError("name at least one language")
    for code in codes:
        check_language(code)


def check_language(code: str) -> None:
    """Refuse what is not the code of a language that anybody speaks."""
    try:
        known = LOCALE.fullmatch(code) and Locale.parse(code, sep="-")
    except (ValueError, UnknownLocaleError):
        known = None
    if not known:
        raise ValidationError(f"{code[:40]!r} is not the code of a language, like en or cy")
