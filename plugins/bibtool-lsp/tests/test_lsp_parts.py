"""What the server is made of, without an editor."""

import asyncio
from pathlib import Path

import pytest
from bibtool_lsp import citing
from bibtool_lsp.agreeing import is_another_paper
from bibtool_lsp.entries import Entry, entries_of
from bibtool_lsp.papers import Papers
from bibtool_lsp.places import Text
from bibtool_lsp.publishing import as_published, is_preprint
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from bibtool import Citation, Name, Reference
from bibtool.testing import make_workspace


def work(title: str, *authors: str) -> Reference:
    """Authors as "Given Family", a group in braces."""
    names = [
        Name(literal=one.strip("{}")) if one.startswith("{") else Name(family=one.split()[-1], given=one.rpartition(" ")[0] or None)
        for one in authors
    ]
    return Reference(type="article", title=title, authors=tuple(names))


ATTENTION = work("Attention Is All You Need", "Ashish Vaswani", "Noam Shazeer")
RESIDUAL = work("Deep Residual Learning for Image Recognition", "Kaiming He", "Xiangyu Zhang")


@pytest.mark.parametrize(
    ("entry", "record"),
    [
        pytest.param(ATTENTION, RESIDUAL, id="all differs"),
        pytest.param(work("Attention is all you need"), RESIDUAL, id="no authors"),
        pytest.param(
            work("Large language models and people", "Wei Wang", "Yi Li"),
            work("Graphs in quantum gravity", "Xin Wang", "Zhou Li"),
            id="namesakes",
        ),
    ],
)
def test_another_paper_is_told(entry: Reference, record: Reference) -> None:
    assert is_another_paper(entry, record)


@pytest.mark.parametrize(
    ("entry", "record"),
    [
        pytest.param(ATTENTION, ATTENTION, id="same"),
        pytest.param(work("{A}ttention is all you need!", "A. Vaswani"), ATTENTION, id="abbreviated"),
        pytest.param(work("Attention", "X. Nobody"), ATTENTION, id="too short"),
        pytest.param(
            work("First contact with an AGI system", "S. Bubeck"), work("Sparks of Intelligence", "Sébastien Bubeck"), id="renamed"
        ),
        pytest.param(work("Über die Natur der Dinge selbst", "Lucretius"), work("On Nature", "Titus Lucretius"), id="translated"),
        pytest.param(work("注意力就是你所需要的一切", "王伟"), ATTENTION, id="another script"),
        pytest.param(work("Observation of things unseen", "{ATLAS Collaboration}"), RESIDUAL, id="a group"),
        pytest.param(work("Attention is all you need", "Some Body"), ATTENTION, id="other authors, same title"),
        pytest.param(work("Selfsupervised pretraining", "Some Body"), work("Self-supervised pre-training", "Ann Other"), id="hyphens"),
        pytest.param(work("Wave mechanics", "E. Schroedinger"), work("Das Problem der Quanten", "Erwin Schrödinger"), id="umlaut"),
        pytest.param(work("Deep things in the sky", "He Kaiming"), RESIDUAL, id="names the other way round"),
        pytest.param(work("Deep things in the sky", "He et al."), RESIDUAL, id="and others"),
        pytest.param(Reference(type="article"), ATTENTION, id="empty"),
    ],
)
def test_what_may_be_the_same_is_not_accused(entry: Reference, record: Reference) -> None:
    assert not is_another_paper(entry, record)
    assert not is_another_paper(record, entry)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@given(source=st.text(alphabet="aé𝔄\r\n\f\u2028 ", max_size=40))
def test_places_are_there_and_back(encoding: str, source: str) -> None:
    text = Text(source, encoding)
    for offset in range(len(source) + 1):
        if source[offset - 1 : offset + 1] != "\r\n":
            assert text.offset(text.position(offset)) == offset
    assert text.offset(types.Position(99, 0)) == len(source)


def keys(text: str, suffix: str, folder: Path) -> list[str]:
    found = asyncio.run(Papers(make_workspace(folder), print).citations(f"text{suffix}", text, suffix))
    assert [text[one.start : one.end] for one in found] == [one.citekey for one in found]
    return [one.citekey for one in found]


@pytest.mark.parametrize(
    ("suffix", "text", "expected"),
    [
        (".tex", "\\cite{a} \\citep*[see][p.~3]{b,\n c} % \\cite{no}\n50\\% \\textcite{d}", ["a", "b", "c", "d"]),
        (".tex", "\\verb|\\cite{no}| \\begin{verbatim}\\cite{no}\\end{verbatim}\\cites(pre)[1]{a}[2]{b}", ["a", "b"]),
        (".md", "[@a; see @b, p. 3] @c says -@d. a@no.org `@no` [@{e f}] @{g:h}", ["a", "b", "c", "d", "g:h"]),
        (".md", "```\n@no\n```\n@a:b/c.", ["a:b/c"]),
        (".tex", "\\newcommand{\\see}[1]{\\cite{#1}}\\see{a}", ["a"]),
        (".sty", "\\cite{a}", ["a"]),
        (".txt", "[@a]", ["a"]),
        (".typ", "@a:b. #cite(<c>) // @no\n`@no` https://x.org/@no", ["a:b", "c"]),
    ],
)
def test_citations_are_found(suffix: str, text: str, expected: list[str], tmp_path: Path) -> None:
    assert keys(text, suffix, tmp_path) == expected


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        (["nocite", "textcite", "parencites", "textcite", "citep"], "\\textcite{k}"),
        (["volcite", "cites", "blockcquote"], "\\cite{k}"),
        ([], "\\cite{k}"),
    ],
)
def test_a_citation_is_written_with_the_documents_own_macro(commands: list[str], expected: str) -> None:
    cited = [Citation("a", "a.tex", 0, 1, 1, 1, command) for command in commands]
    assert citing.citation(cited, ".tex", "k") == expected


def test_a_bibliography_that_is_being_typed_keeps_its_other_entries(tmp_path: object) -> None:
    writer = make_workspace(tmp_path).host.writers[".bib"]  # type: ignore[arg-type]
    text = '@string{x = "y"}\n@misc{a, title = {A}}\n@article{b,\n  title = {half\n\n@misc{c, title = {C}}\n@misc{'
    assert [(one.citekey, one.title) for one in entries_of(text, writer)] == [("a", "A"), ("b", "half"), ("c", "C"), ("", "")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@misc{a, eprint = {1}}", True),
        ("@article{a, journal = {CoRR}, volume = {abs/1}}", True),
        ("@article{a, journal = {arXiv preprint arXiv:1}}", True),
        ("@article{a, journal = {Nature}}", False),
        ("@inproceedings{a, booktitle = {NeurIPS}}", False),
        ("@phdthesis{a, title = {T}}", False),
    ],
)
def test_a_preprints_entry_is_told(text: str, expected: bool) -> None:
    assert is_preprint(Entry("a", 0, text)) is expected


def test_macros_and_quotes_of_the_author_stay() -> None:
    old = '@Misc(a, title = "A, {B}" # x, month = jan, eprint = {1v2}, note = "mine")'
    new = "@article{a,\n  journal = {J},\n  year = {2012},\n  eprint = {1},\n  note = {arXiv:1}\n}"
    assert as_published(Entry("a", 0, old), Entry("a", 0, new)) == (
        '@article(a, title = "A, {B}" # x, eprint = {1v2}, note = "mine", journal = {J}, year = {2012})'
    )
