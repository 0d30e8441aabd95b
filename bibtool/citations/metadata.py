"""What the YAML of a Markdown document, or of its project, says about bibliographies: a few keys, where they stand."""

import re
from dataclasses import dataclass

_BIBLIOGRAPHY = re.compile(
    r"^(?P<indent>[ ]*)(?:book:\s*\n)?bibliography:(?P<inline>[^\n]*)(?P<items>(?:\n[ ]*-[^\n]*|\n[ ]+[^\s#:][^\n:]*$)*)", re.MULTILINE
)
_VALUE = re.compile(r"""\s*(?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'|(?P<plain>[^\s,"'\[\]#-][^,\n\[\]#]*))""")
_STYLE = re.compile(r"""^[ ]*csl:[ ]*["']?(?P<style>[^\s"'#]+)""", re.MULTILINE)
_REFERENCES = re.compile(r"^references:[^\n]*(?P<items>(?:\n(?:[ \t]+[^\n]*|-[^\n]*|[ \t\r]*(?=\n)))*)", re.MULTILINE)
_ITEM = re.compile(r"""^[ ]*(?:-[ ]+)?(?:"id"|id):[ ]*["']?(?P<key>[^\s"'#,]+)""", re.MULTILINE)
_ITEM_INDENT = re.compile(r"^[ ]*-[ ]+", re.MULTILINE)
_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*")


@dataclass(frozen=True, slots=True)
class Metadata:
    """Bibliography files with where their names start and end; the keys of references that stand in the metadata itself."""

    bibliographies: tuple[tuple[str, int, int], ...]
    defined: tuple[str, ...]
    style: str | None


def metadata_of(text: str) -> Metadata:
    """Reads a block of YAML."""
    files = []
    for found in _BIBLIOGRAPHY.finditer(text):
        for group in ("inline", "items"):
            files += _values(text, *found.span(group))
    references = _REFERENCES.search(text)
    style = _STYLE.search(text)
    defined = _keys_of_items(references["items"]) if references else ()
    return Metadata(tuple(files), tuple(defined), style["style"] if style else None)


def _values(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """The strings of a value: alone, in a flow list, or a line each."""
    values: list[tuple[str, int, int]] = []
    for line in re.finditer(r"[^\n]+", text[start:end]):
        written = _COMMENT.sub(lambda found: " " * len(found[0]), line[0])
        at = len(written) - len(written.lstrip(" -[")) if values or start else 0
        for found in _VALUE.finditer(written, at):
            name = found[found.lastgroup or 0].rstrip()
            first = start + line.start() + found.start(found.lastgroup or 0)
            if name:
                values.append((name, first, first + len(name)))
    return values


def _keys_of_items(items: str) -> list[str]:
    """The ids of items, not those within them: the nearest to the margin."""
    found = [(len(one[0]) - len(one[0].lstrip(" -")), one["key"]) for one in _ITEM.finditer(items)]
    nearest = min((indent for indent, _ in found), default=0)
    return [key for indent, key in found if indent == nearest]
