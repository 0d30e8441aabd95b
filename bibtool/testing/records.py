"""Makers of what components are given: references, bibliographies, a context, a workspace."""

from dataclasses import replace
from pathlib import Path

from bibtool.bibliography import Bibliography
from bibtool.components import Context
from bibtool.errors import BibtoolError, NotFoundError
from bibtool.identifiers import ArxivId, Doi, parse_identifier
from bibtool.reference import Name, PartialDate, Reference
from bibtool.workspace import Silence, Workspace


def make_reference(identifier: str = "2404.07839", **fields: object) -> Reference:
    """A sound reference under this identifier; `fields` replace what it holds: `make_reference(title=None)`."""
    work = parse_identifier(identifier)
    made = Reference(
        type="article",
        genre="preprint",
        publisher="arXiv",
        identifiers=(work,),
        title="On the Analytical Engine",
        authors=(Name(family="Lovelace", given="Ada"), Name(family="Babbage", given="Charles")),
        issued=PartialDate(2024, 4, 11),
        version=work.version,
        abstract="An abstract.",
        url=work.url,
        primary_category="cs.GL",
        categories=("cs.GL",),
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # a test names the fields


def make_bibliography(*references: Reference) -> Bibliography:
    """The references under the keys key1, key2 ..., or one sound reference."""
    return Bibliography((f"key{place}", reference) for place, reference in enumerate(references or (make_reference(),), 1))


def odd_references() -> dict[str, Reference]:
    """References that components trip over, by what is odd about them. Real records hold all of it."""
    arxiv = ArxivId("hep-th/9901001", 2)
    return {
        "nothing known": Reference(type="article"),
        "no title": make_reference(title=None),
        "no authors": make_reference(authors=()),
        "no date": make_reference(issued=None),
        "a year alone": make_reference(issued=PartialDate(1999)),
        "an old identifier": make_reference("hep-th/9901001v2"),
        "a DOI alone": make_reference("10.1038/nphys1170", genre=None, publisher=None),
        "an arXiv paper with a DOI": make_reference(identifiers=(arxiv, Doi("10.1103/PhysRevD.76.013009"))),
        "a journal reference": make_reference(journal_ref="Phys.Rev.D76:013009,2007"),
        "a group": make_reference(authors=(Name(literal="The ATLAS Collaboration"),)),
        "one name": make_reference(authors=(Name(family="Plato"),)),
        "all parts of a name": make_reference(authors=(Name("Beethoven", "Ludwig", "van", "Jr."),)),
        "many authors": make_reference(authors=tuple(Name(f"Family{number}", "Given") for number in range(3000))),
        "mathematics": make_reference(title=r"A bound on $\sum_{i<n} x_i^2$ for $\mathbb{R}^n$"),
        "every script": make_reference(title="Über ħ, 量子力学, العربية and 𝔄", authors=(Name("Łukasiewicz", "Žofie"), Name("李", "明"))),
        "markup": make_reference(title=r"100% of {braces}, A&B <b>#1_x</b> ~ \ \input{x} @article{y,"),
        "broken lines": make_reference(title="One\r\nTY  - JOUR\n\ntwo", comment="a\x1b[31m\u202eb\x00"),
        "withdrawn": make_reference(status="withdrawn"),
    }


def make_context(folder: Path, **settings: str) -> Context:
    """What a source may use, with its cache in `folder`: `make_context(tmp_path, BIBT_ARXIV_URL=server.url)`."""
    return make_workspace(folder, **settings).context


def make_workspace(folder: Path, **settings: str) -> Workspace:
    """A run's workspace with the built-in plugins, its store and cache in `folder`. A failure ends the test."""
    return Workspace(
        settings={"BIBT_CACHE_DIR": str(folder), "BIBT_ARXIV_URL": "http://127.0.0.1:9/", "BIBT_ARXIV_DELAY": "0.1", **settings},
        warn=_ignore,
        fail=_fail,
        note=_ignore,
        progress=Silence(),
        installed_plugins=False,
    )


def _ignore(_line: str) -> None:
    """Warnings and notes are for people."""


def _fail(error: BibtoolError) -> None:
    if not isinstance(error, NotFoundError):
        raise error
