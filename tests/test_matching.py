"""What a text without an identifier says, and how it compares with records."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibtool.identifiers import Doi
from bibtool.matching import passages, strings
from bibtool.matching.abbreviations import spelt_out
from bibtool.matching.clues import Clues
from bibtool.matching.folding import folded, letters_of, words_of
from bibtool.matching.judgement import AMBIGUOUS, MATCH, NONE, PROBABLE, SURE, Judgement, verdict
from bibtool.matching.kinds import is_reference
from bibtool.matching.pieces import pieces
from bibtool.matching.sought import sought
from bibtool.reference import Name, PartialDate, Reference
from bibtool.testing import make_reference

CHINCHILLA = make_reference(
    "2203.15556",
    title="Training Compute-Optimal Large Language Models",
    authors=(Name("Hoffmann", "Jordan"), Name("Borgeaud", "Sebastian"), Name("Mensch", "Arthur")),
    issued=PartialDate(2022, 3, 29),
)
FLOWS = make_reference(
    "math/0309136",
    title="Ricci flow with surgery on three-manifolds. II",
    authors=(Name("Perelman", "Grisha"),),
    issued=PartialDate(2003, 9),
    identifiers=(make_reference("math/0309136").identifiers[0], Doi("10.1103/PhysRevD.76.013009")),
    journal_ref="Phys.Rev.D76:013009,2007",
)

FOUND = {
    "ieee": 'J. Hoffmann, S. Borgeaud, and A. Mensch, "Training compute-optimal large language models," in Proc. NeurIPS, 2022.',
    "apa": "Hoffmann, J., Borgeaud, S., & Mensch, A. (2022). Training compute-optimal large language models. NeurIPS, 35, 30016-30030.",
    "et al.": "Hoffmann et al., Training Compute-Optimal Large Language Models. arXiv preprint, 2022",
    "broken": "J. Hoffmann et al. Training compute-\noptimal large lan-\nguage models. 2022.",
    "tex": r"J.~Hoffmann et~al. \newblock {\em Training {C}ompute-Optimal Large Language Models}. 2022.",
    "revtex": r"\bibinfo {author} {\bibnamefont {Hoffmann}}, \bibinfo {title} {Training compute-optimal large language models},\ (2022)",
    "misread": "J. Hoffrnann, S. Borgeavd. Trainlng cornpute-optimal large langvage modcls. 2022.",
    "another year": "Hoffmann, J. Training compute-optimal large language models. NeurIPS (2023).",
    "title alone": "Training Compute-Optimal Large Language Models",
    "title first": "Training compute-optimal large language models. Jordan Hoffmann et al.",
    "short words": "J. Hoffmann, S. Borgeaud. Train. compute-opt. large lang. models. NeurIPS, 2022.",
    "no mark behind it": "J. Hoffmann, S. Borgeaud. Training compute-optimal large language models Annals of Machines 2022.",
    "in": "J. Hoffmann, S. Borgeaud. Training compute-optimal large language models in Proc. NeurIPS 2022.",
    "upper case": "J. HOFFMANN, TRAINING COMPUTE-OPTIMAL LARGE LANGUAGE MODELS, NeurIPS (2022).",
}


@pytest.mark.parametrize("text", FOUND.values(), ids=FOUND)
def test_a_reference_names_its_paper_in_any_style(text: str) -> None:
    found = strings.judge(Clues.of(text), CHINCHILLA)
    assert found is not None
    assert found.score >= SURE, found


NOT_FOUND = {
    "other people": "M. Curie and P. Curie. Training compute-optimal large language models. Nature, 2022.",
    "another title": "J. Hoffmann, S. Borgeaud, A. Mensch. Improving language models by retrieving. 2022.",
    "a longer title": "J. Hoffmann. Beyond the Myth of Training Compute-Optimal Large Language Models for Small Devices. 2022.",
    "a part": "J. Hoffmann, S. Borgeaud, A. Mensch. Training compute-optimal large language models. Part II. 2023.",
    "extended": "J. Hoffmann, S. Borgeaud. Training compute-optimal large language models: extended version. 2023.",
    "a comment": "J. Hoffmann. Comment on “Training compute-optimal large language models”. 2022.",
    "another word": "J. Hoffmann, S. Borgeaud. Training compute-optimal tiny language models. 2022.",
    "another identifier": "J. Hoffmann. Training compute-optimal large language models. arXiv:2404.07839, 2022.",
    "words behind it": "J. Hoffmann, S. Borgeaud. Training compute-optimal large language models with budgets. NeurIPS, 2022.",
    "words behind it, in capitals": "J. Hoffmann, S. Borgeaud. Training Compute-Optimal Large Language Models Under Fire. NeurIPS, 2022.",
    "words on the next line": "J. Hoffmann, S. Borgeaud. Training compute-optimal large language models\nwith budgets. NeurIPS, 2022.",
    "words behind a comma": "J. Hoffmann, S. Borgeaud. Training compute-optimal large language models, with an application. NeurIPS, 2022.",
    "a subtitle of its own": "J. Hoffmann, S. Borgeaud, A. Mensch. Training compute-optimal large language models: a critique. 2022.",
    "a word before it": "J. Hoffmann, S. Borgeaud, A. Mensch. Improved Training Compute-Optimal Large Language Models. 2022.",
    "part one": "J. Hoffmann, S. Borgeaud. Training compute-optimal large language models. I. Foundations. 2022.",
    "errata": "J. Hoffmann, S. Borgeaud. Errata: Training compute-optimal large language models. 2022.",
    "a rejoinder": "J. Hoffmann. Rejoinder to the paper “Training compute-optimal large language models”. 2022.",
    "years apart": "J. Hoffmann. Training compute-optimal small speech models. 1987.",
}


@pytest.mark.parametrize("text", NOT_FOUND.values(), ids=NOT_FOUND)
def test_what_is_nearly_another_paper_is_not_taken_for_it(text: str) -> None:
    found = strings.judge(Clues.of(text), CHINCHILLA)
    assert found is None or found.score < SURE, found


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("G. Perelman, Phys. Rev. D 76, 013009 (2007).", True),
        ("G. Perelman, Physical Review D 76 (2007) 13009", True),
        ("Perelman G. 2007 Phys Rev D 76:13009", True),
        ("https://doi.org/10.1103/physrevd.76.013009", True),
        ("doi:10.1103/PhysRevD.76.013009.", True),
        ("G. Perelman, Phys. Rev. D 77, 013009 (2007).", False),
        ("G. Perelman, Phys. Rev. D 76, 013008 (2007).", False),
        ("A. Stranger, Z. Unknown, Ann. Bot. 76, 013009 (2001).", False),
        ("doi:10.1103/PhysRevD.76.013000", False),
        ("G. Perelman. Ricci flow with surgery on three-manifolds. I. 2003", False),
        ("G. Perelman. Ricci flow with surgery on three-manifolds. III. 2003", False),
    ],
)
def test_volume_and_page_or_a_doi_stand_for_a_title_and_numerals_count(text: str, is_found: bool) -> None:
    found = strings.judge(Clues.of(text), FLOWS)
    assert (found is not None and found.score >= SURE) == is_found, found


WORDS = st.lists(st.sampled_from([f"word{number}" for number in range(60)]), min_size=0, max_size=90)


@given(WORDS, WORDS)
def test_an_abstract_and_a_passage_compare_the_same_both_ways(one: list[str], other: list[str]) -> None:
    there = passages.judge(one, make_reference(abstract=" ".join(other)))
    back = passages.judge(other, make_reference(abstract=" ".join(one)))
    assert (there and there.score) == (back and back.score)


@given(st.text(max_size=200))
def test_every_text_folds_to_places_of_itself(text: str) -> None:
    done = folded(text)
    assert len(done.letters) == len(done.places)
    assert list(done.places) == sorted(done.places)
    assert all(0 <= place < len(text) for place in done.places)
    assert folded(done.letters).letters == done.letters


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Erdős–Rényi", "Erd{\\H o}s-R{\\'e}nyi"),
        ("Łojasiewicz", r"\L{}ojasiewicz"),
        ("decays $B^0\\to\\mu^+\\mu^-$", "Decays B⁰ → μ⁺μ⁻"),
        ("ﬁeld theory", "Field-Theory"),
        ("Grothendieck's dessins", "Grothendieck’s “dessins”"),
        ("O(n)", "\\mathcal{O}(n)"),
    ],
)
def test_two_writings_of_one_title_fold_alike(one: str, other: str) -> None:
    assert letters_of(one) == letters_of(other)


def test_words_broken_at_the_end_of_a_line_are_whole() -> None:
    assert words_of("multi-\n  modal well-known") == ["multimodal", "well", "known"]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 100), st.booleans()), max_size=6))
def test_a_verdict_picks_the_best_or_none(scores: list[tuple[int, int, bool]]) -> None:
    judged = [Judgement(make_reference(f"2101.0000{work + 1}"), score, (), is_certain) for work, score, is_certain in scores]
    given_verdict = verdict(judged)
    best = max((score for _, score, _ in scores), default=0)
    assert given_verdict.verdict in (MATCH, "probable", AMBIGUOUS, NONE)
    assert (given_verdict.verdict == NONE) == (best < PROBABLE)
    if given_verdict.verdict == MATCH:
        assert given_verdict.score == best >= SURE


def test_siblings_are_offered_and_not_picked() -> None:
    sibling = replace(CHINCHILLA, identifiers=make_reference("2404.00001").identifiers)
    clues = Clues.of(FOUND["apa"])
    both = [one for one in (strings.judge(clues, CHINCHILLA), strings.judge(clues, sibling)) if one is not None]
    offered = verdict(both)
    assert (offered.verdict, offered.identifier, len(offered.judgements)) == (AMBIGUOUS, None, 2)


ONE = "Smith, J. A first title of some length about things. Journal of Things, 12, 2001."
TWO = "Doe, J. Another one. Nature, 2002."
WRAPPED = "Smith, J. and Doe, R. (2001). A first title of some\nlength about things. Journal of Things, 12."
BIBITEMS = r"""text
\begin{thebibliography}{9}
\bibitem[A{\'e}(2001)]{a} A. One,
\emph{Title}.
\bibitem{b}
B. Two
\end{thebibliography}
more"""
LISTS = {
    "numbered": (
        "[1] A. One, First, 2001.\n[2] B. Two, Second\n    title, 2002.\n",
        ".txt",
        ["A. One, First, 2001.", "B. Two, Second\n    title, 2002."],
    ),
    "bulleted": ("- One\n- Two\n\nText\n", ".md", ["One", "Two", "Text"]),
    "a line each": (f"{ONE}\n{TWO}\n", ".txt", [ONE, TWO]),
    "wrapped": (f"{WRAPPED}\n\n{TWO}\n", ".txt", [WRAPPED, TWO]),
    "an abstract": ("arXiv:2404.07839Abstract: In this paper\r\nwe show.\r\n", ".txt", ["In this paper\r\nwe show."]),
    "bibitems": (BIBITEMS, ".tex", ["A. One,\n\\emph{Title}.", "B. Two"]),
    "code": ("before\n```\nx = 1\n```\nafter", ".md", ["before", "after"]),
    "nothing": (" \n\n\t\n", ".txt", []),
}


@pytest.mark.parametrize(("text", "suffix", "expected"), LISTS.values(), ids=LISTS)
def test_a_document_is_cut_where_its_entries_end(text: str, suffix: str, expected: list[str]) -> None:
    assert [text[piece.start : piece.end] for piece in pieces(text, suffix)] == expected


@given(st.text(alphabet="aB1 .,-[]()\n\r\t{}\\<>|é:`*", max_size=300), st.sampled_from([".txt", ".md", ".tex", ".bbl", ".html"]))
def test_pieces_are_in_order_and_within_the_text(text: str, suffix: str) -> None:
    place = 0
    for piece in pieces(text, suffix):
        assert place <= piece.start <= piece.end <= len(text)
        assert text[piece.start : piece.end] == text[piece.start : piece.end].strip()
        place = piece.end


@pytest.mark.parametrize("text", [*list(FOUND.values())[:4], "D. E. Knuth. The TeXbook. Addison-Wesley, 1984."])
def test_a_reference_reads_like_one(text: str) -> None:
    assert is_reference(Clues.of(text), is_listed=False)


@pytest.mark.parametrize(
    "text",
    [
        "As Smith, J. (2010) and others have shown, this is not what we would expect when there is noise.",
        "for (int i = 0; i < 2010; ++i) { A.Smith(i); }",
        "Buy milk, 2 l",
        "The quick brown fox jumps over the lazy dog.",
        "",
    ],
)
def test_prose_and_code_read_like_none(text: str) -> None:
    assert not is_reference(Clues.of(text), is_listed=False)


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "[" * 50_000, "A. " * 50_000, "\\bibitem" * 20_000, "10.1000/" * 30_000, "{" * 100_000, "- " * 80_000]
)
@pytest.mark.parametrize("suffix", [".txt", ".tex", ".html"])
def test_hostile_text_names_nothing(text: str, suffix: str) -> None:
    for piece in pieces(text, suffix):
        assert strings.judge(Clues.of(text[piece.start : piece.end][:5000]), CHINCHILLA) is None


@pytest.mark.parametrize(
    ("text", "title", "author"),
    [
        (FOUND["ieee"], "training compute optimal large language models", "hoffmann"),
        (FOUND["apa"], "training compute optimal large language models", "hoffmann"),
        (
            "Jordan Hoffmann and Arthur Mensch. Training compute-optimal models. NeurIPS 2022.",
            "training compute optimal models",
            "hoffmann",
        ),
        ("Vaswani A, Shazeer N. Attention is all you need. Adv Neural Inf Process Syst. 2017;30.", "attention is all you need", "vaswani"),
    ],
)
def test_a_service_is_asked_for_the_title_and_the_first_author(text: str, title: str, author: str) -> None:
    guess = sought(Clues.of(text), is_abstract=False)
    assert title in guess.title
    assert guess.author == author


def test_a_service_is_asked_for_words_of_an_abstract_that_stand_in_a_row() -> None:
    text = "We show that the extraordinarily heterogeneous hyperparameter landscape of neural networks is a small one."
    passage = sought(Clues.of(text), is_abstract=True).passage
    assert passage in text.lower()
    assert len(passage.split()) == 8
    assert re.fullmatch("[a-z ]+", passage)


def test_a_record_without_anything_is_never_found() -> None:
    assert strings.judge(Clues.of(FOUND["ieee"]), Reference(type="article")) is None
    assert passages.judge(["word"] * 50, Reference(type="article")) is None


def test_the_last_word_counts_parts_where_the_text_does_not() -> None:
    found = strings.judge(Clues.of("G. Perelman. Ricci flow with surgery on three-manifolds. 2003."), FLOWS)
    assert found is not None
    assert found.is_sibling


def test_an_ampersand_is_the_word() -> None:
    assert letters_of(r"Cats \& dogs") == letters_of("Cats & dogs") == letters_of("Cats and dogs") == folded("Cats & dogs").letters


LONG = make_reference("1811.12172", title="The Multiple Random Dot Product Graph Model", authors=(Name("Nielsen", "A."),))


@pytest.mark.parametrize(
    ("text", "is_enough"),
    [
        ("The Multiple Random Dot Product Graph Model. New Journal of Physics, 418, 2018.", True),
        ("M. Curie. The Multiple Random Dot Product Graph Model. New Journal of Physics, 418, 2018.", False),
        ("The Multiple Random Dot Product Graph Model was never used by anybody in the company for the work at hand.", False),
    ],
)
def test_a_long_title_with_its_year_needs_no_authors(text: str, is_enough: bool) -> None:
    found = strings.judge(Clues.of(text), replace(LONG, issued=PartialDate(2018)))
    assert found is not None
    assert (found.score >= SURE and not found.is_bare) is is_enough


def test_a_quoted_title_on_the_next_line_belongs_to_its_people() -> None:
    text = "Zhupa, Eustrat, and Monika K. Polak. 2019.\n“Keyed Hash Function from Large Girth\nGraphs.” Transactions 304 (11): 907–922.\n"
    assert [(piece.start, piece.end) for piece in pieces(text, ".txt")] == [(0, len(text) - 1)]
    text = "“A title of some words,” 2019.\n“Another title of words,” 2020.\n"
    assert len(list(pieces(text, ".txt"))) == 2


@pytest.mark.parametrize(
    ("said", "title"),
    [("Cycles in sparse graphs. Part I.", "Cycles in sparse graphs. Part II"), ("On finite group.", "On finite groupoids")],
)
def test_a_dot_is_not_always_that_of_a_short_word(said: str, title: str) -> None:
    assert spelt_out(Clues.of(f"A. Lovelace. {said} 2021."), title).text == f"A. Lovelace. {said} 2021."


def test_a_line_of_copyright_is_no_reference() -> None:
    assert not is_reference(Clues.of("Copyright (C) 1996-2019 Lovelace, A. and Byron, G. University Press"), is_listed=False)
