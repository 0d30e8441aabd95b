"""`bibt sync` and `bibt lock` as their users run them: documents, bibliography files and a local server that answers as arXiv does."""

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from bibtool.cli import main
from bibtool.testing.arxiv_server import ArxivServer, Record, made_up, serving

Run = Callable[..., subprocess.CompletedProcess[str]]
Bytes = dict[str, bytes]

MAIN = r"""\documentclass{article}
\begin{document}
\cite{2404.07839} \cite{knuth84, hep-th/9711200}
\cite{foo}
\bibliographystyle{plain}\bibliography{refs}
\end{document}
"""
OWN = b'\xef\xbb\xbf% mine\r\n@string{ab = "Ab"}\r\n@BOOK{ knuth84 , title = "T" # ab, author={K\xe9nuth}, year=1984}\r\n@comment{x}\r\nend'


def newer(number: str, title: str) -> Record:
    """A second version of a made-up paper."""
    return made_up(number, title=title, versions=(f"20{number[:2]}-01-02T03:04:05Z", "2026-05-06T07:08:09Z"))


def put(server: ArxivServer, record: Record) -> None:
    """What the server says of a paper from now on."""
    server.records[record.number] = record


@pytest.fixture
def server() -> Iterator[ArxivServer]:
    records = [made_up(one) for one in ("2404.07839", "2101.00001", "2101.00002", "2101.00003", "hep-th/9711200")]
    with serving(records) as running:
        yield running


