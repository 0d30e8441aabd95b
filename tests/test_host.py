"""Plugins: found, checked, guarded, named when they fail."""

import io
import re
import sys
import textwrap
import zipfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from bibtool.bibliography import Bibliography
from bibtool.components import HOOKS_VERSION, FormatOptions, Limits
from bibtool.document import Document
from bibtool.errors import FormatError, InputError, PluginError, UnavailableError
from bibtool.hosting import finding, process_state
from bibtool.hosting.finding import BUILTIN_PLUGINS
from bibtool.hosting.host import COMPONENT_OF, Host
from bibtool.identifiers import ArxivId
from bibtool.reference import Reference

PROLOGUE = "from bibtool import Bibliography, FormatError, FormatOptions, Formatter, Extractor, hookimpl\n"


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    return tmp_path / "stranger.py"


def host_with(plugin: Path, code: str, seconds: float = 20.0) -> Host:
    plugin.write_text(PROLOGUE + textwrap.dedent(code), "utf-8")
    return Host(files=[str(plugin)], installed=False, seconds=seconds)


def formatter(body: str, name: str = "titles") -> str:
    return f"""
def format(bibliography, options):
    {body}

@hookimpl
def bibtool_formatters():
    return [Formatter({name!r}, suffix=".txt", format=format)]
"""


def test_built_in_components_come_through_the_same_hooks() -> None:
    host = Host(installed=False)
    assert [plugin.name for plugin in host.plugins] == list(BUILTIN_PLUGINS)
    assert {"bibtex", "biblatex", "csl-json", "markdown"} <= host.formatters.keys()
    assert [source.name for source in host.sources][:1] == ["arxiv"]
    assert not host.errors


def test_a_file_is_a_plugin(plugin: Path) -> None:
    host = host_with(plugin, formatter("return 'hello'"))
    assert host.formatters["titles"].format(Bibliography(), FormatOptions()) == "hello"
    [found] = [one for one in host.provided("formatters") if one.name == "titles"]
    assert (found.plugin.name, found.plugin.location) == ("stranger", str(plugin))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param("return 1 / 0", "ZeroDivisionError: division by zero", id="raises"),
        pytest.param("raise SystemExit(0)", "SystemExit: 0", id="exits"),
        pytest.param("while True: pass", "TimeoutError: no answer within 0.3 s", id="hangs"),
        pytest.param("raise RecursionError('\\x1b[31m')", r"RecursionError: \\x1b\[31m", id="speaks-to-the-terminal"),
    ],
)
def test_a_component_that_fails_is_named_with_its_plugin(plugin: Path, body: str, reason: str) -> None:
    host = host_with(plugin, formatter(body), seconds=0.3)
    with pytest.raises(PluginError, match=f"plugin 'stranger': formatter 'titles' failed: {reason}"):
        host.formatters["titles"].format(Bibliography(), FormatOptions())


def test_a_plugin_may_refuse_in_bibtools_own_words(plugin: Path) -> None:
    host = host_with(plugin, formatter("raise FormatError('no title')"))
    with pytest.raises(FormatError, match="no title"):
        host.formatters["titles"].format(Bibliography(), FormatOptions())


