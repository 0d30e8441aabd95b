"""The files that a TeX document draws in: chapters and bibliographies."""

import os
import re
from collections.abc import Iterator

# LaTeX reads these by name, with .tex or .bib added where the name has no suffix.
_INCLUDED = re.compile(
    rb"\\(?P<command>input|include|subfile|bibliography|addbibresource|nobibliography)\*?\s*(?:\[[^\]\n]*\]\s*)?(?:\{(?P<names>[^{}\n]+)\}|\s(?P<name>[\w./-]+))"
)
_COMMENT = re.compile(rb"(?<!\\)%[^\n]*")
_BIBLIOGRAPHIES = (b"bibliography", b"addbibresource", b"nobibliography")
# A main file or a chapter is text that somebody typed.
MOST_BYTES = 16 << 20


def included_files(main: str) -> Iterator[str]:
    """The files that `main` and its chapters include, each once, in the order of reading; those that are not there are passed over."""
    folder = os.path.dirname(main)
    seen = {os.path.realpath(main)}
    pending = _names(main)[::-1]
    while pending:
        path = next((path for path in _candidates(folder, *pending.pop()) if os.path.isfile(path)), None)
        if path is None or os.path.realpath(path) in seen:
            continue
        seen.add(os.path.realpath(path))
        yield path
        if not path.endswith(".bib"):
            pending += _names(path)[::-1]


def _names(path: str) -> list[tuple[str, str]]:
    """The names that a file includes, each with the suffix that its command adds."""
    try:
        with open(path, "rb") as stream:
            content = _COMMENT.sub(b"", stream.read(MOST_BYTES))
    except OSError:
        return []  # whoever opens it as a document says what is wrong
    names = []
    for found in _INCLUDED.finditer(content):
        suffix = ".bib" if found["command"] in _BIBLIOGRAPHIES else ".tex"
        names += [(os.fsdecode(name.strip()), suffix) for name in (found["names"] or found["name"]).split(b",")]
    return names


def _candidates(folder: str, name: str, suffix: str) -> Iterator[str]:
    path = os.path.join(folder, name)
    if "\0" not in path:
        yield path + suffix
        yield path
