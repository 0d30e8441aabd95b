"""LaTeX to what it cites: read as TeX reads it, in its order, through every file that it draws in."""

import re
from dataclasses import replace
from pathlib import Path

from bibtool.citations.class_styles import style_of_class
from bibtool.citations.latex_citing import cite, cite_as, define, new_command, new_document_command, use
from bibtool.citations.latex_commands import ENVIRONMENTS, LISTS, SHAPES, USUAL
from bibtool.citations.latex_reading import Handler, Macro, Reading, Taught, Text, parts_of_options
from bibtool.citations.latex_skipping import SKIPPING
from bibtool.citations.tex_cursor import Cursor, Key, keys_between
from bibtool.cited import Cited, Include, NamedFile
from bibtool.document import Document

_SUBFIX = re.compile(r"\\subfix\s*\{(?P<name>[^{}]*)\}")
_BARE_NAME = re.compile(r"[^\s{}\\%]+")
# Read from the engine's own folders; a copy of one beside the document says nothing about the document.
_WELL_KNOWN = frozenset(["natbib", "biblatex", "csquotes", "bibentry", "multibib", "chapterbib", "hyperref", "cite", "apacite", "apalike"])


def find_in_latex(document: Document, include: Include) -> Cited:
    """What a LaTeX document cites."""
    reading = Reading(document, include, dict(_HANDLERS), cite)
    reading.read(document, reading.folder)
    package = reading.facts.get("package")
    style = reading.facts.get("style") or reading.facts.get("style of the class")
    engine = "bibtex" if reading.bibliographies or "style" in reading.facts else None
    if package == "biblatex":
        style = reading.options.get("bibstyle") or reading.options.get("style", "numeric")
        engine = "bibtex" if reading.options.get("backend", "biber").startswith("bibtex") else "biber"
    return Cited(
        citations=tuple(reading.citations.values()),
        bibliographies=tuple(reading.bibliographies),
        documents=tuple(reading.documents),
        defined=tuple(reading.defined),
        style=style,
        package=package,
        engine=engine,
        cites_everything=reading.cites_everything,
    )


