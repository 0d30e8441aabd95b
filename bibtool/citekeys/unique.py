"""The one place that makes citation keys unique, and keeps those that are given."""

from collections.abc import Mapping, Sequence

from bibtool.citekeys.styles import FORBIDDEN, arxiv_citekey
from bibtool.components import CitekeyStyle
from bibtool.identifiers import Identifier
from bibtool.reference import Reference


def assign_citekeys(references: Sequence[Reference], style: CitekeyStyle, keep: Mapping[Identifier, str]) -> list[tuple[str, Reference]]:
    """The references in their order, each under a key that differs from every other also without regard to case.

    A key in `keep` (identifiers without version) is neither changed nor given to another work. Of references with one proposal the
    oldest takes it bare, the next ones with b, c, ..., z, ba: whatever their order here, the keys are the same.
    """
    keys: dict[int, str] = {}
    taken = {key.lower() for key in keep.values()}
    used: set[str] = set()
    ordered = sorted(range(len(references)), key=lambda place: _age(references[place]))
    for place in ordered:
        kept = next((keep[name] for known in references[place].identifiers if (name := known.without_version()) in keep), None)
        if kept is not None and kept.lower() not in used:
            keys[place] = kept
            used.add(kept.lower())
    counts: dict[str, int] = {}
    for place in ordered:
        if place not in keys:
            keys[place] = _free(_allowed(style.citekey(references[place]), references[place]), taken, counts)
            taken.add(keys[place].lower())
    return [(keys[place], reference) for place, reference in enumerate(references)]


def _age(reference: Reference) -> tuple[int, int, int, str, str, str]:
    issued = reference.issued
    identifier = reference.identifier
    date = (issued.year, issued.month or 0, issued.day or 0) if issued else (9999, 0, 0)
    return (*date, identifier.scheme if identifier else "", str(identifier or ""), reference.title or "")


def _allowed(proposal: str, reference: Reference) -> str:
    """The proposal in the characters that every reader takes; a style may propose anything."""
    return FORBIDDEN.sub("", proposal) or arxiv_citekey(reference)


def _free(proposal: str, taken: set[str], counts: dict[str, int]) -> str:
    folded = proposal.lower()
    number = counts.get(folded, 0)
    while (key := proposal + _letters(number)).lower() in taken:
        number += 1
    counts[folded] = number + 1
    return key


def _letters(number: int) -> str:
    """Nothing, b, c, ..., z, ba, bb: numbers in base 26, without the leading a."""
    letters = ""
    while number:
        number, digit = divmod(number, 26)
        letters = chr(ord("a") + digit) + letters
    return letters
