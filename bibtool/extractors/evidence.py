"""What speaks for and against a number that has no mark of its own: its field, its path, its list; or else its context."""

import re

from bibtool.extractors import context, grammar, vocabulary
from bibtool.extractors.bare import REACH, Bare, Verdict
from bibtool.extractors.cells import is_under_another_head
from bibtool.extractors.found import Markup
from bibtool.extractors.later import later
from bibtool.identifiers import ArxivId


def weigh(bare: Bare, previous: ArxivId | None, between: str, sureness: tuple[str, float] = ("listed", 0.9)) -> Verdict | None:
    """Form, confidence and evidence of a number that is taken for an identifier; None for one that is not.

    `between` stands between it and the identifier before, where there is one; `sureness` is the form and the confidence of what
    continues that: never more than its own.
    """
    before, after = bare.before, bare.after
    if ("10." in before and grammar.OTHER_DOI.search(before)) or _is_json_number(bare, before, after):
        return None
    if any(map(before.__contains__, _OTHER_REGISTRIES)) and grammar.OTHER_PLACE.search(before):
        return None
    if is_under_another_head(bare):
        return None
    if bare.archive and "/" in bare.identifier.number and "-" not in bare.archive and _is_file(bare, before):
        return None
    return (
        _own_mark(bare, before)
        or _listed(previous, between, after, sureness)
        or _echo(bare, previous, between, sureness)
        or _in_path(bare, before, after)
        or context.by_context(bare, before, after, between if previous else "")
    )


CONTINUES = "continues a list of identifiers"
# Without one of these there is nothing that a slower expression would find.
_OTHER_REGISTRIES = ("xiv", "vixra", "ssrn", "repec", "hal", "pmc", "pmid", "jstor", "zenodo", "osf", "ascl", "submit")


def _is_json_number(bare: Bare, before: str, after: str) -> bool:
    return bare.markup is Markup.JSON and _JSON_BEFORE.search(before[-REACH:]) is not None and _JSON_AFTER.match(after) is not None


_JSON_BEFORE, _JSON_AFTER = later(r"[:,\[]\s*\Z"), later(r"\s*(?:[,\]\n]|\Z)")


def _is_file(bare: Bare, before: str) -> bool:
    """Whether what looks like an archive with its number is a folder with a file: no folder is called by a name with a hyphen."""
    suffix = _SUFFIX.match(bare.cased, bare.end)
    if suffix is not None and suffix["suffix"].lower() not in ("pdf", "ps", "tex", "gz"):
        return True
    return before.endswith(("/", "\\")) and _OF_PAPERS.search(before) is None


_SUFFIX = later(r"\.(?P<suffix>[a-z]{1,5}|[A-Z]{1,5})(?![A-Za-z0-9])")
# A path on a host, or in a folder, for papers; or another identifier, where a list has slashes between.
_OF_PAPERS = later(
    r"(?:arxiv|lanl\.gov|ucdavis\.edu|alphaxiv|ar5iv|scirate|e-?print|preprint|citebase)\S*\Z|\babs/\Z|[0-9]{7}(?:v[0-9]{1,2})?/\Z"
    r"|(?:/|\A|[\s\"'(])(?:papers?|articles?|pdfs?|refs?)/\Z"
)


def _own_mark(bare: Bare, before: str) -> Verdict | None:
    if before.endswith("/") and grammar.ABSTRACT.search(before):
        return "marked", 0.97, "stands after 'abs/'"
    if grammar.in_field(before):
        return "field", 0.97, "in an eprint field"
    if bare.markup is Markup.BIBTEX and _is_number_at_arxiv(bare, before):
        return "field", 0.95, "the number of an entry that arXiv published"
    if bare.suffix:
        return "classed", 0.97, "an arXiv class stands after it"
    if bare.archive and (not re.search(r"[a-z0-9._-]\Z", before) or ("-" in bare.archive and re.search(r"[a-z0-9]\Z", before))):
        return "archive", 0.95, "stands after its archive"
    if grammar.SLIPPED_MARKER.search(before[-REACH:]):
        return "repaired", 0.8, "stands after a mistyped 'arXiv'"
    if any(sign in before for sign in "\\@<") and grammar.CITED.search(before):
        return "cited", 0.9, "is a citation key"
    return None


def _is_number_at_arxiv(bare: Bare, before: str) -> bool:
    """Whether the number is all that a field holds, in a BibTeX entry that names arXiv in another."""
    if grammar.NUMBER_FIELD.search(before) is None or not re.match(r"\s?[\"},\s]", bare.after):
        return False
    return grammar.AT_ARXIV.search("|".join(grammar.entry_around(bare.text, bare.start, bare.end))) is not None


def _listed(previous: ArxivId | None, between: str, after: str, sureness: tuple[str, float]) -> Verdict | None:
    is_next = grammar.BETWEEN_LISTED.fullmatch(between) or _ANNOTATED.fullmatch(between) or (0 < len(between) <= 2 and between.isspace())
    if previous is None or not is_next or context.UNITS.match(after) or _MEASURED.match(after):
        return None
    return *sureness, CONTINUES


# "1409.0473 (attention), 1409.3215 (seq2seq)"
_ANNOTATED = later(r"\s\([^()\n]{2,40}\)[,;]\s")
_MEASURED = later(r"[0-9]|\.[0-9]|\s?[%°±=×]|\([0-9]{1,3}\)")


def _echo(bare: Bare, previous: ArxivId | None, between: str, sureness: tuple[str, float]) -> Verdict | None:
    """A link's own text: the identifier again, right behind the link."""
    if previous is None or len(between) > 40 or previous.number != bare.identifier.number or re.search(r"[a-z0-9]\Z", between):
        return None
    return *sureness, "repeats the identifier before it"


_PAPER_PATH = later(
    r"(?:(?:/|\A|[\s\"'(])(?:papers?|articles?|pdfs?|arxiv|preprints?|eprints?|refs?|references?)/|(?<=search)\?p=|[?&](?:q|query|ids?|arxiv|paper|pid|eprint|search)=)(?:[a-z_-]{1,20}/)?\Z"
)
# Publishers number their articles, too.
_JOURNAL = later(r"(?://|www\.)(?!\S*(?:arxiv|print))\S*/articles?/\Z")
_FILE = later(r"(?:v[0-9]{1,2})?\.(?:pdf|ps|tex|djvu|epub)(?![a-z0-9])")


_ENDS_PATH = later(r"(?:v[0-9]{1,2})?\.(?:txt|md|html?|xml|bib|json|gz|zip)(?![a-z0-9])|(?![/.]?[a-z0-9])")


def _in_path(bare: Bare, before: str, after: str) -> Verdict | None:
    if _FILE.match(after) and (not re.search(r"[a-z0-9.@=_-]\Z", before) or _is_named_file(before[-REACH:])):
        return "bare", 0.8, "names a document's file"
    if _PAPER_PATH.search(before[-REACH:]) and not _JOURNAL.search(before) and _ENDS_PATH.match(after):
        return "bare", 0.8, "in a path to a paper"
    return None


def _is_named_file(tail: str) -> bool:
    """Whether a word that counts nothing stands before the number of a file's name: "vaswani_1706.03762.pdf"."""
    found = _NAMED.search(tail)
    return found is not None and vocabulary.MEASURES_AND_NUMBERED_THINGS.isdisjoint(re.split("[-_0-9]+", found["words"]))


_NAMED = later(r"(?P<words>(?<![a-z0-9.])(?:(?:[a-z]{2,20}(?:(?:19|20)?[0-9]{2})?|(?:19|20)[0-9]{2})[a-z]?[-_]){1,5})\Z")
