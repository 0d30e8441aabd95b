"""Numbers without a mark, whose context decides: the labelled cases from which the table of weights is learnt."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bibtool.document import Document
from bibtool.extractors import bibtool_extractors
from bibtool.extractors.text import extract
from bibtool.extractors.weights import weights

FIXTURES = Path(__file__).parent.parent / "fixtures/bare"
EXTRACTORS = {suffix: extractor for extractor in bibtool_extractors() for suffix in extractor.suffixes or ("",)}


@pytest.mark.parametrize("author", ["first", "second", "third", "fourth", "fifth", "sixth"])
def test_the_table_knows_the_cases_that_it_learnt_from(author: str) -> None:
    right = found = wanted = 0
    for line in (FIXTURES / f"{author}.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        suffix = case.get("suffix", "")
        mentions = EXTRACTORS.get(suffix, EXTRACTORS[""]).extract(Document.from_text(case["text"], suffix=suffix))
        identifiers = {str(mention.identifier) for mention in mentions}
        right += len(identifiers & set(case["identifiers"]))
        found, wanted = found + len(identifiers), wanted + len(set(case["identifiers"]))
    assert right / found > 0.985
    assert right / wanted > 0.975


def test_weights_are_whole_numbers_and_each_feature_has_one() -> None:
    table = weights()
    assert min(table.values()) < 0 < max(table.values())
    assert table["before: see"] > 0 > table["head: price"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("For a proof see 1706.03762.", "'see' stands before it"),
        ("A. Vaswani et al., preprint, 1706.03762", "ends a reference that begins with its authors"),
    ],
)
def test_a_bare_number_is_explained_by_what_speaks_most_for_it(text: str, reason: str) -> None:
    [mention] = extract(Document.from_text(text))
    assert reason in mention.evidence
    assert mention.form == "bare"
    assert 0.5 < mention.confidence <= 0.9


def test_the_same_words_in_any_block_give_the_same_answer() -> None:
    text = (
        "word " * 300 + "as shown in 1706.03762 and in 1810.04805, the price is 1204.12345.\n" + "word " * 300 + "\n- 1512.03385: ResNet\n"
    )
    whole = [(mention.start, mention.confidence, mention.evidence) for mention in extract(Document.from_text(text))]
    assert len(whole) == 3
    for block_bytes in (7, 64, 1500, 1600):
        blocks = extract(Document.from_text(text), block_bytes=block_bytes)
        assert [(mention.start, mention.confidence, mention.evidence) for mention in blocks] == whole


def test_every_process_gives_the_same_answer(tmp_path: Path) -> None:
    """Whatever order its sets have."""
    texts = [json.loads(line)["text"] for path in sorted(FIXTURES.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    for number, text in enumerate(texts):
        (tmp_path / f"{number:05}.txt").write_text(text, "utf-8")
    command = [sys.executable, "-m", "bibtool", "scan", "--explain", "--jobs", "1", "."]
    answers = {
        subprocess.run(command, capture_output=True, cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": seed}, check=True).stdout
        for seed in ("1", "2", "3")
    }
    assert len(answers) == 1
    assert answers.pop().count(b"(bare") > 500
