"""The checkers for plugin authors: sound components pass, each broken promise fails with its reason."""

import gzip
import io
import zipfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import bibtool_ris
import pytest

from bibtool import (
    ArxivId,
    Bibliography,
    Citation,
    CitationFinder,
    Cited,
    CitekeyStyle,
    Command,
    Context,
    Document,
    Enricher,
    Extractor,
    FormatOptions,
    Formatter,
    Identifier,
    Mention,
    NotFoundError,
    Reader,
    Reference,
    ResolveError,
    Source,
    StyleEngine,
    Update,
    Writer,
)
from bibtool.hosting.host import Host
from bibtool.testing import (
    check_citation_finder,
    check_citekey_style,
    check_command,
    check_enricher,
    check_extractor,
    check_formatter,
    check_plugin,
    check_reader,
    check_source,
    check_style_engine,
    check_writer,
    made_up,
    make_bibliography,
    make_context,
    make_reference,
    serving,
)


@pytest.fixture
def host() -> Host:
    return Host(installed=False)


@pytest.mark.parametrize("name", ["bibtex", "biblatex", "csl-json", "markdown"])
def test_the_built_in_formatters_pass(host: Host, name: str) -> None:
    assert "Analytical Engine" in check_formatter(host.formatters[name]).replace("{", "").replace("}", "")


def test_the_built_in_citekey_styles_pass(host: Host) -> None:
    keys = [check_citekey_style(style, make_reference()) for style in host.citekey_styles.values()]
    assert keys[:2] == [["lovelace2024analytical"], ["2404.07839"]]


def test_the_built_in_writers_pass(host: Host) -> None:
    bibliography = make_bibliography()
    for name, suffix in (("bibtex", ".bib"), ("csl-json", ".json")):
        new = host.formatters[name].format(bibliography, FormatOptions())
        assert check_writer(host.writers[suffix], new, new) == new


def test_the_built_in_sources_pass(host: Host, tmp_path: Path) -> None:
    with serving([made_up("2404.07839")]) as server:
        answers = check_source(host.sources[0], ["2404.07839", "2404.00001"], make_context(tmp_path, BIBT_ARXIV_URL=server.url))
    assert isinstance(answers["2404.07839"], Reference)
    assert isinstance(answers["2404.00001"], NotFoundError)


def test_the_built_in_extractor_and_reader_pass(host: Host) -> None:
    [mention] = check_extractor(host.extractors[""], "one\ntwo arXiv:2404.07839", "2404.07839")
    assert (mention.line, mention.form) == (2, "marked")
    [document] = check_reader(host.readers[".gz"], gzip.compress(b"text"), "a.txt.gz")
    assert document.text == "text"
    with zipfile.ZipFile(packed := io.BytesIO(), "w") as archive:
        archive.writestr("one.txt", "1")
        archive.writestr("two.txt", "2")
    assert [document.text for document in check_reader(host.readers[".zip"], packed.getvalue())] == ["1", "2"]


def test_the_built_in_citation_finders_pass(host: Host) -> None:
    assert check_citation_finder(host.citation_finders[".tex"], "See\n\\cite{one, two}", "one", "two").documents == ("text.tex",)
    check_citation_finder(host.citation_finders[".md"], "See\n[@one; -@two]", "one", "two")


def test_the_plugin_that_others_copy_passes() -> None:
    assert check_plugin(bibtool_ris) == {"formatters": ["ris"]}


def test_a_command_is_run_with_words(tmp_path: Path) -> None:
    def run(arguments: object, workspace: object) -> int:
        print(f"hello {vars(arguments)['name']}")  # noqa: T201 - a command prints
        return 0

    def configure(parser: ArgumentParser) -> None:
        parser.add_argument("name")

    command = Command("hello", "greets", configure, run)
    assert check_command(command, ["Ada"], tmp_path).out == "hello Ada\n"


def _mention(start: int = 0, line: int = 1) -> Mention:
    return Mention(ArxivId("2404.07839"), "d", start, start + 10, line, start + 1, "2404.07839", "bare", 0.5)


def _finder(column: int = 1) -> CitationFinder:
    return CitationFinder("odd", (".odd",), lambda document, include: Cited((Citation("key", document.name, 0, 4, 1, column, "@"),)))


