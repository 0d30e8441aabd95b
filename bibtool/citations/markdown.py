"""Markdown to what it cites, as pandoc reads it (its manual, "Citation syntax"), with Quarto's, R Markdown's and MyST's own."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from os.path import normpath
from pathlib import Path

from bibtool.citations.latex_commands import shape_of
from bibtool.citations.markdown_blocks import blocks_of
from bibtool.citations.metadata import metadata_of
from bibtool.citations.places import Places
from bibtool.citations.tex_cursor import Cursor, keys_between
from bibtool.cited import Citation, Cited, Include, NamedFile
from bibtool.document import Document

_INLINE = re.compile(
    r"""
    \\begin\{(?P<environment>[^{}\n]+)\}
    | \\(?P<command>[A-Za-z]+)\*?
    | \\(?:.|$)
    | (?P<ticks>`+)
    | (?P<comment><!--)
    | <(?:[A-Za-z][A-Za-z0-9+.-]*:|[^\s<>@]+@)[^\s<>]*>
    | (?P<tag></?[A-Za-z][^<>]*>)
    | (?P<math>\$\$?)
    | (?P<destination>\]\()
    | \{\{<\s*include\s+(?P<included>[^\s>]+)\s*>\}\}
    | (?<![\w])[A-Za-z][A-Za-z0-9+.-]*://[^\s<>]*
    | ^[ ]{0,3}\[(?!\^)[^\]\n]+\]:[^\n]*
    | (?<![^\W_])(?<![^\W_]_)(?<!\.)@(?:\{(?P<braced>[^{}\s]+)\}|(?P<plain>(?:\w|\*)(?:\w|[:.\#$%&+?<>~/-](?=\w)|[:/](?=/))*))
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_PARAGRAPH_END = re.compile(r"\n[ \t\r]*\n")
_TICKS = re.compile(r"`+")
_DESTINATION = re.compile(r"\s*(?:<[^<>\n]*>|(?:[^()\s\\]|\\.|\([^()\s]*\))*+)(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)")
_MATH = {
    "$": re.compile(r"(?=[^\s$])(?:[^$\\\n]|\\.|\n(?![ \t\r]*\n))*+(?<=\S)\$(?!\d)", re.DOTALL),
    "$$": re.compile(r"(?:[^$\\\n]|\\.|\n(?![ \t\r]*\n))*+\$\$", re.DOTALL),
}
_ROLE = re.compile(r"\{(?P<role>cite(?::[a-z]+)?|footcite(?::[a-z]+)?)\}$")
_CITE_TAG = re.compile(r"""\bdata-cite\s*=\s*["'](?P<keys>[^"'<>]*)["']""")
# Names of figures and sections, bookdown's of them, and pandoc's of numbered examples.
_DEFINED = re.compile(r"\{[^{}\n]{0,200}?#(?P<label>[\w:.-]+)|\(\\#(?P<bookdown>[\w:.-]+)\)|^\(@(?P<example>[\w-]+)\)[ \t]", re.MULTILINE)
# quarto.org/docs/authoring/cross-references.html, and those of pandoc-crossref.
_CROSS_REFERENCE = re.compile(
    r"(?:fig|tbl|lst|tip|nte|wrn|imp|cau|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg|eq|sec)-.+", re.IGNORECASE | re.DOTALL
)
_OF_PROJECT = ("_metadata.yml", "_quarto.yml", "_bookdown.yml")
_MOST_FOLDERS = 4


def find_in_markdown(document: Document, include: Include) -> Cited:
    """What a Markdown document cites."""
    reading = Reading(document, include)
    reading.read(document)
    return reading.cited()


@dataclass(slots=True)
class Reading:
    """What has been read of one document, and of what it includes."""

    document: Document
    include: Include
    citations: list[Citation] = field(default_factory=list)
    bibliographies: list[NamedFile] = field(default_factory=list)
    documents: dict[str, None] = field(default_factory=dict)
    defined: list[str] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    style: str | None = None
    cites_everything: bool = False

    def read(self, document: Document) -> None:
        """Reads one file, and those that it includes where they stand."""
        self.documents[normpath(document.name)] = None
        text = document.text
        blocks = blocks_of(text)
        places = Places(text)
        for start, end in blocks.metadata:
            self.take_metadata(document.name, text[start:end], start, places)
        self.labels |= {found[found.lastgroup or 0] for found in _DEFINED.finditer(blocks.text)}
        _Inline(self, document.name, blocks.text, places).scan()
        for child in blocks.children:
            self.draw_in(document.name, child)

    def take_metadata(self, name: str, text: str, offset: int, places: Places) -> None:
        """What a block of YAML says about bibliographies; `offset` is where it stands in its document."""
        metadata = metadata_of(text)
        self.style = self.style or metadata.style
        self.defined += metadata.defined
        for written, start, end in metadata.bibliographies:
            place = (name, *places.span(offset + start, offset + end))
            self.bibliographies.append(NamedFile(written, str(Path(name).parent / written), *place))

    def draw_in(self, name: str, included: str) -> None:
        """Reads a file that the one of that name includes; Quarto looks from the project's folder where it begins with a slash."""
        base = Path(self.document.name).parent if included.startswith("/") else Path(name).parent
        path = normpath(base / included.lstrip("/"))
        if path not in self.documents and (inner := self.include(path)) is not None:
            self.read(inner)

    def cited(self) -> Cited:
        """All that was found, but for references to figures and the like."""
        if not self.bibliographies and self.document.suffix in (".qmd", ".rmd", ".ipynb"):
            self._look_at_project()
        return Cited(
            tuple(one for one in self.citations if not self._is_cross_reference(one.citekey)),
            tuple(self.bibliographies),
            tuple(self.documents),
            tuple(self.defined),
            style=self.style,
            engine="citeproc",
            cites_everything=self.cites_everything,
        )

    def _is_cross_reference(self, citekey: str) -> bool:
        return citekey in self.labels or bool(_CROSS_REFERENCE.fullmatch(citekey))

    def _look_at_project(self) -> None:
        folder = Path(self.document.name).parent
        for base in (folder, *(folder / "/".join([".."] * up) for up in range(1, _MOST_FOLDERS))):
            for name in _OF_PROJECT:
                if (settings := self.include(normpath(base / name))) is None:
                    continue
                text = settings.text
                self.take_metadata(settings.name, text, 0, Places(text))
                if self.bibliographies:
                    return
            if self.include(normpath(base / "_quarto.yml")) is not None:
                return


@dataclass(slots=True)
class _Inline:
    """The text of one file, from mark to mark."""

    reading: Reading
    name: str
    text: str
    places: Places
    position: int = 0
    paragraph_end: int = 0
    # What closes nothing further down, so that a text of opening marks alone is not searched to its end for each.
    absent: set[str] = field(default_factory=set)

    def scan(self) -> None:
        """Finds what cites."""
        steps: dict[str, Callable[[re.Match[str]], None]] = {
            "braced": self._cite_key,
            "plain": self._cite_key,
            "environment": lambda found: self._skip_to(f"\\end{{{found['environment']}}}"),
            "command": self._tex,
            "ticks": self._code,
            "comment": lambda found: self._skip_to("-->"),
            "tag": self._tag,
            "math": lambda found: self._skip(_MATH[found[0]]),
            "destination": lambda found: self._skip(_DESTINATION),
            "included": lambda found: self.reading.draw_in(self.name, found["included"]),
        }
        while (found := _INLINE.search(self.text, self.position)) is not None:
            self.position = found.end()
            if found.lastgroup:
                steps[found.lastgroup](found)

    def _cite_key(self, found: re.Match[str]) -> None:
        self._cite(*found.span(found.lastgroup or 0), "@")

    def _tag(self, found: re.Match[str]) -> None:
        for cite in _CITE_TAG.finditer(found[0]):
            self._cite_list(found.start() + cite.start("keys"), found.start() + cite.end("keys"), "data-cite")

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.position)
        self.position = found.end() if found else self.position

    def _cite(self, start: int, end: int, command: str) -> None:
        citekey = self.text[start:end]
        if citekey.startswith("*"):
            self.reading.cites_everything |= citekey == "*"
            return
        self.reading.citations.append(Citation(citekey, self.name, *self.places.span(start, end), command))

    def _cite_list(self, start: int, end: int, command: str) -> None:
        for key in keys_between(self.text, start, end):
            self._cite(key.start, key.end, command)

    def _skip_to(self, closing: str) -> None:
        end = -1 if closing in self.absent else self.text.find(closing, self.position)
        if end < 0:
            self.absent.add(closing)
        else:
            self.position = end + len(closing)

    def _tex(self, found: re.Match[str]) -> None:
        """A raw command with its arguments, which pandoc passes on to LaTeX."""
        command = found["command"]
        cursor = Cursor(self.text, self.position, len(self.text))
        shape = shape_of(command)
        while True:
            start = cursor.position
            if cursor.position < cursor.end and self.text[cursor.position] == "{" and (inside := cursor.group()):
                if shape:
                    self._cite_list(*inside, command)
                    shape = None
            elif not (self.text.startswith("[", start) and shape and cursor.optional()):
                break
        self.position = cursor.position

    def _code(self, ticks: re.Match[str]) -> None:
        """Code, or what MyST takes for a citation: {cite}`key`."""
        if self.paragraph_end < self.position:
            paragraph = _PARAGRAPH_END.search(self.text, self.position)
            self.paragraph_end = paragraph.start() if paragraph else len(self.text)
        ends = _TICKS.finditer(self.text, self.position, self.paragraph_end)
        closing = next((one for one in ends if one[0] == ticks[0]), None)
        if closing is None:
            return
        role = _ROLE.search(self.text, max(0, ticks.start() - 20), ticks.start())
        if role:
            self._cite_list(ticks.end(), closing.start(), role["role"])
        self.position = closing.end()
