"""The documents are true: every command, hook and public name is in them, and their examples run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bibtool
from bibtool.cli.table import COMMANDS
from bibtool.hosting.host import COMPONENT_OF

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
SNAPSHOT = ROOT / "fixtures" / "arxiv" / "snapshot.jsonl"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with what the examples speak of, and the corpus's papers in the store."""
    text = "As arXiv:2404.07839 and arXiv:2204.14198v2 show.\n"
    (tmp_path / "sections").mkdir()
    for name in ("paper.tex", "notes.md", "sections/one.tex", "sections/two.tex"):
        (tmp_path / name).write_text(text, "utf-8")
    subprocess.run([sys.executable, "-m", "bibtool", "cache", "import", str(SNAPSHOT)], check=True, capture_output=True)
    return tmp_path


def code_blocks(text: str, language: str) -> list[str]:
    blocks = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return ["\n".join(line[len(indent) :] for line in body.splitlines()) + "\n" for indent, body in blocks]


def test_the_readmes_python_runs(folder: Path) -> None:
    [code] = code_blocks(README, "python")
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert "RecurrentGemma" in run.stdout
    assert '"id"' in run.stdout


@pytest.mark.parametrize(
    "command", [line for line in re.findall(r"^    bibt (.*)$", README, re.MULTILINE) if re.search(r"paper\.tex|notes\.md", line)]
)
def test_the_readmes_commands_run(folder: Path, command: str) -> None:
    run = subprocess.run([sys.executable, "-m", "bibtool", *command.split()], cwd=folder, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_contributings_formatter_works(folder: Path) -> None:
    [code] = code_blocks(CONTRIBUTING, "python")
    (folder / "titles.py").write_text(code, "utf-8")
    words = ["--plugin", "titles.py", "get", "2204.14198", "-f", "titles", "--offline"]
    run = subprocess.run([sys.executable, "-m", "bibtool", *words], cwd=folder, capture_output=True, text=True, check=True)
    assert run.stdout == "Flamingo: a Visual Language Model for Few-Shot Learning\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert f"bibt {command}" in README


@pytest.mark.parametrize("kind", COMPONENT_OF)
def test_every_hook_stands_in_the_architecture(kind: str) -> None:
    assert f"`bibtool_{kind}`" in ARCHITECTURE


@pytest.mark.parametrize("name", bibtool.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    found = getattr(bibtool, name)
    assert name in dir(bibtool)
    assert isinstance(found, (str, int)) or name == "hookimpl" or (found.__doc__ or "").strip()


def test_every_setting_of_the_readme_is_read_somewhere() -> None:
    sources = "".join(path.read_text("utf-8") for path in [*(ROOT / "bibtool").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")])
    for setting in set(re.findall(r"`(BIBT_\w+)`", README)):
        assert f'"{setting}"' in sources, setting


def test_links_between_the_documents_lead_somewhere() -> None:
    for document in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!http)(.*?)\)", document.read_text("utf-8")):
            assert (ROOT / target).exists(), f"{document.name}: {target}"


def test_the_tree_of_the_architecture_is_the_real_one() -> None:
    named = re.findall(r"^        ([\w./]+?)/? {2,}", ARCHITECTURE, re.MULTILINE)
    real = {path.name for path in (ROOT / "bibtool").iterdir() if path.name not in ("__pycache__", "py.typed")}
    assert set(named) == real, os.linesep.join(sorted({*named} ^ real))


def test_every_key_form_and_container_of_scan_is_in_its_page() -> None:
    from bibtool.cli.scan import JSON_KEYS
    from bibtool.document import FORMS
    from bibtool.readers import bibtool_readers

    page = (ROOT / "docs" / "scan.md").read_text("utf-8")
    first_suffixes = [reader.suffixes[0] for reader in bibtool_readers()]
    assert [name for name in (*JSON_KEYS, *FORMS, *first_suffixes) if f"`{name}`" not in page] == []
