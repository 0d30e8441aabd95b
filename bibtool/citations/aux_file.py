r"""What LaTeX wrote for BibTeX (.aux) and for biber (.bcf): the keys that the engine itself saw.

The .aux lines \citation, \bibdata, \bibstyle and \@input are BibTeX's (btxdoc, 1988); \abx@aux@cite is biblatex's. The .bcf is XML that
biblatex writes without a document type and without entities of its own; what a hostile one declares is never expanded.
"""

import re
from html import unescape
from os.path import normpath
from pathlib import Path

from bibtool.citations.places import Places
from bibtool.cited import Citation, Cited, Include, NamedFile
from bibtool.document import Document

_LINE = re.compile(r"\\(?P<command>citation|bibdata|bibstyle|@input|abx@aux@cite)(?:\{\d*\}(?=\{))?\{(?P<content>[^{}\n]*)\}", re.ASCII)
_RUN_IN = re.compile(r"PWD (?P<folder>[^\r\n]+)")
_NAME = re.compile(r"[^,\s][^,]*")
_ELEMENT = re.compile(
    r"<!--.*?-->|<bcf:(?P<element>citekey|datasource)\b(?P<attributes>[^>]*)>\s*(?P<content>[^<]*?)\s*</bcf:(?P=element)>", re.DOTALL
)


def find_in_aux(document: Document, include: Include) -> Cited:
    """What a .aux file, with those of the chapters, says was cited."""
    found = _Aux(document, include)
    found.read(document)
    return Cited(
        tuple(found.citations.values()),
        tuple(found.bibliographies),
        tuple(found.documents),
        style=found.style,
        package="biblatex" if found.is_biblatex else None,
        engine="bibtex" if found.bibliographies else "biber" if found.is_biblatex else None,
        cites_everything=found.cites_everything,
    )


class _Aux:
    def __init__(self, document: Document, include: Include) -> None:
        self._folder, self._include = Path(document.name).parent, include
        self._folder_of_run = folder_of_run(document, include)
        self.citations: dict[str, Citation] = {}
        self.bibliographies: list[NamedFile] = []
        self.documents: dict[str, None] = {}
        self.style: str | None = None
        self.is_biblatex = False
        self.cites_everything = False

    def read(self, document: Document) -> None:
        """Each key at its first citation: one line stands for each time that LaTeX came by."""
        self.documents[normpath(document.name)] = None
        text = document.text
        places = Places(text)
        for line in _LINE.finditer(text):
            command, content = line["command"], line["content"]
            if command == "bibstyle":
                self.style = content
            elif command == "@input":
                path = normpath(self._folder / content)
                inner = None if path in self.documents else self._include(path)
                if inner is not None:
                    self.read(inner)
            else:
                for name in _NAME.finditer(content):
                    start = line.start("content") + name.start()
                    self._keep(command, name[0].rstrip(), document.name, places.span(start, start + len(name[0].rstrip())))

    def _keep(self, command: str, name: str, document: str, place: tuple[int, int, int, int]) -> None:
        if command == "bibdata" and name.endswith("-blx"):
            self.is_biblatex = True  # biblatex with BibTeX as its engine has a file of its own for its options
        elif command == "bibdata":
            file = f"{name.removesuffix('.bib')}.bib"
            self.bibliographies.append(NamedFile(name, str(self._folder_of_run / file), document, *place))
        elif name == "*":
            self.cites_everything = True
        elif name != "biblatex-control":
            self.is_biblatex |= command == "abx@aux@cite"
            self.citations.setdefault(name, Citation(name, document, *place, command))


def folder_of_run(document: Document, include: Include) -> Path:
    """The folder in which the engine ran. With -outdir it is another than that of its files, and the .fls, where there is one, names it."""
    recorded = include(str(Path(document.name).with_suffix(".fls")))
    found = _RUN_IN.match(recorded.text) if recorded else None
    return Path(found["folder"]) if found else Path(document.name).parent


def find_in_bcf(document: Document, include: Include) -> Cited:
    """What a .bcf file says was cited, and where biber looks it up."""
    text, folder = document.text, folder_of_run(document, include)
    places = Places(text)
    citations: dict[str, Citation] = {}
    bibliographies: dict[str, NamedFile] = {}
    cites_everything = False
    for found in _ELEMENT.finditer(text):
        name = unescape(found["content"] or "")
        place = (document.name, *places.span(*found.span("content"))) if name else None
        if place is None:
            continue
        if found["element"] == "datasource":
            if 'type="file"' in found["attributes"]:
                bibliographies.setdefault(name, NamedFile(name, str(folder / name), *place))
        elif name == "*":
            cites_everything = True
        else:
            command = "nocite" if 'nocite="1"' in found["attributes"] else "cite"
            citations.setdefault(name, Citation(name, *place, command))
    return Cited(
        tuple(citations.values()),
        tuple(bibliographies.values()),
        (document.name,),
        package="biblatex",
        engine="biber",
        cites_everything=cites_everything,
    )
