"""Learns `bibtool/extractors/weights.txt` from labelled cases, or shows how well it judges authors whose cases it has not seen.

`python -m benchmarks.bare_numbers` holds each author's cases out in turn; with `--write`, it learns from all and writes the table.
Plain logistic regression (AdaGrad, in a fixed order), so that the same cases give the same table.

In `fixtures/bare/templates.txt`, `<a|b>` stands for each of its readings, `@@` for an identifier, `##` for a number that looks like one,
and `¶` for a line end.
"""

import argparse
import json
import math
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bibtool.document import Document
from bibtool.extractors import bibtool_extractors, context
from bibtool.extractors.bare import Bare, Verdict
from bibtool.extractors.weights import with_unknown

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
TABLE = Path(context.__file__).with_name("weights.txt")
EXTRACTORS = {suffix: extractor for extractor in bibtool_extractors() for suffix in extractor.suffixes or ("",)}
PROSE = (FIXTURES / "bare/prose.txt").read_text("utf-8").splitlines()
EPOCHS = 25
RATE = 0.3
# How strongly weights are kept small; how many cases a feature has to be seen in, and how much it has to weigh.
DECAY = 2e-4
RARE = 2
LIGHT = 25
# So often a short case comes among prose.
COPIES = 2
# How much the cases count that the tests hold, and those that come from templates.
IMPORTANCE = {"cases": 2.0, "templates": 0.6}
_ALTERNATIVES = re.compile(r"<([^<>\n]*\|[^<>\n]*)>")


class Case(NamedTuple):
    """A text, and the identifiers in it."""

    author: str
    text: str
    suffix: str
    identifiers: frozenset[str]


class Row(NamedTuple):
    """A number that only its context decides about."""

    author: str
    features: list[str]
    is_identifier: bool
    shown: str


def cases() -> Iterator[Case]:
    """All labelled cases: as they were written, between sentences about other things, and from templates."""
    yield from _written()
    for case in _written():
        yield from (_among_prose(case, copy) for copy in range(COPIES) if _is_short(case))
    for line in (FIXTURES / "bare/templates.txt").read_text("utf-8").splitlines():
        yield from map(_filled, _readings(line))


def _written() -> Iterator[Case]:
    for path in (FIXTURES / "identifiers/cases.jsonl", *sorted((FIXTURES / "bare").glob("*.jsonl"))):
        for line in path.read_text("utf-8").splitlines():
            case = json.loads(line)
            yield Case(path.stem, case["text"], case.get("suffix", ""), frozenset(map(_without_version, case["identifiers"])))


def _is_short(case: Case) -> bool:
    return not case.suffix and len(case.text) <= 120 and "\n" not in case.text


def _among_prose(case: Case, copy: int) -> Case:
    """A short case as a part of running text, which speaks of papers mostly, but says nothing of the number."""
    chance = random.Random(f"{copy}{case.text}")
    before, after = chance.sample(PROSE, 2)
    return case._replace(text=chance.choice((" ", "\n\n")).join((before, case.text, after)))


def _without_version(identifier: str) -> str:
    return re.sub(r"v[0-9]+\Z", "", identifier)


def _readings(template: str) -> list[str]:
    """As many texts as its longest choice has readings, so that each reading of each choice comes at least once."""
    choices = [match[1].split("|") for match in _ALTERNATIVES.finditer(template)]
    chance = random.Random(template)
    shuffled = [chance.sample(choice, len(choice)) for choice in choices]
    texts = []
    for number in range(max(map(len, choices), default=1)):
        chosen = iter([choice[number] if number < len(choice) else chance.choice(choice) for choice in shuffled])
        texts.append(_ALTERNATIVES.sub(lambda _, chosen=chosen: next(chosen), template))  # type: ignore[misc]
    return texts


def _filled(text: str) -> Case:
    chance, identifiers = random.Random(text), set[str]()

    def number(match: re.Match[str]) -> str:
        made = _number(chance)
        if match.group() == "##":
            return made
        identifiers.add(made)
        return made + (f"v{chance.randint(1, 4)}" if chance.random() < 0.06 else "")

    text = re.sub("@@|##", number, re.sub(r"\\t(?![a-z])", "\t", text)).replace("¶", "\n")
    return Case("templates", text, "", frozenset(identifiers))


