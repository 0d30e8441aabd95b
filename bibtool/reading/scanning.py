"""Documents to mentions, or straight to the lines that `bibt scan` prints; a document that fails costs only itself."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from os.path import splitext

from bibtool.components import Extractor, Limits, Reader
from bibtool.document import BLOCK_BYTES, Document, Mention, is_marked_form
from bibtool.errors import InputError
from bibtool.extractors import listing
from bibtool.extractors.anchors import Finder, finder_for
from bibtool.extractors.blocks import QUICK_FORMS, windows
from bibtool.extractors.found import Found, Markup
from bibtool.extractors.text import MARKUP_OF
from bibtool.frozen import dataclass
from bibtool.reading.inputs import Report, open_file, size_of, small_file
from bibtool.reading.unfolding import SNIFFED_BYTES, is_binary, reason
from bibtool.terminal import printable

# Every usual form is at least this sure, so that a lower bound leaves out none of them.
QUICK_CONFIDENCE = min(confidence for confidence, _ in QUICK_FORMS.values())
# Less than this is read sooner than processes start. What a reader unpacks takes longer, by so much.
WORTH_FORKING_FILES, WORTH_FORKING_BYTES = 500, 64 << 20
READER_FACTOR = 16
# A process takes so many files at a time that handing them over costs little, and so few that all have something to do to the end.
FILES_PER_TASK, TASKS_PER_JOB = 128, 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which mentions count."""

    strict: bool = False
    min_confidence: float = 0.0

    def __call__(self, found: Found | Mention) -> bool:
        """Whether it does."""
        return found.confidence >= self.min_confidence and (is_marked_form(found.form) or not self.strict)

    @property
    def takes_usual_forms(self) -> bool:
        """Whether it leaves out none of the usual forms."""
        return self.min_confidence <= QUICK_CONFIDENCE


def mentions(
    documents: Iterable[Document], extractors: Mapping[str, Extractor], report: Report, wanted: Callable[[Mention], bool]
) -> Iterator[Mention]:
    """The mentions that count, in order, as they are found. Documents that fail are reported, and the rest is read."""
    for document in documents:
        try:
            yield from filter(wanted, mentions_in(document, extractors))
            report.has_field = report.has_field or document.field is not None
        except (InputError, OSError) as error:
            report.errors.append(_told(error, document))


def mentions_in(document: Document, extractors: Mapping[str, Extractor]) -> Iterator[Mention]:
    """The mentions in one document, by the extractor for its suffix. Raises InputError."""
    return _extractor(document.suffix, extractors).extract(document)


