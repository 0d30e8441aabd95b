"""LaTeX to what it cites: read as TeX reads it, in its order, through every file that it draws in."""

import re
from dataclasses import replace
from pathlib import Path

from bibtool.citations.latex_citing import cite, cite_as, define, new_command, new_document_command, use
from bibtool.citations.latex_commands import CONDITIONS, ENVIRONMENTS, LISTS, SHAPES, USUAL
from bibtool.citations.latex_reading import Handler, Macro, Reading, Taught, Text, parts_of_options, tokens
from bibtool.citations.tex_cursor import Cursor, keys_between
from bibtool.cited import Cited, Include, NamedFile
from bibtool.document import Document

_VERBATIM_URL = re.compile(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*+\}")
_SUBFIX = re.compile(r"\\subfix\s*\{(?P<name>[^{}]*)\}")
_BARE_NAME = re.compile(r"[^\s{}\\%]+")
_BEGINS_VERBATIM = re.compile(r"\\(?:begin\s*\{)?(?P<name>[A-Za-z]+\*?)")
# Read from the engine's own folders; a copy of one beside the document says nothing about the document.
_WELL_KNOWN = frozenset(["natbib", "biblatex", "csquotes", "bibentry", "multibib", "chapterbib", "hyperref", "cite", "apacite", "apalike"])


def find_in_latex(document: Document, include: Include) -> Cited:
    """What a LaTeX document cites."""
    reading = Reading(document, include, dict(_HANDLERS), cite)
    reading.read(document, reading.folder)
    package = reading.facts.get("package")
    style, engine = reading.facts.get("style"), "bibtex" if reading.bibliographies or "style" in reading.facts else None
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
    if written == "subfiles" and options and not reading.is_preamble:
        main = text.folder / cursor.text[slice(*options)].strip()
        reading.is_preamble = True
        reading.draw_in(text, main.name, (".tex", ""), main.parent)
        reading.is_preamble = False
    elif name == "documentclass" or written not in _WELL_KNOWN:
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
        path = (text.folder if fixed else reading.folder) / written
        if "\\" in written:
            continue
        if path.suffix != ".bib" and not name.startswith("add"):
            path = path.with_name(f"{path.name}.bib")
        place = (text.name, key.start, key.end, *text.places.at(key.start))
        reading.bibliographies.append(NamedFile(written, str(path), *place))
    if name.startswith("add"):
        reading.facts["package"] = "biblatex"


