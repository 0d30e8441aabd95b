"""The second half of `export` and `get`: identifiers to text, and the text to where it belongs."""

import sys
from argparse import Namespace
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from operator import attrgetter
from pathlib import Path

from bibtool.arranging import arranged
from bibtool.bibliography import Bibliography
from bibtool.cli.options import Choices
from bibtool.components import Formatter, Update, Writer
from bibtool.document import Document
from bibtool.errors import InputError, ResolveError, UnavailableError
from bibtool.identifiers import Identifier
from bibtool.styling import formatted, said_of_entries
from bibtool.terminal import listed, printable
from bibtool.workspace import Workspace

_START = attrgetter("start")


def deliver(
    identifiers: Iterable[Identifier],
    places: Mapping[Identifier, str],
    arguments: Namespace,
    workspace: Workspace,
    choices: Choices,
    gap: str | None = None,
) -> int:
    """Looks the identifiers up, writes the bibliography, and says what has no reference, each with the place that mentions it.

    `gap` says in what way the identifiers may not be all: then nothing is taken out of an existing file.
    """
    formatter, options = choices.formatter, choices.format_options
    output: _Output | None = None
    if arguments.output == "":
        raise InputError("-o needs the name of a file")
    if arguments.output is not None:
        output = _Output(arguments.output, formatter, workspace, keys_asked_for=arguments.keys is not None)
    keep = output.citekeys(force=arguments.force) if output else {}
    bibliography = workspace.bibliography(identifiers, choices.keys, keep)
    bibliography = arranged(bibliography, choices.sort)
    text = formatted(bibliography, formatter, options, workspace.host.styles if options.style else ())
    for line in said_of_entries(bibliography, formatter, options):
        workspace.warn(line)
    _say_unresolved(bibliography, places, workspace)
    if output is None:
        sys.stdout.write(text)
    else:
        if bibliography.unresolved:
            gap = gap or "not every reference is known"
        if workspace.host.errors:
            gap = gap or "a plugin failed"
        output.keep_unanswered(bibliography, keep)
        output.write(text, gap, force=arguments.force)
    return 0


def _say_unresolved(bibliography: Bibliography, places: Mapping[Identifier, str], workspace: Workspace) -> None:
    """One line for each identifier that has no reference, or one for all that the same failure of a service concerns."""
    together: dict[str, list[Identifier]] = {}
    for identifier, error in bibliography.unresolved.items():
        if isinstance(error, UnavailableError):
            together.setdefault(str(error), []).append(identifier)
        else:
            workspace.fail(_placed(error, places.get(identifier.without_version(), "")))
    for reason, identifiers in together.items():
        workspace.fail(UnavailableError(f"{reason}; no reference for {listed(identifiers)}"))


def _placed(error: ResolveError, place: str) -> ResolveError:
    return type(error)(f"{place}{error}")


class _Output:
    """An output file: what stands there now, and what may take its place."""

    def __init__(self, name: str, formatter: Formatter, workspace: Workspace, *, keys_asked_for: bool) -> None:
        from bibtool.writers import atomic

        self._name = printable(name)
        self._path = Path(name)
        self._workspace = workspace
        content = atomic.read_existing(self._path)
        # Git and editors turn line ends into others; that makes no file a person's.
        self._old = None if content is None else content.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
        self._content = content
        self._suffix = formatter.suffix
        self._keys_asked_for = keys_asked_for
        self._writer: Writer = workspace.host.writers.get(formatter.suffix) or workspace.host.writers[""]

    def citekeys(self, *, force: bool) -> dict[Identifier, str]:
        """The citation keys that the file already gives, by identifier without version."""
        if not self._old:
            return {}
        try:
            spans = self._writer.spans(self._old)
        except InputError as error:
            if force:
                return {}
            raise InputError(f"{self._name}:{error}; nothing was written") from error
        from bibtool.reading.scanning import mentions_in

        document = Document.from_text(self._old, self._name, self._suffix)
        mentions = sorted(mentions_in(document, self._workspace.host.extractors), key=_START)
        keys: dict[Identifier, str] = {}
        for span in spans:
            inside = mentions[bisect_left(mentions, span.start, key=_START) : bisect_left(mentions, span.end, key=_START)]
            works = {mention.identifier.without_version() for mention in inside if mention.form == "field"}
            works = works or {mention.identifier.without_version() for mention in inside}
            if span.citekey and len(works) == 1:
                keys.setdefault(works.pop(), span.citekey)
        if self._keys_asked_for and keys:
            self._workspace.note(f"{self._name}: the citation keys that it gives already are kept, whatever --keys says")
        return keys

    def keep_unanswered(self, bibliography: Bibliography, keep: Mapping[Identifier, str]) -> None:
        """Raises where the file has what no service could be asked for now: `--force` gives up what a person wrote, and knows nothing of
        a service that is down."""
        unanswered = [one for one, error in bibliography.unresolved.items() if isinstance(error, UnavailableError)]
        lost = [one for one in unanswered if one.without_version() in keep]
        if lost or (unanswered and not bibliography and self._old and self._old.strip()):
            raise InputError(
                f"{self._name}: has references for which no service answered ({listed(lost or unanswered, 3)}); nothing was written"
            )

    def write(self, text: str, gap: str | None, *, force: bool) -> None:
        """Replaces the file, unless something would be lost that bibt did not write."""
        from bibtool.writers import atomic, written

        content = text.encode("utf-8", "surrogateescape")
        if self._content is not None and not force:
            self._refuse_losses(text, gap)
        atomic.replace_file(self._path, content, unless=self._content)
        try:
            written.remember(self._workspace.cache_folder, content)
        except OSError as error:
            folder = printable(str(self._workspace.cache_folder))
            self._workspace.warn(f"{folder}: cannot be written ({error.strerror}); the next export may refuse {self._name}")

    def _refuse_losses(self, text: str, gap: str | None) -> None:
        """Raises where an entry of the old file would be lost: because this run does not know all, or because a person wrote it."""
        from bibtool.writers import written

        old = self._old or ""
        lost = self._update(old, text).conflicts if old.strip() else ()
        if not lost:
            return
        place = f"{self._name}:{listed(lost, 1, mark='')}"
        if gap and not self._keeps_every_key(old, text):
            raise InputError(f"{place}: would be lost, and {gap}; nothing was written (--force writes all the same)")
        if not written.is_ours(self._workspace.cache_folder, old.encode("utf-8", "surrogateescape")):
            remedy = "nothing was written; --force replaces the whole file, whose citation keys stay"
            raise InputError(f"{place}: not written by bibt, or edited since; {remedy}")

    def _keeps_every_key(self, old: str, text: str) -> bool:
        """Whether every entry of the old file is there in the new text, in whatever wording; a list has no entries, so never."""
        new = {span.citekey for span in self._writer.spans(text)}
        return bool(new) and all(span.citekey in new for span in self._writer.spans(old))

    def _update(self, old: str, text: str) -> Update:
        try:
            return self._writer.update(old, text)
        except InputError as error:
            raise InputError(f"{self._name}:{error}; nothing was written") from error


def first_places(mentions: Iterable[tuple[Identifier, str]]) -> dict[Identifier, str]:
    """Where each work is mentioned first, as a message shows it."""
    places: dict[Identifier, str] = {}
    for identifier, place in mentions:
        places.setdefault(identifier.without_version(), place)
    return places
