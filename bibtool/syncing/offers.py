"""What bibt could add to an entry that an author wrote: only what it does not say in any way."""

from collections.abc import Mapping

from bibtool.errors import IdentifierError
from bibtool.identifiers import Identifier, parse_identifier

# Fields that say the same: BibTeX's and biblatex's names, and the identifier in one place or another.
_SAME = (
    frozenset({"year", "date"}),
    frozenset({"month", "date"}),
    frozenset({"journal", "journaltitle"}),
    frozenset({"archiveprefix", "eprinttype"}),
    frozenset({"primaryclass", "eprintclass"}),
    frozenset({"school", "institution", "publisher", "organization"}),
    frozenset({"url", "howpublished", "note"}),
)


def missing_values(own: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str | None]:
    """The record's fields that the author's entry has under no name."""
    said = {name for name, value in own.items() if value}
    covered = {name for same in _SAME for name in same if same & said and (name in said or same != _SAME[1])}
    covered |= {"month"} if "date" in said else set()
    return {name: value for name, value in new.items() if name not in said | covered and not name.startswith("@")}


def entry_identifier(values: Mapping[str, str]) -> Identifier | None:
    """The identifier that the entry gives in the fields for it."""
    kind = values.get("archiveprefix") or values.get("eprinttype") or "arxiv"
    for text in (values.get("eprint", "") if kind.lower() == "arxiv" else "", values.get("doi", "")):
        try:
            return parse_identifier(text.strip('"'))
        except IdentifierError:
            continue
    return None
