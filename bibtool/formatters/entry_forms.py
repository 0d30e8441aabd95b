"""In which field an entry shows its arXiv identifier, by the BibTeX style that will print it.

Styles from before eprints print `howpublished` or `note`, newer ones `url` or the eprint fields, some several of them. `styles.json` holds
what real BibTeX printed for each style of a TeX Live (benchmarks/style_table.py); a style that is not in it can be measured in the same
way with any engine that runs .bst files.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import PurePath

from bibtool.frozen import dataclass

# Form: the fields that show the identifier. "text" stands in `howpublished` of @misc, elsewhere in `note`.
FORMS = {
    "eprint": ("eprint",),
    "url": ("eprint", "url"),
    "text": ("eprint", "text"),
    "note": ("eprint", "note"),
    "doi": ("eprint", "doi"),
    "bare-url": ("url",),
    "bare-text": ("text",),
    "bare-note": ("note",),
    # Last resorts, for styles that print none of these fields: behind the pages or the volume, or as the volume of a journal "arXiv".
    "pages": ("eprint", "pages"),
    "behind-volume": ("eprint", "behind-volume"),
    "volume": ("eprint", "volume"),
}
# What the fewest styles lose, and the readers that know neither `howpublished` nor eprints (Typst) find a DOI.
UNKNOWN_STYLE = ("eprint", "text", "doi")

# With REVTeX's styles BibTeX 0.99d overruns its own memory and aborts. The shortest list that did so had 669 names, of forty letters each.
MAX_AUTHORS_OF_REVTEX = 500
_REVTEX = re.compile(r"(?:aps|aip|aapm|sor)[a-z]*4-[12]")

# A style may print an address only where there is no DOI, or a note only of an article: each kind of paper has a form of its own.
KINDS = ("preprint", "preprint with a DOI", "published", "published with a DOI")
# Old ones among them: styles make a dash of every hyphen in `pages`.
_IDENTIFIERS = dict(zip(KINDS, ("1234.56781", "1234.56782", "hep-th/9912343", "hep-th/9912344"), strict=True))
_DOI = "10.9999/probe_doi"
_URL = "https://arxiv.org/abs/"
# (Compiled when it is needed.) What stands behind a link and is not seen: an address with a text after it, and the first argument of these.
_HIDDEN = (
    r"\\[A-Za-z]+\s*\{https?://[^{}]*\}(?=\s*\{)|<a href='[^']*'>"
    r"|\\(?:href|arxivref|Eprint|hrefurl|doilink|htmladdnormallink|bibhref|eprinthref|burlalt)\s*(?:@noop\s*)?\{[^{}]*\}"
    r"|\\(?:urlprefix|bibitem)\s*(?:\[(?:[^\]{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\])?\s*\{[^{}]*\}"
    r"|(?<=\])\s*\{10\.[^{}]*\}"  # \mn@doi [seen] {10.1000/behind}
    r"|(?<!\\)%[^\n]*\n\s*"
)


@dataclass(frozen=True, slots=True)
class Printed:
    """How often a rendering of the probe shows each kind's identifier, and whether entries, DOI and all authors are seen."""

    counts: tuple[int, ...]
    has_entries: bool
    has_doi: bool
    has_all_authors: bool


@dataclass(frozen=True, slots=True)
class StyleForms:
    """A style's form for each of KINDS, how often it then shows the identifier, whether it prints DOIs and all authors, and whether
    it typesets DOIs as text, where an underscore must be escaped (most hand them to \\href or \\url, where it must not)."""

    forms: tuple[str, ...]
    counts: tuple[int, ...]
    has_doi: bool
    has_all_authors: bool
    doi_is_text: bool = False


def kind_of(*, is_published: bool, has_doi: bool) -> str:
    """Which of KINDS a paper is."""
    return KINDS[2 * is_published + has_doi]


