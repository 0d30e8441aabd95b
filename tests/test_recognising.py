"""Pieces of documents to papers, from a store and from a local server that answers as arXiv does."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bibtool.document import Document
from bibtool.errors import BibtoolError
from bibtool.matching import terms
from bibtool.packing import title_and_authors
from bibtool.recognising.documents import Match, matches
from bibtool.recognising.recogniser import Recogniser
from bibtool.reference import Name, Reference
from bibtool.store import Store
from bibtool.store.terms import TermIndex, Vocabulary
from bibtool.testing import make_context, make_reference, make_workspace
from bibtool.testing.arxiv_server import ArxivServer, corpus_records, made_up, serving

VOCABULARY = Vocabulary(terms.terms_of, terms.MARKS, terms.VERSION)
SUBJECTS = "graphs lattices fermions galaxies proteins networks operators surfaces robots codes plasmas markets".split()  # noqa: SIM905


def paper(number: int, dice: random.Random) -> Reference:
    """A made-up paper whose words come from a small vocabulary, as those of real ones do."""
    words = ["".join(dice.choice(letters) for letters in ("bdfglmnprst", "aeiou", "lmnrst", "aeiou", "kmst", "aeo")) for _ in range(90)]
    names = tuple(Name(dice.choice("BCDFGHKLMN") + dice.choice("aeiou") + dice.choice(SUBJECTS), "A.") for _ in range(3))
    return make_reference(f"2101.{number:05}", title=" ".join(words[:8]), authors=names, abstract=" ".join(dice.sample(words, 80)))


DICE = random.Random(7)
PAPERS = [paper(number, DICE) for number in range(1, 301)]


@pytest.fixture
def papers() -> list[Reference]:
    return PAPERS


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "cache", pytest.fail, lambda: datetime(2026, 1, 1, tzinfo=UTC)) as opened:
        yield opened


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("filled"), pytest.fail, lambda: datetime(2026, 1, 1, tzinfo=UTC)) as opened:
        opened.import_records(PAPERS)
        yield opened


def recognised(text: str, store: Store, suffix: str = ".txt", warn: Callable[[str], None] = pytest.fail) -> list[Match]:
    """What a text speaks of, as far as the store knows."""
    context = replace(make_context(store.path.parent), offline=True, warn=warn)
    recogniser = Recogniser(store, [], context, _raise)
    try:
        return list(matches([Document.from_text(text, f"a{suffix}", suffix)], recogniser, lambda _: (), _raise))
    finally:
        recogniser.close()


def _raise(error: BibtoolError) -> None:
    raise error


@settings(max_examples=60, deadline=None)
@given(
    number=st.integers(0, 299),
    start=st.integers(0, 30),
    lost=st.sets(st.integers(0, 79), max_size=6),
    width=st.sampled_from([40, 72, 110, 10_000]),
)
def test_any_abstract_comes_back_cut_and_with_words_lost(filled: Store, number: int, start: int, lost: set[int], width: int) -> None:
    words = (PAPERS[number].abstract or "").split()
    kept = [word for place, word in enumerate(words) if place not in lost and place >= start]
    lines: list[str] = []
    line = ""
    for word in kept:
        line = f"{line} {word}".strip()
        if len(line) > width:
            lines, line = [*lines, line], ""
    text = "\n".join([*lines, line]).strip()
    found = recognised(text, filled)
    assert [(one.identifier, one.verdict) for one in found] == [(PAPERS[number].identifier, "match")]
    assert found[0].text == text[found[0].start : found[0].end]


def test_spans_point_at_the_raw_text(filled: Store, papers: list[Reference]) -> None:
    title = papers[4].title or ""
    first = f"{papers[3].authors[0].family}, A. {papers[3].title}. 2024."
    text = f"Héading\r\n\r\n[1]  {first}\r\n[2] Stranger, B. Nothing known. Nature, 2001.\r\n\r\n{title}\r\n"
    found = recognised(text, filled)
    assert [(one.line, one.verdict, one.identifier) for one in found] == [
        (3, "match", papers[3].identifier),
        (4, "none", None),
        (6, "match", papers[4].identifier),
    ]
    assert all(text[one.start : one.end] == one.text for one in found)


def test_prose_code_and_nothing_give_nothing(filled: Store) -> None:
    root = Path(__file__).resolve().parent.parent
    for path in ("README.md", "STYLE.md", "LICENSE", "bibtool/pipeline.py", "tests/test_pipeline.py"):
        text = (root / path).read_text("utf-8")
        assert recognised(text, filled) == []
    assert recognised("", filled) == recognised("\x00\x1b[31m\u202e\ud800", filled) == []


def test_the_index_follows_the_store(store: Store, papers: list[Reference]) -> None:
    index = TermIndex(store.path.parent, VOCABULARY, pytest.fail)
    store.import_records(papers[:10])
    index.follow(store, lambda done, total: None)
    [term] = [term for term in terms.terms_of(papers[12]) if term.startswith(terms.TITLE)]
    assert (index.count, index.holding_any([term], 5)) == (10, [])
    store.import_records(papers[10:20])
    index.follow(store, lambda done, total: None)
    assert (index.count, index.holding_any([term], 5)) == (20, [13])
    changed = make_reference("2101.00013", abstract="Another abstract altogether, of a later version.")
    store.import_records([changed])
    index.follow(store, lambda done, total: None)
    [number] = index.holding_any(["_altogether"], 5)
    assert title_and_authors(dict(store.records([number]))[number]) == title_and_authors(changed)
    assert store.records([13]) == []
    index.close()


def test_a_store_that_was_emptied_or_set_aside_gets_an_index_of_its_own(store: Store, papers: list[Reference], tmp_path: Path) -> None:
    store.import_records(papers[:30])
    assert recognised(papers[3].title or "", store)
    store.clear()
    assert recognised(papers[3].title or "", store) == []
    store.close()
    for path in (tmp_path / "cache").glob("records.sqlite*"):
        path.unlink()
    with Store.open(tmp_path / "cache", pytest.fail, lambda: datetime(2026, 1, 1, tzinfo=UTC)) as another:
        another.import_records(papers[30:90])
        assert recognised(papers[3].title or "", another) == []
        assert recognised(papers[40].title or "", another)[0].identifier == papers[40].identifier


@pytest.mark.parametrize("damage", [b"", b"no database at all", None])
def test_a_damaged_index_is_made_anew(store: Store, papers: list[Reference], damage: bytes | None) -> None:
    store.import_records(papers[:30])
    assert recognised(papers[3].title or "", store)
    path = store.path.parent / "terms.sqlite"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096) if damage is None else damage)
    warnings: list[str] = []
    assert [one.identifier for one in recognised(papers[3].title or "", store, warn=warnings.append)] == [papers[3].identifier]
    assert len(warnings) == (0 if damage == b"" else 1)


def test_an_index_that_cannot_be_kept_serves_the_run(store: Store, papers: list[Reference]) -> None:
    store.import_records(papers[:30])
    (store.path.parent / "terms.sqlite").mkdir()
    warnings: list[str] = []
    assert [one.identifier for one in recognised(papers[3].title or "", store, warn=warnings.append)] == [papers[3].identifier]
    assert len(warnings) == 1


def test_entries_without_an_identifier_are_recognised(filled: Store, papers: list[Reference]) -> None:
    known, other = papers[8], papers[9]
    text = f"""% a comment