def _answers(*answers: tuple[Identifier, Reference | ResolveError]) -> Source:
    def resolve(identifiers: Sequence[Identifier], context: Context) -> Iterator[tuple[Identifier, Reference | ResolveError]]:
        yield from answers if identifiers else ()

    return Source("odd", ("arxiv",), resolve)


CONTEXT = make_context(Path("unused"))
NUMBERS = iter(range(1000))
KNOWN = ArxivId("2404.07839")


@pytest.mark.parametrize(
    ("check", "reason"),
    [
        pytest.param(
            lambda: check_formatter(Formatter("odd", ".odd", lambda bibliography, options: str(next(NUMBERS)))),
            "second time",
            id="unstable",
        ),
        pytest.param(lambda: check_formatter(Formatter("odd", "odd", lambda bibliography, options: "")), "begins with a dot", id="suffix"),
        pytest.param(
            lambda: check_formatter(Formatter("odd", ".odd", lambda bibliography, options: _titles(bibliography))),
            r"formatter 'odd' failed: TypeError: .*\(given: nothing known\)",
            id="no-title",
        ),
        pytest.param(lambda: check_citekey_style(CitekeyStyle("odd", lambda one: one.title)), "NoneType, not str", id="key"),  # type: ignore[arg-type,return-value]
        pytest.param(lambda: check_extractor(_extractor(_mention(line=2)), "2404.07839"), "stands at 1:1, not 2:1", id="line"),
        pytest.param(lambda: check_extractor(_extractor(_mention(1)), "2404.07839"), "raw is not what stands", id="raw"),
        pytest.param(lambda: check_extractor(_extractor(_mention()), "2404.07839", "2404.00001"), "found", id="expected"),
        pytest.param(lambda: check_citation_finder(_finder(column=2), "@key"), "stands at 1:1, not 1:2", id="citation"),
        pytest.param(lambda: check_citation_finder(_finder(), "@key", "key", "other"), "found", id="citations"),
        pytest.param(lambda: check_reader(Reader("odd", ("odd",), lambda stream, name, limits: []), b""), "begins with a dot", id="reader"),
        pytest.param(
            lambda: check_reader(Reader("odd", (".odd",), lambda stream, name, limits: 1 / 0), b""),  # type: ignore[arg-type,return-value]
            r"ZeroDivisionError.*\(given: damaged",
            id="damaged",
        ),
        pytest.param(lambda: check_style_engine(StyleEngine("odd", (), lambda one, two, three: 7), "apa"), "int, not str", id="style"),  # type: ignore[arg-type,return-value]
        pytest.param(
            lambda: check_writer(Writer("odd", (".odd",), lambda old: [], lambda old, new: Update(old + new)), "a", "b"),
            "once more changes",
            id="writer",
        ),
        pytest.param(
            lambda: check_enricher(
                Enricher("odd", lambda references, context: references[:1]), [make_reference(), make_reference()], CONTEXT
            ),
            "lost, added",
            id="enricher",
        ),
        pytest.param(lambda: check_source(_answers(), ["2404.07839"], CONTEXT), "no answer for 2404.07839", id="silent"),
        pytest.param(lambda: check_source(_answers(*[(KNOWN, make_reference())] * 2), [str(KNOWN)], CONTEXT), "twice", id="twice"),
        pytest.param(lambda: check_source(_answers((KNOWN, make_reference())), ["2404.00001"], CONTEXT), "nobody asked", id="unasked"),
        pytest.param(lambda: check_plugin(pytest), "no hook returned a component", id="no-plugin"),
        pytest.param(
            lambda: check_command(Command("odd", " ", lambda parser: None, lambda one, two: 0), [], Path()), "no summary", id="command"
        ),
    ],
)
def test_a_broken_promise_is_said(check: Callable[[], object], reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        check()


def _extractor(*mentions: Mention) -> Extractor:
    def extract(document: Document) -> Iterator[Mention]:
        yield from mentions

    return Extractor("odd", (".odd",), extract)


def _titles(bibliography: Bibliography) -> str:
    return "".join(reference.title + "\n" for reference in bibliography.values())  # type: ignore[operator]  # that is the fault
