"""What one bibliography file is to hold, and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bibtool.cited import Citation
from bibtool.errors import BibtoolError, ResolveError
from bibtool.identifiers import Identifier
from bibtool.reference import Reference
from bibtool.syncing.merging import Conflict
from bibtool.syncing.records import Plain

# How one entry answers to several keys, by what makes the list: biblatex's field `ids`, which pandoc reads too; an alias that BibTeX
# copies into the .bbl; and where neither works an entry for each.
IDS_ENGINES = frozenset({"biber", "citeproc"})
ALIAS_ENGINES = frozenset({"bibtex"})

Form = Mapping[str, Plain]
Render = Callable[[str, Reference, Form], str]


@dataclass(frozen=True, slots=True)
class Job:
    """One bibliography file, and the citations that it has to answer: one for each key that no other file answers.

    `form` is in which format and for which style entries are written, as far as the documents or the user say so.
    `identify` tells which identifier a key is, if any. `fill` adds what the author's own entries lack; `frozen` leaves the lock file
    alone; `renewed` are the identifiers, with their scheme, whose newer record counts and not the locked one.
    """

    path: str
    citations: tuple[Citation, ...]
    engines: frozenset[str]
    form: Form
    identify: Callable[[str], Identifier | None]
    fill: bool = False
    frozen: bool = False
    renewed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """What was found out of identifiers so far."""

    references: Mapping[Identifier, Reference] = field(default_factory=dict)
    failures: Mapping[Identifier, ResolveError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntryConflict:
    """A conflict, and where the entry stands."""

    place: str
    citekey: str
    conflict: Conflict

    def __str__(self) -> str:
        from bibtool.terminal import quoted

        own, new = (quoted(text, 200) if text is not None else "nothing" for text in (self.conflict.own, self.conflict.new))
        name = "type" if self.conflict.field == "@type" else self.conflict.field
        return f"{self.place}: {self.citekey}: {name} stays {own}; the record now says {new}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written, and what there is to say about it.

    `content` and `lock` are the files' new bytes, the same as the old ones where nothing changes. `needs` are identifiers without which
    this is not all, `wants` those whose record would help if it is at hand. `unknown` are keys with their places, `unanswered` keys and
    places with the reason why no service gave a record.
    """

    content: bytes | None
    lock: bytes | None
    needs: tuple[Identifier, ...] = ()
    wants: tuple[Identifier, ...] = ()
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()
    unanswered: tuple[tuple[str, str], ...] = ()
    unlocked: tuple[str, ...] = ()
    conflicts: tuple[EntryConflict, ...] = ()
    notes: tuple[str, ...] = ()
    errors: tuple[BibtoolError, ...] = ()


def place_of(citation: Citation) -> str:
    """Where a key is cited, as a message says it."""
    from bibtool.terminal import printable

    return f"{printable(citation.document)}:{citation.place or citation.line}"
