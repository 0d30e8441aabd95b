"""The command as its users run it: real processes, the user's own two documents, a store filled from the snapshot in fixtures."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bibtool import __version__

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "fixtures" / "corpus"
SNAPSHOT = ROOT / "fixtures" / "arxiv" / "snapshot.jsonl"
TEN = (
    "2404.07839",
    "2302.01318",
    "2403.05530",
    "2206.07682",
    "2204.14198",
    "2203.15556",
    "2202.07765",
    "2202.01169",
    "2112.04426",
    "2112.11446",
)

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bibt(tmp_path: Path) -> Run:
    """Runs the command in an empty folder; no service is reachable."""

    def run(*words: str | Path, stdin: str | bytes = "", **settings: str) -> subprocess.CompletedProcess[str]:
        finished = subprocess.run(
            [sys.executable, "-m", "bibtool", *map(str, words)],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, **settings},
            timeout=120,
        )
        out, err = finished.stdout.decode("utf-8", "surrogateescape"), finished.stderr.decode("utf-8", "surrogateescape")
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(finished.args, finished.returncode, out, err)

    return run


@pytest.fixture
def filled(bibt: Run) -> Run:
    """The same with the corpus's papers in the store."""
    assert bibt("cache", "import", SNAPSHOT).returncode == 0
    return bibt


def identifiers_in(bibtex: str) -> list[str]:
    return re.findall(r"^\s*eprint\s*=\s*\{(.*?)\}", bibtex, re.MULTILINE)


def citekeys_in(bibtex: str) -> list[str]:
    return re.findall(r"^@\w+\{(.*?),", bibtex, re.MULTILINE)


# -- scan


def test_scan_finds_the_ten_identifiers_of_the_corpus_where_they_stand(bibt: Run) -> None:
    run = bibt("scan", CORPUS)
    lines = run.stdout.splitlines()
    assert (run.returncode, run.stderr, len(lines)) == (0, "", 10)
    for line in lines:
        path, row, column, identifier = re.fullmatch(r"(.*):(\d+):(\d+): (.*)", line).groups()  # type: ignore[union-attr]
        written = Path(path).read_text("utf-8").splitlines()[int(row) - 1]
        assert identifier in written[int(column) - 1 :][:20]
    assert {line.rpartition(" ")[2] for line in lines} == set(TEN)


def test_scan_json_says_all_about_each_mention(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "n.md").write_text("é see arXiv:hep-th/9711200v3.\n", "utf-8")
    [line] = bibt("scan", "n.md", "--json").stdout.splitlines()
    mention = json.loads(line)
    place = ["path", "line", "column", "start", "end", "raw"]
    assert list(mention) == [*place, "identifier", "version", "form", "confidence", "evidence"]
    assert (mention["path"], mention["line"], mention["identifier"], mention["version"]) == ("n.md", 1, "hep-th/9711200", 3)
    assert "é see arXiv:hep-th/9711200v3.\n"[mention["start"] : mention["end"]] == mention["raw"]
    assert mention["column"] == mention["start"] + 1


def test_scan_ids_prints_each_once_in_order_of_first_mention(bibt: Run) -> None:
    text = "arXiv:2404.07839 arXiv:1706.03762v5 arXiv:2404.07839 arXiv:1706.03762"
    assert bibt("scan", "-", "--ids", stdin=text).stdout.split() == ["2404.07839", "1706.03762v5", "1706.03762"]


