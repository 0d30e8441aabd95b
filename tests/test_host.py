"""Plugins: found, checked, guarded, named when they fail."""

import textwrap
from pathlib import Path

import pytest

from bibtool.bibliography import Bibliography
from bibtool.components import FormatOptions
from bibtool.errors import FormatError, InputError, PluginError
from bibtool.host import BUILTIN_PLUGINS, COMPONENT_OF, Host

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


def test_what_a_plugin_prints_goes_to_stderr_and_its_chdir_is_undone(plugin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    host = host_with(plugin, formatter("import os; os.chdir('/'); print('debug'); return 'text'"))
    before = Path.cwd()
    assert host.formatters["titles"].format(Bibliography(), FormatOptions()) == "text"
    assert Path.cwd() == before
    assert capsys.readouterr() == ("", "debug\n")


def test_a_failure_halfway_through_an_iterator_is_named(plugin: Path) -> None:
    host = host_with(
        plugin,
        """
        def extract(document):
            yield "first"
            raise ValueError("halfway")

        @hookimpl
        def bibtool_extractors():
            return [Extractor("odd", (".odd",), extract)]
        """,
    )
    mentions = host.extractors[".odd"].extract(None)  # type: ignore[arg-type]
    assert next(mentions) == "first"  # type: ignore[comparison-overlap]
    with pytest.raises(PluginError, match="extractor 'odd' failed: ValueError: halfway"):
        next(mentions)


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
