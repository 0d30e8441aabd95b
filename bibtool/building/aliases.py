r"""One entry for a paper that is cited under several keys, in BibTeX, which has no aliases and takes keys that differ in case for an error.

BibTeX reads a copy of the .aux in which each work has one key. The other keys are tied to it in the .bbl, behind the entry's \bibitem:
what is said of \b@KEY, where LaTeX keeps the label of a key, is said of \b@OTHER, too, in the .aux that the next run reads.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bibtool.citations.tex_cursor import Cursor
from bibtool.identifiers import Identifier

_CITATION = re.compile(r"\\citation\{(?P<keys>[^{}\n]*)\}")
_READ_BY_BIBTEX = re.compile(r"\\(?:citation|bibdata|bibstyle)\{[^{}\n]*\}")
_BIBITEM = re.compile(r"\\bibitem(?![A-Za-z@])")
# What stands for itself within \detokenize and \csname; a key with anything else stays as it is.
_PLAIN_KEY = re.compile(r"[^\\{}%#\s~]+")
# The first line is read by the next run, the second makes hyperref's links to the other key lead to the entry.
_TIE = (
    r"\immediate\write\csname @auxout\endcsname{{\detokenize{{\global\expandafter\let"
    r"\csname b@{alias}\expandafter\endcsname\csname b@{citekey}\endcsname}}}}%" + "\n"
    r"\ifcsname hyper@anchorstart\endcsname\csname hyper@anchorstart\endcsname{{cite.{alias}}}\csname hyper@anchorend\endcsname\fi"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry stands for: the identifiers of its work, and the further keys that it gives itself (biblatex's `ids`)."""

    identifiers: tuple[Identifier, ...] = ()
    names: tuple[str, ...] = ()


def aliases_of(citekeys: Sequence[str], entries: Mapping[str, Entry], identifier_of: Callable[[str], Identifier | None]) -> dict[str, str]:
    """Each cited key that no entry has, with the key that stands for its work. `entries` are those there are."""
    by_name: dict[str, str] = {}
    by_work: dict[Identifier, str] = {}
    for citekey, entry in entries.items():  # where two are alike, the first one counts
        for name in (citekey, *entry.names):
            by_name.setdefault(name.lower(), citekey)
        for known in entry.identifiers:
            by_work.setdefault(known.without_version(), citekey)
    aliases: dict[str, str] = {}
    for citekey in citekeys:
        if citekey in entries:
            continue
        identifier = identifier_of(citekey)
        work = identifier.without_version() if identifier is not None else None
        other = by_work.get(work) if work is not None else None
        other = by_name.get(citekey.lower()) if other is None else other
        if other is not None and _PLAIN_KEY.fullmatch(citekey) and _PLAIN_KEY.fullmatch(other):
            aliases[citekey] = other
        elif other is None:
            by_name[citekey.lower()] = citekey
            if work is not None:
                by_work[work] = citekey
    return aliases


def canonical_aux(texts: Sequence[str], aliases: Mapping[str, str]) -> str:
    """What BibTeX reads of an .aux and those of its chapters, in their order, with one key for each work."""

    def canonical(found: re.Match[str]) -> str:
        return "\\citation{" + ",".join(aliases.get(key.strip(), key.strip()) for key in found["keys"].split(",")) + "}"

    lines = [_CITATION.sub(canonical, found[0]) for text in texts for found in _READ_BY_BIBTEX.finditer(text)]
    return "".join(f"{line}\n" for line in ["\\relax", *lines])


def tied(bbl: str, aliases: Mapping[str, str]) -> str:
    r"""The .bbl with each alias tied to its entry, behind the \bibitem."""
    ties: dict[str, str] = {}
    for alias, citekey in sorted(aliases.items()):
        ties[citekey] = ties.get(citekey, "") + "%\n" + _TIE.format(alias=alias, citekey=citekey)
    pieces, place = [], 0
    for found in _BIBITEM.finditer(bbl):
        cursor = Cursor(bbl, found.end(), len(bbl))
        cursor.optional()
        keys = cursor.keys()
        if keys and keys[0].citekey in ties:
            pieces += [bbl[place : cursor.position], ties[keys[0].citekey]]
            place = cursor.position
    return "".join([*pieces, bbl[place:]])
