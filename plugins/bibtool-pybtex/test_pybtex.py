"""The real pybtex-convert, a real pybtex style, and bibtexparser, against a local server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bibtexparser.entrypoint import parse_string as parse_bibtex
from bibtool_pybtex.middleware import CompleteFromEprint
from pybtex.database import parse_file, parse_string

from bibtool.testing import ArxivServer, made_up, serving

AUTHORS = ("Ada Lovelace", "Ludwig van Beethoven", "Žofie Łukasiewicz")
PAPERS = [made_up("2404.07839", title="On the Analytical Engine", authors=AUTHORS), made_up("hep-th/9711200", title="The Large N Limit")]


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArxivServer]:
    with serving(PAPERS) as running:
        monkeypatch.setenv("BIBT_ARXIV_URL", running.url)
        monkeypatch.setenv("BIBT_ARXIV_DELAY", "0.1")
        yield running


def pybtex(program: str, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name(program)), *words]
    return subprocess.run(command, cwd=folder, env=dict(os.environ), capture_output=True, text=True, check=False)


def test_notes_are_converted_to_a_bibliography(tmp_path: Path, server: ArxivServer) -> None:
    (tmp_path / "notes.arxiv").write_text("Read arXiv:2404.07839 and hep-th/9711200 again.\n", "utf-8")
    ran = pybtex("pybtex-convert", "notes.arxiv", "refs.bib", folder=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    data = parse_file(str(tmp_path / "refs.bib"))
    assert [entry.fields["eprint"] for entry in data.entries.values()] == ["2404.07839", "hep-th/9711200"]
    [first, _] = data.entries.values()
    assert [" ".join(person.prelast_names + person.last_names) for person in first.persons["author"]] == [
        "Lovelace",
        "van Beethoven",
        r"{\L}ukasiewicz",
    ]
    assert first.fields["year"] == "2024"
    assert len(server.asked) == 1


def test_notes_are_formatted_in_a_style(tmp_path: Path) -> None:
    (tmp_path / "notes.arxiv").write_text("arXiv:2404.07839", "utf-8")
    ran = pybtex("pybtex-format", "notes.arxiv", "list.txt", folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    text = (tmp_path / "list.txt").read_text("utf-8")
    assert "Ludwig van Beethoven" in text
    assert "Žofie Łukasiewicz" in text


def test_what_is_not_known_is_reported_and_the_rest_arrives(tmp_path: Path) -> None:
    (tmp_path / "notes.arxiv").write_text("arXiv:2404.07839 arXiv:2404.00001", "utf-8")
    ran = pybtex("pybtex-convert", "notes.arxiv", "refs.bib", folder=tmp_path)
    assert "2404.00001" in ran.stderr
    assert len(parse_file(str(tmp_path / "refs.bib")).entries) == 1


def test_a_string_is_parsed_too() -> None:
    assert len(parse_string("arXiv:2404.07839", "arxiv").entries) == 1


ENTRIES = """
@article{mine, title = {My own title}, eprint = {2404.07839}}
@misc{other, eprint = {10.1000/1}, archiveprefix = {jstor}, title = {Other}}
@misc{pinned, arxivId = {hep-th/9711200v1}}
@misc{unknown, eprint = {2404.00001}, title = {Unknown}}
@misc{none, title = {None}}
"""


def test_entries_are_completed_from_their_eprint(server: ArxivServer) -> None:
    library = parse_bibtex(ENTRIES, append_middleware=[CompleteFromEprint()])
    entries = library.entries_dict
    assert list(entries) == ["mine", "other", "pinned", "unknown", "none"]
    assert entries["mine"].entry_type == "article"
    assert entries["mine"]["title"] == "My own title"
    assert entries["mine"]["year"] == "2024"
    assert "Beethoven" in entries["mine"]["author"]
    assert entries["pinned"]["title"] == "The Large {N} Limit"
    for key in ("other", "unknown", "none"):
        assert "author" not in entries[key].fields_dict
    assert server.asked[0].query["id_list"].count(",") == 2


def test_a_library_that_may_not_be_changed_is_copied() -> None:
    library = parse_bibtex(ENTRIES)
    completed = CompleteFromEprint(allow_inplace_modification=False).transform(library)
    assert "year" not in library.entries_dict["mine"].fields_dict
    assert completed.entries_dict["mine"]["year"] == "2024"


def test_the_plugin_has_its_place_though_it_has_no_component() -> None:
    listed = subprocess.run([sys.executable, "-m", "bibtool", "plugins"], capture_output=True, text=True, check=True).stdout
    assert [line.split()[:3] for line in listed.splitlines() if " pybtex " in line] == [["-", "-", "pybtex"]]
