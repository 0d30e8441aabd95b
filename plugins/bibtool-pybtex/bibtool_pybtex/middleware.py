"""A middleware of bibtexparser 2 that completes entries from their eprint, all in one look-up."""

from typing import Any

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.middleware import LibraryMiddleware

from bibtool import ArxivId, IdentifierError, get, render

# Fields that name an arXiv paper, the surest first.
FIELDS = ("eprint", "arxivid", "arxiv")


class CompleteFromEprint(LibraryMiddleware):
    """Adds the fields that an entry lacks; its key, its type and what it says already stay."""

    def transform(self, library: Any) -> Any:
        """The library, or a copy of it where it may not be changed."""
        library = super().transform(library)
        works = {entry.key: work for entry in library.entries if (work := work_of(entry)) is not None}
        bibliography = get(works.values())
        known = {reference.arxiv.without_version(): key for key, reference in bibliography.items() if reference.arxiv}
        rendered = parse_string(render(bibliography, "bibtex")).entries_dict
        for entry in library.entries:
            work = works.get(entry.key)
            if work is not None and work.without_version() in known:
                complete(entry, rendered[known[work.without_version()]])
        return library


def work_of(entry: Any) -> ArxivId | None:
    """The arXiv paper that an entry's eprint names; an eprint of another archive is none."""
    fields = {name.lower(): str(field.value) for name, field in entry.fields_dict.items()}
    if fields.get("archiveprefix", fields.get("eprinttype", "arxiv")).lower() != "arxiv":
        return None
    for name in FIELDS:
        try:
            return ArxivId.parse(fields.get(name, ""))
        except IdentifierError:
            continue
    return None


def complete(entry: Any, made: Any) -> None:
    """Adds the fields of `made` that the entry lacks, without regard to case."""
    there = {name.lower() for name in entry.fields_dict}
    for name, field in made.fields_dict.items():
        if name.lower() not in there:
            entry.set_field(field)
