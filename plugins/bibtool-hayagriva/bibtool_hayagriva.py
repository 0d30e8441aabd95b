"""Hayagriva output for bibtool, as Typst reads it.

https://github.com/typst/hayagriva/blob/main/docs/file-format.md. Titles are formattable strings: `$`, braces and `\\` mean something
there and are escaped; mathematics is written as Unicode, which every style and case rule leaves alone.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

import bibtool  # for what is loaded when it is first used: most runs want another format
from bibtool import Bibliography, FormatOptions, Formatter, Name, Reference, hookimpl

Value = str | Sequence["Value"] | Mapping[str, "Value"]
_FORMATTING = re.compile(r"[\\${}]")
_PAGES = re.compile(r"[0-9]+(?:-[0-9]+)?")
# What a part has from the book, the proceedings or the series that it appeared in.
OF_PARENT = ("editor", "edition", "volume", "issue", "volume-total", "publisher", "location", "organization")


@hookimpl
def bibtool_formatters() -> list[Formatter]:
    """One format: `bibt export paper.typ -o refs.yml`."""
    return [Formatter("hayagriva", suffix=".yml", format=format_hayagriva)]


def format_hayagriva(bibliography: Bibliography, options: FormatOptions) -> str:
    """A mapping from citation keys to entries."""
    if not bibliography:
        return "{}\n"
    return "".join(
        _entry(citekey, bibtool.simplified(bibtool.published(reference)), options) for citekey, reference in bibliography.items()
    )


def _entry(citekey: str, reference: Reference, options: FormatOptions) -> str:
    fields = {name: value for name, value in _fields(reference, options).items() if not options.omits(name)}
    return f"{_scalar(citekey)}:\n" + "".join(f"  {line}\n" for line in _lines(fields))


def _fields(reference: Reference, options: FormatOptions) -> dict[str, Value]:
    """The entry, and within it under `parent` what it appeared in."""
    kind = bibtool.work_kind(reference)
    arxiv = reference.arxiv
    is_preprint = reference.type == "article" and reference.container is None
    # An archive is what its papers appeared in.
    container = ("arXiv" if arxiv else reference.publisher) if is_preprint else reference.container
    entry: dict[str, Value] = {
        "type": "article" if reference.type == "article" else kind.hayagriva,
        "title": _formattable(reference.title),
        "author": _people(reference.authors[: options.max_authors or None]),
        "date": str(reference.issued or ""),
        "page-range": bibtool.plain(reference.pages or ""),
        "volume": bibtool.plain(reference.volume or ""),
        "issue": bibtool.plain(reference.issue or ""),
        "publisher": "" if is_preprint else _formattable(reference.publisher),
        "genre": "" if is_preprint and reference.genre == "preprint" else _formattable(reference.genre),
        "serial-number": "",
        "url": arxiv.url if arxiv else bibtool.web_address(reference.url),
        "abstract": _formattable(reference.abstract) if options.abstract else "",
    }
    parents = _place_own_fields(reference, entry)
    entry["serial-number"] = _serial_numbers(reference) | _mapping(entry.get("serial-number"))
    notes = [_formattable(reference.journal_ref), "Withdrawn" if reference.status == "withdrawn" else "", str(entry.get("note", ""))]
    entry["note"] = "; ".join(note for note in notes if note)
    if container or is_preprint or parents["parent"] or kind.is_told_by_parent:
        title = {"value": _formattable(container), **_mapping(parents["parent"].pop("title", {}))}
        held = {} if is_preprint else {name: entry.pop(name, "") for name in OF_PARENT}
        parent_type = "repository" if is_preprint else "periodical" if reference.type == "article" else kind.parent
        parents["parent"] |= {"type": parent_type or "periodical", "title": title if len(title) > 1 else title["value"], **held}
    if parents["conference"]:
        parents["conference"] = {"type": "conference", **parents["conference"]}
    collection = parents.pop("collection")
    if collection:
        if kind.parent == "anthology" and not parents["parent"]:
            parents["parent"] = {"type": kind.parent}
        # A series is what the book, or the entry itself, appeared in.
        (parents["parent"] if parents["parent"] else entry)["parent"] = {"type": "anthology", **collection}
    above = [_filled(parent) for parent in (*_mappings(entry.pop("parent", {})), *parents.values()) if parent]
    entry["parent"] = above[0] if len(above) == 1 else above
    return _filled(entry)


def _place_own_fields(reference: Reference, entry: dict[str, Value]) -> dict[str, dict[str, Value]]:
    """Puts what an author's own entry held into the entry, and returns what goes to its parents."""
    parents: dict[str, dict[str, Value]] = {"parent": {}, "conference": {}, "collection": {}}
    affiliated: list[Value] = []
    for word, field, text in bibtool.placed(reference, "hayagriva"):
        value: Value = _people(bibtool.parse_names(text)) if field.kind == "names" else _formattable(text)
        if field.kind in ("number", "language"):
            value = bibtool.plain(text)
        if word.startswith("+"):
            affiliated.append({"role": word[1:], "names": value})
        elif field.kind == "note":
            entry["note"] = "; ".join(part for part in (str(entry.get("note", "")), str(value)) if part)
        elif word == "collection":
            parents["collection"]["title"] = value
        elif word == "serial-number.serial" and "series" in dict(reference.fields):
            parents["collection"]["issue"] = value
        elif word.startswith(("parent.", "conference.")):
            parent, _, name = word.partition(".")
            _put(parents[parent], name, value)
        elif not entry.get(word) and (word != "url.date" or entry["url"]):
            _put(entry, word, value)
    entry["affiliated"] = affiliated
    if entry.get("location") and entry.get("publisher"):
        entry["publisher"] = {"name": entry["publisher"], "location": entry.pop("location")}
    return parents


