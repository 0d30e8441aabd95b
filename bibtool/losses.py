"""What a format cannot hold of a reference, in words: `bibt convert` says it, entry by entry."""

from bibtool.reference import Reference
from bibtool.vocabulary import ENTRY_TYPE, KINDS, OTHERS, RESOLVED, Kind, field_of, held, kind_of_entry, simplified, work_kind

# Two words for one type.
_REPORTS = frozenset({"report", "techreport"})


def lost(reference: Reference, form: str) -> list[str]:
    """What the format ("bibtex", "biblatex", "csl", "ris", "hayagriva") has no place for, in words."""
    kind = work_kind(reference)
    own = next((value for name, value in reference.fields if name == ENTRY_TYPE), kind.biblatex)
    found = _other_type(own, kind, form, reference.genre or "")
    if form in ("bibtex", "biblatex"):
        return found
    simple = simplified(reference)
    if OTHERS in simple.authors:
        found.append("'and others'")
    makers = [name for name, _ in simple.fields if field_of(name).kind == "maker"]
    found += [name for name in makers[0 if simple.publisher else 1 :] if form != "hayagriva" or name != "organization"]
    return found + sorted(name for name, value in simple.fields if name not in RESOLVED and held(field_of(name), value, form) is None)


def _other_type(own: str, kind: Kind, form: str, genre: str) -> list[str]:
    """The entry type, where the format has no word for it, or one that reads back as another type."""
    if form == "biblatex":
        return [] if kind_of_entry(own) is not None else [f"@{own} (it stands as @{kind.biblatex})"]
    if form == "hayagriva":
        return [f"@{own} (it stands as misc)"] if kind.hayagriva == "misc" and own != "misc" else []
    if form not in ("bibtex", "csl", "ris"):
        return []
    word = str(getattr(kind, form))
    back = kind_of_entry(word) if form == "bibtex" else _read_back(form, word, (genre or kind.genre).lower())
    if back is None or own in (back.biblatex, back.bibtex) or {own, back.biblatex} <= _REPORTS:
        return []
    return [f"@{own} (it stands as {word})"]


def _read_back(form: str, word: str, genre: str) -> Kind:
    """What a format's word for a type is read as."""
    kinds = [kind for kind in KINDS if getattr(kind, form) == word]
    return next((kind for kind in kinds if kind.genre.lower() == genre), kinds[0])