@pytest.mark.parametrize("form", [[], ["--ids"], ["--json"], ["--explain"], ["--field", "text"]], ids=str)
def test_scan_by_several_processes_is_the_scan_by_one(bibt: Run, tmp_path: Path, form: list[str]) -> None:
    for number in range(9):
        (tmp_path / f"{number}.txt").write_text(f"arXiv:1706.0376{number} arXiv:2404.07839")
        (tmp_path / f"{number}.failing").write_text("x")
        (tmp_path / f"{number}.jsonl").write_text('{"text": "arXiv:1810.04805"}\nbad\n' if number else '{"other": ""}\n')
    (tmp_path / "b.zip").write_bytes(b"PK")
    plugin = "from bibtool import Extractor, hookimpl\ndef fail(document):\n    raise ValueError(document.name)\n    yield\n"
    plugin += "@hookimpl\ndef bibtool_extractors():\n    return [Extractor('failing', ('.failing',), fail)]\n"
    (tmp_path / "plugin.py").write_text(plugin)
    one, several = (bibt("--plugin", "plugin.py", "scan", ".", *form, "--jobs", jobs) for jobs in "13")
    assert one.returncode == 4
    assert (several.stdout, several.stderr, several.returncode) == (one.stdout, one.stderr, one.returncode)


@pytest.mark.parametrize("jobs", ["0", "-1", "two"])
def test_scan_by_no_process_is_refused(bibt: Run, jobs: str) -> None:
    run = bibt("scan", CORPUS, "--jobs", jobs)
    assert run.returncode == 2
    assert "a whole number from 1" in run.stderr


