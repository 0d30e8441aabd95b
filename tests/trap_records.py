"""The trap records: references that writers of bibliographies get wrong, each named after what it stands for."""

import json
from pathlib import Path
from typing import NotRequired, TypedDict

from bibtool.bibliography import Bibliography
from bibtool.citekeys import bibtool_citekey_styles
from bibtool.citekeys.unique import assign_citekeys
from bibtool.identifiers import ArxivId, Doi, Identifier
from bibtool.reference import Name, PartialDate, Reference

PATH = Path(__file__).resolve().parent.parent / "fixtures" / "bib" / "traps.json"

Trap = TypedDict(
    "Trap",
    {
        "name": str,
        "arxiv": str,
        "title": str | None,
        "authors": list[list[str] | str],
        "issued": str | None,
        "class": str,
        "doi": NotRequired[str],
        "journal_ref": NotRequired[str],
        "comment": NotRequired[str],
        "status": NotRequired[str],
        "hostile": NotRequired[bool],
    },
)


def traps() -> dict[str, Reference]:
    """Each trap's reference, by name."""
    return {trap["name"]: _reference(trap) for trap in _read()}


def tame_traps() -> dict[str, Reference]:
    """Those that hold nothing hostile: what readers read back is what was meant."""
    return {trap["name"]: _reference(trap) for trap in _read() if not trap.get("hostile")}


def bibliography(references: dict[str, Reference]) -> Bibliography:
    """The references under the names of their traps, which are keys that every reader takes."""
    return Bibliography(references.items())


def keyed(references: dict[str, Reference]) -> Bibliography:
    """The references under the keys that the default style gives them."""
    return Bibliography(assign_citekeys(list(references.values()), bibtool_citekey_styles()[0], {}))


def _read() -> list[Trap]:
    read: list[Trap] = json.loads(PATH.read_text(encoding="utf-8"))
    return read


def _reference(trap: Trap) -> Reference:
    identifiers: list[Identifier] = [ArxivId.parse(trap["arxiv"])]
    if "doi" in trap:
        identifiers.append(Doi(trap["doi"]))
    return Reference(
        type="article",
        genre="preprint",
        publisher="arXiv",
        identifiers=tuple(identifiers),
        title=trap["title"],
        authors=tuple(_name(name) for name in trap["authors"]),
        issued=PartialDate.parse(trap["issued"]) if trap["issued"] else None,
        primary_category=trap["class"],
        categories=(trap["class"],),
        journal_ref=trap.get("journal_ref"),
        comment=trap.get("comment"),
        status=trap.get("status"),
        url=identifiers[0].url,
    )


def _name(name: list[str] | str) -> Name:
    if isinstance(name, str):
        return Name(literal=name)
    given, particle, family, suffix = (part or None for part in name)
    return Name(family=family, given=given, particle=particle, suffix=suffix)