def _document_class(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    options, written = cursor.optional(), cursor.words()
    if style := style_of_class(written, cursor.text[slice(*options)] if options else ""):
        reading.facts.setdefault("style of the class", style)
    if written == "subfiles" and options and not reading.is_preamble:
        main = text.folder / cursor.text[slice(*options)].strip()
        reading.is_preamble = True
        reading.draw_in(text, main.name, (".tex", ""), main.parent)
        reading.is_preamble = False
    else:
        reading.draw_in(text, written, (".cls",))


def _package(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    options = cursor.optional()
    for package in cursor.words().split(","):
        package = package.strip()
        if package in ("natbib", "biblatex"):
            reading.facts["package"] = package
        if package == "biblatex" and options:
            reading.options |= parts_of_options(cursor.text[slice(*options)])
        if package not in _WELL_KNOWN:
            reading.draw_in(text, package, (".sty",))


def _pass_options(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    options, package = cursor.words(), cursor.words()
    if package == "biblatex":
        reading.options = {**parts_of_options(options), **reading.options}


def _style(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    if style := reading.expanded(cursor.words()):
        reading.facts["style"] = style


def _bibliography(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    options = cursor.optional()
    if options and "remote" in cursor.text[slice(*options)]:
        return
    inside = cursor.group()
    for key in keys_between(cursor.text, *inside) if inside else ():
        fixed = _SUBFIX.fullmatch(key.citekey)
        written = reading.expanded(fixed["name"] if fixed else key.citekey).replace("\\jobname", Path(reading.document.name).stem)
        folder = text.folder if fixed else reading.folder
        for one in () if "\\" in written else written.split(","):
            _name_file(reading, text, one.strip(), folder, key, is_whole=name.startswith("add"))
    if name.startswith("add"):
        reading.facts["package"] = "biblatex"


def _putbib(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    if inside := cursor.optional():
        for key in keys_between(cursor.text, *inside):
            _name_file(reading, text, key.citekey, reading.folder, key)


def _name_file(reading: Reading, text: Text, name: str, folder: Path, key: Key, *, is_whole: bool = False) -> None:
    """BibTeX adds the suffix that a name lacks; biblatex's own commands have whole names."""
    file = name if is_whole or name.endswith(".bib") else f"{name}.bib"
    reading.bibliographies.append(NamedFile(name, str(folder / file), text.name, *text.places.span(key.start, key.end)))


def _bibitem(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    cursor.optional()
    reading.defined.update(dict.fromkeys(key.citekey for key in cursor.keys() or ()))


def _input(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    written = cursor.words() if cursor.is_at("{") else ""
    if not written and (bare := _BARE_NAME.match(cursor.text, cursor.position, cursor.end)):
        written, cursor.position = bare[0], bare.end()
    suffixes = (".tex",) if name == "include" else ("", ".tex") if Path(written).suffix else (".tex", "")
    reading.draw_in(text, written, suffixes)


def _subfile(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    written = Path(reading.expanded(cursor.words()))
    reading.draw_in(text, written.name, (".tex", ""), text.folder / written.parent)


def _import(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    cursor.star()
    folder, written = reading.expanded(cursor.words()), cursor.words()
    folder_of = (text.folder if name.startswith("sub") else reading.folder) / folder
    reading.draw_in(text, written, (".tex", ""), folder_of)


def _begin(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    environment = cursor.words()
    if environment in reading.verbatim:
        closing = cursor.text.find(f"\\end{{{environment}}}", cursor.position, cursor.end)
        cursor.position = cursor.end if closing < 0 else closing
    elif environment in ENVIRONMENTS:
        cite_as(reading, text, replace(cursor), environment, ENVIRONMENTS[environment])
    elif environment == "document":
        text.has_document = True
        if reading.is_preamble:
            cursor.position = cursor.end


def _end(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    if text.taught is None and cursor.words() == "document":
        # A chapter that is a document of its own (subfiles, standalone) ends itself alone.
        reading.has_ended = not text.has_document or text.name == reading.document.name
        cursor.position = cursor.end


def _let(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    new = cursor.command()
    cursor.position += cursor.is_at("=")
    old = cursor.command()
    if new and old and (meaning := reading.meaning(old)):
        reading.teach(new, meaning)
        if old in reading.macros:
            reading.macros[new] = reading.macros[old]
        elif meaning is cite:
            shape = LISTS if old.endswith("s") else USUAL
            reading.macros[new] = Macro("", (Taught(old, shape, text, None),))
            reading.teach(new, use)


def _new_cites(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    """multibib's own lists."""
    for suffix in cursor.words().split(","):
        reading.teach(f"bibliography{suffix.strip()}", _bibliography)
        reading.teach(f"nocite{suffix.strip()}", cite)


def _declare_cite(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    if defined := cursor.command():
        shape = LISTS if "Multi" in name else USUAL
        reading.macros[defined] = Macro("", (Taught(defined, shape, text, None),))
        reading.teach(defined, use)


def _at_letter(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    text.has_at = name == "makeatletter"


_MEANINGS: dict[Handler, str] = {
    **SKIPPING,
    new_command: "newcommand renewcommand providecommand DeclareRobustCommand newrobustcmd renewrobustcmd providerobustcmd",
    new_document_command: " ".join(
        f"{how}{kind}DocumentCommand" for how in ("New", "Renew", "Provide", "Declare") for kind in ("", "Expandable")
    ),
    define: "def gdef edef xdef protected@edef",
    _let: "let LetLtxMacro NewCommandCopy RenewCommandCopy DeclareCommandCopy",
    _declare_cite: "DeclareCiteCommand DeclareMultiCiteCommand",
    _new_cites: "newcites",
    _document_class: "documentclass LoadClass",
    _package: "usepackage RequirePackage",
    _pass_options: "PassOptionsToPackage",
    _style: "bibliographystyle",
    _bibliography: "bibliography nobibliography addbibresource addglobalbib addsectionbib",
    _putbib: "putbib",
    _bibitem: "bibitem",
    _input: "input include InputIfFileExists includestandalone",
    _subfile: "subfile subfileinclude",
    _import: "import subimport inputfrom subinputfrom includefrom subincludefrom",
    _begin: "begin",
    _end: "end",
    cite: " ".join(SHAPES),
    _at_letter: "makeatletter makeatother",
}
_HANDLERS: dict[str, Handler | None] = {f"\\{name}": meaning for meaning, names in _MEANINGS.items() for name in names.split()}