@string{{j = "Nature"}}
@article{{one, title = {{{{{(known.title or "").upper()}}}}}, author = {{{known.authors[0].family}, A.}}, journal = j, year = 2024}}
@misc{{two, title = {{{other.title}}}, eprint = {{2101.00010}}, archiveprefix = {{arXiv}}}}
@book{{three, title = {{Elements}}, author = {{Euclid}}, year = 1482}}
"""
    found = recognised(text, filled, ".bib")
    assert [(one.line, one.verdict, one.identifier) for one in found] == [(3, "match", known.identifier), (5, "none", None)]
    assert found[0].text.startswith("@article{one")


def test_a_bbl_of_biblatex_is_recognised(filled: Store, papers: list[Reference]) -> None:
    known = papers[8]
    text = f"""\\entry{{one}}{{article}}{{}}
  \\name{{author}}{{1}}{{}}{{%
    {{{{hash=1}}{{%
       family={{{known.authors[0].family}}},
       familyi={{L\\bibinitperiod}},
       given={{Ada}}}}}}%
  }}
  \\field{{title}}{{{known.title}}}
  \\field{{year}}{{2024}}
\\endentry
"""
    assert [(one.line, one.identifier) for one in recognised(text, filled, ".bbl")] == [(1, known.identifier)]


@pytest.fixture
def server() -> Iterator[ArxivServer]:
    others = [made_up(f"2101.{number:05}", title=f"Paper {number} on compute") for number in range(20)]
    with serving([*corpus_records(), *others]) as running:
        yield running


def asked(text: str, server: ArxivServer, folder: Path) -> list[Match]:
    """What a text speaks of, with an empty store and a service."""
    workspace = make_workspace(folder, BIBT_ARXIV_URL=server.url, BIBT_ARXIV_DELAY="0.01")
    recogniser = Recogniser(workspace.store, workspace.sources, workspace.context, _raise)
    try:
        return list(matches([Document.from_text(text, "a.txt")], recogniser, lambda _: (), _raise))
    finally:
        recogniser.close()
        workspace.close()


def queries(server: ArxivServer) -> list[str]:
    return [one.query["search_query"] for one in server.asked if "search_query" in one.query]


REFERENCE = 'J. Hoffmann, S. Borgeaud, "Training compute-optimal large language models," in Proc. NeurIPS, 2022.'


def test_a_service_is_asked_once_and_the_answer_kept(server: ArxivServer, tmp_path: Path) -> None:
    first = asked(REFERENCE, server, tmp_path)
    assert [(one.verdict, str(one.identifier)) for one in first] == [("match", "2203.15556")]
    assert queries(server) == ['ti:"training compute optimal large language models" AND au:hoffmann']
    assert server.asked[0].query["max_results"] == "5"
    assert asked(REFERENCE, server, tmp_path) == first
    assert len(server.asked) == 1


def test_words_anywhere_in_the_title_are_asked_for_next(server: ArxivServer, tmp_path: Path) -> None:
    found = asked("Hoffman, J. Large language models: training, compute-optimal. 2022.", server, tmp_path)
    assert len(queries(server)) == 2
    assert [one.verdict for one in found] == ["none"]
    assert asked("Hoffman, J. Training compute optimal large language models. 2022.", server, tmp_path)[0].verdict == "match"


def test_a_sibling_in_the_store_does_not_keep_from_asking(server: ArxivServer, tmp_path: Path) -> None:
    first, second = (
        made_up(f"2102.0000{part}", title=f"Cycles in sparse graphs. Part {'I' * part}", authors=("Ada Lovelace",)) for part in (1, 2)
    )
    server.records |= {first.number: first, second.number: second}
    assert str(asked("A. Lovelace. Cycles in sparse graphs. Part I. 2021.", server, tmp_path)[0].identifier) == "2102.00001"
    assert str(asked("A. Lovelace. Cycles in sparse graphs. Part II. 2021.", server, tmp_path)[0].identifier) == "2102.00002"


def test_an_abstract_that_says_so_is_asked_for(server: ArxivServer, tmp_path: Path) -> None:
    sparrow = next(record for record in corpus_records() if record.number == "2209.14375")
    found = asked(f"Abstract: {sparrow.abstract}", server, tmp_path)
    assert [(one.verdict, str(one.identifier)) for one in found] == [("match", "2209.14375")]
    assert queries(server)[0].startswith('abs:"')


def test_prose_is_never_sent_to_a_service(server: ArxivServer, tmp_path: Path) -> None:
    asked("This is a private draft. " * 30 + "\n\nIt cites Hoffmann et al. (2022), who have shown that it is so.\n", server, tmp_path)
    assert server.asked == []


def test_a_service_that_does_not_answer_is_asked_no_further(server: ArxivServer, tmp_path: Path) -> None:
    server.script(always="403")
    failures: list[BibtoolError] = []
    workspace = make_workspace(tmp_path, BIBT_ARXIV_URL=server.url, BIBT_ARXIV_DELAY="0.01")
    recogniser = Recogniser(workspace.store, workspace.sources, workspace.context, failures.append)
    text = f"{REFERENCE}\n\nRae, J. Scaling language models: Methods, analysis and insights. 2021.\n"
    found = list(matches([Document.from_text(text, "a.txt")], recogniser, lambda _: (), _raise))
    recogniser.close()
    workspace.close()
    assert [one.verdict for one in found] == ["none", "none"]
    assert [type(error).__name__ for error in failures] == ["UnavailableError"]
    assert len(server.asked) == 1
