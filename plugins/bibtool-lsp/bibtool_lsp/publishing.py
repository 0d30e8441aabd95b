"""A preprint's entry as the published paper's: the citation key, the arXiv identifier and the author's own fields stay."""

import re

from bibtool_lsp.entries import OPENING, Entry, Field

# What says where and when a work appeared, in BibTeX's words and in biblatex's: the published work's takes the place of the preprint's.
APPEARED = frozenset(
    {"journal", "journaltitle", "booktitle", "series", "volume", "number", "issue", "pages", "eid", "publisher", "institution"}
    | {"howpublished", "year", "month", "date", "doi", "pubstate"}
)
# Added where they are missing: they keep the arXiv identifier beside the DOI.
BESIDE = frozenset({"eprint", "archiveprefix", "primaryclass", "eprinttype", "eprintclass", "note"})
PLACES = frozenset({"journal", "journaltitle", "booktitle", "school", "publisher"})
# "arXiv preprint arXiv:...", DBLP's "CoRR", Google Scholar's "arXiv e-prints".
PREPRINT = re.compile(r"(?i)arxiv|\bcorr\b|preprint|cornell")
BIBLATEX = frozenset({"journaltitle", "date", "eprinttype", "eprintclass"})
NO_PREPRINTS = frozenset({"book", "incollection", "inproceedings", "mastersthesis", "phdthesis", "proceedings", "thesis"})


def is_preprint(entry: Entry) -> bool:
    """Whether the entry names no place in which the work appeared."""
    opening = OPENING.match(entry.text)
    places = [field.value for field in entry.fields if field.name in PLACES]
    return opening is not None and opening["type"].lower() not in NO_PREPRINTS and all(PREPRINT.search(place) for place in places)


def format_for(entry: Entry) -> str:
    """The name of the format in whose words the entry is written."""
    return "biblatex" if BIBLATEX & {field.name for field in entry.fields} else "bibtex"


def as_published(entry: Entry, published: Entry) -> str:
    """The entry's text with what the published work's entry says of where and when it appeared."""
    new = {field.name: field for field in published.fields if field.name in APPEARED | BESIDE}
    kept = [field for field in entry.fields if field.name not in APPEARED or field.name in new]
    there = {field.name for field in kept}
    lines = [_line(entry, field, new.get(field.name)) for field in kept]
    width = _width(entry)
    lines += [f"{_name(published, field).ljust(width)}= {_value(published, field)}" for name, field in new.items() if name not in there]
    separator = entry.text[entry.fields[0].end : entry.fields[1].start] if len(entry.fields) > 1 else ",\n  "
    return _head(entry, published) + separator.join(lines) + entry.text[entry.fields[-1].end :]


def _line(entry: Entry, field: Field, new: Field | None) -> str:
    value = new.value if new and field.name in APPEARED else field.value
    return entry.text[field.start : field.end] if value == field.value else f"{entry.text[field.start : field.value_start]}{{{value}}}"


def _head(entry: Entry, published: Entry) -> str:
    """From the @ to the first field, under the published work's type."""
    old, new = OPENING.match(entry.text), OPENING.match(published.text)
    if old is None or new is None:
        return entry.text[: entry.fields[0].start]
    return entry.text[: old.start("type")] + new["type"] + entry.text[old.end("type") : entry.fields[0].start]


def _width(entry: Entry) -> int:
    """How wide the names are where the author lines the values up, else 0."""
    widths = {field.value_start - field.start - len("= ") for field in entry.fields}
    return widths.pop() if len(widths) == 1 and len({len(field.name) for field in entry.fields}) > 1 else 0


def _name(entry: Entry, field: Field) -> str:
    return f"{entry.text[field.start : field.start + len(field.name)]} "


def _value(entry: Entry, field: Field) -> str:
    return entry.text[field.value_start : field.end]
