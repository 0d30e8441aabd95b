"""Typst to what it cites: markup, code and mathematics are told apart as its own lexer does (typst.app/docs/reference/syntax, 0.13)."""

import re
from dataclasses import dataclass, field
from os.path import normpath
from pathlib import Path

from bibtool.citations.places import Places
from bibtool.cited import Citation, Cited, Include, NamedFile
from bibtool.document import Document

_LABEL = r"[\w][\w.:-]*"
_COMMON = r"""
    (?P<line_comment>//[^\n]*)
    | (?P<comment>/\*)
    | (?P<raw>`+)
    | (?P<math>\$)
    | <(?P<label>[\w][\w.:-]*)>
"""
_MARKUP = re.compile(
    rf"""
    (?P<link>https?://[^\s\[\]()<>"`]*)
    | \\.
    | {_COMMON}
    | @(?P<reference>[\w][\w.:-]*)
    | \#(?:(?P<keyword>let|set|show|import|include|if|else|for|while|return|context)\b(?!-)
        | (?P<name>[^\W\d][\w-]*(?:\.[^\W\d][\w-]*)*) | (?P<string>"(?:[^"\\]|\\.)*+(?:"|\Z)) | (?=[(\[{{]))
    | (?P<bracket>[\[\]])
    """,
    re.VERBOSE | re.DOTALL,
)
_CODE = re.compile(
    rf"""
    {_COMMON}
    | "(?P<text>(?:[^"\\]|\\.)*+)(?:"|\Z)
    | (?P<name>[^\W\d][\w-]*(?:\.[^\W\d][\w-]*)*)
    | (?P<bracket>[][(){{}}])
    | (?P<end>[\n;])
    """,
    re.VERBOSE | re.DOTALL,
)
_MATH = re.compile(
    r"""\\.|(?P<line_comment>//[^\n]*)|(?P<comment>/\*)|(?P<math>\$)|"(?:[^"\\]|\\.)*+(?:"|\Z)|\#(?P<name>[^\W\d][\w-]*)""", re.DOTALL
)
_TICKS = re.compile(r"`+")
# Arguments within arguments: a citation does not stand deeper in those of its own function.
MOST_NESTED = 10
_FOLLOWING = re.compile(r"(?:\.[^\W\d][\w-]*)*(?P<bracket>[(\[])")
_COMMENT_MARK = re.compile(r"/\*|\*/")
_ARGUMENT = re.compile(r"(?P<name>[\w-]+)\s*:\s*$")
_CLOSING = {"(": ")", "[": "]", "{": "}", "": ""}


def find_in_typst(document: Document, include: Include) -> Cited:
    """What a Typst document cites: its references but for those to labels of its own."""
    reading = _Reading(document, include)
    reading.read(document)
    return Cited(
        tuple(one for one, is_reference in reading.citations if not is_reference or one.citekey not in reading.labels),
        tuple(reading.bibliographies),
        tuple(reading.documents),
        style=reading.style,
        engine="typst",
        cites_everything=reading.cites_everything,
    )


@dataclass(slots=True)
class _Reading:
    document: Document
    include: Include
    # Each with whether it is a reference, which cites only where no label of the document has that name.
    citations: list[tuple[Citation, bool]] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    bibliographies: list[NamedFile] = field(default_factory=list)
    documents: dict[str, None] = field(default_factory=dict)
    style: str | None = None
    cites_everything: bool = False

    def read(self, document: Document) -> None:
        """Reads one file, and those that it draws in."""
        self.documents[normpath(document.name)] = None
        text = document.text
        _Lexer(self, document.name, text, Places(text)).run()

    def path(self, written: str, name: str) -> Path:
        """Paths are relative to the file that they stand in; those with a slash before them, to the project's folder."""
        base = self.document.name if written.startswith("/") else name
        return Path(base).parent / written.lstrip("/")

    def draw_in(self, written: str, name: str) -> None:
        """Reads a file of the project; packages are not the author's."""
        path = normpath(self.path(written, name))
        if not written.startswith("@") and path not in self.documents and (inner := self.include(path)) is not None:
            self.read(inner)


@dataclass(slots=True)
class _Frame:
    """What the lexer is in: "markup", "code", "math", or the "line" of a statement; how it opened, and whose arguments it holds."""

    mode: str
    opening: str = ""
    callee: str = ""