def test_what_a_plugin_prints_goes_to_stderr_under_its_name(plugin: Path, capfd: pytest.CaptureFixture[str]) -> None:
    body = "import os; print('one\\x1b[31m'); os.write(1, b'two\\n'); os.system('echo three'); return 'text'"
    host = host_with(plugin, formatter(body))
    assert host.formatters["titles"].format(Bibliography(), FormatOptions()) == "text"
    out, err = capfd.readouterr()
    assert out == ""
    said = [line.removeprefix("bibt: plugin 'stranger': formatter 'titles' printed: ") for line in err.splitlines()]
    assert sorted(said) == ["one\\x1b[31m", "three", "two"]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        pytest.param("os.chdir('/')", "the working directory", id="chdir"),
        pytest.param("os.environ['TZ'] = 'Mars'", "the environment", id="environ"),
        pytest.param("sys.path.insert(0, '/tmp')", "sys.path", id="path"),
        pytest.param("sys.stderr = None", "the standard streams", id="streams"),
        pytest.param("sys.setrecursionlimit(sys.getrecursionlimit() + 5)", "the recursion limit", id="recursion"),
        pytest.param("locale.setlocale(locale.LC_ALL, 'C.UTF-8' if 'UTF' not in locale.setlocale(0) else 'C')", "the locale", id="locale"),
        pytest.param("os.umask(os.umask(0) ^ 0o7)", "the mask of new files", id="umask"),
        pytest.param("signal.signal(signal.SIGINT, lambda *_: None)", "the signal handlers", id="signals"),
        pytest.param("import builtins; builtins.len = id", "the builtins", id="builtins"),
        pytest.param("import warnings; warnings.simplefilter('ignore')", "the filters of warnings", id="warnings"),
        pytest.param("import logging; logging.disable(logging.CRITICAL)", "logging", id="logging"),
        pytest.param("import socket; socket.setdefaulttimeout(0.5)", "the time limit of sockets", id="sockets"),
        pytest.param("import gc; gc.disable()", "the garbage collector", id="gc"),
        pytest.param("sys.excepthook = print", "the hook for exceptions", id="excepthook"),
    ],
)
def test_what_a_plugin_changes_of_the_process_is_put_back_and_said(plugin: Path, change: str, name: str) -> None:
    host = host_with(plugin, formatter(f"import locale, os, signal, sys; {change}; return 'text'"))
    before = process_state.keep()
    assert host.formatters["titles"].format(Bibliography(), FormatOptions()) == "text"
    assert process_state.keep() == before
    assert [str(error) for error in host.errors] == [
        f"plugin 'stranger': formatter 'titles' changed {name} of the process; that was put back"
    ]


def test_a_failure_halfway_through_a_document_is_named_and_ends_that_document(plugin: Path) -> None:
    host = host_with(
        plugin,
        """
        from bibtool import ArxivId, Mention

        def extract(document):
            yield Mention(ArxivId("2404.07839"), document.name, 0, 10, 1, 1, "2404.07839", "bare", 0.5)
            raise ValueError("halfway")

        @hookimpl
        def bibtool_extractors():
            return [Extractor("odd", (".odd",), extract)]
        """,
    )
    mentions = list(host.extractors[".odd"].extract(Document.from_text("", "a.odd")))
    assert [str(mention.identifier) for mention in mentions] == ["2404.07839"]
    assert [str(error) for error in host.errors] == ["a.odd: plugin 'stranger': extractor 'odd' failed: ValueError: halfway"]


def test_what_hung_once_is_not_asked_again(plugin: Path) -> None:
    code = """
        def extract(document):
            import time
            while True:
                try:
                    time.sleep(0.01)
                except ValueError:
                    pass
            yield

        @hookimpl
        def bibtool_extractors():
            return [Extractor("odd", (".odd",), extract)]
        """
    host = host_with(plugin, code, seconds=0.2)
    for name in ("a.odd", "b.odd"):
        assert list(host.extractors[".odd"].extract(Document.from_text("", name))) == []
    assert [str(error) for error in host.errors] == [
        "a.odd: plugin 'stranger': extractor 'odd' failed: TimeoutError: no answer within 0.2 s"
    ]


def test_what_swallows_its_interruption_is_interrupted_again(plugin: Path) -> None:
    body = (
        "import time; tries = [0]\n    for _ in range(2):\n        try: time.sleep(9)\n        except TimeoutError: pass\n    return 'late'"
    )
    host = host_with(plugin, formatter(body), seconds=0.1)
    assert host.formatters["titles"].format(Bibliography(), FormatOptions()) == "late"