class Listing:
    """What `bibt scan` prints: each identifier once, or each mention as "name:line:column: identifier" or as `line` writes it."""

    def __init__(
        self,
        extractors: Mapping[str, Extractor],
        report: Report,
        wanted: Wanted,
        *,
        ids: bool = False,
        line: Callable[[Mention], bytes] | None = None,
        field: str | None = None,
        finder: Finder | None = None,
        tell: Callable[[str], None] = lambda name: None,
    ) -> None:
        """`field`: the one to read of each line of JSON; `finder`: one that is at hand: making it takes as long as reading 100 files.

        `tell` is told each document's name.
        """
        self._extractors, self._report, self._wanted, self._ids, self._line, self._field = extractors, report, wanted, ids, line, field
        self._tell = tell
        self._seen: set[bytes] = set()
        # How small texts are read, by suffix.
        self._markups: dict[str, Markup | None] = {}
        self._finder = finder

    def of_documents(self, documents: Iterable[Document]) -> Iterator[bytes]:
        """The lines of documents. Those that fail are reported, and the rest is read."""
        for document in documents:
            self._tell(document.name)
            try:
                yield from self._of_document(document)
                self._report.has_field = self._report.has_field or document.field is not None
            except (InputError, OSError) as error:
                self._report.errors.append(_told(error, document))

    def of_files(self, files: Iterable[tuple[str, bool]], readers: Mapping[str, Reader], limits: Limits) -> Iterator[bytes]:
        """The lines of many files, each with whether it was named by itself. Small texts are looked through together."""
        texts, size = list[listing.Text](), 0
        for path, is_named in files:
            text = self._small_text(path, readers)
            if text is not None:
                texts.append(text)
                size += len(text.content)
            if texts and (text is None or size >= BLOCK_BYTES):
                yield self._of_texts(texts)
                texts, size = [], 0
            if text is None:
                yield from self.of_documents(open_file(path, readers, limits, self._report, field=self._field, is_named=is_named))
        if texts:
            yield self._of_texts(texts)

    def merged(self, answers: Iterable[tuple[bytes, Report]]) -> Iterator[bytes]:
        """The lines that several listings gave, as this one would have given them, and what they reported."""
        for lines, report in answers:
            self._report.add(report)
            if not self._ids:
                yield lines
                continue
            new = [text for text in dict.fromkeys(lines.splitlines()) if text not in self._seen]
            self._seen.update(new)
            yield b"".join(text + b"\n" for text in new)

    def _of_document(self, document: Document) -> Iterator[bytes]:
        markup = self._markup(document.suffix)
        if markup is None:
            yield from self._of_mentions(filter(self._wanted, mentions_in(document, self._extractors)))
            return
        pieces = windows(document, BLOCK_BYTES)
        first = next(pieces, None)
        if first is not None:
            yield from self._of_pieces(chain((first,), pieces), document.name, markup, self._finder_for(len(first[1])))

    def _small_text(self, path: str, readers: Mapping[str, Reader]) -> listing.Text | None:
        """A file that is one; None where a closer look is needed."""
        suffix = splitext(path)[1].lower()
        if suffix not in self._markups:
            self._markups[suffix] = None if suffix in readers else self._markup(suffix)
        markup = self._markups[suffix]
        content = None if markup is None else small_file(path)
        if markup is None or content is None or is_binary(content[:SNIFFED_BYTES]):
            return None
        return listing.Text(path, content, markup)

    def _of_texts(self, texts: Sequence[listing.Text]) -> bytes:
        finder = self._finder_for(sum(len(text.content) for text in texts))
        if self._ids:
            return listing.identifier_lines_of(texts, finder, self._wanted, self._seen)
        return listing.mention_lines_of(texts, finder, self._wanted)

    def _finder_for(self, size: int) -> Finder:
        self._finder = finder_for(size, self._finder)
        return self._finder

    def _of_pieces(self, pieces: Iterable[listing.Piece], name: str, markup: Markup, finder: Finder) -> Iterator[bytes]:
        if self._ids:
            return listing.identifier_lines(pieces, markup, finder, self._wanted, self._seen)
        return listing.mention_lines(pieces, markup, finder, self._wanted, listing.in_bytes(printable(name)))

    def _of_mentions(self, found: Iterable[Mention]) -> Iterator[bytes]:
        if self._line is not None:
            yield from map(self._line, found)
            return
        for mention in found:
            text = listing.in_bytes(str(mention.identifier))
            if not self._ids:
                yield b"%s:%d:%d: %s\n" % (listing.in_bytes(printable(mention.document)), mention.line, mention.column, text)
            elif text not in self._seen:
                self._seen.add(text)
                yield text + b"\n"

    def _markup(self, suffix: str) -> Markup | None:
        """How the extractor for a suffix reads raw text; None where it does something else, or where more is asked of a mention."""
        is_short = self._wanted.takes_usual_forms and self._line is None and self._field is None
        return MARKUP_OF.get(_extractor(suffix, self._extractors).extract) if is_short else None


def _extractor(suffix: str, extractors: Mapping[str, Extractor]) -> Extractor:
    return extractors.get(suffix.lower(), extractors[""])


def _told(error: InputError | OSError, document: Document) -> InputError:
    return error if isinstance(error, InputError) else InputError(f"{printable(document.name)}: {reason(error)}")


def is_worth_forking(files: Sequence[tuple[str, bool]], readers: Mapping[str, Reader]) -> bool:
    """Whether several processes would read the files sooner than one."""
    if len(files) >= WORTH_FORKING_FILES or len(files) <= 1:
        return len(files) > 1
    weights = (size_of(path) * (READER_FACTOR if splitext(path)[1].lower() in readers else 1) for path, _ in files)
    return sum(weights) >= WORTH_FORKING_BYTES


def available_jobs() -> int:
    """One process a core, where processes can be forked."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