def test_scan_says_what_was_left_out_by_name(bibt: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n")
    run = bibt("scan", ".")
    assert (run.returncode, run.stderr.splitlines()) == (0, ["bibt: left out (a FIFO): ./pipe", "bibt: left out (binary): ./picture.png"])


def test_scan_of_a_field_that_is_nowhere_fails_and_of_one_that_is_somewhere_does_not(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "arXiv:2404.07839"}\n')
    (tmp_path / "b.jsonl").write_text('{"other": "arXiv:2404.07839"}\n')
    assert bibt("scan", ".", "--field", "text").returncode == 0
    run = bibt("scan", ".", "--field", "txet")
    assert run.returncode == 2
    assert "no object has a field 'txet'" in run.stderr


def test_scan_strict_leaves_bare_numbers_out(bibt: Run) -> None:
    text = "see the paper 2404.07839 and arXiv:1706.03762"
    assert bibt("scan", "-", "--ids", "--strict", stdin=text).stdout.split() == ["1706.03762"]


def test_scan_that_finds_nothing_is_fine(bibt: Run) -> None:
    run = bibt("scan", "-", stdin="nothing here 10.1109/JSTQE.2010.2053920")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_a_closed_pipe_ends_quietly(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_text("arXiv:2404.07839\n" * 50_000, "utf-8")
    command = f"{sys.executable} -m bibtool scan big.txt | head -n 1"
    run = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "big.txt:1:7: 2404.07839\n", "")


# -- export and get


def test_export_gives_the_corpuss_ten_papers(filled: Run) -> None:
    run = filled("export", CORPUS, "--offline")
    assert (run.returncode, run.stderr) == (0, "")
    assert set(identifiers_in(run.stdout)) == set(TEN)
    assert len(citekeys_in(run.stdout)) == 10


@pytest.mark.parametrize("name", ["bibtex", "biblatex", "csl-json", "markdown"])
def test_every_format_holds_every_paper_and_is_the_same_twice(filled: Run, name: str) -> None:
    run = filled("export", CORPUS, "-f", name, "--offline")
    assert (run.returncode, run.stderr) == (0, "")
    assert all(identifier in run.stdout for identifier in TEN)
    assert filled("export", CORPUS, "-f", name, "--offline", PYTHONHASHSEED="7", TZ="Asia/Tokyo", LC_ALL="C").stdout == run.stdout


def test_the_output_files_name_chooses_the_format(filled: Run, tmp_path: Path) -> None:
    assert filled("export", CORPUS, "-o", "refs.json", "--offline").returncode == 0
    assert len(json.loads((tmp_path / "refs.json").read_text("utf-8"))) == 10


def test_get_takes_every_spelling_and_names_what_is_none(filled: Run) -> None:
    run = filled(
        "get",
        "--offline",
        "2404.07839",
        "arXiv:2302.01318",
        "https://arxiv.org/pdf/2206.07682v2.pdf",
        "10.48550/arXiv.2203.15556",
        "nonsense",
    )
    assert run.returncode == 2
    assert run.stderr.startswith("bibt: not an arXiv identifier: 'nonsense'")
    assert identifiers_in(run.stdout) == ["2404.07839", "2302.01318", "2206.07682v2", "2203.15556"]


def test_what_is_not_kept_is_named_when_offline(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_text("arXiv:2404.07839 and arXiv:1706.03762\n", "utf-8")
    run = filled("export", "n.txt", "--offline")
    assert run.returncode == 3
    assert identifiers_in(run.stdout) == ["2404.07839"]
    assert "1706.03762" in run.stderr
    assert "2404.07839" not in run.stderr


def test_both_versions_of_a_paper_give_one_entry_at_the_highest(filled: Run) -> None:
    run = filled("export", "-", "--offline", stdin="arXiv:2408.00118 arXiv:2408.00118v3 arXiv:2408.00118v2")
    assert identifiers_in(run.stdout) == ["2408.00118v3"]


def test_a_document_without_identifiers_gives_an_empty_bibliography(filled: Run) -> None:
    run = filled("export", CORPUS / "000_8417c8f80744902c.txt", "-f", "csl-json", "--offline")
    assert (run.returncode, json.loads(run.stdout)) == (0, [])
    assert "no arXiv identifier" in run.stderr


# -- an output file that exists


def test_a_second_export_leaves_the_file_alone(filled: Run, tmp_path: Path) -> None:
    assert filled("export", CORPUS, "-o", "refs.bib", "--offline").returncode == 0
    before = (tmp_path / "refs.bib").stat()
    assert filled("export", CORPUS, "-o", "refs.bib", "--offline").returncode == 0
    after = (tmp_path / "refs.bib").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_other_options_replace_what_bibt_wrote(filled: Run, tmp_path: Path) -> None:
    assert filled("export", CORPUS, "-o", "refs.bib", "--offline").returncode == 0
    assert filled("export", CORPUS, "-o", "refs.bib", "--offline", "--max-authors", "2", "-f", "biblatex").returncode == 0
    assert "and others" in (tmp_path / "refs.bib").read_text("utf-8")


def test_a_key_that_the_author_chose_is_kept(filled: Run, tmp_path: Path) -> None:
    refs = tmp_path / "refs.bib"
    assert filled("export", CORPUS, "-o", "refs.bib", "--offline").returncode == 0
    old = citekeys_in(refs.read_text("utf-8"))[3]
    refs.write_text(refs.read_text("utf-8").replace(old, "My:Key/1"), "utf-8")
    before = refs.read_bytes()
    run = filled("export", CORPUS, "-o", "refs.bib", "--offline")
    assert (run.returncode, run.stderr) == (0, "")
    assert refs.read_bytes() == before


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        pytest.param(lambda text: "% mine\n" + text, "refs.bib:1: '% mine'", id="comment"),
        pytest.param(lambda text: text + "@book{knuth84,\n  title = {The {\\TeX}book},\n}\n", "entry 'knuth84'", id="entry"),
        pytest.param(lambda text: text.replace("title = {", "title = {My ", 1), "refs.bib:1: entry", id="field"),
    ],
)
def test_what_bibt_did_not_write_is_not_replaced(filled: Run, tmp_path: Path, edit: Callable[[str], str], place: str) -> None:
    refs = tmp_path / "refs.bib"
    assert filled("export", CORPUS, "-o", "refs.bib", "--offline").returncode == 0
    refs.write_text(edit(refs.read_text("utf-8")), "utf-8")
    before = refs.read_bytes()
    run = filled("export", CORPUS, "-o", "refs.bib", "--offline")
    assert run.returncode == 2
    assert place in run.stderr
    assert "--force" in run.stderr
    assert refs.read_bytes() == before
    assert filled("export", CORPUS, "-o", "refs.bib", "--offline", "--force").returncode == 0
    assert set(identifiers_in(refs.read_text("utf-8"))) == set(TEN)


