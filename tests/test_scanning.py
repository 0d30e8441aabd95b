"""From files to what `bibt scan` prints: the short ways give what the long way gives, by one process or several."""

import errno
import io
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bibtool.components import Limits
from bibtool.document import Document
from bibtool.errors import InputError
from bibtool.extractors import bibtool_extractors, listing
from bibtool.extractors.anchors import Finder, fast_finder, find_anchors
from bibtool.extractors.blocks import find_in_block
from bibtool.extractors.finding import find
from bibtool.extractors.found import Markup
from bibtool.extractors.text import extract
from bibtool.readers import bibtool_readers
from bibtool.reading.inputs import Report, files_of, open_documents
from bibtool.reading.parallel import perform_all
from bibtool.reading.scanning import Listing, Wanted, mentions

READERS = {suffix: reader for reader in bibtool_readers() for suffix in reader.suffixes}
EXTRACTORS = {suffix: extractor for extractor in bibtool_extractors() for suffix in extractor.suffixes or ("",)}
FORMS = [
    *(
        "arXiv:{}",
        "arXiv: {}",
        "arXiv preprint arXiv:{}",
        "https://arxiv.org/abs/{}",
        "arxiv.org/pdf/{}",
        "10.48550/arXiv.{}",
        "see {} [cs.CL]",
    ),
    *(
        "eprint = {{{}}}",
        "build {}",
        "abs/{}",
        "{},",
        "é {}",
        "SocArXiv {}",
        "arXiv:{}\u00ad",
        "arXiv%3A{}",
        "{}v3",
        "10.1000/{}",
        "arXiv:{}-v2",
        "{} (see)",
        "{} [12]",
        "{} [hep-th]",
        "{} (v2)",
        "{} \\alpha",
        "{} \\n[hep-th]",
        "@article{{a,\n  eprint = {{{}}},\n  archivePrefix = {{arXiv}},\n  primaryClass = {{hep-th}}\n}}\n",
        '@article{{a,\n  archivePrefix = "arXiv",\n  eprint = "{}"}}\n',
        "archivePrefix = {{arXiv}}, eprint = {{{}}} v2",
        "eprinttype = {{hal}}, year=2017, eprint={{{}}}, ",
        "eprint={{{}}} [hep-th]",
        "journal = {{arXiv}}, eprint = {{{}}},",
        ", eprint = {{{}}},",
        ", eprint = {{{}}}}} (v2)",
        "archivePrefix = {{ascl}},",
        "eprinttype = arxiv, eprintclass = {{hep-th}},",
        "x \\-iv, eprint = {{{}}},",
        "{} \\texttt{{[hep-th]}}",
        "the model of this text and its loss in the theory of quantum fields and of what follows them; in the text {} (see)",
        "the model of this text and its loss in the theory of quantum fields and of what follows them; in the text {} \\alpha",
    ),
]
NUMBERS = [
    "1706.03762",
    "0905.4417",
    "hep-th/9711200",
    "2404.07839v2",
    "1503.0524",
    "math.GT/0309136",
    "1313.12345",
    "9711200",
    "hep-th/0704001",
]
# Made once: that takes as long as hundreds of texts.
FAST = fast_finder()
FILLERS = ["\n", " ", "word ", "the model of this text and its loss ", "arXiv ", "3.14 ", "12345678 ", "{", "日本 ", "\x00"]


def pieces() -> st.SearchStrategy[str]:
    mention = st.builds(lambda form, number: form.format(number), st.sampled_from(FORMS), st.sampled_from(NUMBERS))
    return st.lists(st.one_of(mention, st.sampled_from(FILLERS), st.text(max_size=8)), max_size=80).map("".join)


@settings(max_examples=300)
@given(pieces(), st.sampled_from(Markup))
def test_the_quick_look_gives_what_the_closer_look_gives(text: str, markup: Markup) -> None:
    text = text.encode("utf-8", "replace").decode()
    closely = [(found.start, found.end, found.identifier, found.form, found.confidence) for found in find(text, markup)]
    assert [
        (mention.start, mention.end, mention.identifier, mention.form, mention.confidence)
        for mention in extract(Document.from_text(text), markup)
    ] == closely


@given(pieces())
def test_both_finders_find_the_same_anchors(text: str) -> None:
    content = text.encode("utf-8", "replace")
    assert FAST(content) == find_anchors(content)


@settings(max_examples=1000)
@given(
    st.lists(
        st.sampled_from(["xiv", "XiV", ":", " ", ".org/", "o", "r", "abs/", "pdf/", "a", "p", "1706", ".", "03762", "1", "\0"]), max_size=30
    )
)
def test_both_finders_tell_alike_which_markers_stand_right_before_a_number(parts: list[str]) -> None:
    content = "".join(parts).encode()
    assert FAST(content) == find_anchors(content)


