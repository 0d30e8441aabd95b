"""The papers that the server knows: made up, or of a snapshot's file."""

import json
from dataclasses import dataclass
from pathlib import Path

# In a clone of bibtool.
CORPUS = Path(__file__).resolve().parents[3] / "fixtures" / "arxiv" / "snapshot.jsonl"


@dataclass(frozen=True)
class Record:
    """What the server knows of one paper; `versions` are the time stamps of version 1, 2 ..."""

    number: str
    title: str
    authors: tuple[str, ...]
    versions: tuple[str, ...]
    abstract: str = "An abstract."
    categories: tuple[str, ...] = ("cs.CL",)
    comment: str | None = None
    journal_ref: str | None = None
    dois: tuple[str, ...] = ()


def made_up(number: str, **changes: object) -> Record:
    """A paper under this number, for tests that need some paper."""
    year = f"20{number[:2]}" if "." in number else "1999"
    record = {"number": number, "title": f"Title of {number}", "authors": ("Ada Lovelace",), "versions": (f"{year}-01-02T03:04:05Z",)}
    return Record(**(record | changes))  # type: ignore[arg-type]  # a test names the fields


def corpus_records(path: Path = CORPUS) -> list[Record]:
    """The papers of a snapshot's file, by default those of bibtool's own corpus; what is not known of them is made up."""
    return [_from_snapshot(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _from_snapshot(line: dict[str, object]) -> Record:
    number = str(line["id"])
    versions = line["versions"] if isinstance(line["versions"], list) else []
    return made_up(
        number,
        title=str(line["title"]),
        authors=tuple(str(line["authors"]).split(", ")),
        versions=tuple(f"20{number[:2]}-{number[2:4]}-{at + 1:02}T00:00:00Z" for at in range(max(len(versions), 1))),
        abstract=str(line["abstract"] or "").strip(),
        categories=tuple(str(line["categories"] or "cs.CL").split()),
        comment=None if line["comments"] is None else str(line["comments"]),
    )
