"""`bibt match` and `bibt export --match`, on the project's own corpus."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bibtool

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "fixtures" / "corpus"
SNAPSHOT = ROOT / "fixtures" / "arxiv" / "snapshot.jsonl"
ALL = {json.loads(line)["id"] for line in SNAPSHOT.read_text("utf-8").splitlines()}
SIBLING = "J. Hoffmann, S. Borgeaud. Training compute-optimal large language models. Part II. 2023.\n"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bibt(tmp_path: Path) -> Run:
    """The command, offline, with the corpus's papers in the store."""

    def run(*words: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bibtool", *map(str, words)]
        finished = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=tmp_path, env=os.environ, check=False)
        assert "Traceback" not in finished.stderr, finished.stderr
        return finished

    assert run("cache", "import", SNAPSHOT).returncode == 0
    return run


def lines_of(finished: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in finished.stdout.splitlines()]


def test_export_gives_every_paper_of_the_corpus(bibt: Run) -> None:
    finished = bibt("export", "--match", CORPUS, "--offline")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert sorted(re.findall(r"^\s*eprint\s*=\s*\{(.*?)\}", finished.stdout, re.MULTILINE)) == sorted(ALL)


def test_the_abstracts_of_the_corpus_agree_with_the_identifiers_behind_them(bibt: Run) -> None:
    second = CORPUS / "004_4435b973c507d544.txt"
    named = [found["identifier"] for found in lines_of(bibt("match", "--json", "--offline", second))]
    assert named == re.findall(r"^arXiv:([0-9]{4}\.[0-9]{5})", second.read_text("utf-8"), re.MULTILINE)
    assert len(named) == 10


def test_json_has_just_these_keys_and_points_into_the_file(bibt: Run) -> None:
    first = CORPUS / "000_8417c8f80744902c.txt"
    finished = bibt("match", "--json", "--offline", first)
    found = lines_of(finished)
    assert (finished.returncode, len(found)) == (0, 8)
    text = first.read_text("utf-8").splitlines()
    for one in found:
        assert list(one) == ["path", "line", "text", "identifier", "score", "verdict", "candidates"]
        assert one["path"] == str(first)
        assert str(one["text"]) in text[int(str(one["line"])) - 1]
        assert one["verdict"] == "match"
        assert one["identifier"] in ALL


def test_siblings_are_offered_and_left_out(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "refs.txt").write_text(SIBLING, "utf-8")
    finished = bibt("match", "refs.txt", "--offline")
    assert finished.returncode == 1
    assert finished.stdout.startswith("refs.txt:1: ambiguous: ")
    assert "2203.15556" in finished.stdout
    exported = bibt("export", "--match", "refs.txt", "--offline")
    assert exported.stdout == ""
    assert "left out: 1 ambiguous" in exported.stderr


def test_a_weak_match_says_so_and_is_let_in_by_its_score(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "refs.txt").write_text(
        "I. Gemp, C. Chen, B. McWilliams. The generalized eigenvalue problem as a Nash equilibrium. 2022.\n", "utf-8"
    )
    [found] = lines_of(bibt("match", "--json", "refs.txt", "--offline"))
    assert (found["verdict"], found["identifier"]) == ("probable", "2206.04993")
    assert bibt("export", "--match", "refs.txt", "--offline").stdout == ""
    assert "2206.04993" in bibt("export", "--match", "--min-score", "80", "refs.txt", "--offline").stdout
    assert bibt("match", "--min-score", "95", "refs.txt", "--offline").stdout == ""


def test_order_is_that_of_the_document_whatever_names_a_paper(bibt: Run) -> None:
    text = "1. Rae, J. W. Scaling language models: methods, analysis & insights from training Gopher. 2021.\n2. arXiv:2404.07839\n"
    finished = bibt("export", "--match", "-", "-f", "markdown", "--offline", stdin=text)
    assert [line[:20] for line in finished.stdout.splitlines()] == ["- Jack W. Rae, Sebas", "- Aleksandar Botev, "]


def test_what_is_no_reference_gives_nothing(bibt: Run) -> None:
    finished = bibt("match", ROOT / "STYLE.md", ROOT / "bibtool" / "pipeline.py", "--offline")
    assert (finished.returncode, finished.stdout) == (0, "")
    assert "no reference" in finished.stderr


def test_a_field_of_json_lines_is_read(bibt: Run) -> None:
    line = json.dumps({"id": 1, "text": "Emergent Abilities of Large Language Models. Jason Wei et al. 2022."})
    [found] = lines_of(bibt("match", "-", "--field", "text", "--json", "--offline", stdin=f"{{}}\nnone\n{line}\n"))
    assert (found["line"], found["identifier"]) == (3, "2206.07682")


def test_a_file_that_cannot_be_read_costs_only_itself(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "refs.txt").write_text("Emergent Abilities of Large Language Models\n", "utf-8")
    finished = bibt("match", "absent.txt", "refs.txt", "--offline")
    assert finished.returncode == 2
    assert "2206.07682" in finished.stdout
    assert "absent.txt" in finished.stderr


def test_nothing_from_a_text_or_a_record_steers_the_terminal(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "refs.txt").write_text("Evil, E. \x1b[31mRed\u202e title of nothing. Nature, 2001.\n", "utf-8")
    finished = bibt("match", "refs.txt", "--offline")
    assert "\x1b" not in finished.stdout
    assert "\u202e" not in finished.stdout


def test_the_same_is_had_from_python(bibt: Run) -> None:
    text = "Emergent Abilities of Large Language Models\n"
    [found] = bibtool.match(bibtool.Document.from_text(text), offline=True)
    assert (str(found.identifier), found.verdict, text[found.start : found.end]) == ("2206.07682", "match", text.strip())
    with pytest.raises(bibtool.InputError):
        list(bibtool.match("absent.txt", offline=True))
