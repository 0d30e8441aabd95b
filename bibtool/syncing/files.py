"""Bibliography files as sync sees them: entries under keys, and edits that leave every other byte as it is."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Protocol

from bibtool.errors import InputError
from bibtool.syncing.lockfile import Written
from bibtool.terminal import printable

# What a bibliography may be written in that can be read for its keys alone.
READ_ONLY = (".yml", ".yaml")


class BibliographyFile(Protocol):
    """One file's text, with the edits made so far."""

    name: str
    # Whether the formatter has to keep to ASCII, because the file is in an older encoding.
    wants_ascii: bool
    # Whether an entry can have further names.
    has_names: bool

    def key_like(self, citekey: str, *, folds_case: bool = False) -> str | None:
        """The key of the entry that this key names, or None."""

    @property
    def other_names(self) -> Mapping[str, str]:
        """The further names (biblatex's `ids`) that entries give themselves, each with the entry's key."""

    def values(self, citekey: str) -> dict[str, str]:
        """What the entry says, comparable with `Written.values`. Raises InputError with the line where its inside cannot be read."""

    def line(self, citekey: str) -> int:
        """Where the entry starts."""

    def holding(self, text: str) -> list[str]:
        """The keys of the entries in which the text stands."""

    def change(self, citekey: str, changes: Mapping[str, str | None], written: Written) -> None:
        """Changes these values of the entry (None: takes them out); the names are spelt as `written` spells them."""

    def add(self, citekey: str, written: Written) -> None:
        """Adds an entry behind all others."""

    def add_text(self, text: str) -> None:
        """Adds what is no entry behind all others."""

    def has_text(self, text: str) -> bool:
        """Whether the text stands in the file, line ends aside."""

    def content(self) -> bytes:
        """The file's bytes with all edits."""

    def written(self, citekey: str, rendering: str, work: str) -> Written:
        """An entry that a formatter rendered, as the lock file keeps it."""


def open_file(path: str, content: bytes | None, *, has_comments: bool = False) -> BibliographyFile:
    """The file at `path` with this content (None: there is none yet). Raises InputError with the line where it is broken.

    `has_comments`: what makes the list skips an entry behind a % (biber, pandoc and Typst do, BibTeX does not).
    """
    suffix = PurePath(path).suffix.lower()
    name = printable(path)
    if content and content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{name}: is in UTF-16, which neither BibTeX nor biber reads; save it as UTF-8")
    if suffix == ".json":
        from bibtool.syncing.json_target import JsonTarget

        return JsonTarget(name, content or b"")
    if suffix in READ_ONLY:
        raise InputError(f"{name}: bibt does not write into files of this kind; name a .bib or .json file, too, or choose one with --bib")
    from bibtool.syncing.bib_target import BibTarget

    return BibTarget(name, content or b"", has_comments=has_comments)
