"""Paths to documents: what is opened, what is reported, what is left out."""

import bz2
import gzip
import io
import lzma
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bibtool.components import Limits
from bibtool.readers import bibtool_readers
from bibtool.reading.inputs import Report, open_documents, small_file

READERS = {suffix: reader for reader in bibtool_readers() for suffix in reader.suffixes}


def texts(*paths: Path | str, limits: Limits = Limits(), stdin: bytes | None = None) -> tuple[dict[str, str], Report]:  # noqa: B008 - frozen
    report = Report()
    stream = None if stdin is None else io.BytesIO(stdin)
    documents = open_documents([str(path) for path in paths], READERS, limits, report, stdin=stream)
    return {document.name: document.text for document in documents}, report


def test_a_folder_is_read_in_sorted_order_without_what_version_control_keeps(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/c.txt", ".git/config", "c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    found, report = texts(tmp_path)
    assert list(found.values()) == ["a/c.txt", "a/z.txt", "b.txt", "c.txt"]
    assert report == Report()


def test_a_link_loop_gives_each_file_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.txt").write_text("one")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "two.txt").symlink_to(tmp_path / "a" / "one.txt")
    assert list(texts(tmp_path)[0].values()) == ["one"]


def test_what_is_no_text_is_named_but_no_failure_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    found, report = texts(tmp_path)
    assert found == {}
    assert {reason: [Path(name).name for name in names] for reason, names in report.skipped.items()} == {
        "binary": ["picture.png"],
        "a FIFO": ["pipe"],
        "broken link": ["gone"],
    }
    assert report.errors == []


@pytest.mark.parametrize("kind", ["missing", "binary", "fifo"])
def test_what_was_named_and_cannot_be_read_is_an_error_and_the_rest_is_read(tmp_path: Path, kind: str) -> None:
    (tmp_path / "good.txt").write_text("good")
    named = tmp_path / kind
    if kind == "binary":
        named.write_bytes(bytes(range(256)) * 4)
    if kind == "fifo":
        os.mkfifo(named)
    found, report = texts(named, tmp_path / "good.txt")
    assert list(found.values()) == ["good"]
    assert [str(named) in str(error) for error in report.errors] == [True]


def test_text_with_stray_bytes_is_read(tmp_path: Path) -> None:
    (tmp_path / "odd.txt").write_bytes(b"caf\xe9 \x00 arXiv:2404.07839")
    assert list(texts(tmp_path)[0].values()) == ["caf\udce9 \x00 arXiv:2404.07839"]


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(b"text"))
    assert texts(path)[0] == {str(path): "text"}


def test_a_bomb_ends_with_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(b"text" * 10000))
    documents = open_documents([str(path)], READERS, Limits(max_bytes=20000), report := Report())
    with pytest.raises(Exception, match="unpacks to more than"):
        _ = [document.text for document in documents]
    assert report.errors == []


def test_standard_input_is_a_document() -> None:
    assert texts("-", stdin=b"text")[0] == {"<stdin>": "text"}


def test_a_tex_document_stands_for_its_chapters_and_bibliographies(tmp_path: Path) -> None:
    files = {
        "main.tex": "\\input{chapters/one}\n%\\input{no}\n\\include{two} \\input three\n\\bibliography{refs, more}\n\\input{gone}",
        "chapters/one.tex": "one \\input{main}",
        "two.tex": "two \\input{chapters/one}",
        "three.tex": "three",
        "no.tex": "no",
        "refs.bib": "refs",
        "more.bib": "more",
    }
    (tmp_path / "chapters").mkdir()
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    found, report = texts(tmp_path / "main.tex")
    assert [Path(name).name for name in found] == ["main.tex", "one.tex", "two.tex", "three.tex", "refs.bib", "more.bib"]
    assert report == Report()


def test_chapters_are_looked_for_where_latex_looks(tmp_path: Path) -> None:
    files = {
        "main.tex": r"\import{sub/}{five} \subimport{sub/deep/}{six} \subfile{sub/four}"
        + '\\input{"a b"} \\input"c d" \\InputIfFileExists{e}{x}{y}',
        "sub/five.tex": r"\input{six} \subimport{deep/}{seven} \input{main-relative}",
        "sub/six.tex": "six",
        "sub/deep/seven.tex": "seven",
        "main-relative.tex": "main",
        "sub/deep/six.tex": "deep six",
        "sub/four.tex": r"\\% \input{sub/no}" + "\n\\input{local}",
        "sub/local.tex": "local",
        "a b.tex": "a b",
        "c d.tex": "c d",
        "e.tex": "e",
        "sub/no.tex": "no",
    }
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    found, report = texts(tmp_path / "main.tex")
    assert list(found.values()) == [content for name, content in files.items() if name != "sub/no.tex"]
    assert report == Report()


def test_ignored_files_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    (tmp_path / "deep" / "build").mkdir(parents=True)
    for name, content in {
        ".gitignore": "build/\n*.log\n!deep/keep.log\n",
        "a.log": "a",
        "deep/keep.log": "k",
        "deep/build/x.txt": "x",
    }.items():
        (tmp_path / name).write_text(content)
    kept = [Path(name).name for name in texts(tmp_path)[0]]
    everything = open_documents([str(tmp_path)], READERS, Limits(), Report(), ignore_files=False)
    assert kept == [".gitignore", "keep.log"]
    assert [Path(document.name).name for document in everything] == [".gitignore", "a.log", "x.txt", "keep.log"]