@dataclass(slots=True)
class _Lexer:
    reading: _Reading
    name: str
    text: str
    places: Places
    position: int = 0
    frames: list[_Frame] = field(default_factory=lambda: [_Frame("markup")])

    def run(self) -> None:
        """Reads the text to its end."""
        steps = {"markup": (_MARKUP, self._markup), "code": (_CODE, self._code), "line": (_CODE, self._code), "math": (_MATH, self._math)}
        while True:
            pattern, step = steps[self.frames[-1].mode]
            found = pattern.search(self.text, self.position)
            if found is None:
                return
            self.position = found.end()
            groups = found.groupdict()
            if groups.get("comment"):
                self._skip_comment()
            elif groups.get("raw"):
                self._skip_raw(len(found[0]))
            elif not groups.get("line_comment"):
                step(found)

    def _markup(self, found: re.Match[str]) -> None:
        kind = found.lastgroup
        if kind == "reference":
            self._refer(found.start("reference"), found["reference"].rstrip(".:"))
        elif kind == "label":
            self.reading.labels.add(found["label"])
        elif kind == "math":
            self.frames.append(_Frame("math"))
        elif kind == "keyword":
            self.frames.append(_Frame("line", callee=found["keyword"]))
        elif kind == "bracket":
            self._bracket(found["bracket"], "")
        elif found[0] == "#" and self.text.startswith("{", self.position):
            self.position += 1
            self._bracket("{", "")
        elif found[0][0] == "#":
            self._follow(found["name"] or "")

    def _code(self, found: re.Match[str]) -> None:
        kind = found.lastgroup
        if kind == "name":
            if self.text[self.position : self.position + 1] in ("(", "["):
                self._follow(found["name"])
            elif found["name"] == "true" and self._callees()[:1] == ["bibliography"] and self._argument(found.start()) == "full":
                self.reading.cites_everything = True
            elif found["name"] in ("include", "import"):
                self.frames.append(_Frame("line", callee=found["name"]))
        elif kind == "text":
            self._string(*found.span("text"))
        elif kind == "label":
            self._label(found.start("label"), found["label"])
        elif kind == "math":
            self.frames.append(_Frame("math"))
        elif kind == "bracket":
            self._bracket(found["bracket"], "")
        elif self.frames[-1].mode == "line":
            self.frames.pop()

    def _math(self, found: re.Match[str]) -> None:
        if found["math"]:
            self.frames.pop()
        elif found["name"]:
            self._follow(found["name"])

    def _bracket(self, bracket: str, callee: str) -> None:
        if bracket in "([{":
            self.frames.append(_Frame("markup" if bracket == "[" else "code", bracket, callee))
            return
        while self.frames[-1].mode == "line":
            self.frames.pop()  # a statement ends with the block that it stands in
        if _CLOSING[self.frames[-1].opening] == bracket and len(self.frames) > 1:
            closed = self.frames.pop()
            self._follow(closed.callee)

    def _follow(self, callee: str) -> None:
        """The arguments that follow a name or other arguments without a blank."""
        following = _FOLLOWING.match(self.text, self.position)
        if following is not None:
            self.position = following.end()
            self._bracket(following["bracket"], callee)

    def _callees(self) -> list[str]:
        """Whose arguments these are, the innermost first; content is nobody's."""
        callees = []
        for frame in reversed(self.frames[-MOST_NESTED:]):
            if frame.mode == "markup":
                break
            callees += [frame.callee.rpartition(".")[2]] if frame.callee else []
        return callees

    def _argument(self, start: int) -> str:
        """The name of the argument that begins there."""
        found = _ARGUMENT.search(self.text, max(0, start - 80), start)
        return found["name"] if found else ""

    def _label(self, start: int, label: str) -> None:
        callees = self._callees()
        if self._argument(start - 1) == "attribution" or "cite" in callees[:1]:
            self._cite(start, label, "cite", is_reference=False)
        elif "ref" in callees[:1]:
            self._cite(start, label, "ref", is_reference=True)

    def _string(self, start: int, end: int) -> None:
        written, callees, argument = self.text[start:end], self._callees(), self._argument(start - 1)
        if not callees:
            return
        if callees[0] in ("include", "import"):
            if self.text[max(0, start - 80) : start - 1].rstrip().endswith(callees[0]):
                self.reading.draw_in(written, self.name)
        elif callees[0] == "label":
            self._label_of_string(start, written, callees[1:2])
        elif "bibliography" in callees[:3]:
            if argument == "style":
                self.reading.style = written
            elif argument not in ("title", "encoding", "lang", "region"):
                self._name_file(start, written)
        elif "bib" in argument and written.endswith((".bib", ".yml", ".yaml")):
            self._name_file(start, written)

    def _label_of_string(self, start: int, written: str, callees: list[str]) -> None:
        if callees == ["cite"] or self._argument(self.text.rfind("label", 0, start)) == "attribution":
            self._cite(start, written, "cite", is_reference=False)
        elif callees == ["ref"]:
            self._cite(start, written, "ref", is_reference=True)
        elif not callees:
            self.reading.labels.add(written)

    def _name_file(self, start: int, written: str) -> None:
        path = str(self.reading.path(written, self.name))
        self.reading.bibliographies.append(NamedFile(written, path, self.name, *self.places.span(start, start + len(written))))

    def _refer(self, start: int, written: str) -> None:
        self._cite(start, written, "@", is_reference=True)

    def _cite(self, start: int, written: str, command: str, *, is_reference: bool) -> None:
        place = self.places.span(start, start + len(written))
        self.reading.citations.append((Citation(written, self.name, *place, command), is_reference))

    def _skip_comment(self) -> None:
        """Comments stand within comments."""
        depth = 1
        while depth:
            mark = _COMMENT_MARK.search(self.text, self.position)
            self.position = mark.end() if mark else len(self.text)
            depth = 0 if mark is None else depth + (1 if mark[0] == "/*" else -1)

    def _skip_raw(self, count: int) -> None:
        if count == 2:
            return
        closing = next((one for one in _TICKS.finditer(self.text, self.position) if count == 1 or len(one[0]) >= count), None)
        if closing is not None:
            self.position = closing.start() + count if count == 1 else closing.end()
