"""BibLaTeX output, in UTF-8. Entry types and fields follow the biblatex manual, 2.1 to 2.3, and biber's data model."""

from bibtool.bibliography import Bibliography
from bibtool.components import FormatOptions
from bibtool.formatters.bib_text import encoded_category, entry_text, joined_notes, kept_fields, names_text, title_text, type_text
from bibtool.formatters.links import arxiv_doi, doi_of, web_address
from bibtool.journal_ref import published
from bibtool.kinds import kind_of_subtype, subtype_of, work_kind
from bibtool.plain_text import clean
from bibtool.reference import Reference
from bibtool.tex.latex import encode

CONTAINERS = {"article": "journaltitle", "review": "journaltitle", "suppperiodical": "journaltitle"}
# Where `number` counts the issues; elsewhere it is a number in a series.
NUMBERED = frozenset({*CONTAINERS, "periodical"})
PUBLISHERS = {"thesis": "institution", "report": "institution", "manual": "organization"}


def format_biblatex(bibliography: Bibliography, options: FormatOptions) -> str:
    """All entries, a blank line between them."""
    return "\n".join(format_entry(citekey, reference, options) for citekey, reference in bibliography.items())


def format_entry(citekey: str, reference: Reference, options: FormatOptions) -> str:
    """One entry, with its newline. Raises FormatError where the key cannot be one."""
    reference = published(reference)
    raw_letters = options.encoding != "latex"
    kind = work_kind(reference)
    is_preprint = reference.type == "article" and reference.container is None
    entry_type = "online" if is_preprint else "article" if reference.type == "article" else kind.biblatex

    def encoded(text: str | None) -> str:
        return encode(clean(text), raw_letters=raw_letters) if text else ""

    arxiv = reference.arxiv
    is_preprint = is_preprint and arxiv is not None
    own, subtype = dict(reference.fields), subtype_of(reference, entry_type)
    fields = [
        ("author", names_text(reference.authors, options.max_authors or 0, raw_letters=raw_letters, for_bibtex=False)),
        ("title", title_text(reference, options.protect_case, raw_letters=raw_letters)),
        (CONTAINERS.get(entry_type, "booktitle"), encoded(reference.container)),
        ("volume", encoded(reference.volume)),
        ("number" if entry_type in NUMBERED else "issue", encoded(reference.issue)),
        ("pages", encoded(reference.pages).replace("--", "-").replace("-", "--")),
        (
            PUBLISHERS.get(reference.type if entry_type != "manual" else entry_type, "publisher"),
            "" if arxiv and reference.publisher == "arXiv" else encoded(reference.publisher),
        ),
        ("type", encoded(type_text(reference, kind, for_bibtex=False)) if reference.genre not in (None, "preprint") else ""),
        ("entrysubtype", encoded(subtype if kind_of_subtype(entry_type, subtype) else "")),
        ("date", encoded(own.get("date")) or (str(reference.issued) if reference.issued and "year" not in own else "")),
        ("version", str(arxiv.version) if is_preprint and arxiv and arxiv.version else ""),
        ("pubstate", "prepublished" if is_preprint else ""),
        ("eprint", str(arxiv) if arxiv else ""),
        ("eprinttype", "arxiv" if arxiv else ""),
        ("eprintclass", encoded_category(reference.primary_category or "") if arxiv else ""),
        ("doi", doi_of(reference) or arxiv_doi(arxiv)),
        ("url", "" if arxiv else web_address(reference.url)),
        ("note", joined_notes(encoded(reference.journal_ref), encoded(own.get("note")))),
        ("addendum", "Withdrawn" if reference.status == "withdrawn" else ""),
        ("abstract", encoded(reference.abstract) if options.abstract else ""),
    ]
    fields += kept_fields(reference, (name for name, value in fields if value), raw_letters=raw_letters, for_bibtex=False)
    return entry_text(entry_type, citekey, fields, options.omit)