def test_a_name_that_is_not_utf8_is_read_beside_a_gitignore(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.log\n")
    for name in (b"caf\xe9.txt", b"caf\xe9.log", b"plain.txt"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("text")
    assert [os.fsencode(Path(name).name) for name in texts(tmp_path)[0]] == [b".gitignore", b"caf\xe9.txt", b"plain.txt"]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("place", ["stdin", "named"])
def test_what_is_compressed_without_saying_so_is_unpacked(tmp_path: Path, compress: Callable[[bytes], bytes], place: str) -> None:
    (tmp_path / "plain").write_bytes(compress(b"text"))
    found, report = texts("-", stdin=compress(b"text")) if place == "stdin" else texts(tmp_path / "plain")
    assert list(found.values()) == ["text"]
    assert report == Report()


def test_standard_input_that_is_binary_is_an_error() -> None:
    found, report = texts("-", stdin=b"PK\x03\x04" + bytes(100))
    assert found == {}
    assert ["<stdin>" in str(error) for error in report.errors] == [True]


GIT_CASES = {
    "*.log\n!keep.log\n": {"a.log": False, "keep.log": True, "s/b.log": False, "s/keep.log": True},
    "/top.txt\nbuild/\n": {"top.txt": False, "s/top.txt": True, "build/x.txt": False, "s/build/x.txt": False, "s/t/build": True},
    "out/*\n!out/keep.txt\n": {"out/a.txt": False, "out/keep.txt": True},
    "foo/**/bar.txt\n\\#a\n[z-a]\n!\nlast.txt\n": {"foo/q/bar.txt": False, "#a": False, "z": True, "last.txt": False},
}


@pytest.mark.parametrize("patterns", GIT_CASES)
@pytest.mark.parametrize("place", [".gitignore", ".git/info/exclude", "user"])
def test_what_git_ignores_is_left_out(tmp_path: Path, patterns: str, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setenv("HOME", str(tmp_path))
    repository, cases = tmp_path / "repository", GIT_CASES[patterns]
    for name in cases:
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text(name)
    file = tmp_path / "settings" / "git" / "ignore" if place == "user" else repository / place
    (repository / ".git").mkdir()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(patterns)
    wanted = {name for name, is_read in cases.items() if is_read} - {place}
    assert set(texts(repository)[0].values()) - {patterns} == wanted
    within = {name for name in wanted if name.startswith("s/")}
    if (repository / "s").is_dir():
        assert set(texts(repository / "s")[0].values()) == within


def test_an_ignored_folder_is_read_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("build/\n")
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "a.txt").write_text("a")
    assert list(texts(tmp_path / "build")[0].values()) == ["a"]


@pytest.mark.parametrize("kind", ["fifo", "folder"])
def test_a_gitignore_that_is_no_file_is_said_and_the_rest_is_read(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / ".gitignore").mkdir() if kind == "folder" else os.mkfifo(tmp_path / ".gitignore")
    found, report = texts(tmp_path)
    assert list(found.values()) == ["a"]
    assert ".gitignore" in str(report.errors)


@pytest.mark.parametrize("name", ["a.txt", "a.zip"])
def test_a_file_that_becomes_a_fifo_is_said_and_not_waited_for(tmp_path: Path, name: str) -> None:
    for file in ("0.txt", name, "z.txt"):
        (tmp_path / file).write_text(file)
    report, found = Report(), []
    for document in open_documents([str(tmp_path)], READERS, Limits(), report):
        if document.name.endswith("0.txt"):
            (tmp_path / name).unlink()
            os.mkfifo(tmp_path / name)
        found.append(document.text)
    assert found == ["0.txt", "z.txt"]
    assert [str(error) for error in report.errors] == [f"{tmp_path / name}: a FIFO, no longer a file"]
    assert small_file(str(tmp_path / name)) is None


def test_standard_input_that_is_named_twice_is_read_once() -> None:
    found = open_documents(["-", "-"], READERS, Limits(), report := Report(), stdin=io.BytesIO(b"text"))
    assert [document.text for document in found] == ["text"]
    assert report.errors == []


@pytest.mark.parametrize("name", ["a.txt", "a.zip", "a.gz"])
def test_a_file_that_vanishes_costs_only_itself(tmp_path: Path, name: str) -> None:
    for file in ("0.txt", name, "z.txt"):
        (tmp_path / file).write_text(file)
    report, found = Report(), []
    for document in open_documents([str(tmp_path)], READERS, Limits(), report):
        (tmp_path / name).unlink(missing_ok=True)
        found.append(document.text)
    assert found == ["0.txt", "z.txt"]
    assert [name in str(error) for error in report.errors] == [True]


@pytest.mark.parametrize("content", [gzip.compress(b"text"), b"text", b"text " * 20_000], ids=["packed", "short", "long"])
def test_a_shells_pipe_is_read_from_its_start(content: bytes) -> None:
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as stream:
            stream.write(content)

    writer = threading.Thread(target=write)
    writer.start()
    path, report = f"/dev/fd/{reading}", Report()
    assert small_file(path) is None
    found = [document.text for document in open_documents([path], READERS, Limits(), report)]
    writer.join()
    os.close(reading)
    assert (found, report.errors) == ([(b"text" if content.startswith(b"\x1f") else content).decode()], [])


def test_standard_input_is_read_from_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("first\nsecond\n")
    with (tmp_path / "a.txt").open("rb") as stream:
        stream.readline()
        assert [document.text for document in open_documents(["-"], READERS, Limits(), Report(), stdin=stream)] == ["second\n"]