def test_a_persons_entry_gives_its_key_even_when_it_is_replaced_by_force(filled: Run, tmp_path: Path) -> None:
    refs = tmp_path / "refs.bib"
    refs.write_text("@misc{griffin,\n  eprint = {2404.07839},\n  archivePrefix = {arXiv},\n}\n", "utf-8")
    assert filled("get", "2404.07839", "--offline", "-o", "refs.bib").returncode == 2
    assert filled("get", "2404.07839", "--offline", "-o", "refs.bib", "--force").returncode == 0
    assert citekeys_in(refs.read_text("utf-8")) == ["griffin"]


def test_missing_answers_take_nothing_away(filled: Run, tmp_path: Path) -> None:
    assert filled("get", "2404.07839", "2302.01318", "--offline", "-o", "refs.bib").returncode == 0
    before = (tmp_path / "refs.bib").read_bytes()
    run = filled("get", "2404.07839", "2302.01318", "--offline", "-o", "refs.bib", BIBT_CACHE_DIR=str(tmp_path / "empty"))
    assert run.returncode == 3
    assert (tmp_path / "refs.bib").read_bytes() == before


@pytest.mark.parametrize("old", ["known", "a person's"])
def test_a_service_that_is_down_takes_nothing_away_by_force_either(filled: Run, tmp_path: Path, old: str) -> None:
    if old == "known":
        filled("get", "2404.07839", "2302.01318", "--offline", "-o", "refs.bib")
    else:
        (tmp_path / "refs.bib").write_text("@book{knuth84,\n  title = {The {\\TeX}book},\n}\n", "utf-8")
    before = (tmp_path / "refs.bib").read_bytes()
    words = ["get", "2404.07839", *(["1706.03762"] if old == "known" else []), "--offline", "-o", "refs.bib", "--force"]
    run = filled(*words, BIBT_CACHE_DIR=str(tmp_path / "empty"))
    assert (run.returncode, (tmp_path / "refs.bib").read_bytes()) == (3, before)
    assert "nothing was written" in run.stderr


