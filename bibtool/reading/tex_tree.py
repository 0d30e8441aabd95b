"""The files that a TeX document draws in: chapters and bibliographies."""

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

# LaTeX reads these by name, with .tex or .bib added where the name has no suffix.
_INCLUDED = re.compile(
    rb"\\(?P<command>input|@input|include|InputIfFileExists|subfile|subfileinclude"
    rb"|bibliography|nobibliography|addbibresource|addglobalbib|addsectionbib)(?![a-zA-Z])\*?\s*(?:\[[^\]\n]*\]\s*)?"
    rb"(?:\{(?P<names>[^{}\n]+)\}|\"(?P<quoted>[^\"\n]+)\"|(?P<name>[\w./-]+))"
    rb"|\\(?P<importing>(?:sub)?(?:import|includefrom|inputfrom))\*?\s*\{(?P<folder>[^{}\n]*)\}\s*\{(?P<file>[^{}\n]+)\}"
)
_COMMENT = re.compile(rb"(?<!\\)(?:\\\\)*%[^\n]*")
_BIBLIOGRAPHIES = (b"bibliography", b"nobibliography", b"addbibresource", b"addglobalbib", b"addsectionbib")
# A main file or a chapter is text that somebody typed.
MOST_BYTES = 16 << 20


class _Name(NamedTuple):
    """A name in a file: where it is looked for, and the folder in which what stands there looks for its own."""

    folders: tuple[str, ...]
    name: str
    suffix: str
    within: str


def included_files(main: str) -> Iterator[str]:
    """The files that `main` and its chapters include, each once, in the order of reading; those that are not there are passed over."""
    folder = os.path.dirname(main)
    seen = {os.path.realpath(main)}
    pending = [*_names(main, folder, folder)][::-1]
    while pending:
        wanted = pending.pop()
        path = next((path for path in _candidates(wanted) if os.path.isfile(path)), None)
        if path is None or os.path.realpath(path) in seen:
            continue
        seen.add(os.path.realpath(path))
        yield path
        if not path.endswith(".bib"):
            pending += [*_names(path, folder, wanted.within)][::-1]


def _names(path: str, main: str, folder: str) -> Iterator[_Name]:
    """The names that a file includes. `main` is where LaTeX runs, `folder` what the packages import and subfiles have turned to since."""
    try:
        with open(path, "rb") as stream:
            content = _COMMENT.sub(b"", stream.read(MOST_BYTES))
    except OSError:
        return  # whoever opens it as a document says what is wrong
    for found in _INCLUDED.finditer(content):
        command = found["command"]
        if command is None:
            inner = os.path.join(folder if found["importing"].startswith(b"sub") else main, _text(found["folder"]))
            yield _Name((inner,), _text(found["file"]), ".tex", inner)
            continue
        suffix = ".bib" if command in _BIBLIOGRAPHIES else ".tex"
        for name in map(_text, (found["names"] or found["quoted"] or found["name"]).split(b",")):
            inner = os.path.dirname(os.path.join(folder, name)) if command.startswith(b"subfile") else folder
            yield _Name((folder, main), name, suffix, inner)


def _text(name: bytes) -> str:
    return os.fsdecode(name.strip(b' \t"'))


def _candidates(wanted: _Name) -> Iterator[str]:
    for folder in dict.fromkeys(wanted.folders):
        path = os.path.join(folder, wanted.name)
        if "\0" not in path:
            yield path + wanted.suffix
            yield path
