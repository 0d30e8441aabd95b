"""One piece of text to the paper that it speaks of: the store first, then the sources, whose answers are compared just the same."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from bibtool.components import Context, Source
from bibtool.errors import BibtoolError, ResolveError, UnavailableError
from bibtool.identifiers import Identifier
from bibtool.matching import search, terms
from bibtool.matching.clues import Clues
from bibtool.matching.judgement import AMBIGUOUS, MATCH, NONE, PROBABLE, Judgement, Verdict, verdict
from bibtool.matching.kinds import is_abstract, is_reference
from bibtool.matching.pieces import Piece
from bibtool.matching.sought import sought
from bibtool.pipeline import resolve
from bibtool.reference import Reference
from bibtool.store import Store
from bibtool.store.terms import TermIndex, Vocabulary

# A shorter text is no passage of an abstract, a longer one no title with its people.
LEAST_PASSAGE, MOST_TITLE = 12, 40
LEAST_WORDS = 3
# The longest abstracts have 6,000.
MOST_CHARACTERS = 20_000


@dataclass
class Recogniser:
    """Recognises pieces of text. `fail` is told once why sources do not answer, where they were needed; after that none is asked.

    `answers` gathers what was said about the identifiers of documents, so that nobody asks and waits for the same again.
    """

    store: Store
    sources: Sequence[Source]
    context: Context
    fail: Callable[[BibtoolError], None]
    answers: dict[Identifier, Reference | ResolveError] = field(default_factory=dict)
    _index: TermIndex = field(init=False)
    _is_down: bool = field(default=False, init=False)
    _reason: UnavailableError | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        vocabulary = Vocabulary(terms.terms_of, terms.MARKS, terms.VERSION)
        self._index = TermIndex(self.store.path.parent, vocabulary, self.context.warn)
        self._is_down = self.context.offline

    def begin(self, identifiers: Iterable[Identifier]) -> None:
        """Takes in what is new in the store, and asks for the papers that a document itself names: most of its texts speak of them."""
        named = [one for one in dict.fromkeys(identifiers) if one not in self.answers]
        if named and not self._is_down:
            found, failed = resolve(named, self.sources, self.store, self.context)
            self.answers |= {**found, **failed}
            self._reason = next((error for error in failed.values() if isinstance(error, UnavailableError)), None)
            self._is_down = self._reason is not None
        self._follow()

    def close(self) -> None:
        """Lets go of the index."""
        self._index.close()

    def recognise(self, piece: Piece, text: str) -> Verdict | None:
        """What the piece speaks of; None where it is no reference and no abstract of a paper that is known."""
        if len(text) > MOST_CHARACTERS:
            return None
        clues = Clues.of(text)
        if len(clues.words) < LEAST_WORDS and not clues.dois:
            return None
        if piece.is_reference or is_reference(clues, is_listed=piece.is_listed):
            return self._reference(clues)
        is_asked = is_abstract(clues, is_labelled=piece.is_labelled)
        found = self._passage(clues) if len(clues.words) >= LEAST_PASSAGE else Verdict(NONE)
        if found.verdict == NONE and is_asked:
            found = self._asked(clues, found, is_passage=True)
        if found.verdict != NONE or (piece.is_labelled and is_asked):
            return found
        return self._title(clues) if len(clues.words) <= MOST_TITLE else None

    def is_title(self, text: str) -> bool:
        """Whether the text holds the whole title of a paper that the store knows: a quick look."""
        return bool(self._index.holding_any(Clues.of(text).title_terms, 1))

    def _reference(self, clues: Clues) -> Verdict:
        found = search.of_string(clues, self._index, self.store.records, self._named(clues))
        if found.verdict == NONE and len(clues.words) >= LEAST_PASSAGE * 2:
            passage = self._passage(clues)
            found = passage if passage.verdict == MATCH else found
        return self._asked(clues, found, is_passage=False)

    def _passage(self, clues: Clues) -> Verdict:
        return search.of_passage(clues, self._index, self.store.records)

    def _title(self, clues: Clues) -> Verdict | None:
        """A text that does not read like a reference is one only where little else stands beside title and people."""
        found = search.of_string(clues, self._index, self.store.records)
        best = found.best
        if best is None or best.is_bare or (found.verdict != MATCH and not (found.verdict == AMBIGUOUS and best.is_certain)):
            return None
        return found

    def _named(self, clues: Clues) -> list[Reference]:
        """The papers whose identifiers a reference carries; one that nobody knows here stands for itself."""
        known = self.store.get(clues.arxiv)
        stored = [known[one].reference if one in known else Reference(type="article", identifiers=(one,)) for one in clues.arxiv]
        return [record for record in stored if record is not None]

    def _asked(self, clues: Clues, found: Verdict, *, is_passage: bool) -> Verdict:
        """What the sources bring where the store has no answer. Several papers that nothing tells apart are an answer."""
        compared = search.compared_passages if is_passage else search.compared_strings
        if not _is_settled(found) and self._reason is not None:
            self.fail(self._reason)
            self._reason = None
        for source in self.sources:
            if _is_settled(found) or self._is_down or source.find is None:
                continue
            try:
                for records in source.find(sought(clues, is_abstract=is_passage), self.context):
                    found = verdict([*found.judgements, *compared(clues, records)])
                    if _is_settled(found):
                        break
            except BibtoolError as error:
                self._is_down = isinstance(error, UnavailableError)
                self.fail(error)
            self._keep(found.judgements)
            self.context.progress.close()
        return found

    def _keep(self, judgements: Sequence[Judgement]) -> None:
        """Puts what was found into the store, so that it is asked for once; each record is that of the newest version."""
        for one in judgements:
            identifier = one.record.identifier
            if one.score >= PROBABLE and identifier is not None and not self.store.get([identifier.without_version()]):
                newest = identifier.without_version()
                self.store.put(newest, replace(one.record, identifiers=(newest, *one.record.identifiers[1:])))

    def _follow(self) -> None:
        self._index.follow(self.store, lambda done, total: self.context.progress.update("indexing", done, total))
        self.context.progress.close()


def _is_settled(found: Verdict) -> bool:
    """Whether there is nothing to ask: a sibling of what was meant is no answer, two papers that nothing tells apart are one."""
    return found.verdict == MATCH or (found.verdict == AMBIGUOUS and found.score >= PROBABLE)