@pytest.mark.parametrize(
    ("hook", "component", "call", "message"),
    [
        pytest.param(
            "readers",
            "Reader('odd', ('.odd',), lambda stream, name, limits: ['text'])",
            lambda host: list(host.readers[".odd"].read(None, "a.odd", None)),
            "a.odd: plugin 'stranger': reader 'odd' returned str, not Document",
            id="reader",
        ),
        pytest.param(
            "readers",
            "Reader('odd', ('.odd',), lambda stream, name, limits: None)",
            lambda host: list(host.readers[".odd"].read(None, "a.odd", None)),
            "a.odd: plugin 'stranger': reader 'odd' returned NoneType, not Iterable",
            id="reader-nothing",
        ),
        pytest.param(
            "extractors",
            "Extractor('odd', ('.odd',), lambda document: iter([Mention('2404.07839', 'd', 0, 1, 1, 1, '', 'bare', 1.0)]))",
            lambda host: list(host.extractors[".odd"].extract(Document.from_text("", "a.odd"))),
            "a.odd: plugin 'stranger': extractor 'odd' returned Mention whose identifier is str, not Identifier",
            id="extractor",
        ),
        pytest.param(
            "extractors",
            "Extractor('odd', ('.odd',), lambda document: iter([Mention(ArxivId('2404.07839'), 'd', 5, 1, 1, 1, '', 'bare', 1.0)]))",
            lambda host: list(host.extractors[".odd"].extract(Document.from_text("", "a.odd"))),
            "a.odd: plugin 'stranger': extractor 'odd' returned Mention, but not one that starts before it ends, "
            "counts lines and columns from 1, and is sure from 0 to 1",
            id="extractor-bounds",
        ),
        pytest.param(
            "enrichers",
            "Enricher('odd', lambda references, context: [])",
            lambda host: host.enrichers[0].enrich([Reference(type="article")], None),
            "plugin 'stranger': enricher 'odd' gave 0 references for 1; they stay as they were",
            id="enricher",
        ),
        pytest.param(
            "enrichers",
            "Enricher('odd', lambda references, context: [Reference(type='article', issued=PartialDate(2024, 13))])",
            lambda host: host.enrichers[0].enrich([Reference(type="article")], None),
            "plugin 'stranger': enricher 'odd' returned Reference whose issued is PartialDate, but not one that "
            "has a month from 1 to 12 and a day from 1 to 31",
            id="enricher-date",
        ),
    ],
)
def test_rubbish_from_what_the_run_can_do_without_is_named_and_the_run_goes_on(
    plugin: Path, hook: str, component: str, call: Callable[[Host], object], message: str
) -> None:
    host = host_with(plugin, f"from bibtool import *\n@hookimpl\ndef bibtool_{hook}(): return [{component}]")
    call(host)
    assert [str(error) for error in host.errors] == [message]


def test_a_document_whose_bytes_cannot_be_read_ends_and_is_named(plugin: Path) -> None:
    code = """
        import io
        from bibtool import *

        class Broken(io.BytesIO):
            def read(self, size=-1):
                return 1 / 0

        @hookimpl
        def bibtool_readers():
            return [Reader("odd", (".odd",), lambda stream, name, limits: [Document(name, ".txt", Broken)])]
        """
    host = host_with(plugin, code)
    [document] = host.readers[".odd"].read(io.BytesIO(), "a.odd", Limits())
    assert document.text == ""
    assert [str(error) for error in host.errors] == ["plugin 'stranger': reader 'odd' failed: ZeroDivisionError: division by zero"]


