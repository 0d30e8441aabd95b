"""What entries take from others: `xdata`, and `crossref` by the rules of biblatex (manual, appendix B) and of BibTeX (btxdoc 1988, 2.2)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bibtool.entries.bib_blocks import RawEntry

# Never handed on.
OWN = frozenset(
    {"ids", "crossref", "xref", "xdata", "entryset", "entrysubtype", "execute", "label", "options", "presort", "related", "relatedoptions"}
    | {"relatedstring", "relatedtype", "shorthand", "shorthandintro", "sortkey", "shorttitle", "sorttitle", "indextitle", "indexsorttitle"}
)
# A work in several volumes names the whole, a volume names what it holds.
_WHOLE = {"title": "maintitle", "subtitle": "mainsubtitle", "titleaddon": "maintitleaddon"}
_BOOK = {"title": "booktitle", "subtitle": "booksubtitle", "titleaddon": "booktitleaddon"}
_JOURNAL = {"title": "journaltitle", "subtitle": "journalsubtitle"}
_PARTS_OF_BOOKS = frozenset(
    {"inbook", "bookinbook", "suppbook", "incollection", "suppcollection", "inreference", "inproceedings", "conference"}
)
_SAME = ({"date", "year"}, {"date", "month"})
# More steps than this are a circle.
MAX_STEPS = 10


def inherited(entries: Iterable[RawEntry]) -> list[RawEntry]:
    """The entries with what they take from their parents; @xdata, which is nobody's reference, is gone."""
    listed = list(entries)
    known = {entry.citekey.lower(): entry for entry in listed}
    return [_filled(entry, known, MAX_STEPS) for entry in listed if entry.entry_type != "xdata"]


def _filled(entry: RawEntry, known: Mapping[str, RawEntry], steps: int) -> RawEntry:
    if steps == 0 or not {"xdata", "crossref"} & entry.fields.keys():
        return entry
    fields = dict(entry.fields)
    for citekey in fields.get("xdata", "").split(","):
        if (data := known.get(citekey.strip().lower())) is not None:
            _take(fields, _filled(data, known, steps - 1).fields, {})
            fields.pop("xdata", None)
    parent = known.get(fields.get("crossref", "").strip().lower())
    if parent is not None and parent is not entry:
        parent = _filled(parent, known, steps - 1)
        names = _renamed(entry.entry_type, parent)
        # Without a title of its own, BibTeX's @inbook is a part of what its parent names.
        _take(fields, parent.fields, names if fields.get("title") else {})
    return replace(entry, fields=fields)


def _renamed(child: str, parent: RawEntry) -> Mapping[str, str]:
    if parent.entry_type.startswith("mv"):
        return _WHOLE
    if child in _PARTS_OF_BOOKS:
        return _BOOK
    return _JOURNAL if parent.entry_type == "periodical" else {}


def _take(fields: dict[str, str], given: Mapping[str, str], names: Mapping[str, str]) -> None:
    own = fields.keys() | {name for pair in _SAME if pair & fields.keys() for name in pair}
    # BibTeX's parents spell out what their children appear in.
    for name, value in sorted(given.items(), key=lambda item: item[0] in names):
        target = names.get(name, name)
        if name not in OWN and target not in own and value:
            fields.setdefault(target, value)
