"""Markdown to what it cites."""

import re
from pathlib import Path

from bibtool.citations.places import Places
from bibtool.cited import Citation, Cited, Include, NamedFile
from bibtool.document import Document

_CITATION = re.compile(r"(?<!\w)@(?:\{(?P<braced>[^{}\s]+)\}|(?P<plain>\w+(?:[:.#$%&+?<>~/-]\w+)*))")
_BIBLIOGRAPHY = re.compile(r"^bibliography:[ ]*(?P<name>[^\[\n]+?)[ ]*$", re.MULTILINE)


def find_in_markdown(document: Document, include: Include) -> Cited:
    """What a Markdown document cites, as pandoc reads it."""
    text = document.text
    places = Places(text)
    citations = []
    for found in _CITATION.finditer(text):
        start, end = found.span("braced" if found["braced"] else "plain")
        citations.append(Citation(text[start:end], document.name, start, end, *places.at(start), command="@"))
    folder = Path(document.name).parent
    files = [
        NamedFile(one["name"], str(folder / one["name"]), document.name, *one.span("name"), *places.at(one.start("name")))
        for one in _BIBLIOGRAPHY.finditer(text)
    ]
    return Cited(tuple(citations), tuple(files), (document.name,), engine="citeproc")