def _putbib(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    if inside := cursor.optional():
        for key in keys_between(cursor.text, *inside):
            place = (text.name, key.start, key.end, *text.places.at(key.start))
            reading.bibliographies.append(NamedFile(key.citekey, str(reading.folder / f"{key.citekey.removesuffix('.bib')}.bib"), *place))


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
    reading.draw_in(replace(text, folder=text.folder / written.parent), written.name, (".tex", ""), text.folder / written.parent)


def _import(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    cursor.star()
    folder, written = reading.expanded(cursor.words()), cursor.words()
    folder_of = (text.folder if name.startswith("sub") else reading.folder) / folder
    reading.draw_in(replace(text, folder=folder_of), written, (".tex", ""), folder_of)


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


def _end_input(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    if text.taught is None:
        line_end = cursor.text.find("\n", cursor.position, cursor.end)
        cursor.end = cursor.end if line_end < 0 else line_end


def _verb(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    cursor.star()
    _skip_verb(cursor)


def _listing(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    cursor.optional()
    if name in ("mint", "mintinline"):
        cursor.group()
    _skip_verb(cursor)


def _skip_verb(cursor: Cursor) -> None:
    """Moves over text between two marks of one kind on a line, or in braces."""
    opening = cursor.text[cursor.position : cursor.position + 1]
    if opening == "{":
        found = _VERBATIM_URL.match(cursor.text, cursor.position, cursor.end)
        cursor.position = found.end() if found else cursor.position
        return
    line_end = cursor.text.find("\n", cursor.position, cursor.end)
    closing = cursor.text.find(opening, cursor.position + 1, cursor.end if line_end < 0 else line_end) if opening.strip() else -1
    cursor.position = cursor.position if closing < 0 else closing + 1


def _short_verb(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    cursor.position -= 1
    start = cursor.position
    _skip_verb(cursor)
    cursor.position += cursor.position == start


def _make_short_verb(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    cursor.star()
    cursor.optional()
    if (mark := cursor.command()) and not mark.isalpha():
        reading.handlers[mark] = _short_verb
        shorts = "".join(token for token in reading.handlers if token[0] != "\\")
        reading.tokens = (tokens("A-Za-z", shorts), tokens("A-Za-z@", shorts))


def _new_environment(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    r"""\newenvironment{code}{\verbatim}{\endverbatim}, \lstnewenvironment{code}, \excludecomment{code}."""
    cursor.star()
    environment = cursor.words()
    if name not in ("newenvironment", "renewenvironment"):
        reading.verbatim.add(environment)
        return
    look = replace(cursor)
    while look.optional():
        pass
    begin = look.group(is_long=True)
    opened = [found["name"] for found in _BEGINS_VERBATIM.finditer(cursor.text, *begin)] if begin else []
    if begin and opened and opened[-1] in reading.verbatim:
        reading.verbatim.add(environment)
        cursor.position = look.position
        cursor.group(is_long=True)


def _new_minted(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    named, language = cursor.optional(), cursor.words()
    reading.verbatim.add(cursor.text[slice(*named)].strip() if named else f"{language}code")


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


def _skip_next(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    cursor.command() if cursor.is_at("\\") else cursor.group(is_long=True)


def _skip_name(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    """What follows names a command or hook, and does not use it."""
    cursor.command()


def _at_letter(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    text.has_at = name == "makeatletter"


def _new_if(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    defined = (cursor.command() or "").removeprefix("if")
    if defined:
        reading.conditions[defined] = False
        reading.teach(f"if{defined}", _if)
        for value in ("true", "false"):
            reading.teach(f"{defined}{value}", _set_condition)


def _set_condition(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    value = "true" if name.endswith("true") else "false"
    # Within a macro or another condition nobody knows whether it is done.
    is_certain = text.taught is None and not text.conditions and not text.has_at
    reading.conditions[name.removesuffix(value)] = value == "true" if is_certain else None


def _if(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    value = reading.conditions.get(name[2:])
    if name == "if" and cursor.text.startswith("0", cursor.position):
        value = cursor.text.startswith("00", cursor.position)
    if value is not False or reading.skip_dead(cursor):
        text.conditions.append(value is True)


def _else(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    if text.conditions and text.conditions[-1]:
        reading.skip_dead(cursor, is_else=True)
        text.conditions.pop()


def _fi(reading: Reading, text: Text, cursor: Cursor, name: str) -> None:
    if text.conditions:
        text.conditions.pop()


_MEANINGS: dict[Handler, str] = {
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
    _end_input: "endinput",
    _verb: "verb Verb spverb url nolinkurl path href burl",
    _listing: "lstinline mint mintinline",
    _make_short_verb: "MakeShortVerb DefineShortVerb lstMakeShortInline",
    _new_environment: "newenvironment renewenvironment lstnewenvironment excludecomment newtcblisting DefineVerbatimEnvironment",
    _new_minted: "newminted",
    cite: " ".join(SHAPES),
    _skip_next: "string detokenize",
    _skip_name: "DeclareCiteCommand* undef cslet csdef show meaning",
    _at_letter: "makeatletter makeatother",
    _new_if: "newif",
    _if: " ".join(CONDITIONS),
    _else: "else",
    _fi: "fi",
}
_HANDLERS: dict[str, Handler | None] = {f"\\{name}": meaning for meaning, names in _MEANINGS.items() for name in names.split()}