def test_an_input_that_cannot_be_read_takes_nothing_away(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("arXiv:2404.07839", "utf-8")
    (tmp_path / "b.md").write_text("arXiv:2302.01318", "utf-8")
    assert filled("export", "a.md", "b.md", "-o", "refs.bib", "--offline").returncode == 0
    before = (tmp_path / "refs.bib").read_bytes()
    run = filled("export", "a.md", "b.mdd", "-o", "refs.bib", "--offline")
    assert run.returncode == 2
    assert "not every input could be read; nothing was written" in run.stderr
    assert (tmp_path / "refs.bib").read_bytes() == before
    (tmp_path / "empty.tex").write_text("nothing", "utf-8")
    assert filled("export", "empty.tex", "-o", "refs.bib", "--offline").returncode == 2
    assert (tmp_path / "refs.bib").read_bytes() == before
    assert filled("export", "a.md", "b.mdd", "-o", "refs.bib", "--offline", "--force").returncode == 2
    assert identifiers_in((tmp_path / "refs.bib").read_text("utf-8")) == ["2404.07839"]


def test_line_ends_turned_by_git_make_no_file_a_persons(filled: Run, tmp_path: Path) -> None:
    refs = tmp_path / "refs.bib"
    assert filled("get", "2404.07839", "-o", "refs.bib", "--offline").returncode == 0
    refs.write_bytes(refs.read_bytes().replace(b"\n", b"\r\n"))
    assert filled("get", "2404.07839", "-o", "refs.bib", "--offline", "--max-authors", "3").returncode == 0


def test_keys_that_are_kept_against_the_users_wish_are_said(filled: Run) -> None:
    assert filled("get", "2404.07839", "-o", "refs.bib", "--offline").returncode == 0
    assert "are kept, whatever --keys says" in filled("get", "2404.07839", "-o", "refs.bib", "--offline", "--keys", "arxiv").stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_standard_output_is_the_same_in_every_locale(filled: Run, encoding: str) -> None:
    words = ["get", "2202.07765", "2404.07839", "--offline", "-f", "csl-json"]
    assert filled(*words, PYTHONIOENCODING=encoding).stdout == filled(*words).stdout


@pytest.mark.parametrize("command", ["--version", "scan n.md", "plugins"])
def test_closed_streams_are_an_error_and_no_traceback(bibt: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "n.md").write_text("arXiv:2404.07839", "utf-8")
    for closing in (">&-", ">/dev/full"):
        run = subprocess.run(
            ["bash", "-c", f"{sys.executable} -m bibtool {command} {closing}"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (run.returncode, len(run.stderr.splitlines())) == (2, 1), run.stderr
        assert "standard output cannot be written" in run.stderr


def test_a_closed_standard_input_is_named(bibt: Run, tmp_path: Path) -> None:
    run = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m bibtool scan - <&-"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert "standard input" in run.stderr


def test_a_broken_file_is_named_with_its_line_and_left_alone(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("@misc{a,\n}\n@misc{b,\n  title = {x\n", "utf-8")
    run = filled("get", "2404.07839", "--offline", "-o", "refs.bib")
    assert run.returncode == 2
    assert "refs.bib:3: no closing brace for entry 'b'" in run.stderr


def test_the_output_is_not_read_as_input(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "n.md").write_text("arXiv:2404.07839 arXiv:2302.01318", "utf-8")
    assert filled("export", ".", "-o", "refs.bib", "--offline").returncode == 0
    (tmp_path / "n.md").write_text("arXiv:2302.01318", "utf-8")
    assert filled("export", ".", "-o", "refs.bib", "--offline").returncode == 0
    assert identifiers_in((tmp_path / "refs.bib").read_text("utf-8")) == ["2302.01318"]


@pytest.mark.parametrize(
    ("output", "message"),
    [
        pytest.param("none/refs.bib", "there is no folder none", id="no-folder"),
        pytest.param(".", "is a folder", id="folder"),
        pytest.param("n.txt/refs.bib", "cannot be written", id="below-a-file"),
    ],
)
def test_an_output_that_cannot_be_written_is_one_line(filled: Run, tmp_path: Path, output: str, message: str) -> None:
    (tmp_path / "n.txt").write_text("arXiv:2404.07839", "utf-8")
    run = filled("export", "n.txt", "--offline", "-o", output)
    assert (run.returncode, run.stdout) == (2, "")
    assert message in run.stderr
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_standard_output_is_an_error(filled: Run, tmp_path: Path) -> None:
    command = f"{sys.executable} -m bibtool export {CORPUS} --offline > /dev/full"
    run = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (2, "bibt: standard output cannot be written: No space left on device\n")


def test_what_else_the_system_refuses_is_not_told_as_standard_output(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    command = f"cd gone && rmdir ../gone && {sys.executable} -m bibtool scan ."
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    run = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert (run.returncode, run.stderr) == (2, "bibt: the folder in which bibt runs is gone; change to another one\n")


# -- bad input


def test_bad_inputs_cost_only_themselves(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("arXiv:2404.07839", "utf-8")
    (tmp_path / "bad.bin").write_bytes(bytes(range(256)) * 20)
    run = filled("export", "missing.txt", "good.txt", "bad.bin", "--offline")
    assert run.returncode == 2
    assert identifiers_in(run.stdout) == ["2404.07839"]
    assert [line for line in run.stderr.splitlines() if "missing.txt" in line]
    assert [line for line in run.stderr.splitlines() if "bad.bin" in line]


def test_bytes_that_are_no_utf_8_hide_nothing(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes("Gödel, arXiv:2404.07839".encode("latin-1"))
    assert bibt("scan", "latin.txt").stdout == "latin.txt:1:14: 2404.07839\n"


def test_names_cannot_steer_the_terminal(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m.txt").write_text("arXiv:2404.07839", "utf-8")
    run = bibt("scan", ".", "missing\x1b]0;x\x07")
    assert "\x1b" not in run.stdout + run.stderr
    assert "\\x1b[31m.txt:1:7: 2404.07839" in run.stdout
    assert run.returncode == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["exprot", "x"], "did you mean 'export'?", id="command"),
        pytest.param(["2404.07839v1", "-f", "biblatex"], "bibt get 2404.07839v1", id="an identifier for a command"),
        pytest.param([os.devnull], f"bibt export {os.devnull}", id="a path for a command"),
        pytest.param(["get", "2404.07839", "-f", "bibtx"], "no format named 'bibtx'; did you mean 'bibtex'?", id="format"),
        pytest.param(
            ["get", "2404.07839", "-f", "ris", "--disable", "ris"], "pip install . ./plugins/bibtool-ris", id="format-of-a-plugin"
        ),
        pytest.param(["get", "2404.07839", "--keys", "defualt"], "did you mean 'default'?", id="keys"),
        pytest.param(["get", "2404.07839", "-o", "refs.docx"], "'refs.docx': no format goes by the name .docx", id="suffix"),
        pytest.param(["get", "2404.07839", "-o", ""], "-o needs the name of a file", id="no-output"),
        pytest.param(["get", "10.1038/nphys1170", "--disable", "doi"], "the plugin bibtool-doi", id="doi"),
        pytest.param(["get"], "IDENTIFIER", id="nothing-to-get"),
        pytest.param(["scan", "-", "--min-confidence", "2"], "a number from 0 to 1", id="confidence"),
        pytest.param(["get", "2404.07839", "--plugin", "no.py"], "no.py: no such plugin file", id="plugin"),
        pytest.param(["cache", "import", "none.jsonl"], "none.jsonl", id="snapshot"),
    ],
)
def test_a_usage_error_says_what_to_do(bibt: Run, words: list[str], message: str) -> None:
    run = bibt(*words)
    assert (run.returncode, run.stdout) == (2, "")
    assert message in run.stderr


# -- the rest


def test_version_and_help(bibt: Run) -> None:
    assert bibt("--version").stdout == f"bibt {__version__}\n"
    help_text = bibt("--help").stdout
    for command in ("export", "get", "scan", "cache", "plugins"):
        assert f"    {command}" in help_text
        assert bibt(command, "--help").returncode == 0
    assert bibt().returncode == 2


def test_plugins_lists_every_component_with_its_owner(bibt: Run) -> None:
    rows = [json.loads(line) for line in bibt("plugins", "--json").stdout.splitlines()]
    assert {"kind": "formatter", "name": "bibtex", "plugin": "bibtool.formatters"}.items() <= next(
        row for row in rows if (row["kind"], row["name"]) == ("formatter", "bibtex")
    ).items()
    assert all(Path(row["location"]).exists() for row in rows)
    assert bibt("plugins").stdout.splitlines()[0].split() == ["kind", "name", "plugin", "location"]


def test_a_broken_plugin_is_named_and_the_work_is_done(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("import no_such_module\n", "utf-8")
    run = filled("get", "2404.07839", "--offline", "--plugin", "broken.py")
    assert run.returncode == 4
    assert "plugin 'broken' failed: ModuleNotFoundError" in run.stderr
    assert identifiers_in(run.stdout) == ["2404.07839"]


def test_a_plugins_command_is_found(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "hello.py").write_text(
        """
from bibtool import Command, hookimpl

@hookimpl
def bibtool_commands():
    return [Command("hello", "says hello", configure, run)]

def configure(parser):
    parser.add_argument("name")

def run(arguments, workspace):
    print("hello", arguments.name)
    return 0
""",
        "utf-8",
    )
    assert bibt("--plugin", "hello.py", "hello", "world").stdout == "hello world\n"


def test_the_projects_own_file_sets_options(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "bibt.toml").write_text('format = "csl-json"\nplugin = "evil.py"\n', "utf-8")
    run = filled("get", "2404.07839", "--offline")
    assert json.loads(run.stdout)
    assert "bibt.toml: 'plugin' is left out" in run.stderr
    assert run.returncode == 0


def test_cache_info_path_and_clear(filled: Run, tmp_path: Path) -> None:
    assert Path(filled("cache", "path").stdout.strip()).is_dir()
    assert "15" in filled("cache", "info").stdout
    assert filled("cache", "clear").returncode == 0
    assert filled("get", "2404.07839", "--offline").returncode == 3


def test_a_broken_plugin_is_named_and_the_rest_of_the_work_is_done(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "noisy.py").write_text("import os, sys\nprint('hello')\nos.chdir('/')\nsys.exit(0)\n", "utf-8")
    run = filled("--plugin", "noisy.py", "get", "2204.14198", "--offline")
    assert (run.returncode, identifiers_in(run.stdout)) == (4, ["2204.14198"])
    assert run.stderr.splitlines() == [
        "bibt: plugin 'noisy' printed: hello",
        "bibt: plugin 'noisy' printed where only results may stand",
        "bibt: plugin 'noisy' changed the working directory of the process; that was put back",
        "bibt: plugin 'noisy' failed: SystemExit: 0",
    ]


def test_a_failing_extractor_takes_nothing_out_of_an_output_file(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.odd").write_text("arXiv:2204.14198", "utf-8")
    assert filled("export", "notes.odd", "-o", "refs.bib", "--offline").returncode == 0
    before = (tmp_path / "refs.bib").read_bytes()
    hook = "def bibtool_extractors(): return [Extractor('odd', ('.odd',), lambda one: 1 / 0)]"
    code = f"from bibtool import Extractor, hookimpl\n@hookimpl\n{hook}\n"
    (tmp_path / "odd.py").write_text(code, "utf-8")
    run = filled("--plugin", "odd.py", "export", "notes.odd", "-o", "refs.bib", "--offline")
    assert run.returncode == 4
    assert "notes.odd: plugin 'odd': extractor 'odd' failed: ZeroDivisionError" in run.stderr
    assert (tmp_path / "refs.bib").read_bytes() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b'{"id": "1706.03762"}\n', "a record has a title", id="half-a-record"),
        pytest.param(b"", "no records", id="empty"),
        pytest.param(b"PK\x03\x04rest", "unzip it first", id="zip"),
        pytest.param(b"<html><body>Down</body></html>", "not an Atom feed", id="html"),
    ],
)
def test_an_import_that_brings_nothing_is_an_error(filled: Run, tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "file").write_bytes(content)
    run = filled("cache", "import", "file")
    assert run.returncode == 2
    assert message in run.stderr
    assert "15" in filled("cache", "info").stdout


def test_an_import_takes_a_pipe_and_refuses_what_would_hang(bibt: Run, tmp_path: Path) -> None:
    assert bibt("cache", "import", "-", stdin=SNAPSHOT.read_bytes()).returncode == 0
    assert bibt("get", "2404.07839", "--offline").returncode == 0
    os.mkfifo(tmp_path / "fifo")
    run = bibt("cache", "import", "fifo")
    assert (run.returncode, run.stderr) == (2, "bibt: fifo: not a file; pipe it in and name it -\n")


def test_an_import_that_cannot_be_kept_is_an_error(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be", "utf-8")
    run = bibt("cache", "import", SNAPSHOT, BIBT_CACHE_DIR=str(tmp_path / "cache"))
    assert run.returncode == 2
    assert "cannot be written" in run.stderr
    assert bibt("cache", "clear", BIBT_CACHE_DIR=str(tmp_path / "cache")).returncode == 2
