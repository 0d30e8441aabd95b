"""A checker for each kind of component: it is called as bibt calls it, with what components trip over, and held to its promises."""

import contextlib
import io
from argparse import ArgumentParser
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from bibtool.bibliography import Bibliography
from bibtool.cited import Citation, Cited
from bibtool.citekeys.unique import assign_citekeys
from bibtool.components import (
    CitationFinder,
    CitekeyStyle,
    Command,
    Context,
    Enricher,
    Extractor,
    FormatOptions,
    Formatter,
    Limits,
    Reader,
    Source,
    StyleEngine,
    Writer,
)
from bibtool.document import Document, Mention
from bibtool.errors import FormatError, InputError, PluginError, ResolveError
from bibtool.hosting.guard import Guard
from bibtool.hosting.host import COMPONENT_OF, Host
from bibtool.hosting.shapes import misfit, returned_by
from bibtool.identifiers import Identifier, parse_identifier
from bibtool.reference import Reference
from bibtool.terminal import printable, quoted
from bibtool.testing.records import make_bibliography, make_reference, make_workspace, odd_references
from bibtool.workspace import Workspace

SECONDS = 60.0
OPTIONS = (
    FormatOptions(),
    FormatOptions(max_authors=1, encoding="utf8", protect_case="none", abstract=True, omit=("title", "url")),
    FormatOptions(max_authors=0, encoding="latex", protect_case="all", style="plain"),
)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did: its exit status and what it printed."""

    status: int
    out: str
    err: str


def check_plugin(module: ModuleType) -> dict[str, list[str]]:
    """Loads the plugin as `--plugin` does, asks every hook, and returns the names of its components by kind ("formatters")."""
    host = Host(files=[str(module.__file__)], installed=False, seconds=SECONDS)
    found = {kind: [one.name for one in host.provided(kind) if not one.plugin.is_builtin] for kind in COMPONENT_OF}
    for error in host.errors:
        raise AssertionError(str(error))
    names = {kind: names for kind, names in found.items() if names}
    if not names:
        raise AssertionError(f"{printable(str(module.__file__))}: no hook returned a component; is @hookimpl above each hook?")
    return names


def check_formatter(formatter: Formatter, *references: Reference) -> str:
    """The text that it makes of the references, or of one sound one; odd ones may be refused with a FormatError, nothing else."""
    call = _called(formatter, "format")
    _require(formatter.suffix[:1] == ".", f"the suffix is {quoted(formatter.suffix)}; it begins with a dot, as in '.bib'")
    for what, reference in odd_references().items():
        for options in OPTIONS:
            with contextlib.suppress(FormatError), _about(what):
                _same_twice(call, make_bibliography(reference), options)
    _same_twice(call, Bibliography(), OPTIONS[0])
    if formatter.entry is not None:
        _called(formatter, "entry")("key1", make_reference(), OPTIONS[0])
    return str(_same_twice(call, make_bibliography(*references), OPTIONS[0]))


def check_style_engine(engine: StyleEngine, style: str, *references: Reference) -> dict[str, str]:
    """What it renders in the style, by form: "markdown", "html" and "text"."""
    call = _called(engine, "render")
    bibliography = make_bibliography(*references)
    return {form: str(_same_twice(call, bibliography, style, form)) for form in ("markdown", "html", "text")}


def check_reader(reader: Reader, content: bytes, name: str = "") -> list[Document]:
    """The documents that it reads from the content; other bytes may give an InputError, an OSError or an EOFError, nothing else."""
    call = _called(reader, "read")
    _require(all(suffix[:1] == "." for suffix in reader.suffixes), "each suffix begins with a dot, as in '.zip'")
    called = name or f"file{reader.suffixes[0]}"
    for damaged in (b"", b"\x00\xff" * 100, content[: len(content) // 2], content[::-1]):
        with contextlib.suppress(InputError, OSError, EOFError), _about(f"damaged bytes of length {len(damaged)}"):
            for document in call(io.BytesIO(damaged), called, Limits()):
                _read(document)
    documents = [_read(document) for document in call(io.BytesIO(content), called, Limits())]
    _require(all(document.name for document in documents), "a document without a name")
    return documents


def check_extractor(extractor: Extractor, text: str, *expected: str) -> list[Mention]:
    """The mentions in the text, which name the expected identifiers in order; places are held against the text."""
    call = _called(extractor, "extract")
    suffix = next(iter(extractor.suffixes), ".txt")
    for odd in ("", "\x00\udcff", "\r\n" * 50, "[" * 20_000, "2404.07839 " * 2000):
        with contextlib.suppress(InputError), _about(quoted(odd, 20)):
            list(call(Document.from_text(odd, f"odd{suffix}", suffix)))
    mentions = list(call(Document.from_text(text, f"text{suffix}", suffix)))
    for mention in mentions:
        place = f"the mention of {mention.identifier}"
        _require(text[mention.start : mention.end] == mention.raw, f"{place}: raw is not what stands from start to end")
        _require_place(mention, text, place)
    _require(all(before.start <= after.start for before, after in pairwise(mentions)), "mentions are not in the order of the text")
    found = [str(mention.identifier) for mention in mentions]
    _require(not expected or found == list(expected), f"found {found}, not {list(expected)}")
    return mentions


def check_citation_finder(finder: CitationFinder, text: str, *expected: str) -> Cited:
    """What the text cites: the expected citation keys in order; places are held against the text. Files that it draws in are not there."""
    call = _called(finder, "find")
    _require(all(suffix[:1] == "." for suffix in finder.suffixes), "each suffix begins with a dot, as in '.tex'")
    suffix = finder.suffixes[0]
    for odd in ("", "\x00\udcff", "\r\n" * 50, "[@{" * 5_000, "\\cite{" * 2_000):
        with contextlib.suppress(InputError), _about(quoted(odd, 20)):
            call(Document.from_text(odd, f"odd{suffix}", suffix), lambda path: None)
    cited: Cited = call(Document.from_text(text, f"text{suffix}", suffix), lambda path: None)
    for citation in cited.citations:
        _require_place(citation, text, f"the citation of {citation.citekey}")
    _require(not expected or [one.citekey for one in cited.citations] == list(expected), f"found {cited.citekeys}, not {expected}")
    return cited


def check_source(source: Source, identifiers: Sequence[str], context: Context) -> dict[str, Reference | ResolveError]:
    """What it answers for each identifier, as text. Each one asked for has one answer, and nobody else has one."""
    asked = [parse_identifier(one) for one in identifiers]
    _require(all(one.scheme in source.schemes for one in asked), f"it was asked for other schemes than {', '.join(source.schemes)}")
    resolve = _called(source, "resolve")
    _require(not list(resolve([], context)), "it answers though nothing was asked")
    answers: dict[Identifier, Reference | ResolveError] = {}
    for identifier, answer in resolve(asked, context):
        _require(identifier in asked, f"it answered for {identifier}, which nobody asked for")
        _require(identifier not in answers, f"it answered twice for {identifier}")
        answers[identifier] = answer
    missing = ", ".join(str(one) for one in asked if one not in answers)
    _require(not missing, f"no answer for {missing}; where there is none, yield the identifier with a NotFoundError")
    return {str(identifier): answer for identifier, answer in answers.items()}


def check_enricher(enricher: Enricher, references: Sequence[Reference], context: Context) -> list[Reference]:
    """The references that it completes, as many and in the same order as they came."""
    call = _called(enricher, "enrich")
    _require(not call([], context), "it makes references of none")
    enriched = list(call(tuple(references), context))
    works = [reference.identifier for reference in references]
    _require([reference.identifier for reference in enriched] == works, "references are lost, added, reordered or renamed")
    return enriched


def check_citekey_style(style: CitekeyStyle, *references: Reference) -> list[str]:
    """The keys that bibt makes of its proposals; it proposes something for odd references, too."""
    call = _called(style, "citekey")
    for what, reference in odd_references().items():
        with _about(what):
            _same_twice(call, reference)
    return [key for key, _ in assign_citekeys(references or (make_reference(),), CitekeyStyle(style.name, call), {})]


def check_writer(writer: Writer, old: str, new: str) -> str:
    """The new text of a file that holds `old`. Writing the same once more changes nothing; entries that stand there are found."""
    spans, update = _called(writer, "spans"), _called(writer, "update")
    for span in spans(old):
        _require(0 <= span.start <= span.end <= len(old), f"the entry {quoted(span.citekey)} ends outside the text")
    for odd in ("", "\n", "\x00", "{" * 1000):
        with contextlib.suppress(InputError), _about(quoted(odd, 20)):
            spans(odd)
            update(odd, new)
    result = update(old, new)
    again = update(result.new, new)
    _require(again.new == result.new, "writing the same once more changes the file")
    _require(not again.conflicts, f"it would lose what it wrote itself: {', '.join(again.conflicts)}")
    return str(result.new)


def check_command(command: Command, words: Sequence[str], folder: Path, workspace: Workspace | None = None) -> Ran:
    """What it does with these words of a command line, in a workspace whose store lies in `folder`."""
    parser = ArgumentParser(f"bibt {command.name}", exit_on_error=False)
    _called(command, "configure")(parser)
    _require(bool(command.summary.strip()), "no summary; 'bibt --help' shows it")
    parser.format_help()
    run = _called(command, "run")
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        used = workspace or make_workspace(folder)
        status = run(parser.parse_args(list(words)), used)
        used.close()
    return Ran(status, out.getvalue(), err.getvalue())


def _called(component: Any, function: str) -> Callable[..., Any]:
    """The component's function under the guard of bibt, where each complaint ends the test."""
    kind = type(component)
    wrong = misfit(component, kind)
    _require(wrong is None, f"the hook returns {wrong}")
    complaints: list[PluginError] = []
    guard = Guard(f"{kind.__name__.lower()} {quoted(component.name)}", None if kind is Command else SECONDS, complaints.append)
    guarded = guard.wrap(getattr(component, function), returned_by(kind, function))

    def call(*arguments: Any) -> Any:
        with _promised(complaints):
            result = guarded(*arguments)
        return steps(result) if isinstance(result, Iterator) else result

    def steps(iterator: Iterator[object]) -> Iterator[object]:
        with _promised(complaints):
            yield from iterator

    return call


