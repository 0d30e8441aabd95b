"""A text like those that people scan: English words, numbers here and there, and identifiers at an even distance in the forms they have."""

import random
from collections.abc import Iterator
from pathlib import Path

WORDS = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "we",
    "that",
    "is",
    "a",
    "for",
    "model",
    "with",
    "as",
    "on",
    "by",
    "this",
    "are",
    "from",
    "be",
    "data",
    "can",
    "which",
    "training",
    "an",
    "results",
    "our",
    "method",
    "these",
    "performance",
    "large",
    "learning",
    "it",
    "using",
    "show",
    "language",
    "not",
    "or",
    "have",
    "two",
    "state",
    "more",
    "also",
    "between",
    "energy",
    "field",
    "theory",
    "quantum",
    "mass",
    "scale",
    "where",
    "such",
    "than",
    "Table",
    "Figure",
    "section",
    "network,",
    "however,",
    "distribution.",
    "approach;",
    "proposed",
    "(see)",
    "2017",
    "3.14",
    "42%",
    "0.95",
    "1,000",
    "\\alpha",
    "$x_i$",
    "[12]",
    "e.g.",
    "et",
    "al.",
]
FORMS = (
    "arXiv:{}",
    "arXiv:{}v2",
    "https://arxiv.org/abs/{}",
    "https://arxiv.org/pdf/{}v1",
    "arXiv preprint arXiv:{}",
    "10.48550/arXiv.{}",
    "{} [cs.CL]",
)
OLD_FORMS = ("hep-th/{}", "arXiv:hep-th/{}", "http://arxiv.org/abs/hep-th/{}")


def identifiers(dice: random.Random) -> Iterator[str]:
    """Identifiers as they are written, without end."""
    while True:
        if dice.random() < 0.1:
            yield dice.choice(OLD_FORMS).format(f"{dice.randint(92, 99):02}{dice.randint(1, 12):02}{dice.randint(1, 999):03}")
        else:
            yield dice.choice(FORMS).format(f"{dice.randint(15, 25):02}{dice.randint(1, 12):02}.{dice.randint(1, 19999):05}")


def text(size: int, distance: int, seed: int = 1) -> Iterator[str]:
    """About `size` characters in lines of some eighty, an identifier every `distance`."""
    dice = random.Random(seed)
    written = identifiers(dice)
    filler = [" ".join(dice.choices(WORDS, k=14)) for _ in range(4000)]
    done, until = 0, distance
    while done < size:
        line = dice.choice(filler)
        if done >= until:
            line, until = f"{line} {next(written)} {dice.choice(WORDS)}", until + distance
        yield line + "\n"
        done += len(line) + 1


def write(path: Path, size: int, distance: int, seed: int = 1) -> None:
    """Such a text in a file."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(text(size, distance, seed))
