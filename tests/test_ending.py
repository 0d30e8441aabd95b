"""A plugin cannot end a run, double it or hold it up: the rest of the work is done, the plugin is named, the exit status tells."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[[str], subprocess.CompletedProcess[str]]

PLUGIN = """
import os, threading, time
from bibtool import Document, Enricher, hookimpl

def enrich(references, context):
{body}
    return references

@hookimpl
def bibtool_enrichers():
    return [Enricher("strange", enrich)]
"""


@pytest.fixture
def enriched(tmp_path: Path) -> Run:
    """Runs `bibt get` with an enricher whose body is given."""
    snapshot = Path(__file__).resolve().parent.parent / "fixtures" / "arxiv" / "snapshot.jsonl"
    bibt = [sys.executable, "-m", "bibtool"]
    environment = {**os.environ, "BIBT_PLUGIN_SECONDS": "20"}
    subprocess.run([*bibt, "cache", "import", str(snapshot)], check=True, capture_output=True)

    def run(body: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "stranger.py").write_text(PLUGIN.format(body=textwrap.indent(body, "    ")), "utf-8")
        words = ["--plugin", "stranger.py", "get", "2204.14198", "--offline", "-f", "text"]
        return subprocess.run([*bibt, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60)

    return run


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("os._exit(0)", "os._exit would end bibt itself", id="exit"),
        pytest.param("os.abort()", "os.abort would end bibt itself", id="abort"),
        pytest.param("os.execv('/bin/true', ['true'])", "os.execv would end bibt itself", id="exec"),
        pytest.param("raise KeyboardInterrupt", "though nobody interrupted it", id="interrupt"),
        pytest.param("raise GeneratorExit", "GeneratorExit", id="generator-exit"),
        pytest.param("print('hello')", "printed: hello", id="print"),
    ],
)
def test_the_work_is_done_and_the_plugin_named(enriched: Run, body: str, said: str) -> None:
    run = enriched(body)
    assert "Flamingo: a Visual Language Model" in run.stdout
    assert "hello" not in run.stdout
    assert "'stranger'" in run.stderr
    assert said in run.stderr
    assert run.returncode == 4


def test_a_copy_of_the_process_prints_nothing_twice(enriched: Run) -> None:
    run = enriched("if os.fork():\n    os.wait()")
    assert run.stdout.count("Flamingo") == 1


def test_a_thread_left_running_does_not_hold_up_the_end(enriched: Run) -> None:
    run = enriched("threading.Thread(target=time.sleep, args=(600,)).start()")
    assert "Flamingo" in run.stdout
    assert "'stranger'" in run.stderr
    assert "left a thread running" in run.stderr
    assert run.returncode == 4
