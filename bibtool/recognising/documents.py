"""Documents to what their pieces speak of, each with its place in the document."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from bibtool.document import Document, Mention, is_marked
from bibtool.entries.bib import read_bib
from bibtool.errors import InputError
from bibtool.identifiers import Identifier
from bibtool.matching.judgement import MATCH, Judgement, Verdict
from bibtool.matching.pieces import Piece, pieces
from bibtool.reading import scanning
from bibtool.reading.inputs import Report
from bibtool.recognising.recogniser import Recogniser
from bibtool.reference import Reference
from bibtool.terminal import printable
from bibtool.workspace import Workspace
from bibtool.writers.bib_file import spans


@dataclass(frozen=True, slots=True)
class Match:
    """A piece of a document, and the paper that it speaks of: `verdict` is "match", "probable", "ambiguous" or "none".

    `start` and `end` count characters of the decoded text from 0, end excluded; `line` counts from 1; `text` is what stands there.
    `identifier` is None where nothing was found or nothing tells several apart; `candidates` are the records that were considered, the
    likeliest first, each with its `score` (0 to 100) and `evidence`.
    """

    document: str
    start: int
    end: int
    line: int
    text: str
    identifier: Identifier | None
    score: float
    verdict: str
    candidates: tuple[Judgement, ...]


def recognised(
    read: Iterable[Document],
    workspace: Workspace,
    report: Report,
    wanted: Callable[[Mention], bool] = is_marked,
    note: Callable[[Mention], object] = lambda mention: None,
) -> Iterator[Match]:
    """What the pieces of the documents speak of, by a run's store and sources. Documents that fail stand in the report; `note` is told of
    each mention that is wanted."""

    def identifiers(document: Document) -> Iterator[Identifier]:
        for mention in scanning.mentions([document], workspace.host.extractors, report, wanted):
            note(mention)
            yield mention.identifier

    recogniser = Recogniser(workspace.store, workspace.sources, workspace.context, workspace.fail, workspace.answers)
    try:
        yield from matches(read, recogniser, identifiers, report.errors.append)
    finally:
        recogniser.close()


def matches(
    documents: Iterable[Document],
    recogniser: Recogniser,
    identifiers: Callable[[Document], Iterable[Identifier]],
    failed: Callable[[InputError], None],
) -> Iterator[Match]:
    """What the documents' pieces speak of, in order. `identifiers` gives those that a document carries; `failed` is told of documents that
    cannot be read, and the rest is."""
    for document in documents:
        try:
            # Read once: a stream cannot be opened again, and its identifiers are wanted, too.
            whole = replace(Document.from_text(document.text, document.name, document.suffix), field=document.field)
            recogniser.begin(identifiers(whole))
            yield from of_document(whole, recogniser)
        except InputError as error:
            failed(error)


def of_document(document: Document, recogniser: Recogniser) -> Iterator[Match]:
    """What one document's pieces speak of."""
    text = document.text
    line, place = 1, 0
    for piece in _pieces(document, text):
        for part, verdict in _recognised(piece, text, recogniser):
            line += text.count("\n", place, part.start)
            place = part.start
            raw = text[part.start : part.end]
            identifier = verdict.identifier.without_version() if verdict.identifier else None
            yield Match(
                document.name, part.start, part.end, line, raw, identifier, round(verdict.score, 1), verdict.verdict, verdict.judgements
            )


def _recognised(piece: Piece, text: str, recogniser: Recogniser) -> Iterator[tuple[Piece, Verdict]]:
    """The piece and what it speaks of; or its lines, where those are titles or references each by itself."""
    said = text[piece.start : piece.end] if piece.said is None else piece.said
    verdict = recogniser.recognise(piece, said)
    lines = [Piece(start, end) for start, end in piece.lines if recogniser.is_title(text[start:end])]
    found = [(line, known) for line in lines if (known := recogniser.recognise(line, text[line.start : line.end])) is not None]
    is_one = verdict is not None and verdict.verdict == MATCH
    if any(known.verdict == MATCH and not (is_one and verdict and known.identifier == verdict.identifier) for _, known in found):
        yield from found
    elif verdict is not None:
        yield piece, verdict


def _pieces(document: Document, text: str) -> Iterator[Piece]:
    if document.field is not None:
        return _of_field(document, text)
    suffix = document.suffix.lower()
    return _of_bib(document, text) if suffix == ".bib" else pieces(text, suffix)


def _of_bib(document: Document, text: str) -> Iterator[Piece]:
    """The entries without an arXiv identifier, each as a reference string would read."""
    known = dict(one for one in read_bib(text) if not isinstance(one, InputError))
    try:
        entries = spans(text)
    except InputError as error:
        raise InputError(f"{printable(document.name)}:{error}") from error
    for citekey, group in groupby(entries, key=lambda span: span.citekey):
        span, reference = next(group), known.get(citekey)
        if reference is not None and reference.arxiv is None and reference.title:
            yield Piece(span.start, span.end, said=_said_by(reference), is_reference=True)


def _said_by(reference: Reference) -> str:
    people = "; ".join(f"{name.literal or name.family}, {name.given or ''}".strip(", ") for name in reference.authors)
    printed = " ".join(part for part in (reference.container, reference.volume) if part)
    place = ", ".join(part for part in (printed, reference.pages) if part)
    year = f"({reference.issued.year})" if reference.issued else ""
    doi = f"doi:{reference.doi}" if reference.doi else ""
    return f'{people}. "{reference.title}". {place} {year} {doi}'.strip()


def _of_field(document: Document, text: str) -> Iterator[Piece]:
    """The pieces of one field of each line of JSON."""
    place = 0
    for line in text.splitlines(keepends=True):
        try:
            value = json.loads(line).get(document.field)
        except (ValueError, AttributeError, RecursionError):
            value = None
        if isinstance(value, str):
            for piece in pieces(value, ".txt"):
                said = value[piece.start : piece.end]
                yield replace(piece, start=place, end=place + len(line.rstrip("\r\n")), said=said, lines=())
        place += len(line)
