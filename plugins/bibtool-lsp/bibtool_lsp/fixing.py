"""Quick fixes: cite this, pin this version, use the published version."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bibtool import ArxivId, Citation, Doi, Mention, Reference, plain, published
from bibtool_lsp import citing
from bibtool_lsp.agreeing import is_another_paper
from bibtool_lsp.buffers import Buffer
from bibtool_lsp.entries import Entry
from bibtool_lsp.papers import Papers, of
from bibtool_lsp.projects import Projects
from bibtool_lsp.publishing import as_published, format_for, is_preprint

# The whole of what an identifier stands in, by the kind of document: a link with its text, an address, a number with its mark.
ADDRESS = r"https?://[^\s<>()\[\]{}\"']*[^\s<>()\[\]{}\"'.,;:!?]"
NUMBER = r"(?:arXiv|doi):\s?[\w./()-]*\w"
WHOLE_TEX = re.compile(
    rf"\\(?:url|nolinkurl)\{{[^{{}}]*\}}|\\href\{{[^{{}}]*\}}\{{(?P<text>[^{{}}]*)\}}|{ADDRESS}|{NUMBER}", re.ASCII | re.IGNORECASE
)
WHOLE_TYPST = re.compile(rf"#link\(\"[^\"]*\"\)(?:\[(?P<text>[^\[\]]*)\])?|{ADDRESS}|{NUMBER}", re.ASCII | re.IGNORECASE)
WHOLE = re.compile(rf"\[(?P<text>[^\[\]]*)\]\({ADDRESS}\)|<{ADDRESS}>|{ADDRESS}|{NUMBER}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of a document and what takes its place. Offsets are in characters from 0."""

    document: Buffer
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What an editor offers, and what it then changes."""

    title: str
    edits: tuple[Edit, ...]


class Fixes:
    """The quick fixes for what stands in a document."""

    def __init__(self, papers: Papers, projects: Projects) -> None:
        self._papers = papers
        self._projects = projects

    async def for_mention(self, document: Buffer, mention: Mention, reference: Reference) -> list[Fix]:
        """What can be done with an identifier in a text, or in a .bib file outside of every entry."""
        cited = await self._citing(document, mention, reference)
        return [*([cited] if cited else []), *pinning(document, mention, reference)]

    async def for_entry(self, bibliography: Buffer, entry: Entry) -> list[Fix]:
        """What can be done with an entry of a .bib file."""
        arxiv = next((work for work in entry.works if isinstance(work, ArxivId)), None)
        if arxiv is None or entry.reference is None or not entry.fields or not is_preprint(entry):
            return []
        record = of(await self._papers.kept([arxiv]), arxiv)
        if not isinstance(record, Reference) or is_another_paper(entry.reference, record):
            return []
        appeared = await self._as_published(record)
        if appeared is None:
            return []
        rendered = await self._papers.rendered(entry.citekey or "key", appeared, format_for(entry))
        new = as_published(entry, rendered)
        place = " ".join(part for part in (appeared.container, appeared.volume) if part) or str(appeared.doi)
        return (
            [Fix(f"Use the published version: {plain(place)}", (Edit(bibliography, entry.start, entry.end, new),))]
            if new != entry.text
            else []
        )

    async def _as_published(self, record: Reference) -> Reference | None:
        """The record as its journal knows it: by arXiv's journal reference, or by its DOI where that is the same paper's."""
        appeared = published(record)
        if appeared.container is not None or record.doi is None:
            return appeared if appeared.container is not None else None
        by_doi = of(await self._papers.kept([record.doi]), record.doi)
        if not isinstance(by_doi, Reference) or by_doi.container is None or is_another_paper(by_doi, record):
            return None
        return _beside(by_doi, record)

    async def _citing(self, document: Buffer, mention: Mention, reference: Reference) -> Fix | None:
        """The identifier as a citation, and its entry in the bibliography that the document names."""
        works = [one.without_version() for one in reference.identifiers]
        placed = await self._projects.entry_for(document, works)
        title = plain(reference.title or str(mention.identifier))
        if document.suffix == ".bib":
            return None if placed else await self._entry_in_place(document, mention, reference, title)
        if placed is not None:
            key, added = placed[1].citekey, list[Edit]()
        else:
            files = [one for one in self._projects.bibliographies(document) if one.suffix == ".bib"]
            if not files:
                return None
            key, added = await self._added(document, next((one for one in files if one.is_there), files[0]), reference)
        citations = await self._papers.citations(document.uri, document.source, document.suffix)
        replaced = next(_replacing(document, mention, key, citations), None)
        return Fix(f"Cite this: {title}", (*added, replaced)) if replaced else None

    async def _added(self, document: Buffer, bibliography: Buffer, reference: Reference) -> tuple[str, list[Edit]]:
        """The key of a new entry at the end of the bibliography."""
        main = self._projects.main_text(document)
        key, text = await self._new_entry(document, reference, citing.bib_style(main), is_biblatex=citing.is_biblatex(main))
        old = bibliography.source
        gap = "" if not old.strip() else "\n" if old.endswith("\n") else "\n\n"
        return key, [Edit(bibliography, len(old), len(old), gap + text)]

    async def _entry_in_place(self, document: Buffer, mention: Mention, reference: Reference, title: str) -> Fix:
        """In a .bib file what stands outside of entries becomes one."""
        _, text = await self._new_entry(document, reference, None, is_biblatex=False)
        start, end, _ = whole(document, mention)
        return Fix(f"Add the entry: {title}", (Edit(document, start, end, text.rstrip("\n")),))

    async def _new_entry(self, document: Buffer, reference: Reference, style: str | None, *, is_biblatex: bool) -> tuple[str, str]:
        taken = [entry.citekey for _, entry in await self._projects.entries(document)]
        key = await self._papers.keyed(reference, taken)
        return key, (await self._papers.rendered(key, reference, "biblatex" if is_biblatex else "bibtex", style)).text


def pinning(document: Buffer, mention: Mention, reference: Reference) -> list[Fix]:
    """The version that the record describes, written behind the identifier. DOIs have none."""
    if (
        not isinstance(mention.identifier, ArxivId)
        or mention.identifier.version is not None
        or not reference.version
        or mention.form == "doi"
    ):
        return []
    return [Fix(f"Pin version {reference.version}", (Edit(document, mention.end, mention.end, f"v{reference.version}"),))]


def whole(document: Buffer, mention: Mention) -> tuple[int, int, str]:
    """Where the link or the marked number stands that a mention is part of, and the text of a link."""
    start, end = document.text.around(mention.start, mention.end, 0)
    pattern = WHOLE_TEX if document.suffix in citing.TEX_SUFFIXES else WHOLE_TYPST if document.suffix == ".typ" else WHOLE
    for found in pattern.finditer(document.source, start, end):
        if found.start() <= mention.start and mention.end <= found.end():
            return (*found.span(), (found["text"] or "").strip())
    return mention.start, mention.end, ""


def _replacing(document: Buffer, mention: Mention, key: str, citations: Sequence[Citation]) -> Iterator[Edit]:
    """A key in the place of one that is cited, or a citation in the place of a link or number."""
    for cited in citations:
        if cited.start <= mention.start and mention.end <= cited.end:
            yield Edit(document, cited.start, cited.end, key)
            return
    start, end, text = whole(document, mention)
    # Inside of other mark-up a citation would break that.
    if not document.source[:start].endswith(("](", "{", "@", "=", '="', "](<")):
        between = "" if not text else "~" if document.suffix in citing.TEX_SUFFIXES else " "
        yield Edit(document, start, end, text + between + citing.citation(citations, document.suffix, key))


def _beside(appeared: Reference, record: Reference) -> Reference:
    """The published work with the arXiv identifier beside its DOI."""
    identifiers = (*(one for one in record.identifiers if not isinstance(one, Doi)), *appeared.identifiers)
    return replace(appeared, identifiers=identifiers, primary_category=record.primary_category, genre=None)
