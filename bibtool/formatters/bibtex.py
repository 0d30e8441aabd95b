"""BibTeX output. Field names follow btxdoc (1988); eprint fields follow arXiv's own guide.

Most styles were written before there were eprints, so the style decides in which field the identifier is shown (entry_forms); without a
known one it stands in a field that nearly all of them print, beside the eprint fields.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from bibtool.bibliography import Bibliography
from bibtool.components import FormatOptions
from bibtool.formatters.bib_text import MONTHS, encoded_category, entry_text, joined_notes, kept_fields, names_text, title_text, type_text
from bibtool.formatters.entry_forms import doi_is_text, fields_for, kind_of, most_authors
from bibtool.formatters.links import arxiv_doi, typeset_doi, web_address
from bibtool.identifiers import ArxivId
from bibtool.journal_ref import published
from bibtool.kinds import work_kind
from bibtool.plain_text import clean
from bibtool.reference import PartialDate, Reference
from bibtool.tex.latex import encode
from bibtool.vocabulary import joined

# Styles typeset DOIs as text or hand them to hyperref; both take these with a backslash, and neither without.
_DOI_SPECIAL = re.compile(r"[#&%]")
# Those that typeset them as text need more; hyperref would link to what stands here, so it stays bare for the others.
_DOI_AS_TEXT = str.maketrans({"_": "\\_", "~": "\\textasciitilde{}"})
# Where each entry type says in what the work appeared.
CONTAINERS = {"article": "journal", "misc": "booktitle", "incollection": "booktitle", "inproceedings": "booktitle", "inbook": "booktitle"}
PUBLISHERS = {"phdthesis": "school", "mastersthesis": "school", "techreport": "institution", "manual": "organization"}


def format_bibtex(bibliography: Bibliography, options: FormatOptions) -> str:
    """All entries, a blank line between them."""
    return "\n".join(format_entry(citekey, reference, options) for citekey, reference in bibliography.items())


def format_entry(citekey: str, reference: Reference, options: FormatOptions) -> str:
    """One entry, with its newline. Raises FormatError where the key cannot be one."""
    reference = joined(published(reference))
    raw_letters, is_styled = options.encoding == "utf8", options.style is not None
    entry_type = entry_type_of(reference)
    shown_authors = most_authors(options.style) if options.max_authors is None else options.max_authors

    def encoded(text: str | None) -> str:
        return encode(clean(text), raw_letters=raw_letters) if text else ""

    issued, arxiv, own = reference.issued, reference.arxiv, dict(reference.fields)
    doi = typeset_doi(reference)
    shown = _Shown(arxiv, options, kind_of(is_published=entry_type != "misc", has_doi=bool(doi)))
    entry_type = "article" if shown.as_volume else entry_type
    fields = [
        ("author", names_text(reference.authors, shown_authors, raw_letters=raw_letters, for_bibtex=True, is_styled=is_styled)),
        ("title", title_text(reference, options.protect_case, raw_letters=raw_letters)),
        (CONTAINERS.get(entry_type, "booktitle"), "arXiv" if shown.as_volume else encoded(reference.container)),
        ("volume", shown.as_volume or shown.behind("behind-volume", encoded(reference.volume))),
        ("number" if entry_type == "article" else "issue", encoded(reference.issue)),
        ("pages", shown.behind("pages", encoded(reference.pages).replace("--", "-").replace("-", "--"))),
        (PUBLISHERS.get(entry_type, "publisher"), "" if arxiv and reference.publisher == "arXiv" else encoded(reference.publisher)),
        ("type", encoded(type_text(reference, work_kind(reference), for_bibtex=True)) if reference.genre not in (None, "preprint") else ""),
        ("howpublished", shown.text if entry_type == "misc" else ""),
        ("year", encoded(_year(issued, own))),
        ("month", MONTHS[issued.month - 1] if issued and issued.month and "month" not in own else ""),
        ("day", str(issued.day) if issued and issued.day and not arxiv and "date" not in own else ""),
        *(eprint_fields(arxiv, reference.primary_category) if arxiv and "eprint" in shown.fields else ()),
        ("doi", _doi(doi, options.style) if doi else arxiv_doi(arxiv) if "doi" in shown.fields else ""),
        ("url", shown.url if arxiv else web_address(reference.url)),
        ("note", joined_notes(shown.note(entry_type), *_notes(reference, encoded, shown))),
        ("abstract", encoded(reference.abstract) if options.abstract else ""),
    ]
    said = [name for name, value in fields if value]
    fields += kept_fields(reference, said, raw_letters=raw_letters, for_bibtex=True, is_styled=is_styled)
    return entry_text(entry_type, citekey, fields, options.omit)


def _year(issued: PartialDate | None, own: Mapping[str, str]) -> str:
    """The year as its author wrote it ("in press", "c. 1850"), unless the reference knows another one."""
    year = f"{issued.year:04}" if issued else ""
    written = own.get("year", year)
    return written if year in written else year


def _doi(doi: str, style: str | None) -> str:
    escaped = _DOI_SPECIAL.sub(r"\\\g<0>", doi)
    return escaped.translate(_DOI_AS_TEXT) if ("_" in escaped or "~" in escaped) and doi_is_text(style) else escaped


def entry_type_of(reference: Reference) -> str:
    """BibTeX's entry type; what BibTeX has no word for is @misc."""
    if reference.type == "article":
        return "article" if reference.container is not None else "misc"
    if reference.type == "thesis" and "master" in (reference.genre or "").lower():
        return "mastersthesis"
    return work_kind(reference).bibtex


def eprint_fields(arxiv: ArxivId, category: str | None) -> list[tuple[str, str]]:
    """arXiv's fields: https://info.arxiv.org/help/hypertex/bibstyles/."""
    return [("eprint", str(arxiv)), ("archivePrefix", "arXiv"), ("primaryClass", encoded_category(category or ""))]


def _notes(reference: Reference, encoded: Callable[[str | None], str], shown: "_Shown") -> Iterator[str]:
    yield encoded(reference.journal_ref)
    yield "Withdrawn" if reference.status == "withdrawn" else ""
    for name, text in reference.fields:
        # Where the identifier stands in `howpublished`, the author's own words go here.
        if name == "note" or (name == "howpublished" and shown.text):
            yield encoded(text)


class _Shown:
    """Where an entry shows its arXiv identifier."""

    def __init__(self, arxiv: ArxivId | None, options: FormatOptions, kind: str) -> None:
        self.fields = fields_for(options.style, options.forms, kind) if arxiv else ()
        self._text = f"arXiv:{arxiv}"
        self.text = self._text if "text" in self.fields else ""
        self.url = arxiv.url if arxiv and "url" in self.fields else ""
        self.as_volume = self._text if "volume" in self.fields else ""

    def behind(self, field: str, value: str) -> str:
        """The value with the identifier behind it, where that is this style's field for it."""
        if field not in self.fields:
            return value
        return f"{value}, {self._text}" if value else self._text

    def note(self, entry_type: str) -> str:
        """The identifier where the note shows it."""
        return self._text if "note" in self.fields or (self.text and entry_type != "misc") else ""
