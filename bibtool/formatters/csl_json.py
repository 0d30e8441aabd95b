"""CSL-JSON output, as citation managers, pandoc and Quarto read it.

https://github.com/citation-style-language/schema (csl-data.json, 1.0.2). Text is Unicode with the mark-up that processors know:
<i>, <b>, <sup>, <sub> and <span class="nocase">.
"""

import json
import re
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring

from bibtool.bibliography import Bibliography
from bibtool.bibtex_names import parse_names
from bibtool.components import FormatOptions
from bibtool.edtf import csl_date as edtf_date
from bibtool.formatters.links import arxiv_doi, doi_of, web_address
from bibtool.journal_ref import published
from bibtool.kinds import IN_SERIES
from bibtool.plain_text import clean, plain
from bibtool.reference import Name, PartialDate, Reference
from bibtool.tex.mathematics import Node, rich, split
from bibtool.vocabulary import OTHERS, placed, simplified

Value = str | list[dict[str, str]] | dict[str, object]

# word2vec, iPhone: a style that writes titles in capitals would spoil them.
_MIXED_WORD = re.compile(r"(?<![^\W_])[a-z]+[0-9A-Z][0-9A-Za-z]*(?![^\W_])", re.ASCII)
# In a formula, "a<b>c" is no bold type.
_LIKE_MARKUP = re.compile(r"<(?=/?(?:i|b|sc|sup|sub|span)\b)")


def format_csl_json(bibliography: Bibliography, options: FormatOptions) -> str:
    """An array of items."""
    items = ",\n".join(_json_item(csl_item(citekey, reference, options)) for citekey, reference in bibliography.items())
    return f"[\n{items}\n]\n" if items else "[]\n"


def _json_item(item: dict[str, Value]) -> str:
    """An item with a variable a line and a name a line. (With `indent`, json leaves its fast encoder.)"""
    lines = []
    for name, value in item.items():
        if isinstance(value, list):
            names = ",\n".join(f"      {_json_object(part)}" for part in value)
            lines.append(f"    {encode_basestring(name)}: [\n{names}\n    ]")
        else:
            written = encode_basestring(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            lines.append(f"    {encode_basestring(name)}: {written}")
    return "  {\n" + ",\n".join(lines) + "\n  }"


def _json_object(texts: Mapping[str, str]) -> str:
    """Texts by their names, in one line. (What `json.dumps` makes of them, which takes longer to begin than to write a name.)"""
    return "{" + ", ".join([f'"{name}": {encode_basestring(text)}' for name, text in texts.items()]) + "}"


def csl_item(citekey: str, reference: Reference, options: FormatOptions) -> dict[str, Value]:
    """One reference as CSL's variables."""
    reference = simplified(published(reference))
    arxiv = reference.arxiv
    is_preprint = reference.type == "article"
    shown = reference.authors if not options.max_authors else reference.authors[: options.max_authors]
    own = _own_variables(reference) if reference.fields else {}
    item: dict[str, Value | None] = {
        "id": citekey,
        "type": reference.type,
        "title": rich_text(reference.title) if reference.title else None,
        "author": _names(shown),
        "issued": own.get("issued") or csl_date(reference.issued),
        "container-title": _plain(reference.container),
        "volume": _plain(reference.volume),
        "issue": _plain(reference.issue),
        "page": _plain(reference.pages),
        "publisher": _plain(reference.publisher),
        "genre": _plain(reference.genre),
        "number": f"arXiv:{arxiv}" if arxiv and is_preprint else None,
        "archive": "arXiv" if arxiv else None,
        "archive_location": str(arxiv) if arxiv else None,
        "version": str(arxiv.version) if arxiv and arxiv.version else None,
        "DOI": doi_of(reference) or arxiv_doi(arxiv),
        "URL": arxiv.url if arxiv else web_address(reference.url),
        "status": reference.status,
        "note": _note(reference),
        "abstract": rich_text(reference.abstract) if options.abstract and reference.abstract else None,
    }
    for name, value in own.items():
        item[name] = item.get(name) or value
    filled = {name: value for name, value in item.items() if value}
    return {name: value for name, value in filled.items() if not options.omits(name)} if options.omit else filled


def _own_variables(reference: Reference) -> dict[str, Value]:
    """The variables that an author's own entry fills beyond a reference's attributes."""
    own: dict[str, Value] = {}
    for word, field, text in placed(reference, "csl"):
        if word == "number" and reference.type in IN_SERIES:
            word = "collection-number"
        if field.kind == "names":
            own[word] = _names(parse_names(text))
        elif field.kind in ("date", "literal"):
            # A date says more than a year beside it.
            own[word] = own.get(word) or edtf_date(text)
        elif field.kind != "note":
            own.setdefault(word, plain(text))
    return own


def _names(names: Sequence[Name]) -> list[dict[str, str]]:
    """The names; CSL has no word for those that a list leaves out."""
    return [csl_name(name) for name in names if name is not names[-1] or name != OTHERS]


def csl_name(name: Name) -> dict[str, str]:
    """A name in CSL's parts; a group as it stands."""
    if name.literal is not None:
        return {"literal": plain(name.literal)}
    parts = {"family": name.family, "given": name.given, "non-dropping-particle": name.particle, "suffix": name.suffix}
    written = {part: plain(text) for part, text in parts.items() if text}
    if "," in written.get("given", ""):
        # Processors take what stands behind a comma for a suffix.
        written["given"] = " ".join(written["given"].replace(",", " ").split())
    if not name.particle and name.given and name.given[-1].islower() and name.given.split()[-1].islower() and " " in name.given:
        # pandoc takes "xiang" of "Bo xiang" for a particle, unless the item says that there is none.
        written["dropping-particle"] = ""
    return written


def csl_date(issued: PartialDate | None) -> Value | None:
    """The date as far as it is known."""
    if issued is None:
        return None
    return {"date-parts": [[part for part in (issued.year, issued.month, issued.day) if part]]}


def rich_text(text: str) -> str:
    """The text with mathematics as Unicode and raised or lowered runs, and what no style may capitalise marked."""
    pieces = []
    for formula, source in split(clean(text)):
        pieces.append(_MIXED_WORD.sub(r'<span class="nocase">\g<0></span>', source) if formula is None else _rich_formula(formula))
    return "".join(pieces)


def _rich_formula(formula: Node) -> str:
    runs = [(style, _LIKE_MARKUP.sub("< ", text)) for style, text in rich(formula)]
    marked = "".join(f"<{style}>{text}</{style}>" if style else text for style, text in runs)
    return f'<span class="nocase">{marked}</span>' if marked[:1].islower() and marked[:1].isascii() else marked


def _plain(text: str | None) -> str | None:
    return plain(text) if text else None


def _note(reference: Reference) -> str | None:
    identifier = f"arXiv:{reference.arxiv}" if reference.arxiv and reference.type != "article" else None
    own = [plain(text) for _, field, text in placed(reference, "csl") if field.kind == "note"]
    return "; ".join(part for part in (identifier, _plain(reference.journal_ref), *own) if part) or None
