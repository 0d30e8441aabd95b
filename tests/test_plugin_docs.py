"""docs/plugins.md is true: every example runs and prints what the page says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bibtool import testing
from bibtool.cli.new_plugin import KINDS
from bibtool.hosting.host import COMPONENT_OF

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "plugins.md").read_text("utf-8")
FILES = dict(re.findall(r"^```python\n# (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
SESSIONS = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the page, and a `bibt` on the path."""
    made = tmp_path_factory.mktemp("page")
    for name, text in FILES.items():
        (made / name).write_text(text, "utf-8")
    (made / "bibt").write_text(f'#!/bin/sh\nexec {sys.executable} -m bibtool "$@"\n', "utf-8")
    (made / "bibt").chmod(0o755)
    return made


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: " ".join(re.findall(r"bibt (.*)", session)))
def test_a_session_prints_what_the_page_says(folder: Path, session: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIBT_CACHE_DIR", str(folder / "cache"))
    snapshot = ROOT / "fixtures" / "arxiv" / "snapshot.jsonl"
    subprocess.run([sys.executable, "-m", "bibtool", "cache", "import", str(snapshot)], check=True, capture_output=True)
    commands = re.findall(r"^\$ (.*)$", session, re.MULTILINE)
    script = "PATH=.:$PATH\n" + "\n".join(commands)
    ran = subprocess.run(["/bin/sh", "-ec", script], cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "".join(f"{line}\n" for line in session.splitlines() if not line.startswith("$ "))


def test_the_examples_pass_the_type_checker(folder: Path) -> None:
    ran = subprocess.run([sys.executable, "-m", "mypy", "--strict", *FILES], cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_the_pages_test_passes(folder: Path) -> None:
    words = ["-q", "-p", "no:cacheprovider", "test_titles.py"]
    ran = subprocess.run([sys.executable, "-m", "pytest", *words], cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("kind", COMPONENT_OF)
def test_every_hook_is_explained(kind: str) -> None:
    assert f"`bibtool_{kind}`" in PAGE or f"`bibtool_{kind}:" in PAGE
    assert any(f"def bibtool_{kind}()" in text for text in FILES.values())


@pytest.mark.parametrize("name", [name for name in vars(testing) if name.startswith(("check_", "make_", "odd_", "serving", "made_up"))])
def test_everything_to_test_with_is_named(name: str) -> None:
    assert name in PAGE


def test_every_kind_of_project_is_named() -> None:
    assert all(f"`{kind}`" in PAGE or f"--kind {kind}" in PAGE for kind in KINDS)