@given(st.binary(max_size=400), st.sampled_from(["", ".json", ".html", ".bib", ".csv"]))
def test_no_bytes_make_an_extractor_fail(content: bytes, suffix: str) -> None:
    document = Document.from_text((b"arXiv:1706.03762 " + content).decode("utf-8", "surrogateescape"), suffix=suffix)
    text = document.text
    for mention in EXTRACTORS[suffix].extract(document):
        assert text[mention.start : mention.end] == mention.raw
        assert str(mention.identifier).isascii()


@given(st.lists(pieces(), max_size=12), st.sampled_from([find_anchors, FAST]))
def test_small_texts_together_give_what_each_gives_alone(texts: list[str], finder: Finder) -> None:
    together = [listing.Text(f"{number}.txt", text.encode("utf-8", "replace"), Markup.PLAIN) for number, text in enumerate(texts)]
    alone = [
        f"{text.name}:{mention.line}:{mention.column}: {mention.identifier}\n"
        for text in together
        for mention in extract(Document.from_text(text.content.decode()))
    ]
    assert listing.mention_lines_of(together, finder, Wanted()).decode() == "".join(alone)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dice = random.Random(1)
    for number in range(300):
        lines = [
            dice.choice(FORMS).format(dice.choice(NUMBERS)) + dice.choice(FILLERS[:-1]) * dice.randint(0, 60)
            for _ in range(dice.randint(0, 30))
        ]
        suffix = dice.choice((".txt", ".md", ".json", ".html", ".bib", ".csv", ""))
        (tmp_path / f"{number:03}{suffix}").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "large.txt").write_text(
        "a line of text\n" * 100_000 + "arXiv:1706.03762\n" + "é" * 600_000 + " arXiv:hep-th/9711200\n", encoding="utf-8"
    )
    (tmp_path / "wide.txt").write_bytes("arXiv:1706.03762 é\n x arXiv:2404.07839".encode("utf-16"))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    return tmp_path


def by_mentions(folder: Path) -> list[str]:
    report = Report()
    documents = open_documents([str(folder)], READERS, Limits(), report)
    found = mentions(documents, EXTRACTORS, report, Wanted())
    return [f"{mention.document}:{mention.line}:{mention.column}: {mention.identifier}" for mention in found]


def test_lines_are_those_of_the_mentions(folder: Path) -> None:
    report = Report()
    listing = Listing(EXTRACTORS, report, Wanted(), ids=False)
    lines = b"".join(listing.of_files(files_of(str(folder), report), READERS, Limits())).decode()
    assert lines.splitlines() == by_mentions(folder)
    assert report.skipped == {"binary": [str(folder / "picture.png")]}


def test_identifiers_are_those_of_the_mentions_once(folder: Path) -> None:
    report = Report()
    listing = Listing(EXTRACTORS, report, Wanted(), ids=True)
    lines = b"".join(listing.of_files(files_of(str(folder), report), READERS, Limits())).decode()
    assert lines.splitlines() == list(dict.fromkeys(line.rpartition(" ")[2] for line in by_mentions(folder)))


@pytest.mark.parametrize("is_ids", [False, True], ids=["lines", "identifiers"])
def test_several_processes_print_what_one_prints(folder: Path, is_ids: bool) -> None:
    report = Report()
    files = list(files_of(str(folder), report))

    def listed(part: list[tuple[str, bool]]) -> tuple[bytes, Report]:
        own = Report()
        return b"".join(Listing(EXTRACTORS, own, Wanted(), ids=is_ids).of_files(part, READERS, Limits())), own

    parts = [files[start : start + 7] for start in range(0, len(files), 7)]
    merged = Listing(EXTRACTORS, report, Wanted(), ids=is_ids).merged(perform_all(parts, listed, 3))
    assert b"".join(merged) == listed(files)[0]
    assert report.skipped == {"binary": [str(folder / "picture.png")]}


def die_at_three(number: int) -> int:
    if number == 3 and os.getpid() != PARENT:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def fail_at_three(number: int) -> int:
    if number == 3:
        raise InputError("three")
    return number * number


PARENT = os.getpid()


def test_a_worker_that_dies_costs_no_result() -> None:
    assert list(perform_all(range(12), die_at_three, 2)) == [number * number for number in range(12)]


def test_a_failure_in_a_worker_is_raised_here() -> None:
    answers: list[int] = []
    with pytest.raises(InputError, match="three"):
        answers.extend(perform_all(range(12), fail_at_three, 2))
    assert answers == [0, 1, 4]


