"""LaTeX to what it cites."""

import re
from pathlib import Path

from bibtool.citations.places import Places
from bibtool.cited import Citation, Cited, Include, NamedFile
from bibtool.document import Document

_COMMAND = re.compile(
    r"(?P<comment>(?<!\\)%[^\n]*)|\\(?P<name>[A-Za-z]*[cC]ites?[a-z]*|input|include|subfile|bibliography|addbibresource|bibliographystyle)"
    r"\*?\s*(?P<options>(?:\[[^\]]*\]\s*){0,2})\{(?P<content>[^{}]*)\}"
)
_KEY = re.compile(r"[^,\s]+")


def find_in_latex(document: Document, include: Include) -> Cited:
    """What a LaTeX document cites."""
    folder = Path(document.name).parent
    citations: list[Citation] = []
    bibliographies: list[NamedFile] = []
    documents: list[str] = []
    style = None
    pending = [document]
    while pending:
        one = pending.pop(0)
        if one.name in documents:
            continue
        documents.append(one.name)
        text = one.text
        places = Places(text)
        for found in _COMMAND.finditer(text):
            if found["comment"]:
                continue
            if found["name"] == "bibliographystyle":
                style = found["content"]
                continue
            for key in _KEY.finditer(found["content"]):
                start, end = found.start("content") + key.start(), found.start("content") + key.end()
                place = (one.name, start, end, *places.at(start))
                if found["name"] in ("bibliography", "addbibresource"):
                    path = str(folder / key[0])
                    bibliographies.append(NamedFile(key[0], path if path.endswith(".bib") else path + ".bib", *place))
                elif found["name"] in ("input", "include", "subfile"):
                    path = str(folder / key[0])
                    inner = include(path if Path(path).suffix else path + ".tex")
                    pending += [inner] if inner else []
                elif key[0] != "*":
                    citations.append(Citation(key[0], *place, command=found["name"]))
    return Cited(tuple(citations), tuple(bibliographies), tuple(documents), style=style)
