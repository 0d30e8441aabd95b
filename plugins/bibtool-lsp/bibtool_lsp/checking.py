"""What is wrong in a document: unknown and withdrawn papers, entries that name another paper than they describe, entries for one paper."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lsprotocol.types import DiagnosticSeverity

from bibtool import ArxivId, Bibliography, Identifier, Mention, NotFoundError, Reference, plain
from bibtool_lsp.agreeing import is_another_paper
from bibtool_lsp.entries import OWN_FIELDS, Entry
from bibtool_lsp.papers import Known, of


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where. Offsets are in characters from 0."""

    start: int
    end: int
    severity: DiagnosticSeverity
    text: str


def in_text(mentions: Iterable[Mention], known: Bibliography) -> list[Problem]:
    """What is wrong with the papers that a text mentions."""
    return [
        Problem(mention.start, mention.end, *wrong) for mention in mentions if (wrong := _wrong(of(known, mention.identifier))) is not None
    ]


def in_entries(entries: Sequence[Entry], known: Bibliography) -> list[Problem]:
    """What is wrong with the entries of a .bib file."""
    found = [problem for entry in entries for problem in _in_entry(entry, known)]
    return found + list(_doubles(entries, known))


def _in_entry(entry: Entry, known: Bibliography) -> Iterator[Problem]:
    for work in entry.works:
        reference = of(known, work)
        start, end = place_of(entry, work)
        if wrong := _wrong(reference):
            yield Problem(start, end, *wrong)
        if isinstance(reference, Reference) and entry.reference and is_another_paper(entry.reference, reference):
            yield Problem(start, end, DiagnosticSeverity.Warning, f"{work} is another paper: {_named(reference)}")


def place_of(entry: Entry, work: Identifier) -> tuple[int, int]:
    """Where an entry names a work: in its eprint, in its DOI, or else in its key."""
    number = (work.number if isinstance(work, ArxivId) else str(work)).lower()
    for field in entry.fields:
        place = entry.text.lower().find(number, field.value_start, field.end)
        if field.name in OWN_FIELDS and place >= 0:
            return entry.start + place, entry.start + place + len(number)
    return entry.key_start, entry.key_start + len(entry.citekey)


def _wrong(known: Known) -> tuple[DiagnosticSeverity, str] | None:
    if isinstance(known, NotFoundError):
        return DiagnosticSeverity.Error, str(known)
    if isinstance(known, Reference) and known.status == "withdrawn":
        return DiagnosticSeverity.Warning, f"{known.identifier} was withdrawn"
    return None


def _doubles(entries: Iterable[Entry], known: Bibliography) -> Iterator[Problem]:
    """Entries for a work or under a key that another one has already."""
    keys: dict[str, str] = {}
    holders: dict[Identifier, Entry] = {}
    for entry in entries:
        place = (entry.key_start, entry.key_start + len(entry.citekey))
        first_key = keys.get(entry.citekey.lower())
        if first_key is not None and entry.citekey:
            yield Problem(*place, DiagnosticSeverity.Error, f"there is an entry '{plain(first_key)}' already")
            continue
        keys[entry.citekey.lower()] = entry.citekey
        works = _all_works(entry, known)
        same = next((holders[work] for work in works if work in holders and _may_be_one(entry, holders[work])), None)
        if same is not None:
            named = ", ".join(str(work) for work in entry.works)
            yield Problem(*place, DiagnosticSeverity.Warning, f"{named} is the entry '{plain(same.citekey)}' already")
        for work in works:
            holders.setdefault(work, entry)


def _all_works(entry: Entry, known: Bibliography) -> list[Identifier]:
    """The works that an entry names, and what their records say that they are called as well."""
    found = list(entry.works)
    for work in entry.works:
        reference = of(known, work)
        if isinstance(reference, Reference) and not (entry.reference and is_another_paper(entry.reference, reference)):
            found += [one.without_version() for one in reference.identifiers]
    return list(dict.fromkeys(found))


def _may_be_one(entry: Entry, other: Entry) -> bool:
    """Two papers of arXiv stay two, even under one DOI."""
    numbers = [{work for work in one.works if isinstance(work, ArxivId)} for one in (entry, other)]
    return not all(numbers) or bool(numbers[0] & numbers[1])


def _named(reference: Reference) -> str:
    first = str(reference.authors[0]) if reference.authors else ""
    by = f" by {plain(first)}{' and others' if len(reference.authors) > 1 else ''}" if first else ""
    return f"'{plain(reference.title or 'untitled')}'{by}"
