"""RIS output for bibtool. Tags follow Research Information Systems' format specification (2011)."""

from collections.abc import Iterator

from bibtool import Bibliography, FormatOptions, Formatter, Name, Reference, hookimpl, plain, published

TYPES = {
    "article-journal": "JOUR",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "book": "BOOK",
    "chapter": "CHAP",
    "dataset": "DATA",
    "paper-conference": "CPAPER",
    "report": "RPRT",
    "software": "COMP",
    "thesis": "THES",
    "webpage": "ELEC",
}


@hookimpl
def bibtool_formatters() -> list[Formatter]:
    """One format: `bibt export notes.md -f ris`, or `-o refs.ris`."""
    return [Formatter("ris", suffix=".ris", format=format_ris)]


def format_ris(bibliography: Bibliography, options: FormatOptions) -> str:
    """One record for each reference."""
    return "\n".join(ris_record(citekey, published(reference), options) for citekey, reference in bibliography.items())


def ris_record(citekey: str, reference: Reference, options: FormatOptions) -> str:
    """One record: a tag and a text a line, from TY to ER."""
    lines = [f"{tag}  - {plain(text)}" for tag, text in tags(citekey, reference, options) if text]
    return "".join(f"{line}\n" for line in [*lines, "ER  - "])


def tags(citekey: str, reference: Reference, options: FormatOptions) -> Iterator[tuple[str, str | None]]:
    """The record's tags in the order in which reference managers show them."""
    arxiv = reference.arxiv
    first_page, _, last_page = (reference.pages or "").partition("-")
    yield "TY", TYPES.get(reference.type, "UNPB" if arxiv else "GEN")
    yield "ID", citekey
    for name in reference.authors[: options.max_authors or None]:
        yield "AU", ris_name(name)
    yield "TI", reference.title
    yield "PY", str(reference.issued.year) if reference.issued else None
    yield "DA", str(reference.issued).replace("-", "/") if reference.issued else None
    yield "T2", reference.container
    yield "VL", reference.volume
    yield "IS", reference.issue
    yield "SP", first_page
    yield "EP", last_page
    yield "PB", reference.publisher
    yield "M1", f"arXiv:{arxiv}" if arxiv else None
    yield "DO", str(reference.doi) if reference.doi else f"10.48550/arXiv.{arxiv.number}" if arxiv else None
    yield "UR", arxiv.url if arxiv else reference.url
    yield "N1", reference.journal_ref
    yield "N1", "Withdrawn" if reference.status == "withdrawn" else None
    yield "AB", reference.abstract if options.abstract else None


def ris_name(name: Name) -> str:
    """`Family, Given, Suffix`; a group as it stands."""
    if name.literal is not None:
        return name.literal
    family = str(Name(family=name.family, particle=name.particle))
    parts = [family, name.given or "", name.suffix or ""]
    return ", ".join(parts).rstrip(", ") if not name.suffix else ", ".join(parts)