def _number(chance: random.Random) -> str:
    year = chance.randint(8, 14) if chance.random() < 0.42 else chance.randint(15, 25)
    highest = 4000 if year < 10 else 7000 if year < 15 else 11000
    return f"{year:02}{chance.randint(1, 12):02}.{chance.randint(100, highest):0{4 if year < 15 else 5}}"


def rows() -> list[Row]:
    """The numbers in all cases that only their context decides about, with what is known of them."""
    found: list[Row] = []
    case = Case("", "", "", frozenset())

    def note(bare: Bare, before: str, after: str, since_last: str) -> Verdict | None:
        is_identifier = bare.identifier.number in case.identifiers
        described = context.described(bare, before, after, since_last)
        if described is not None:
            shown = f"{before[-60:]}[{bare.text[bare.start : bare.end]}]{after[:40]}"
            found.append(Row(case.author, sorted(described), is_identifier, shown))
        return ("bare", 0.8, "") if is_identifier else None

    judge, context.by_context = context.by_context, note
    for case in cases():
        extractor = EXTRACTORS.get(case.suffix, EXTRACTORS[""])
        list(extractor.extract(Document.from_text(case.text, suffix=case.suffix)))
    context.by_context = judge
    return found


def learnt(known: list[Row]) -> dict[str, float]:
    """The weight of each feature."""
    seen = Counter(name for row in known for name in row.features)
    heads = {name for name, count in seen.items() if count > RARE and name.startswith("head: ")}
    described = [with_unknown(row.features, heads) for row in known]
    seen = Counter(name for names in described for name in names)
    unknown = {name for name in seen if name.startswith("head: ")} - heads
    weights = dict.fromkeys(sorted({name for name, count in seen.items() if count >= RARE} - unknown), 0.0)
    steepness = defaultdict[str, float](lambda: 1e-6)
    data = [
        ([name for name in names if name in weights], row.is_identifier, IMPORTANCE.get(row.author, 1.0))
        for names, row in zip(described, known, strict=True)
    ]
    for epoch in range(EPOCHS):
        random.Random(epoch).shuffle(data)
        for names, is_identifier, importance in data:
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, sum(weights[name] for name in names)))))
            error = (chance - is_identifier) * importance
            for name in names:
                slope = error * _scale(name) + DECAY * weights[name]
                steepness[name] += slope * slope
                weights[name] -= RATE * _scale(name) * slope / math.sqrt(steepness[name])
    return weights


def _scale(name: str) -> float:
    """What says more than one word may weigh more."""
    return 1.0 if ": " in name else 1.5


def in_hundredths(weights: dict[str, float]) -> dict[str, int]:
    """As the table has them, without those that hardly weigh anything."""
    return {name: rounded for name, weight in weights.items() if abs(rounded := round(weight * 100)) >= LIGHT or name.startswith("head: ")}


def judged(table: dict[str, int], row: Row) -> bool:
    """Whether the table takes a number for an identifier."""
    return sum(table.get(name, 0) for name in with_unknown(row.features, table)) > 0


def held_out(every: list[Row], *, shows_errors: bool) -> None:
    """Prints precision and recall for each author, learnt from the others."""
    for author in sorted({row.author for row in every} - {"templates"}):
        table = in_hundredths(learnt([row for row in every if row.author != author]))
        answers = [(judged(table, row), row.is_identifier, row) for row in every if row.author == author]
        both = sum(answer and truth for answer, truth, _ in answers)
        precision = both / max(1, sum(answer for answer, _, _ in answers))
        recall = both / max(1, sum(truth for _, truth, _ in answers))
        sys.stdout.write(f"{author:10} {len(answers):5} numbers  precision {precision:.3f}  recall {recall:.3f}\n")
        for answer, truth, row in answers if shows_errors else ():
            if answer != truth:
                sys.stdout.write(f"    {'taken' if answer else 'missed'}: {row.shown!r}\n")


def main() -> None:
    """Learns and tests, or learns and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="learn from all cases, and write the table")
    parser.add_argument("--errors", action="store_true", help="show what is judged wrongly")
    options = parser.parse_args()
    every = rows()
    if not options.write:
        held_out(every, shows_errors=options.errors)
        return
    by_weight = defaultdict[int, list[str]](list)
    for name, weight in in_hundredths(learnt(every)).items():
        by_weight[weight].append(name)
    lines = ["\t".join((str(weight), *sorted(names))) for weight, names in sorted(by_weight.items())]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