def fields_for(style: str | None, forms: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """The fields that show the identifier of this kind of paper in this style, or in one for which `forms` were measured."""
    known = known_styles().get(style_name(style)) if style else None
    forms = known.forms if known else forms
    return FORMS[forms[KINDS.index(kind)]] if forms else UNKNOWN_STYLE


def doi_is_text(style: str | None) -> bool:
    """Whether the style typesets a DOI as text."""
    known = known_styles().get(style_name(style)) if style else None
    return known is not None and known.doi_is_text


def most_authors(style: str | None) -> int:
    """How many authors of one entry BibTeX survives in this style; 0 for any number."""
    return MAX_AUTHORS_OF_REVTEX if style and _REVTEX.fullmatch(style_name(style)) else 0


@lru_cache(maxsize=1)
def known_styles() -> Mapping[str, StyleForms]:
    """The table that ships with bibtool."""
    from importlib.resources import files

    table = json.loads(files("bibtool.formatters").joinpath("styles.json").read_text("utf-8"))
    return {name: StyleForms(tuple(row[0].split()), tuple(row[1]), bool(row[2]), bool(row[3]), bool(row[4])) for name, row in table.items()}


def style_name(style: str) -> str:
    """A style's name from what a document or a user calls it: "styles/plain.bst" is "plain"."""
    name = PurePath(style.replace("\\", "/")).name
    return name.removesuffix(".bst")


def probe(form: str) -> str:
    """A .bib file with a paper of each kind in that form."""
    return "".join(_probe_entry(form, kind) for kind in KINDS)


def visible(text: str) -> str:
    """What a reader sees of a .bbl file: line breaks and the addresses behind links taken out."""
    return re.sub(r"\s+", " ", re.sub(_HIDDEN, "", re.sub(r"(?<!\\)%\n", "", text)))


def printed_of(text: str) -> Printed:
    """What can be seen in a .bbl file, or in any other rendering of the probe."""
    seen = visible(text)
    names = [f"{name}{number}" for number in range(len(KINDS)) for name in ("Alphason", "Betason", "Gammason")]
    return Printed(
        counts=tuple(seen.count(_IDENTIFIERS[kind]) for kind in KINDS),
        has_entries=all(f"lphason{number}" in seen for number in range(len(KINDS))),
        has_doi=_DOI in seen,
        has_all_authors=all(name[1:] in seen for name in names),
    )


def choose(measured: Mapping[str, Printed | None]) -> StyleForms | None:
    """The best form for each kind of paper: shown once if any form does, else as rarely as can be but never lost.

    None for a style that prints no reference in any form: address books and glossaries are styles too.
    """
    found = {form: printed for form, printed in measured.items() if printed is not None}
    if not any(printed.has_entries for printed in found.values()):
        return None
    best = [_best(found, place) for place in range(len(KINDS))]
    return StyleForms(
        forms=tuple(form for form, _ in best),
        counts=tuple(count for _, count in best),
        has_doi=any(printed.has_doi for printed in found.values()),
        has_all_authors=all(printed.has_all_authors for printed in found.values() if printed.has_entries),
    )


def measure(typeset: Callable[[str], str]) -> StyleForms | None:
    """What a style prints, by way of any function that runs a .bib text through it."""
    return choose({form: printed_of(typeset(probe(form))) for form in FORMS})


def _best(found: Mapping[str, Printed], place: int) -> tuple[str, int]:
    counts = {form: printed.counts[place] for form, printed in found.items()}
    if place % 2:
        # A published paper's own DOI is not given up for arXiv's.
        counts.pop("doi", None)
    best = min(counts, key=lambda form: (counts[form] == 0, counts[form], list(FORMS).index(form)))
    return best, counts[best]


def _probe_entry(form: str, kind: str) -> str:
    number = KINDS.index(kind)
    identifier = _IDENTIFIERS[kind]
    text = f"arXiv:{identifier}"
    shown = FORMS[form]
    is_published = number >= 2
    fields = {
        "author": " and ".join(f"{name}{number}, Ann" for name in ("Alphason", "Betason", "Gammason")),
        "title": "Probing the deep",
        "year": "2012",
    }
    if is_published:
        fields |= {"journal": "Journal of Probes", "volume": "12", "number": "3", "pages": "45--67"}
    if "volume" in shown and not is_published:
        fields |= {"journal": "arXiv", "volume": text}
    if "text" in shown:
        fields["note" if is_published else "howpublished"] = text
    fields |= {"note": text} if "note" in shown else {}
    fields |= {"url": _URL + identifier} if "url" in shown else {}
    fields |= {"eprint": identifier, "archivePrefix": "arXiv", "primaryClass": "cs.CL"} if "eprint" in shown else {}
    fields |= {"doi": _DOI} if number % 2 else {"doi": f"10.48550/arXiv.{identifier}"} if "doi" in shown else {}
    for field, behind in (("pages", "pages"), ("volume", "behind-volume")):
        if behind in shown and field in fields:
            fields[field] += f", {text}"
    lines = "".join(f",\n  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{'article' if 'journal' in fields else 'misc'}{{probe{number}{lines}\n}}\n"
