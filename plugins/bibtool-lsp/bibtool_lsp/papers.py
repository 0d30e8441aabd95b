"""What is known of papers, asked beside the editor: a thread for what is kept, one for long texts, one for each kind of service."""

import asyncio
import re
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from bibtool import (
    Bibliography,
    BibtoolError,
    Citation,
    Document,
    Doi,
    FormatOptions,
    Identifier,
    IdentifierError,
    Mention,
    Reference,
    ResolveError,
    UnavailableError,
    Workspace,
    Writer,
    parse_identifier,
)
from bibtool_lsp.citing import TEX_SUFFIXES
from bibtool_lsp.entries import Entry, entries_of

Answer = TypeVar("Answer")
Known = Reference | ResolveError | None

DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}|\\^`\[\]]*[^\s\"<>{}|\\^`\[\].,;:!?)']", re.ASCII)
# A service that did not answer is left alone for so long: an editor asks at every pause of its user.
QUIET_SECONDS = 60.0
# How long one look-up may take; it goes on beside an answer that did not wait for it.
TIMEOUT_SECONDS = 60.0


class Papers:
    """Look-ups that never hold the editor up. A store belongs to the thread that opened it, so each thread has a workspace of its own.

    `log` gets what goes wrong, each line once; nothing of it is shown to the user.
    """

    def __init__(self, workspace: Workspace, log: Callable[[str], None]) -> None:
        said: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

        def once(line: str) -> None:
            if line not in said and self._loop is not None:
                said.add(line)
                # It is said in the thread that asks, and the editor is spoken to in one thread alone.
                self._loop.call_soon_threadsafe(log, line)

        quiet = replace(workspace, warn=once, fail=lambda error: once(str(error)), note=once, timeout_seconds=TIMEOUT_SECONDS)
        self._kept = replace(quiet, offline=True)
        self._asked = quiet
        self._quiet_until: dict[str, float] = {}
        self._threads: dict[str, ThreadPoolExecutor] = {}
        self._mentions_of: dict[str, tuple[str, list[Mention]]] = {}
        self._citations_of: dict[str, tuple[str, tuple[Citation, ...]]] = {}
        self._entries_of: dict[str, tuple[str, list[Entry]]] = {}

    async def warm(self) -> None:
        """Loads what the first answer would otherwise wait for."""
        [mention] = await self.mentions_near("text", "arXiv:1706.03762", ".txt")
        await self.kept([mention.identifier])
        await self.entries("", "")

    async def mentions(self, name: str, text: str, suffix: str) -> list[Mention]:
        """All mentions of a text; the last answer for each name is remembered."""
        known = self._mentions_of.get(name)
        if known is None or known[0] != text:
            known = (text, await self._run(lambda: _mentions(self._kept, text, name, suffix), "scanned"))
            self._mentions_of[name] = known
        return known[1]

    async def mentions_near(self, name: str, text: str, suffix: str) -> list[Mention]:
        """The mentions of a few lines, at once."""
        return await self._run(lambda: _mentions(self._kept, text, name, suffix))

    async def citations(self, name: str, text: str, suffix: str) -> tuple[Citation, ...]:
        """Every citation key of a text, found as `bibt sync` finds it; the last answer for each name is remembered."""
        if suffix == ".bib":
            return ()
        known = self._citations_of.get(name)
        if known is None or known[0] != text:
            known = (text, await self._run(lambda: _citations(self._kept, text, name, suffix)))
            self._citations_of[name] = known
        return known[1]

    async def kept(self, identifiers: Iterable[Identifier]) -> Bibliography:
        """What is known already, at once."""
        wanted = list(identifiers)
        return await self._run(lambda: self._kept.bibliography(wanted, "default", {})) if wanted else Bibliography()

    async def keyed(self, reference: Reference, taken: Iterable[str]) -> str:
        """A citation key for the reference that is none of those taken."""
        # Keys without an identifier are held by identifiers that nobody has.
        keep: dict[Identifier, str] = {Doi(f"10.0000/{key}"): key for key in taken}
        work = reference.identifiers[0]
        return next(iter(await self._run(lambda: self._kept.bibliography([work], "default", keep))))

    async def asked(self, identifiers: Iterable[Identifier]) -> Bibliography:
        """What services answer, in their own time; each kind of identifier has a thread, so that a slow service holds up its own alone."""
        wanted = list(dict.fromkeys(identifiers))
        schemes = sorted({one.scheme for one in wanted} & await self.schemes())
        answers = await asyncio.gather(*(self._ask(scheme, [one for one in wanted if one.scheme == scheme]) for scheme in schemes))
        return Bibliography((await self.kept(wanted)).items(), {one: why for answer in answers for one, why in answer.items()}.items())

    async def _ask(self, scheme: str, wanted: list[Identifier]) -> dict[Identifier, ResolveError]:
        """Asks for what is not kept; why there is no answer for some."""

        def ask() -> dict[Identifier, ResolveError]:
            if time.monotonic() < self._quiet_until.get(scheme, 0.0):
                return {one: UnavailableError(f"{one}: the service did not answer a short while ago") for one in wanted}
            # The time that a run may take counts from its start, and a server runs all day.
            workspace = replace(self._asked)
            try:
                unresolved = workspace.bibliography(wanted, "default", {}).unresolved
            finally:
                workspace.close()
            if any(isinstance(error, UnavailableError) for error in unresolved.values()):
                self._quiet_until[scheme] = time.monotonic() + QUIET_SECONDS
            return unresolved

        return await self._run(ask, f"asked for {scheme}")

    async def schemes(self) -> set[str]:
        """The kinds of identifiers that some source knows."""
        return await self._run(lambda: {scheme for source in self._kept.sources for scheme in source.schemes})

    async def rendered(self, key: str, reference: Reference, format_name: str, style: str | None = None) -> Entry:
        """The reference as an entry of a .bib file."""

        def render() -> Entry:
            formatter = self._kept.host.formatters[format_name]
            return Entry(key, 0, formatter.format(Bibliography([(key, reference)]), FormatOptions(style=style)))

        return await self._run(render)

    async def entries(self, name: str, text: str) -> list[Entry]:
        """The entries of a .bib text; the last answer for each name is remembered."""
        known = self._entries_of.get(name)
        if known is None or known[0] != text:
            known = (text, await self._run(lambda: entries_of(text, self._writer())))
            self._entries_of[name] = known
        return known[1]

    def close(self) -> None:
        """Waits for no service."""
        for thread in self._threads.values():
            thread.shutdown(wait=False, cancel_futures=True)

    def _writer(self) -> Writer:
        return self._kept.host.writers[".bib"]

    async def _run(self, work: Callable[[], Answer], thread: str = "kept") -> Answer:
        self._loop = asyncio.get_running_loop()
        executor = self._threads.get(thread) or self._threads.setdefault(thread, ThreadPoolExecutor(max_workers=1))
        return await self._loop.run_in_executor(executor, work)


