"""The records that a plugin returns: a name and a function each. The core decides when to call them."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Protocol

from bibtool.bibliography import Bibliography
from bibtool.document import Document, Mention
from bibtool.errors import ResolveError
from bibtool.frozen import dataclass
from bibtool.identifiers import Identifier
from bibtool.reference import Reference

if TYPE_CHECKING:
    from bibtool.cited import Cited, Include
    from bibtool.workspace import Workspace

# The version of the hooks and their records. A plugin states the one it is made for as `BIBTOOL_HOOKS = 1`; it rises when a plugin
# that was right before would be wrong.
HOOKS_VERSION = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a reader may make of one file: bytes out, bytes out for a byte in, archives within archives."""

    max_bytes: int = 4 << 30
    max_ratio: int = 1000
    max_depth: int = 8


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """What a user asked of the output. A formatter uses what it can and ignores the rest.

    `max_authors`: None for the formatter's own default, 0 for all. `encoding`: "latex" or "utf8", None for the formatter's own.
    `protect_case`: "smart", "all" or "none". `style`: the name or path of the style that the document uses; `forms`: what was measured of
    one that the table does not know. `omit`: fields to leave out.
    For lists: `template` is an item with {placeholders}, `group_by` puts headings over the "year", the "category" or the "source".
    """

    max_authors: int | None = None
    encoding: str | None = None
    protect_case: str = "smart"
    abstract: bool = False
    style: str | None = None
    forms: tuple[str, ...] = ()
    omit: tuple[str, ...] = ()
    template: str | None = None
    group_by: str | None = None

    def omits(self, field: str) -> bool:
        """Whether the user wants this field left out; case does not matter ("doi" is CSL's DOI, too)."""
        return bool(self.omit) and field.lower() in {name.lower() for name in self.omit}


class Answer(Protocol):
    """What a service answered: status, headers in lower case, the whole body, decompressed and under its cap, and the address that it
    came from, which redirects may have led to."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def url(self) -> str: ...


class Session(Protocol):
    """The one polite, cached way to the network. Every request of every source goes through it."""

    def ask(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        delay_seconds: float = 0.0,
        is_valid: Callable[[Answer], bool] | None = None,
        is_kept: Callable[[Answer], bool] | None = None,
        deadline: float | None = None,
        max_age_seconds: float = 86_400,
        spoilt_retries: int = 4,
        also_hosts: Sequence[str] = (),
    ) -> Answer:
        """The answer to a GET, or to a POST of `form`.

        `delay_seconds` is the pause kept since the end of the last request to that host, over all processes of the machine. What
        `is_valid` does not believe is asked for again, `spoilt_retries` times at most; what `is_kept` (or else `is_valid`) says yes to
        is kept for a day, and answers again unless older than `max_age_seconds`. Redirects are
        followed on the same scheme and host, and by https to `also_hosts`. Raises UnavailableError; a status from 400 to 499 is an answer.
        """


class Progress(Protocol):
    """Long work as a user sees it on a terminal."""

    def update(self, message: str, done: int, total: int | None) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Context:
    """What a source may use. `deadline` is in seconds of `time.monotonic()`; `settings` are the BIBT_ variables of the environment;
    `refresh` asks again for what was not found a short while ago, `renew` for everything."""

    settings: Mapping[str, str]
    session: Callable[[], Session]
    deadline: float | None
    offline: bool
    clock: Callable[[], datetime]
    progress: Progress
    warn: Callable[[str], None]
    refresh: bool = False
    renew: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Bytes to documents, for files whose name ends in one of `suffixes` (".zip"). `read` gets a stream, its name and the limits."""

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[BinaryIO, str, Limits], Iterable[Document]]


@dataclass(frozen=True, slots=True)
class Extractor:
    """A document to its mentions, in order and lazily. No suffixes: the one for every document that no other takes."""

    name: str
    suffixes: tuple[str, ...]
    extract: Callable[[Document], Iterator[Mention]]


@dataclass(frozen=True, slots=True)
class Sought:
    """What is known of a work that a text names without an identifier; any of these may be empty, or wrong.

    `title` and `author` (a family name) are guesses; `passage` is a run of words from its abstract. All are plain folded words.
    """

    title: str = ""
    author: str = ""
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Identifiers of `schemes` to references. `resolve` yields, for each identifier, its reference or the error that says why not;
    it raises UnavailableError where the service as a whole does not answer. One `on_request` is asked only where `--source` names it.

    `find` yields what one query after the other brings for a work without identifier, the most exact query first; the core compares, and
    asks no further once it has found the work.
    """

    name: str
    schemes: tuple[str, ...]
    resolve: Callable[[Sequence[Identifier], Context], Iterator[tuple[Identifier, Reference | ResolveError]]]
    search: Callable[[str, Context], Sequence[Reference]] | None = None
    on_request: bool = False
    find: Callable[[Sought, Context], Iterator[Sequence[Reference]]] | None = None


@dataclass(frozen=True, slots=True)
class Enricher:
    """Completes references, as many at a time as there are: one batch, one request."""

    name: str
    enrich: Callable[[Sequence[Reference], Context], Sequence[Reference]]


@dataclass(frozen=True, slots=True)
class CitekeyStyle:
    """Proposes a citation key; the core alone makes keys unique."""

    name: str
    citekey: Callable[[Reference], str]


@dataclass(frozen=True, slots=True)
class Formatter:
    """A bibliography to text. `suffix` (".bib") chooses the formatter for an output file; `entry` formats one reference, for
    writers that change only some."""

    name: str
    suffix: str
    format: Callable[[Bibliography, FormatOptions], str]
    entry: Callable[[str, Reference, FormatOptions], str] | None = None


@dataclass(frozen=True, slots=True)
class StyleEngine:
    """Renders a finished list in a style (".csl", ".bst"). The last argument is "markdown", "html" or "text".

    `typeset` runs a .bib text through a style and gives the style's own output; that is how a style that no table knows is measured.
    """

    name: str
    suffixes: tuple[str, ...]
    render: Callable[[Bibliography, str, str], str]
    typeset: Callable[[str, str], str] | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """An entry that stands in a file: its citation key, and where it starts and ends, in characters of the file's text."""

    citekey: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Update:
    """What a writer made of a file: the new text, what changed in words, and what it would lose ("12: entry 'knuth84'")."""

    new: str
    changes: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Writer:
    """Text into an existing file. `accepts` are the suffixes of the files that it understands; "" stands for every other.

    `spans` finds the entries that stand in a text, so that their citation keys are kept; `update` gets the old text and the new rendering.
    Both raise InputError where the old text is broken, with the line.
    """

    name: str
    accepts: tuple[str, ...]
    spans: Callable[[str], Sequence[Span]]
    update: Callable[[str, str], Update]


@dataclass(frozen=True, slots=True)
class CitationFinder:
    """What a document cites, for files of `suffixes` (".tex"). `find` gets the document, and what opens the files that it draws in."""

    name: str
    suffixes: tuple[str, ...]
    find: "Callable[[Document, Include], Cited]"


@dataclass(frozen=True, slots=True)
class Command:
    """A command of `bibt`: its options, and what it does with them in a run's workspace. `run` returns the exit status."""

    name: str
    summary: str
    configure: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, "Workspace"], int]