@pytest.mark.parametrize(
    ("hook", "component", "call", "message"),
    [
        pytest.param(
            "formatters",
            "Formatter('odd', '.odd', lambda bibliography, options: b'text')",
            lambda host: host.formatters["odd"].format(Bibliography(), FormatOptions()),
            "formatter 'odd' returned bytes, not str",
            id="formatter",
        ),
        pytest.param(
            "citekey_styles",
            "CitekeyStyle('odd', lambda reference: None)",
            lambda host: host.citekey_styles["odd"].citekey(Reference(type="article")),
            "citekey style 'odd' returned NoneType, not str",
            id="citekey-style",
        ),
        pytest.param(
            "writers",
            "Writer('odd', ('.odd',), lambda text: [('key', 0, 1)], lambda old, new: new)",
            lambda host: host.writers[".odd"].spans("text"),
            "writer 'odd' returned tuple, not Span",
            id="writer-spans",
        ),
        pytest.param(
            "writers",
            "Writer('odd', ('.odd',), lambda text: [('key', 0, 1)], lambda old, new: new)",
            lambda host: host.writers[".odd"].update("old", "new"),
            "writer 'odd' returned str, not Update",
            id="writer-update",
        ),
        pytest.param(
            "styles",
            "StyleEngine('odd', ('.odd',), lambda bibliography, style, form: 7)",
            lambda host: host.styles[0].render(Bibliography(), "apa", "text"),
            "style 'odd' returned int, not str",
            id="style",
        ),
        pytest.param(
            "citation_finders",
            "CitationFinder('odd', ('.odd',), lambda document, include: Cited((Citation('key', 'a', -1, 1, 1, 1, '@'),)))",
            lambda host: host.citation_finders[".odd"].find(None, None),
            "citation finder 'odd' returned Cited whose citations is Citation, but not one that starts before it ends",
            id="citation-finder",
        ),
        pytest.param(
            "commands",
            "Command('odd', 'a summary', lambda parser: None, lambda arguments, workspace: None)",
            lambda host: host.commands["odd"].run(None, None),
            "command 'odd' returned NoneType, not int",
            id="command",
        ),
    ],
)
def test_rubbish_from_what_was_asked_for_ends_the_run_in_one_line(
    plugin: Path, hook: str, component: str, call: Callable[[Host], object], message: str
) -> None:
    host = host_with(plugin, f"from bibtool import *\n@hookimpl\ndef bibtool_{hook}(): return [{component}]")
    with pytest.raises(PluginError, match=re.escape(f"plugin 'stranger': {message}")):
        call(host)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        pytest.param("1 / 0", "failed: ZeroDivisionError: division by zero", id="raises"),
        pytest.param("'text'", "returned str, not tuple", id="no-pair"),
        pytest.param("(wanted[0], {'title': 'A title'})", "returned dict, not Reference or ResolveError", id="no-reference"),
        pytest.param(
            "(wanted[0], Reference(type='article', authors=['Ada']))", "returned Reference whose authors is list, not tuple", id="no-name"
        ),
    ],
)
def test_a_source_that_fails_has_no_answer_and_is_named(plugin: Path, answer: str, message: str) -> None:
    code = f"""
        from bibtool import *

        def resolve(wanted, context):
            yield {answer}

        @hookimpl
        def bibtool_sources():
            return [Source("odd", ("arxiv",), resolve)]
        """
    host = host_with(plugin, code)
    with pytest.raises(UnavailableError, match="plugin 'stranger': source 'odd' "):
        list(host.sources[-1].resolve([ArxivId("2404.07839")], None))  # type: ignore[arg-type]
    [error] = host.errors
    assert message in str(error)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("BIBTOOL_HOOKS = 7", "made for version 7 of the hooks, and this bibtool has version 1", id="stated"),
        pytest.param(
            "BIBTOOL_HOOKS = 7\nimport gone", "made for version 7 of the hooks, and this bibtool has version 1", id="import-fails"
        ),
        pytest.param("BIBTOOL_HOOKS = 'x'", "made for version x of the hooks, and this bibtool has version 1", id="nonsense"),
    ],
)
def test_a_plugin_for_another_version_is_refused_with_both_versions(plugin: Path, code: str, message: str) -> None:
    host = host_with(plugin, code)
    assert [str(error) for error in host.errors if message in str(error) and "stranger" in str(error)]
    assert [one.name for one in host.plugins] == list(BUILTIN_PLUGINS)


def test_a_plugin_for_this_version_is_taken(plugin: Path) -> None:
    host = host_with(plugin, f"BIBTOOL_HOOKS = {HOOKS_VERSION}")
    assert not host.errors
    assert host.plugins[-1].name == "stranger"


def test_two_plugins_of_one_name_are_both_refused_with_their_places(tmp_path: Path) -> None:
    files = [tmp_path / folder / "titles.py" for folder in ("a", "b")]
    for file in files:
        file.parent.mkdir()
        file.write_text("", "utf-8")
    host = Host(files=[str(file) for file in files], installed=False)
    [error] = host.errors
    assert str(error).startswith("two plugins named 'titles': ")
    assert all(str(file) in str(error) for file in files)
    assert [one.name for one in host.plugins] == list(BUILTIN_PLUGINS)


def test_a_name_of_a_built_in_plugin_does_not_escape_the_guard(tmp_path: Path) -> None:
    (tmp_path / "bibtool.readers.py").write_text("", "utf-8")
    host = Host(files=[str(tmp_path / "bibtool.readers.py")], installed=False)
    assert "two plugins named 'bibtool.readers'" in str(host.errors[0])
    assert [one.name for one in host.plugins] == list(BUILTIN_PLUGINS)


def test_a_suffix_that_another_one_reads_is_refused_with_both_owners(plugin: Path) -> None:
    host = host_with(plugin, "@hookimpl\ndef bibtool_extractors(): return [Extractor('mine', ('.bib',), lambda document: iter(()))]")
    assert host.extractors[".bib"].name == "bibtex"
    [error] = host.errors
    assert "two extractors for files in '.bib': from plugins 'bibtool.extractors'" in str(error)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("import no_such_module", "plugin 'stranger' failed: ModuleNotFoundError", id="cannot-be-imported"),
        pytest.param("@hookimpl\ndef bibtool_formaters(): return []", "no hook named 'bibtool_formaters'", id="unknown-hook"),
        pytest.param("@hookimpl\ndef bibtool_formatters(format): return []", "format", id="unknown-argument"),
    ],
)
def test_a_plugin_that_cannot_be_loaded_is_reported_and_the_others_go_on(plugin: Path, code: str, message: str) -> None:
    host = host_with(plugin, code)
    assert [str(error) for error in host.errors if message in str(error) and "stranger" in str(error)]
    assert "bibtex" in host.formatters


