"""The order of a bibliography, and its parts under headings."""

import re
from collections.abc import Callable

from bibtool.bibliography import Bibliography
from bibtool.errors import InputError
from bibtool.reference import Reference
from bibtool.terminal import quoted

# What a reference is sorted by; None where it has nothing of the kind, and comes last.
SortKey = Callable[[str, Reference], str | tuple[int, ...] | None]


def _author(_citekey: str, reference: Reference) -> str | None:
    return next(((name.family or name.literal or "").casefold() for name in reference.authors), None)


def _year(_citekey: str, reference: Reference) -> tuple[int, ...] | None:
    issued = reference.issued
    return (issued.year, issued.month or 0, issued.day or 0) if issued else None


def _title(_citekey: str, reference: Reference) -> str | None:
    return re.sub(r"\W+", " ", reference.title).casefold() if reference.title else None


SORTS: dict[str, SortKey] = {"key": lambda citekey, _reference: citekey.lower(), "author": _author, "year": _year, "title": _title}
GROUPS: dict[str, Callable[[Reference], str]] = {
    "year": lambda reference: str(reference.issued.year) if reference.issued else "",
    "category": lambda reference: reference.primary_category or "",
    "source": lambda reference: (reference.source or "").partition(",")[0],
}


def arranged(bibliography: Bibliography, sort: str | None) -> Bibliography:
    """The same references in another order: by "key", "author" (and year), "year" or "title", or several of them ("author,-year"). A hyphen
    turns an order round. None leaves that of first mention.

    Raises InputError for a word that is no order.
    """
    if sort is None or sort == "mention":
        return bibliography
    items = sorted(bibliography.items())
    for word in reversed(("author,year" if sort == "author" else sort).split(",")):
        name = word.strip().removeprefix("-")
        if name not in SORTS:
            raise InputError(f"no order named {quoted(name)}; there are mention, {', '.join(SORTS)}, and -year for the newest first")
        keyed = [(SORTS[name](*item), item) for item in items]
        known = sorted((one for one in keyed if one[0] is not None), key=lambda one: one[0] or "", reverse=word.strip().startswith("-"))
        items = [item for _, item in known] + [item for key, item in keyed if key is None]
    return Bibliography(items, bibliography.unresolved.items())


def parents_last(bibliography: Bibliography) -> Bibliography:
    """The same references, those that others name under `crossref` last: BibTeX finds no parent that stands before its child."""
    parents = {value.lower() for reference in bibliography.values() for name, value in reference.fields if name == "crossref"}
    if not parents:
        return bibliography
    in_order = sorted(bibliography.items(), key=lambda item: item[0].lower() in parents)
    return Bibliography(in_order, bibliography.unresolved.items())


def grouped(bibliography: Bibliography, group_by: str | None) -> list[tuple[str | None, list[tuple[str, Reference]]]]:
    """The references under headings, in the headings' order (years newest first), those without one last; one part for None.

    Raises InputError for a word that is no grouping.
    """
    if group_by is None:
        return [(None, list(bibliography.items()))]
    if group_by not in GROUPS:
        raise InputError(f"no grouping by {quoted(group_by)}; there are {', '.join(GROUPS)}")
    parts: dict[str, list[tuple[str, Reference]]] = {}
    for citekey, reference in bibliography.items():
        parts.setdefault(GROUPS[group_by](reference), []).append((citekey, reference))
    without = parts.pop("", [])
    named = [(heading, parts[heading]) for heading in sorted(parts, reverse=group_by == "year")]
    return [*named, *([(f"No {group_by}", without)] if without else [])]
