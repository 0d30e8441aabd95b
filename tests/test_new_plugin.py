"""`bibt plugins new`: what it makes passes its own test, the type checker and the linter, as it is."""

import subprocess
import sys
from pathlib import Path

import pytest

from bibtool.cli.new_plugin import KINDS, project

NAME = "my-own"


def run(*words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *map(str, words)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One project of each kind, each in a folder of its kind."""
    folder = tmp_path_factory.mktemp("projects")
    for kind in KINDS:
        made = run("bibtool", "plugins", "new", f"{NAME}-{kind}", "--kind", kind, folder=folder)
        assert made.returncode == 0, made.stderr
    return folder


def test_every_project_passes_its_own_test(projects: Path) -> None:
    for kind in KINDS:
        ran = run("pytest", "-q", "-p", "no:cacheprovider", folder=projects / f"bibtool-{NAME}-{kind}")
        assert ran.returncode == 0, ran.stdout


def test_every_project_passes_the_type_checker(projects: Path) -> None:
    # One run for all: each module has a name of its own.
    ran = run("mypy", "--strict", "--explicit-package-bases", *[f"bibtool-{NAME}-{kind}" for kind in KINDS], folder=projects)
    assert ran.returncode == 0, ran.stdout


def test_every_project_passes_the_linter(projects: Path) -> None:
    for name in ("a", "thirty-characters-and-not-more"):
        for kind in KINDS:
            folder = projects / f"{name}-{kind}"
            folder.mkdir()
            for file, text in project(name, kind).items():
                (folder / file).write_text(text, "utf-8")
    for words in (("check", "."), ("format", "--check", ".")):
        ran = run("ruff", *words, folder=projects)
        assert ran.returncode == 0, ran.stdout


def test_a_single_file_of_it_is_a_plugin(projects: Path) -> None:
    file = projects / f"bibtool-{NAME}-formatter" / f"bibtool_{NAME.replace('-', '_')}_formatter.py"
    ran = run("bibtool", "--plugin", file, "plugins", folder=projects)
    assert f"{NAME}-formatter" in ran.stdout
    assert (ran.returncode, ran.stderr) == (0, "")


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "bibtool-titles").mkdir()
    ran = run("bibtool", "plugins", "new", "titles", folder=tmp_path)
    assert (ran.returncode, ran.stderr) == (2, "bibt: bibtool-titles: is there already; nothing was written\n")
    assert list((tmp_path / "bibtool-titles").iterdir()) == []


@pytest.mark.parametrize("name", ["../evil", "Titles", "a b", "-x", "a$b", "ä", "a" * 31])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    ran = run("bibtool", "plugins", "new", "--", name, folder=tmp_path)
    assert ran.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_the_name_of_a_project_may_be_given_whole() -> None:
    assert project("titles", "formatter").keys() == {"pyproject.toml", "README.md", "bibtool_titles.py", "test_titles.py"}