def test_a_hook_that_returns_something_else_is_reported(plugin: Path) -> None:
    host = host_with(plugin, "@hookimpl\ndef bibtool_formatters(): return ['bibtex']")
    assert "bibtex" in host.formatters
    assert [str(error) for error in host.errors] == ["plugin 'stranger': hook bibtool_formatters returned str, not Formatter"]


def test_a_name_given_twice_is_refused_with_both_owners(plugin: Path) -> None:
    host = host_with(plugin, formatter("return 'mine'", name="bibtex"))
    assert host.formatters["bibtex"].format(Bibliography(), FormatOptions()) != "mine"
    [error] = host.errors
    assert "'bibtool.formatters'" in str(error)
    assert f"'stranger' ({plugin})" in str(error)


def test_a_disabled_plugin_is_left_out() -> None:
    assert "bibtex" not in Host(disable=["bibtool.formatters"], installed=False).formatters
    with pytest.raises(InputError, match="no plugin named 'nonsense' to disable"):
        Host(disable=["nonsense"], installed=False)


def test_every_hook_has_its_components_and_its_place() -> None:
    from bibtool import hookspecs

    hooks = {name for name in vars(hookspecs) if name.startswith("bibtool_")}
    assert hooks == {f"bibtool_{kind}" for kind in COMPONENT_OF}


def test_a_hook_without_end_is_cut_off(plugin: Path) -> None:
    host = host_with(plugin, "import itertools\n\n@hookimpl\ndef bibtool_formatters():\n    return itertools.repeat(1)\n")
    assert "titles" not in host.formatters
    assert [str(error) for error in host.errors] == ["plugin 'stranger': hook bibtool_formatters returned int, not Formatter"]


def test_a_reader_that_opens_no_stream_is_named(plugin: Path) -> None:
    host = host_with(
        plugin,
        """
        from bibtool import Document, Reader

        def read(stream, name, limits):
            yield Document(name, ".txt", lambda: "a text")

        @hookimpl
        def bibtool_readers():
            return [Reader("odd", (".odd",), read)]
        """,
    )
    [document] = host.readers[".odd"].read(io.BytesIO(), "a.odd", Limits())
    assert document.text == ""
    assert [str(error) for error in host.errors] == ["plugin 'stranger': reader 'odd' opened str, not a stream of bytes"]


def test_the_installed_plugins_are_those_that_importlib_metadata_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, packed = tmp_path / "first", tmp_path / "second", tmp_path / "third.zip"
    stated = {
        first / "one_plugin-1.0.dist-info": "[console_scripts]\nx = y:z\n\n[bibtool]\n# two = no\n one = one_plugin:hooks.all [extra]\n",
        first / "no_plugin-1.0.dist-info": "[bibtool.other]\nother = other\n",
        second / "One_Plugin-0.9.dist-info": "[bibtool]\nhidden = by_the_first\n",
        second / "two_plugins-1.0.egg-info": "[bibtool]\nb = two:b\na = two:a\n",
    }
    for folder, text in stated.items():
        folder.mkdir(parents=True)
        (folder / ("PKG-INFO" if folder.suffix == ".egg-info" else "METADATA")).write_text(
            f"Name: {folder.name.split('-')[0]}\nVersion: 1.0\n"
        )
        (folder / "entry_points.txt").write_text(text)
    monkeypatch.setattr("sys.path", [str(tmp_path / "gone"), str(first), str(second)])
    known = sorted((found.name, found.value.partition(" ")[0]) for found in metadata.entry_points(group="bibtool"))
    assert finding._installed() == known == [("a", "two:a"), ("b", "two:b"), ("one", "one_plugin:hooks.all")]
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("three-1.0.dist-info/METADATA", "Name: three\nVersion: 1.0\n")
        archive.writestr("three-1.0.dist-info/entry_points.txt", "[bibtool]\nthree = three\n")
    monkeypatch.setattr("sys.path", [str(packed), *sys.path])
    assert ("three", "three") in finding._installed()


def test_an_entry_point_names_a_module_or_what_is_in_it() -> None:
    assert finding._object("bibtool.hosting.finding") is finding
    assert finding._object("bibtool.hosting.finding : Plugin.is_builtin") is finding.Plugin.is_builtin
