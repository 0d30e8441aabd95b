"""Hayagriva output for bibtool, as Typst reads it.

https://github.com/typst/hayagriva/blob/main/docs/file-format.md. Titles are formattable strings: `$`, braces and `\\` mean something
there and are escaped; mathematics is written as Unicode, which every style and case rule leaves alone.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from bibtool import Bibliography, FormatOptions, Formatter, Name, Reference, hookimpl, plain, published

TYPES = {
    "book": "book",
    "chapter": "chapter",
    "dataset": "repository",
    "paper-conference": "article",
    "report": "report",
    "software": "repository",
    "thesis": "thesis",
    "webpage": "web",
}
PARENTS = {"article-journal": "periodical", "article-magazine": "periodical", "paper-conference": "proceedings", "chapter": "anthology"}

Value = str | Sequence["Value"] | Mapping[str, "Value"]
_FORMATTING = re.compile(r"[\\${}]")
_PAGES = re.compile(r"[0-9]+(?:-[0-9]+)?")


@hookimpl
def bibtool_formatters() -> list[Formatter]:
    """One format: `bibt export paper.typ -o refs.yml`."""
    return [Formatter("hayagriva", suffix=".yml", format=format_hayagriva)]


def format_hayagriva(bibliography: Bibliography, options: FormatOptions) -> str:
    """A mapping from citation keys to entries."""
    if not bibliography:
        return "{}\n"
    return "".join(_entry(citekey, published(reference), options) for citekey, reference in bibliography.items())


def _entry(citekey: str, reference: Reference, options: FormatOptions) -> str:
    fields = {name: value for name, value in _fields(reference, options) if value and name not in options.omit}
    return f"{_scalar(citekey)}:\n" + "".join(f"  {line}\n" for line in _lines(fields))


def _fields(reference: Reference, options: FormatOptions) -> Iterator[tuple[str, Value]]:
    arxiv = reference.arxiv
    doi = plain(str(reference.doi)) if reference.doi else f"10.48550/arXiv.{arxiv.number}" if arxiv else ""
    is_preprint = reference.container is None and arxiv is not None
    yield "type", TYPES.get(reference.type, "article" if arxiv or reference.container else "misc")
    yield "title", _formattable(reference.title)
    yield "author", [person for name in reference.authors[: options.max_authors or None] if (person := _person(name))]
    yield "date", str(reference.issued or "")
    if not is_preprint and _PAGES.fullmatch(reference.pages or ""):
        yield "page-range", reference.pages or ""
    elif not is_preprint:
        yield "page-range", _scalar_text(reference.pages)
    if reference.container is None:
        yield "volume", _scalar_text(reference.volume)
        yield "issue", _scalar_text(reference.issue)
        yield "publisher", "" if is_preprint else _formattable(reference.publisher)
    yield "serial-number", {"doi": doi, **({"arxiv": str(arxiv)} if arxiv else {})} if doi else {}
    yield "url", arxiv.url if arxiv else plain(reference.url or "")
    notes = [reference.journal_ref or "", "Withdrawn" if reference.status == "withdrawn" else ""]
    yield "note", _formattable("; ".join(note for note in notes if note))
    yield "abstract", _formattable(reference.abstract) if options.abstract else ""
    if reference.container is not None:
        yield "parent", _parent(reference)
    elif is_preprint:
        yield "parent", {"type": "repository", "title": "arXiv"}


def _parent(reference: Reference) -> dict[str, Value]:
    parts = {
        "type": PARENTS.get(reference.type, "periodical"),
        "title": _formattable(reference.container),
        "volume": _scalar_text(reference.volume),
        "issue": _scalar_text(reference.issue),
        "publisher": _formattable(reference.publisher),
    }
    return {name: value for name, value in parts.items() if value}


def _person(name: Name) -> Value:
    if name.literal is not None:
        return {"name": plain(name.literal)}
    family, given = plain(name.family or ""), plain(name.given or "")
    if not family and not given:
        return {}
    parts = {"name": family or given, "given-name": given if family else ""}
    parts |= {"prefix": plain(name.particle or ""), "suffix": plain(name.suffix or "")}
    return {part: text for part, text in parts.items() if text}


def _formattable(text: str | None) -> str:
    return _FORMATTING.sub(r"\\\g<0>", plain(text)) if text else ""


def _scalar_text(text: str | None) -> str:
    return plain(text) if text else ""


def _lines(fields: Mapping[str, Value]) -> Iterator[str]:
    for name, value in fields.items():
        if isinstance(value, str):
            yield f"{name}: {_scalar(value)}"
        elif isinstance(value, Mapping):
            yield f"{name}:"
            yield from (f"  {line}" for line in _lines(value))
        else:
            yield f"{name}:"
            yield from (f"  - {json.dumps(part, ensure_ascii=False)}" for part in value)


def _scalar(text: str) -> str:
    """A double-quoted scalar: JSON's strings are YAML's (YAML 1.2, 7.3.1)."""
    return json.dumps(text, ensure_ascii=False)