def test_a_document_that_fails_costs_only_itself(tmp_path: Path) -> None:
    import gzip

    good = gzip.compress(b"arXiv:1706.03762 " + os.urandom(30_000).hex().encode())
    (tmp_path / "a.txt.gz").write_bytes(good[: len(good) // 2])
    (tmp_path / "b.txt").write_text("arXiv:2404.07839")
    report = Report()
    found = mentions(open_documents([str(tmp_path)], READERS, Limits(), report), EXTRACTORS, report, Wanted())
    assert "2404.07839" in [str(mention.identifier) for mention in found]
    assert ["a.txt.gz" in str(error) for error in report.errors] == [True]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [(Wanted(), 3), (Wanted(strict=True), 1), (Wanted(min_confidence=0.95), 1), (Wanted(min_confidence=0.985), 0)],
    ids=["all", "strict", "confident", "certain"],
)
@pytest.mark.parametrize("is_ids", [False, True], ids=["lines", "identifiers"])
def test_what_is_not_wanted_is_left_out(tmp_path: Path, wanted: Wanted, numbers: int, is_ids: bool) -> None:
    (tmp_path / "a.txt").write_text("arXiv:2404.07839\nsee 1706.03762v1 for this\n" + "word " * 60 + "\nread 1810.04805 today\n")
    listing = Listing(EXTRACTORS, report := Report(), wanted, ids=is_ids)
    lines = b"".join(listing.of_files(files_of(str(tmp_path), report), READERS, Limits()))
    assert lines.count(b"\n") == numbers


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = (
        "import os, signal\n"
        "from bibtool.reading.parallel import perform_all\n"
        "answers = perform_all(range(40), lambda number: (os.getpid(), bytes(1 << 20)), 2)\n"
        "print(next(answers)[0], next(answers)[0], flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # The pipe closes when the last process that holds it has ended: waiting for its end is waiting for the workers.
    subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, timeout=120, check=False)


class Failing(io.RawIOBase):
    """A file on a disk that fails."""

    def read(self, size: int = -1) -> bytes:
        raise OSError(errno.EIO, "Input/output error")


@pytest.mark.parametrize("is_ids", [False, True])
def test_a_disk_that_fails_costs_one_document(is_ids: bool) -> None:
    report = Report()
    documents = [Document("bad.txt", ".txt", lambda: cast(BinaryIO, Failing())), Document.from_text("arXiv:1706.03762", "good.txt")]
    lines = b"".join(Listing(EXTRACTORS, report, Wanted(), ids=is_ids).of_documents(documents))
    assert lines.rstrip().endswith(b"1706.03762")
    assert [str(error) for error in report.errors] == ["bad.txt: input/output error"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("suffix", [".txt", ".csv", ".jsonl"])
def test_a_byte_order_mark_is_no_character_of_the_text(tmp_path: Path, encoding: str, suffix: str) -> None:
    text = 'arXiv:1706.03762 "é"\narXiv:1810.04805\n'
    path = tmp_path / f"a{suffix}"
    path.write_bytes(text.encode(encoding))
    report = Report()
    found = list(mentions(open_documents([str(path)], READERS, Limits(), report), EXTRACTORS, report, Wanted()))
    assert [text[mention.start : mention.end] for mention in found] == ["1706.03762", "1810.04805"]
    lines = b"".join(Listing(EXTRACTORS, report, Wanted(), ids=False).of_files([(str(path), True)], READERS, Limits()))
    assert lines.decode() == f"{path}:1:7: 1706.03762\n{path}:2:7: 1810.04805\n"


@pytest.mark.parametrize("text", ["\ufeffarXiv:1706.03762", "\udcff\udcfearXiv:1706.03762"])
def test_what_looks_like_a_byte_order_mark_in_a_text_is_a_character_of_it(text: str) -> None:
    document = Document.from_text(text)
    [mention] = extract(document)
    assert text[mention.start : mention.end] == mention.raw == "1706.03762"
    assert document.text == text == "".join(block for _, block in document.blocks())


def test_a_document_is_told_before_it_is_read() -> None:
    told: list[str] = []
    documents = [Document.from_text("see arXiv:2404.07839", name) for name in ("a.txt", "b.txt")]
    listing = Listing(EXTRACTORS, Report(), Wanted(), ids=False, tell=told.append)
    assert next(listing.of_documents(documents)) == b"a.txt:1:11: 2404.07839\n"
    assert told == ["a.txt"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arXiv" * 60 + ":2404.07839", ["2404.07839"]),  # digits far behind the first marker
        ("arxiv.org/" * 40 + "abs/hep-th/9901001", ["hep-th/9901001"]),
        ("v i x r a : " * 40, []),
        ("1v93870.4042:viXra " + "viXra " * 60, ["2404.07839v1"]),  # read backwards, its digits before the marker
        ("arXiv:0009901001", []),
        ("arXiv:hep-th/9901001", ["hep-th/9901001"]),
        ("12.1810.04805.7 and arXiv:1706.03762.", ["1706.03762"]),
    ],
)
@pytest.mark.parametrize("finder", [find_anchors, FAST])
def test_anchors_far_from_digits_cost_no_identifier(finder: Finder, text: str, expected: list[str]) -> None:
    buffer = text.encode()
    assert [str(found.identifier) for found in find_in_block(buffer, 0, len(buffer), Markup.PLAIN, None, finder)] == expected


def test_what_the_system_gives_no_processes_for_is_done_here() -> None:
    script = (
        "import resource\n"
        "from bibtool.reading.parallel import perform_all\n"
        "import multiprocessing.popen_fork\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))\n"
        "print(list(perform_all(range(6), abs, 6)))\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert (run.stdout, run.stderr) == ("[0, 1, 2, 3, 4, 5]\n", "")