def _put(fields: dict[str, Value], path: str, value: Value) -> None:
    """`title.short` is a part of the title, whose text is then its `value`."""
    name, _, part = path.partition(".")
    if not part:
        fields[name] = value
        return
    held = fields.get(name)
    fields[name] = {**(_mapping(held) if not isinstance(held, str) else {"value": held} if held else {}), part: value}


def _serial_numbers(reference: Reference) -> dict[str, Value]:
    arxiv = reference.arxiv
    # Typst's styles print a DOI instead of the address, and arXiv's DOI has no version: where one is pinned, the address says it.
    doi = str(reference.doi) if reference.doi else f"10.48550/arXiv.{arxiv.number}" if arxiv and not arxiv.version else ""
    return {"doi": doi, "arxiv": str(arxiv) if arxiv else ""}


def _people(names: Sequence[Name]) -> list[Value]:
    return [person for name in names if (person := _person(name))]


def _person(name: Name) -> Value:
    if name.literal is not None:
        return {} if name.literal == "others" else {"name": bibtool.plain(name.literal)}
    family, given = bibtool.plain(name.family or ""), bibtool.plain(name.given or "")
    if not family and not given:
        return {}
    parts = {"name": family or given, "given-name": given if family else ""}
    parts |= {"prefix": bibtool.plain(name.particle or ""), "suffix": bibtool.plain(name.suffix or "")}
    return {part: text for part, text in parts.items() if text}


def _mapping(value: Value | None) -> dict[str, Value]:
    return dict(value) if isinstance(value, Mapping) else {}


def _mappings(value: Value) -> list[dict[str, Value]]:
    return [dict(value)] if isinstance(value, Mapping) and value else []


def _filled(value: Mapping[str, Value]) -> dict[str, Value]:
    """The mapping without what is empty."""
    inner = {name: _filled(part) if isinstance(part, Mapping) else part for name, part in value.items()}
    return {name: part for name, part in inner.items() if part}


def _formattable(text: str | None) -> str:
    return _FORMATTING.sub(r"\\\g<0>", bibtool.plain(text)) if text else ""


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
