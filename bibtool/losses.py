"""What a format cannot hold of a reference, in words: `bibt convert` says it, entry by entry."""

from bibtool.kinds import ENTRY_TYPE, KINDS, Kind, kind_of_entry, kind_of_hayagriva, kind_of_ris, kind_of_subtype, subtype_of, work_kind
from bibtool.reference import Reference
from bibtool.vocabulary import OTHERS, RESOLVED, field_of, held, simplified

# Two words for one type.
_REPORTS = frozenset({"report", "techreport"})


def lost(reference: Reference, form: str) -> list[str]:
    """What the format ("bibtex", "biblatex", "csl", "ris", "hayagriva") has no place for, in words."""
    found = _other_type(reference, work_kind(reference), form)
    if form == "bibtex" and reference.arxiv and reference.issued and reference.issued.day:
        # Beside an eprint a `day` says nothing to any style.
        found.append(f"the day of {reference.issued}")
    if form in ("bibtex", "biblatex"):
        return found
    simple = simplified(reference)
    if OTHERS in simple.authors:
        found.append("'and others'")
    makers = [name for name, _ in simple.fields if field_of(name).kind == "maker"]
    found += [name for name in makers[0 if simple.publisher else 1 :] if form != "hayagriva" or name != "organization"]
    return found + sorted(
        name for name, value in simple.fields if name not in RESOLVED and held(simple, field_of(name), value, form) is None
    )


def _other_type(reference: Reference, kind: Kind, form: str) -> list[str]:
    """The entry type, where the format has no word for it, or one that reads back as another type."""
    own = next((value for name, value in reference.fields if name == ENTRY_TYPE), "")
    word = str(getattr(kind, form, ""))
    back = _read_back(reference, kind, form, word)
    # BibTeX has fewer words than there are types.
    own = own or (kind.biblatex if form == "bibtex" and back and back.csl == reference.type else "")
    if back is None or {own or kind.biblatex, back.biblatex} <= _REPORTS:
        return []
    if back.csl == reference.type and (not own or own in (word.lower(), back.biblatex, back.bibtex)):
        return []
    return [f"@{own or reference.type} (it stands as {'@' if form in ('bibtex', 'biblatex') else ''}{word})"]


def _read_back(reference: Reference, kind: Kind, form: str, word: str) -> Kind | None:
    """What a format's word for a type is read as; None for a format whose types are not known."""
    if reference.type == "article" and (reference.arxiv is not None or form == "csl"):
        return kind
    if reference.type == "article" and reference.container is not None:
        return kind_of_entry("article")
    if form == "hayagriva":
        return kind_of_hayagriva(word, kind.parent)
    if form in ("bibtex", "biblatex"):
        return (kind_of_subtype(word, subtype_of(reference, word)) if form == "biblatex" else None) or kind_of_entry(word)
    if form not in ("csl", "ris"):
        return None
    csl_type = kind_of_ris(word).csl if form == "ris" else word
    kinds = [one for one in KINDS if one.csl == csl_type]
    genre = (reference.genre or kind.genre).lower()
    return next((one for one in kinds if one.genre.lower() == genre), kinds[0])