def of(bibliography: Bibliography, identifier: Identifier) -> Known:
    """The reference of a work, or why there is none."""
    work = identifier.without_version()
    for reference in bibliography.values():
        if work in {one.without_version() for one in reference.identifiers}:
            return reference
    return next((error for one, error in bibliography.unresolved.items() if one.without_version() == work), None)


def _citations(workspace: Workspace, text: str, name: str, suffix: str) -> tuple[Citation, ...]:
    """The citation keys of the text itself, without what it draws in; plain text is read as Markdown."""
    finders = workspace.host.citation_finders
    finder = finders.get(suffix) or finders[".tex" if suffix in TEX_SUFFIXES else ".md"]
    try:
        return finder.find(Document.from_text(text, name, suffix), lambda path: None).citations
    except BibtoolError:
        return ()  # of a text that is being typed the finder may make nothing yet


def _mentions(workspace: Workspace, text: str, name: str, suffix: str) -> list[Mention]:
    """The papers that a text mentions, in order, published ones by their DOIs too."""
    extractors = workspace.host.extractors
    found = list(extractors.get(suffix, extractors[""]).extract(Document.from_text(text, name, suffix)))
    taken = {offset for mention in found for offset in range(mention.start, mention.end)}
    for written in DOI.finditer(text):
        try:
            identifier = parse_identifier(written[0])
        except IdentifierError:
            continue
        if isinstance(identifier, Doi) and written.end() - 1 not in taken:
            found.append(Mention(identifier, name, *written.span(), 1, 1, written[0], "doi", 1.0))
    return sorted(found, key=lambda mention: mention.start)
