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
        return subprocess.run([*bibt, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120)

    return run


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("os._exit(0)", "os._exit would end bibt itself", id="exit"),
        pytest.param("os.abort()", "os.abort would end bibt itself", id="abort"),
        pytest.param("os.execv('/bin/true', ['true'])", "os.execv would end bibt itself", id="exec"),
        pytest.param("os.kill(os.getpid(), 15)", "os.kill would end bibt itself", id="kill"),
        pytest.param("import sys; sys.stderr.close(); raise ValueError('broken')", "ValueError: broken", id="closed-stderr"),
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


COMMAND = """
import os, sys
from bibtool import Command, hookimpl

{above}

def configure(parser):
    {configure}

def run(arguments, workspace):
    {run}
    return 0

@hookimpl
def bibtool_commands():
    return [Command("strange", "does what it should not", configure, run)]
"""


@pytest.mark.parametrize(
    ("where", "body", "said"),
    [
        pytest.param("above", "raise ValueError('broken')", "plugin 'stranger' failed: ValueError: broken", id="not-loaded"),
        pytest.param("configure", "os._exit(0)", "command 'strange' failed: SystemExit: os._exit", id="exit-of-options"),
        pytest.param("configure", "print('hello')", "command 'strange' printed: hello", id="print-of-options"),
        pytest.param("run", "os._exit(0)", "command 'strange' failed: SystemExit: os._exit", id="exit"),
        pytest.param("run", "sys.stdout = None; raise ValueError(0)", "command 'strange' failed: ValueError: 0", id="no-stdout"),
    ],
)
def test_a_command_that_fails_is_named(tmp_path: Path, where: str, body: str, said: str) -> None:
    (tmp_path / "stranger.py").write_text(COMMAND.format(**({"above": "", "configure": "pass", "run": "pass"} | {where: body})), "utf-8")
    command = [sys.executable, "-m", "bibtool", "--plugin", "stranger.py", "strange"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert (run.returncode, run.stdout) == (4, "")
    assert said in run.stderr
    assert "Traceback" not in run.stderr
