"""RIS output for bibtool. Tags follow Research Information Systems' format specification (2011)."""

import re
from collections.abc import Iterator

import bibtool  # for what is loaded when it is first used: most runs want another format
from bibtool import Bibliography, FormatOptions, Formatter, Name, Reference, hookimpl

# Where RIS keeps a report's or a patent's number: https://github.com/zotero/translators and EndNote's table agree.
NUMBERED_BY_SN = frozenset({"RPRT", "PAT", "STAND"})


@hookimpl
def bibtool_formatters() -> list[Formatter]:
    """One format: `bibt export notes.md -f ris`, or `-o refs.ris`."""
    return [Formatter("ris", suffix=".ris", format=format_ris)]


def format_ris(bibliography: Bibliography, options: FormatOptions) -> str:
    """One record for each reference."""
    return "\n".join(
        ris_record(citekey, bibtool.simplified(bibtool.published(reference)), options) for citekey, reference in bibliography.items()
    )


def ris_record(citekey: str, reference: Reference, options: FormatOptions) -> str:
    """One record: a tag and a text a line, from TY to ER."""
    lines = [f"{tag}  - {bibtool.plain(text)}" for tag, text in tags(citekey, reference, options) if text and not options.omits(tag)]
    return "".join(f"{line}\n" for line in [*lines, "ER  - "])


def tags(citekey: str, reference: Reference, options: FormatOptions) -> Iterator[tuple[str, str | None]]:
    """The record's tags in the order in which reference managers show them."""
    arxiv = reference.arxiv
    is_preprint = reference.type == "article" and arxiv is not None
    kind = bibtool.work_kind(reference).ris
    first_page, _, last_page = (reference.pages or "").partition("-")
    own = [(tag, field.kind, field.biblatex, text) for tag, field, text in bibtool.placed(reference, "ris")]
    event = next((text for _, _, name, text in own if name == "eventtitle"), None)
    maker = next((text for _, form, _, text in own if form == "maker"), None)
    yield "TY", "UNPB" if is_preprint else kind
    yield "ID", citekey
    yield from (("AU", ris_name(author)) for author in reference.authors[: options.max_authors or None] if author.literal != "others")
    yield "TI", reference.title
    yield "PY", str(reference.issued.year) if reference.issued else None
    yield "DA", str(reference.issued).replace("-", "/") if reference.issued else None
    # A conference paper's second title is the conference's; the third one is that of the proceedings.
    is_swapped = kind == "CPAPER" and event is not None and reference.container is not None
    yield "T2", event if is_swapped else reference.container
    yield "C3", reference.container if is_swapped else event
    yield "VL", reference.volume
    yield "IS", reference.issue
    yield "SP", first_page
    yield "EP", last_page
    yield "PB", reference.publisher or maker
    yield "M1", f"arXiv:{arxiv}" if arxiv else None
    yield "M3", reference.genre if not is_preprint else None
    yield "DO", str(reference.doi) if reference.doi else f"10.48550/arXiv.{arxiv.number}" if arxiv else None
    yield "UR", arxiv.url if arxiv else bibtool.web_address(reference.url)
    for tag, form, name, text in own:
        if form == "names":
            yield from ((tag, ris_name(person)) for person in bibtool.parse_names(text))
        elif name == "keywords":
            yield from ((tag, word.strip()) for word in re.split("[,;]", text))
        elif form == "date":
            yield tag, text.replace("-", "/")
        elif form != "maker" and name != "eventtitle":
            yield "SN" if name == "number" and kind in NUMBERED_BY_SN else tag, text
    yield "N1", reference.journal_ref
    yield "N1", "Withdrawn" if reference.status == "withdrawn" else None
    yield "AB", reference.abstract if options.abstract else None


def ris_name(name: Name) -> str:
    """`Family, Given, Suffix`; a group as it stands, but that two commas are one of its own (EndNote's rule)."""
    if name.literal is not None:
        return name.literal.replace(",", ",,", 1)
    family = str(Name(family=name.family, particle=name.particle))
    parts = [family, name.given or "", name.suffix or ""]
    return ", ".join(parts).rstrip(", ") if not name.suffix else ", ".join(parts)