@pytest.fixture
def environment(server: ArxivServer, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("BIBT_ARXIV_URL", server.url)
    monkeypatch.setenv("BIBT_ARXIV_DELAY", "0.1")
    return dict(os.environ)


@pytest.fixture
def bibt(environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*words: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        command = [*map(str, words)]
        streams = {name: io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n") for name in ("stdout", "stderr")}
        with monkeypatch.context() as context:
            context.chdir(tmp_path)
            for name, value in settings.items():
                context.setenv(name, value)
            for name, stream in streams.items():
                context.setattr(sys, name, stream)
            status = main(command)
        return subprocess.CompletedProcess(command, status, *map(_text_of, streams.values()))

    return run


def _text_of(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    stream.reconfigure(errors="surrogateescape")
    return stream.read()


def test_what_is_cited_is_added_behind_what_the_author_wrote(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(MAIN, "utf-8")
    (tmp_path / "refs.bib").write_bytes(OWN)
    run = bibt("sync", "main.tex")
    assert (run.returncode, run.stderr) == (1, "bibt: refs.bib: +2 new, 1 unknown: foo (main.tex:4)\n")
    content = (tmp_path / "refs.bib").read_bytes()
    assert content.startswith(OWN + b"\r\n\r\n@misc{2404.07839,\r\n")
    assert b"@misc{hep-th/9711200,\r\n" in content
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_second_run_changes_nothing_and_asks_nobody(bibt: Run, server: ArxivServer, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_bytes(OWN)
    (tmp_path / "main.tex").write_text(MAIN, "utf-8")
    bibt("sync", "main.tex")
    stamps = {name: (tmp_path / name).stat().st_mtime_ns for name in ("refs.bib", "bibt.lock")}
    asked = len(server.asked)
    run = bibt("sync", "main.tex", BIBT_CACHE_DIR=str(tmp_path / "empty"))
    assert run.stderr == "bibt: refs.bib: 1 unknown: foo (main.tex:4)\n"
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in stamps} == stamps
    assert len(server.asked) == asked


def test_from_the_lock_alone_come_the_same_bytes(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(MAIN.replace(",hep", ", hep").replace("knuth84, ", "").replace(r"\cite{foo}", ""), "utf-8")
    assert bibt("sync", "main.tex").returncode == 0
    content = (tmp_path / "refs.bib").read_bytes()
    (tmp_path / "refs.bib").unlink()
    run = bibt("sync", "--frozen", "main.tex", BIBT_CACHE_DIR=str(tmp_path / "empty"), BIBT_ARXIV_URL="http://127.0.0.1:9/")
    assert (run.returncode, run.stderr) == (0, "bibt: refs.bib: +2 new\n")
    assert (tmp_path / "refs.bib").read_bytes() == content


def test_frozen_fails_on_what_is_not_locked(bibt: Run, server: ArxivServer, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(MAIN, "utf-8")
    (tmp_path / "refs.bib").write_bytes(OWN)
    run = bibt("sync", "--frozen", "main.tex")
    assert run.returncode == 1
    assert "refs.bib: not locked: 2404.07839 (main.tex:3), hep-th/9711200 (main.tex:3); run bibt sync without --frozen" in run.stderr
    assert (tmp_path / "refs.bib").read_bytes() == OWN
    assert not (tmp_path / "bibt.lock").exists()
    assert not server.asked


@pytest.mark.parametrize("option", ["--dry-run", "--check"])
def test_a_rehearsal_writes_nothing(bibt: Run, tmp_path: Path, option: str) -> None:
    (tmp_path / "main.tex").write_text(r"\cite{2404.07839}\bibliography{refs}", "utf-8")
    (tmp_path / "refs.bib").write_bytes(OWN)
    run = bibt("sync", option, "main.tex")
    assert (tmp_path / "refs.bib").read_bytes() == OWN
    assert not (tmp_path / "bibt.lock").exists()
    assert run.returncode == (option == "--check")


@pytest.mark.needs("patch")
def test_the_diff_of_a_rehearsal_is_what_the_run_does(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(r"\cite{2404.07839}\bibliography{refs}", "utf-8")
    (tmp_path / "refs.bib").write_bytes(b"@misc{own, title={x}}")
    diff = bibt("sync", "--dry-run", "main.tex").stdout
    shutil.copytree(tmp_path, tmp_path / "patched")
    subprocess.run(["patch", "-p0"], input=diff, text=True, cwd=tmp_path / "patched", check=True, capture_output=True)
    assert bibt("sync", "main.tex").returncode == 0
    for name in ("refs.bib", "bibt.lock"):
        assert (tmp_path / "patched" / name).read_bytes() == (tmp_path / name).read_bytes()


def test_a_check_that_finds_all_in_order_is_content(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(r"\cite{2404.07839}\bibliography{refs}", "utf-8")
    bibt("sync", "main.tex")
    assert bibt("sync", "--check", "main.tex").returncode == 0


def test_a_broken_file_is_left_alone(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(MAIN, "utf-8")
    broken = b"@misc{a, title={x}}\n\n@misc{b,\n title={never closed\n}\n"
    (tmp_path / "refs.bib").write_bytes(broken)
    run = bibt("sync", "main.tex")
    assert run.returncode == 2
    assert "refs.bib:3: no closing brace for entry 'b'; the file is left alone" in run.stderr
    assert (tmp_path / "refs.bib").read_bytes() == broken


@pytest.mark.parametrize("broken", ["one", "two"], ids=["of-one-document", "beside-another-of-it"])
def test_a_broken_file_costs_itself_alone(bibt: Run, tmp_path: Path, broken: str) -> None:
    content = "@misc{a, title={x}}\n@misc{b, title={never closed\n@misc{2101.00001, title={y}}\n"
    (tmp_path / "one.tex").write_text(r"\cite{2404.07839}\bibliography{one}", "utf-8")
    (tmp_path / "two.tex").write_text(r"\cite{2101.00001,2101.00002}\bibliography{two,more}", "utf-8")
    (tmp_path / f"{broken}.bib").write_text(content, "utf-8")
    run = bibt("sync", "one.tex", "two.tex")
    assert run.returncode == 2
    assert f"bibt: {broken}.bib:2: no closing brace for entry 'b'; the file is left alone" in run.stderr
    assert (tmp_path / f"{broken}.bib").read_text("utf-8") == content
    written = {path.name for path in tmp_path.glob("*.bib") if "2101.00002" in path.read_text("utf-8")}
    assert written == ({"two.bib"} if broken == "one" else {"more.bib"})
    if broken == "two":
        assert "2101.00001" not in (tmp_path / "more.bib").read_text("utf-8")
        assert "2404.07839" in (tmp_path / "one.bib").read_text("utf-8")


def test_a_folder_that_the_document_names_is_made_and_one_that_was_asked_for_is_not(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(r"\cite{2404.07839}\bibliography{bib/refs}", "utf-8")
    assert bibt("sync", "main.tex", "--dry-run").stderr == "bibt: bib/refs.bib: +1 new\n"
    assert not (tmp_path / "bib").exists()
    assert bibt("sync", "main.tex").stderr == "bibt: bib/refs.bib: +1 new\n"
    assert (tmp_path / "bib" / "bibt.lock").exists()
    run = bibt("sync", "main.tex", "--bib", "bob/refs.bib")
    assert (run.returncode, run.stderr) == (2, "bibt: bob/refs.bib: cannot be written: there is no folder bob\n")


def test_who_asks_for_entries_to_be_filled_hears_why_they_are_not(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(r"\cite{gemma}\bibliography{refs}", "utf-8")
    (tmp_path / "refs.bib").write_text("@misc{gemma, eprint = {2404.07839}}\n", "utf-8")
    run = bibt("sync", "main.tex", "--fill", "--offline")
    assert run.returncode == 3
    assert "no reference for gemma (refs.bib:1)" in run.stderr
    (tmp_path / "refs.bib").write_text("@misc{gemma, eprint = {1901.00001}}\n", "utf-8")
    run = bibt("sync", "main.tex", "--fill")
    assert run.returncode == 1
    assert "refs.bib:1: gemma: " in run.stderr


def test_a_document_that_names_no_bibliography_wants_one_chosen(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(r"\cite{2404.07839}", "utf-8")
    run = bibt("sync", "main.tex")
    why = "names no bibliography; name a .bib file in it, or choose one with --bib refs.bib; missing: 2404.07839 (main.tex:1)"
    assert (run.returncode, run.stderr) == (2, f"bibt: main.tex: {why}\n")
    assert bibt("sync", "main.tex", "--bib", "chosen.bib").stderr == "bibt: chosen.bib: +1 new\n"


def test_two_documents_share_a_file(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "a.tex").write_text(r"\cite{2404.07839,2101.00001}\bibliography{refs}", "utf-8")
    (tmp_path / "b.tex").write_text(r"\cite{2101.00001,2101.00002}\bibliography{refs}", "utf-8")
    assert bibt("sync", "a.tex", "b.tex").stderr == "bibt: refs.bib: +3 new\n"
    assert bibt("sync", "b.tex").stderr == "bibt: refs.bib: up to date\n"


def test_keys_in_other_files_of_the_document_are_known(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(r"\cite{2404.07839,knuth84,2101.00001}\bibliography{own,papers}", "utf-8")
    (tmp_path / "own.bib").write_bytes(b"@book{knuth84, title={T}}\n@misc{2101.00001, title={Mine}}\n")
    assert bibt("sync", "main.tex").stderr == "bibt: papers.bib: +1 new\n"
    assert (tmp_path / "own.bib").read_bytes() == b"@book{knuth84, title={T}}\n@misc{2101.00001, title={Mine}}\n"


def test_a_link_stays_a_link_and_its_target_keeps_its_mode(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(r"\cite{2404.07839}\bibliography{refs}", "utf-8")
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "lib.bib").write_bytes(b"")
    (tmp_path / "real" / "lib.bib").chmod(0o640)
    (tmp_path / "refs.bib").symlink_to("real/lib.bib")
    assert bibt("sync", "main.tex").returncode == 0
    assert (tmp_path / "refs.bib").is_symlink()
    assert b"@misc{2404.07839," in (tmp_path / "real" / "lib.bib").read_bytes()
    assert (tmp_path / "real" / "lib.bib").stat().st_mode & 0o777 == 0o640


def test_files_that_tex_has_in_its_own_folders_are_not_made_anew(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(r"\cite{2404.07839}\bibliography{IEEEabrv,refs}", "utf-8")
    assert bibt("sync", "main.tex").stderr == "bibt: refs.bib: +1 new\n"
    assert not (tmp_path / "IEEEabrv.bib").exists()


@pytest.mark.parametrize("citekey", ["https://arxiv.org/abs/2404.07839", "arxiv:2404.07839", "10.48550/arXiv.2404.07839"])
def test_links_and_prefixes_are_keys_in_markdown(bibt: Run, tmp_path: Path, citekey: str) -> None:
    (tmp_path / "paper.md").write_text(f"---\nbibliography: refs.bib\n---\nSee [@{citekey}].\n", "utf-8")
    assert bibt("sync", "paper.md").stderr == "bibt: refs.bib: +1 new\n"
    assert f"@misc{{{citekey},\n" in (tmp_path / "refs.bib").read_text("utf-8")


def test_markdown_and_csl_json(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "paper.md").write_text("---\nbibliography: refs.json\n---\nSee [@arxiv:2404.07839; @own].\n", "utf-8")
    own = '[\n {"id":  "own", "type": "book", "note": "é"}\n]\n'
    (tmp_path / "refs.json").write_text(own, "utf-8")
    assert bibt("sync", "paper.md").stderr == "bibt: refs.json: +1 new\n"
    text = (tmp_path / "refs.json").read_text("utf-8")
    assert text.startswith(own[:-3])
    assert '"id": "arxiv:2404.07839"' in text
    (tmp_path / "refs.json").unlink()
    assert bibt("sync", "--frozen", "paper.md", BIBT_CACHE_DIR=str(tmp_path / "empty")).returncode == 1  # 'own' was the author's
    assert '"id": "arxiv:2404.07839"' in (tmp_path / "refs.json").read_text("utf-8")


def test_hayagriva_files_are_read_and_what_they_lack_is_told_with_the_remedy(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "paper.typ").write_text('@own\n@lacked\n#bibliography("refs.yml")\n', "utf-8")
    (tmp_path / "refs.yml").write_text("own:\n  type: book\n", "utf-8")
    run = bibt("sync", "paper.typ")
    assert run.returncode == 2
    assert "names only refs.yml, which bibt does not write; name a .bib file" in run.stderr
    assert run.stderr.endswith("missing: lacked (paper.typ:2)\n")
    (tmp_path / "refs.yml").write_text("own:\n  type: book\nlacked:\n  type: book\n", "utf-8")
    run = bibt("sync", "paper.typ")
    assert (run.returncode, run.stderr) == (0, "bibt: paper.typ: up to date with refs.yml\n")


def test_an_upgrade_shows_and_applies_what_changed_and_the_author_wins(bibt: Run, server: ArxivServer, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(r"\cite{2404.07839,2101.00001}\bibliography{refs}", "utf-8")
    bibt("sync", "main.tex")
    path = tmp_path / "refs.bib"
    edited = (
        path.read_text("utf-8")
        .replace("title = {Title of 2101.00001}", "title = {My title}")
        .replace("  eprint = {2404", "  note   = {Read!},\n  eprint = {2404")
    )
    path.write_text(edited, "utf-8")
    for number in ("2404.07839", "2101.00001"):
        put(server, newer(number, f"New title of {number}"))
    shown = bibt("lock", "upgrade", "--dry-run")
    assert '+title = "New title of 2404.07839"' in shown.stdout
    assert path.read_text("utf-8") == edited
    run = bibt("lock", "upgrade")
    assert run.stdout == shown.stdout
    assert "refs.bib:14: 2101.00001: title stays 'My title'; the record now says 'New title of 2101.00001'" in run.stderr
    assert path.read_text("utf-8") == edited.replace("{Title of 2404.07839}", "{New title of 2404.07839}")
    assert "1 to be settled" in bibt("sync", "main.tex").stderr
    assert bibt("lock", "keep", "2101.00001").returncode == 0
    assert bibt("sync", "main.tex").stderr == "bibt: refs.bib: up to date\n"


def test_a_withdrawn_paper_is_named_in_every_run(bibt: Run, server: ArxivServer, tmp_path: Path) -> None:
    put(server, made_up("2101.00002", comment="This paper has been withdrawn by the author"))
    (tmp_path / "main.tex").write_text(r"\cite{2101.00002}\bibliography{refs}", "utf-8")
    assert bibt("sync", "main.tex").stderr == "bibt: refs.bib: +1 new, 1 withdrawn: 2101.00002\n"
    assert bibt("sync", "main.tex").stderr == "bibt: refs.bib: 1 withdrawn: 2101.00002\n"


def test_offline_without_a_record_says_what_is_missing(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(r"\cite{2404.07839}\bibliography{refs}", "utf-8")
    run = bibt("sync", "--offline", "main.tex")
    assert run.returncode == 3
    assert "no reference for 2404.07839 (main.tex:1)" in run.stderr
    assert not (tmp_path / "refs.bib").exists()


def test_an_unfinished_merge_of_the_lock_file_is_named(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(r"\cite{2404.07839}\bibliography{refs}", "utf-8")
    (tmp_path / "bibt.lock").write_text("format = 1\n<<<<<<< HEAD\n=======\n>>>>>>> other\n", "utf-8")
    run = bibt("sync", "main.tex")
    assert run.returncode == 2
    assert "bibt.lock:2: an unfinished merge" in run.stderr
    assert not (tmp_path / "refs.bib").exists()


def test_the_lock_file_is_toml_with_nothing_of_the_day_in_it(bibt: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(r"\cite{2404.07839}\bibliography{refs}", "utf-8")
    bibt("sync", "main.tex")
    first = (tmp_path / "bibt.lock").read_bytes()
    lock = tomllib.loads(first.decode("utf-8"))
    assert lock["entry"]["refs.bib"]["2404.07839"]["title"] == "Title of 2404.07839"
    assert lock["reference"]["arxiv:2404.07839"]["version"] == 1
    for name in ("refs.bib", "bibt.lock"):
        (tmp_path / name).unlink()
    bibt("sync", "main.tex", BIBT_CACHE_DIR=str(tmp_path / "other"))
    assert (tmp_path / "bibt.lock").read_bytes() == first


def test_a_list_of_authors_that_is_cut_is_said_once(bibt: Run, server: ArxivServer, tmp_path: Path) -> None:
    put(server, made_up("2101.00001", authors=tuple(f"Ann Author{number}" for number in range(700))))
    (tmp_path / "main.tex").write_text(MAIN.replace("2404.07839", "2101.00001").replace("plain", "apsrev4-2"), "utf-8")
    (tmp_path / "refs.bib").write_bytes(OWN)
    assert bibt("sync", "main.tex").stderr.count("2101.00001: only its first 500 authors are written") == 1
    assert "Author499, Ann and others" in (tmp_path / "refs.bib").read_text("latin-1")


@pytest.mark.needs("pdflatex", "bibtex")
def test_two_spellings_are_one_entry_with_one_label_in_plain_bibtex(bibt: Run, tmp_path: Path) -> None:
    body = r"\begin{document}\citet{2101.00001} \citep{arXiv:2101.00001}\bibliographystyle{plainnat}\bibliography{refs}\end{document}"
    (tmp_path / "main.tex").write_text(r"\documentclass{article}\usepackage{natbib}" + body, "utf-8")
    assert bibt("sync", "main.tex").returncode == 0
    latex = ["pdflatex", "-interaction=batchmode", "main"]
    for command in (latex, ["bibtex", "main"], latex, latex):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert "undefined" not in (tmp_path / "main.log").read_text("latin-1")
    assert (tmp_path / "main.bbl").read_text("utf-8").count("\\bibitem") == 1


def forked(folder: Path, words: Sequence[str], killed_before: int = 0) -> int:
    """Runs the command in a process of its own, which SIGKILL ends before the n-th thing that it does to a file of the folder."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.chdir(folder)
    left = killed_before

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        writes = event in ("os.rename", "os.chmod", "os.remove", "os.truncate", "tempfile.mkstemp")
        writes = writes or (event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR)))
        if writes and str(arguments[0]).startswith(str(folder)):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    status = 70
    try:
        status = main(list(words))
    finally:
        os._exit(status)


def _in(folder: Path) -> Bytes:
    return {name: (folder / name).read_bytes() for name in ("refs.bib", "bibt.lock") if (folder / name).exists()}


@pytest.mark.parametrize("words", [("sync", "main.tex"), ("lock", "upgrade")], ids=["sync", "upgrade"])
def test_killed_before_any_write_the_files_are_old_or_new_and_the_next_run_succeeds(
    server: ArxivServer, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    (tmp_path / "main.tex").write_text(r"\cite{2404.07839,2101.00001,arXiv:2101.00001}\bibliography{refs}", "utf-8")
    (tmp_path / "refs.bib").write_bytes(OWN)
    monkeypatch.chdir(tmp_path)
    for name in ("BIBT_ARXIV_URL", "BIBT_ARXIV_DELAY"):
        monkeypatch.setenv(name, environment[name])
    if words[0] == "lock":
        main(["sync", "main.tex"])
        put(server, newer("2404.07839", "New title"))
    old = tmp_path / "old"
    shutil.copytree(tmp_path, old)
    before = _in(old)
    assert main(list(words)) == 0
    after = _in(tmp_path)
    assert after != before
    for step in range(1, 100):
        folder = tmp_path / f"killed-{step}"
        shutil.copytree(old, folder)
        status = forked(folder, words, killed_before=step)
        for name, content in _in(folder).items():
            assert content in (before.get(name), after[name])
        if status != -signal.SIGKILL:
            break
        assert forked(folder, words) == 0
        assert _in(folder) == after
        assert not list(folder.glob(".*.tmp"))
    assert status == 0
    assert step > 4


def test_runs_at_once_lose_nothing(bibt: Run, environment: dict[str, str], tmp_path: Path) -> None:
    numbers = ["2404.07839", "2101.00001", "2101.00002", "2101.00003"]
    bibt("get", *numbers)
    for number in numbers:
        (tmp_path / f"{number}.tex").write_text(rf"\cite{{{number}}}\bibliography{{refs}}", "utf-8")
    (tmp_path / "refs.bib").write_bytes(OWN)
    commands = [[sys.executable, "-m", "bibtool", "sync", f"{number}.tex"] for number in numbers]
    running = [subprocess.Popen(command, cwd=tmp_path, env=environment) for command in commands]
    assert [process.wait(timeout=120) for process in running] == [0] * len(numbers)
    content = (tmp_path / "refs.bib").read_bytes()
    assert content.startswith(OWN)
    assert sorted(re.findall(r"@misc\{(.*?),", content.decode("latin-1"))) == sorted(numbers)
    assert sorted(tomllib.loads((tmp_path / "bibt.lock").read_text("utf-8"))["entry"]["refs.bib"]) == sorted(numbers)


def test_a_citation_finder_that_fails_costs_its_own_document_alone(bibt: Run, tmp_path: Path) -> None:
    finder = [
        "from bibtool import CitationFinder, hookimpl",
        "def find(document, include):",
        "    raise ValueError('broken')",
        "@hookimpl",
        "def bibtool_citation_finders():",
        "    return [CitationFinder('org', ('.org',), find)]",
    ]
    (tmp_path / "orgmode.py").write_text("\n".join(finder), "utf-8")
    (tmp_path / "notes.org").write_text("[cite:@x]\n", "utf-8")
    (tmp_path / "main.tex").write_text(r"\cite{2404.07839}\bibliography{refs}", "utf-8")
    run = bibt("--plugin", "orgmode.py", "sync", "notes.org", "main.tex")
    assert "plugin 'orgmode': citation finder 'org' failed: ValueError: broken" in run.stderr
    assert run.returncode == 4
    assert "@misc{2404.07839," in (tmp_path / "refs.bib").read_text("utf-8")
