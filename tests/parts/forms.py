"""A page as a browser without scripts sees it: which form is the way on, what stands in it, which words are shown."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Control:
    """One thing in a form that has a name."""

    name: str
    kind: str
    value: str = ""
    on: bool = False

    @property
    def sent(self) -> bool:
        """Whether a browser sends it as it stands."""
        return self.on if self.kind in ("radio", "checkbox") else self.kind != "submit"


@dataclass
class Button:
    """Something to press that sends a form, perhaps one that it does not stand in, and perhaps to another address."""

    form: str
    action: str
    name: str
    value: str
    words: str = ""


@dataclass
class Form:
    """A form as it stands in the page, filled in as the server filled it in."""

    action: str
    method: str
    in_main: bool
    id: str = ""
    controls: list[Control] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """Every field that can be answered here."""
        return {one.name for one in self.controls if one.kind not in ("submit", "hidden")}

    def as_sent(self) -> list[tuple[str, str]]:
        """What a browser would post if nothing were touched."""
        return [(one.name, one.value) for one in self.controls if one.sent]

    def said(self) -> list[tuple[str, str]]:
        """The same, without what only our own pages say to each other."""
        return [(one.name, one.value) for one in self.controls if one.sent and one.kind != "hidden"]

    def filled(self, answers: dict[str, list[str]]) -> list[tuple[str, str]]:
        """What a browser would post with these fields answered anew and the others left alone."""
        kept = [(name, value) for name, value in self.as_sent() if name not in answers]
        return kept + [(name, value) for name in answers if name in self.names for value in answers[name]]


class _Reader(HTMLParser):
    """Collects forms and visible text."""

    SILENT = ("script", "style", "svg", "title", "template")
    INLINE = ("a", "abbr", "b", "code", "em", "i", "small", "span", "strong")

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.buttons: list[Button] = []
        self.words: list[str] = []
        self.title = ""
        self._open: list[str] = []
        self._form: Form | None = None
        self._area: Control | None = None
        self._button: Button | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self._part_words(tag)
        if tag == "form":
            in_main = "main" in self._open
            self._form = Form(said.get("action", ""), said.get("method", "get").lower(), in_main, said.get("id", ""))
            self.forms.append(self._form)
        elif tag in ("input", "button", "textarea") and self._form is not None and "template" not in self._open:
            self._add(self._form, tag, said)
        if tag == "button":
            own = self._form.id if self._form else ""
            said_so = [said.get(name, "") for name in ("formaction", "name", "value")]
            self._button = Button(said.get("form", own), *said_so)
            self.buttons.append(self._button)
        if tag in ("main", *self.SILENT):
            self._open.append(tag)

    def _add(self, form: Form, tag: str, said: dict[str, str]) -> None:
        kind = said.get("type", {"input": "text", "button": "submit"}.get(tag, tag))
        value = said.get("value", "on" if kind in ("radio", "checkbox") else "")
        control = Control(said.get("name", ""), kind, value, "checked" in said)
        if control.name and "disabled" not in said:
            form.controls.append(control)
        if tag == "textarea":
            self._area = control

    def handle_endtag(self, tag: str) -> None:
        self._part_words(tag)
        if tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None
        elif tag == "textarea" and self._area:
            # Browsers drop one newline right after <textarea>, and post the others as CRLF.
            self._area.value = self._area.value.removeprefix("\n")
            self._area = None
        if tag in self._open:
            self._open.reverse()
            self._open.remove(tag)
            self._open.reverse()

    def _part_words(self, tag: str) -> None:
        if tag not in self.INLINE:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data
        elif "title" in self._open:
            self.title += data
        elif not set(self._open) & set(self.SILENT):
            self.words.append(data)
            if self._button is not None:
                self._button.words += data


@dataclass(frozen=True)
class Page:
    """A page that was answered: where it stands, with which status, and what it holds."""

    status: int
    path: str
    html: str

    @property
    def words(self) -> str:
        """The visible text, blanks folded."""
        return " ".join("".join(self._read().words).split())

    @property
    def title(self) -> str:
        """The title of the tab."""
        return self._read().title.strip()

    @property
    def forms(self) -> list[Form]:
        """Every form in the order of the source."""
        return self._read().forms

    @property
    def buttons(self) -> list[Button]:
        """Every button, in a form or with the id of one."""
        return self._read().buttons

    @property
    def way_on(self) -> Form:
        """The first POST form in <main>: on every page of the journey it leads on."""
        form = next((one for one in self.forms if one.in_main and one.method == "post"), None)
        if form is None:
            raise LookupError(f"no way on from {self.path} ({self.status}): {self.words}")
        return form

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.html)
        reader.close()
        return reader
