"""A project's own settings: formats and options, nothing that could harm whoever clones it."""

from pathlib import Path

import pytest

from bibtool.cli.config import load
from bibtool.errors import InputError


def read(folder: Path) -> tuple[dict[str, object], list[str]]:
    warnings: list[str] = []
    return load(folder, warnings.append), warnings


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.bibtool]\nformat = "markdown"\n', "utf-8")
    inner = tmp_path / "paper"
    inner.mkdir()
    assert read(inner) == ({"format": "markdown"}, [])
    (inner / "bibt.toml").write_text("max-authors = 3\nmin-confidence = 1\nomit = ['abstract']\n", "utf-8")
    assert read(inner) == ({"max-authors": 3, "min-confidence": 1.0, "omit": ["abstract"]}, [])


def test_nothing_above_the_repository_counts(tmp_path: Path) -> None:
    (tmp_path / "bibt.toml").write_text('format = "markdown"\n', "utf-8")
    inner = tmp_path / "clone"
    (inner / ".git").mkdir(parents=True)
    assert read(inner) == ({}, [])


@pytest.mark.parametrize("name", ["plugin", "disable", "arxiv-url", "cache-dir", "command", "output", "force", "BIBT_CACHE_DIR"])
def test_what_a_project_may_not_set_is_left_out_and_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "bibt.toml").write_text(f'{name} = "evil"\nformat = "markdown"\n', "utf-8")
    options, [warning] = read(tmp_path)
    assert options == {"format": "markdown"}
    assert warning.startswith(f"{tmp_path / 'bibt.toml'}: '{name}' is left out")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("max-authors = 'ten'", "'max-authors' must be a whole number from 0, not 'ten'", id="text-for-number"),
        pytest.param("max-authors = true", "'max-authors' must be a whole number from 0, not 'True'", id="truth-for-number"),
        pytest.param("max-authors = -1", "'max-authors' must be a whole number from 0, not '-1'", id="below"),
        pytest.param("min-confidence = 7", "'min-confidence' must be a number from 0 to 1, not '7.0'", id="above"),
        pytest.param("omit = [1]", "'omit' must be a list of texts", id="list-of-numbers"),
        pytest.param("format = ", "cannot be read as TOML", id="no-toml"),
    ],
)
def test_a_bad_value_is_named_with_its_file(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "bibt.toml").write_text(text, "utf-8")
    with pytest.raises(InputError, match=message):
        read(tmp_path)


def test_a_pyproject_that_others_broke_has_nothing_to_say(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool", "utf-8")
    assert read(tmp_path) == ({}, [])