@contextlib.contextmanager
def _promised(complaints: list[PluginError]) -> Generator[None]:
    try:
        yield
    except PluginError as error:
        raise AssertionError(str(error)) from error
    _require(not complaints, "; ".join(str(complaint) for complaint in complaints))


def _same_twice(call: Callable[..., object], *arguments: object) -> object:
    first = call(*arguments)
    _require(call(*arguments) == first, "the same input gives another result the second time")
    return first


@contextlib.contextmanager
def _about(what: str) -> Generator[None]:
    """Failures inside, with what they are about."""
    try:
        yield
    except AssertionError as error:
        raise AssertionError(f"{error} (given: {what})") from error


def _read(document: Document) -> Document:
    """The document with its bytes in memory: what stands in an archive can be opened once only."""
    with document.open() as stream:
        content = stream.read()
    return replace(document, open=lambda: io.BytesIO(content))


def _require_place(found: Mention | Citation, text: str, place: str) -> None:
    before = text[: found.start]
    line, column = before.count("\n") + 1, found.start - (before.rfind("\n") + 1) + 1
    _require(found.end <= len(text), f"{place}: ends outside the text")
    _require((found.line, found.column) == (line, column), f"{place}: stands at {line}:{column}, not {found.line}:{found.column}")


def _require(is_kept: bool, promise: str) -> None:  # noqa: FBT001 - reads as assert does
    if not is_kept:
        raise AssertionError(promise)
