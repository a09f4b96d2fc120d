"""The catalogues: every sentence of the children's pages, gathered from templates and schemas.

`python -m tests.parts.catalogue` writes the template anew, brings each language up to it and compiles them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from report_abuse_receiver.ground.forms.back import BackPage
from report_abuse_receiver.ground.forms.pages import PAGES, ContactPage, PageSchema
from report_abuse_receiver.web.public.languages import CATALOGUES, SENTENCES
from report_abuse_receiver.web.public.sending import HEARD

#: The day of the making would change every file at each run.
ANY_DAY = datetime(2026, 11, 21, tzinfo=UTC)
TEMPLATES = CATALOGUES.with_name("templates") / "public"


def sentences() -> dict[str, list[str]]:
    """Each sentence with the places where it is said, in the order of the places."""
    found: dict[str, list[str]] = {}
    for place, said in (*_of_templates(), *_of_schemas(), *(("sending", words) for _, words in HEARD)):
        found.setdefault(said, []).append(place)
    return found


def _of_templates() -> Iterator[tuple[str, str]]:
    for path in sorted(TEMPLATES.glob("*.html")):
        with path.open("rb") as file:
            found = [said for _, _, said, _ in babel_extract(file, ("_",), (), {"silent": "false"})]
        for said in found:
            first = said[0] if isinstance(said, tuple) else said
            if first:
                yield path.name, first


def _of_schemas() -> Iterator[tuple[str, str]]:
    every: dict[str, type[PageSchema]] = {**PAGES, "back": BackPage}
    for page, schema in every.items():
        yield from ((page, said) for said in (schema.heading, schema.intro) if said)
        for name, asked in schema().fields.items():
            yield from ((f"{page}.{name}", said) for said in _of_question(asked) if said)
    yield from (("contact", said) for said in (ContactPage.no_way, ContactPage.look_again))


def _of_question(asked: Any) -> Iterator[str]:
    yield from (asked.metadata["label"], asked.metadata["hint"])
    yield from (words for _, words in asked.metadata["choices"])
    yield from asked.error_messages.values()


def template() -> Catalog:
    """What translators begin with."""
    made = Catalog(project="report-abuse", charset="utf-8", creation_date=ANY_DAY, revision_date=ANY_DAY)
    for said, places in sentences().items():
        made.add(said, auto_comments=[f"in {', '.join(dict.fromkeys(places))}"])
    return made


def read(path: Path) -> Catalog:
    """A catalogue as it stands on the disk."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name if path.suffix == ".po" else None)


def languages() -> list[Path]:
    """The catalogue of each language."""
    return sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po"))


def main() -> None:
    """Write them all."""
    fresh = template()
    CATALOGUES.mkdir(exist_ok=True)
    with SENTENCES.open("wb") as file:
        write_po(file, fresh, omit_header=True, width=120)
    for path in languages():
        catalogue = read(path)
        catalogue.update(fresh, no_fuzzy_matching=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, ignore_obsolete=True)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


if __name__ == "__main__":
    main()
