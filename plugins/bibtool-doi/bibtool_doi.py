"""References by DOI: the resolver answers with CSL-JSON. https://citation.crosscite.org/docs.html

What the answer does not say stays unknown; an answer for another DOI is none, unless redirects led to that one. Crossref and DataCite
each have their own words for some things, and leave out, list or mark up what CSL has as a plain text.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from urllib.parse import quote, unquote

from bibtool import (
    Answer,
    Context,
    Doi,
    Identifier,
    Name,
    NotFoundError,
    PartialDate,
    Reference,
    ResolveError,
    Source,
    UnavailableError,
    hookimpl,
)

DEFAULT_URL = "https://doi.org/"
# Where doi.org sends those who ask for metadata: the registration agencies.
AGENCIES = ("api.crossref.org", "data.crossref.org", "data.crosscite.org", "api.datacite.org", "data.datacite.org", "data.medra.org")
CSL_JSON = "application/vnd.citationstyles.csl+json"
# Crossref's public pool takes five requests a second from one client.
DELAY_SECONDS = 0.2

# Mark-up that publishers put into titles: HTML's, JATS's and MathML's elements. What else stands in angle brackets is text.
_TAG = re.compile(
    r"""
    </?(?:
        (?:jats|mml|xhtml):[a-z-]+
        | i | b | u | em | strong | italic | bold | sub | sup | sc | scp | tt | small | span | font
        | math | semantics | mrow | mi | mo | mn | mtext | mspace | mstyle | msub | msup | msubsup | mfrac | msqrt | mover | munder
    )(?:\s[^<>]{0,300})?/?>
    """,
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_BLOCK = re.compile(r"</?(?:jats:)?(?:p|br|div|title|sec)(?:\s[^<>]{0,300})?/?>", re.ASCII | re.IGNORECASE)
_HEADING = re.compile(r"<jats:title>\s*(?:abstract|summary)\s*</jats:title>", re.IGNORECASE)
_RAISED = re.compile(r"<(?P<name>(?:jats:)?(?P<way>sup|sub))>\s*(?P<text>[^<>$]{1,100}?)\s*</(?P=name)>", re.IGNORECASE)
# "van der Waals" as one family name, as Crossref has it.
_PARTICLE = re.compile(r"((?:[a-z]+ )*[a-z]+) (?=[^\W\d_a-z])")
_LINK = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.ASCII | re.IGNORECASE)

# Crossref's types where they are not CSL's own (appendix III), https://api.crossref.org/types.
CSL_TYPES = {
    "journal-article": "article-journal",
    "proceedings-article": "paper-conference",
    "posted-content": "article",
    "dissertation": "thesis",
    "book-chapter": "chapter",
    "book-section": "chapter",
    "book-part": "chapter",
    "reference-entry": "entry-encyclopedia",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "book-series": "book",
    "book-set": "book",
    "proceedings": "book",
    "report-component": "report",
    "report-series": "report",
    "peer-review": "review",
    "database": "dataset",
    "journal": "periodical",
    "journal-issue": "periodical",
    "other": "document",
}
# When the work appeared: CSL's own variable, and where that is empty Crossref's, print first.
DATES = ("issued", "published-print", "published", "published-online")
# After so many failures in a row the resolver is taken to be away.
FAILURES = 2

Json = Mapping[str, object]


@hookimpl
def bibtool_sources() -> list[Source]:
    """`bibt get 10.1038/nphys1170`."""
    return [Source("doi", schemes=("doi",), resolve=resolve)]


def resolve(identifiers: Sequence[Identifier], context: Context) -> Iterator[tuple[Identifier, Reference | ResolveError]]:
    """Each DOI with its reference or why it has none, one request each. Raises UnavailableError where the resolver does not answer."""
    if context.offline:
        raise UnavailableError("the DOI resolver is not asked while offline")
    wanted = list(dict.fromkeys(one for one in identifiers if isinstance(one, Doi)))
    failures = 0
    for done, doi in enumerate(wanted, start=1):
        try:
            answer = _ask(doi, context)
            failures = 0
        except UnavailableError as error:
            # One agency may be away; another sends every DOI of its own to a page of the publisher, and costs only those.
            failures += not error.is_final
            if failures == FAILURES:
                raise
            answer = error
        yield doi, answer
        context.progress.update("asking for DOIs", done, len(wanted))


def reference(item: Json, doi: Doi) -> Reference:
    """The reference that one item of CSL-JSON describes."""
    kind = _text(item.get("type")) or "document"
    editors = " and ".join(_bibtex_name(name) for name in _names(item.get("editor")))
    return Reference(
        type=CSL_TYPES.get(kind, kind),
        genre="preprint" if kind == "posted-content" else None,
        identifiers=(doi,),
        title=_text(item.get("title")),
        authors=tuple(_names(item.get("author"))),
        issued=next((date for name in DATES if (date := _date(item.get(name))) is not None), None),
        container=_text(item.get("container-title")),
        volume=_text(item.get("volume")),
        issue=_text(item.get("issue")),
        pages=_text(item.get("page")) or _text(item.get("article-number")),
        publisher=_text(item.get("publisher")),
        abstract=_text(item.get("abstract")),
        url=doi.url,
        fields=(("editor", editors),) if editors else (),
        source=f"DOI resolver ({_text(item.get('source'))})" if _text(item.get("source")) else "DOI resolver",
    )


def address(doi: Doi, resolver: str) -> str:
    """Where to ask for a DOI. One with segments of dots has its slashes encoded, which no step on the way takes for a path.

    >>> address(Doi("10.1000/../x#"), "https://doi.org/")
    'https://doi.org/10.1000%2F..%2Fx%23'
    """
    has_dots = not {".", ".."}.isdisjoint(doi.name.split("/"))
    return f"{resolver.rstrip('/')}/{quote(doi.name, safe=':;()._-' if has_dots else '/:;()._-')}"


def _ask(doi: Doi, context: Context) -> Reference | ResolveError:
    answer = context.session().ask(
        address(doi, context.settings.get("BIBT_DOI_URL") or DEFAULT_URL),
        headers={"Accept": CSL_JSON},
        delay_seconds=DELAY_SECONDS,
        is_valid=lambda answer: _item(answer) is not None,
        deadline=context.deadline,
        max_age_seconds=0 if context.refresh or context.renew else 86_400,
        also_hosts=AGENCIES,
    )
    if answer.status in (404, 410):
        return NotFoundError(f"no work has the DOI {doi}")
    if answer.status in (204, 406):
        return NotFoundError(f"the agency of the DOI {doi} gives no metadata")
    item = _item(answer)
    if answer.status != 200 or item is None:
        return UnavailableError(f"the DOI resolver refuses {doi} (status {answer.status}); see BIBT_DOI_URL")
    described = Doi(_LINK.sub("", str(item.get("DOI") or doi), count=1))
    if described == doi:
        return reference(item, doi)
    if not _is_about(answer.url, described):
        return UnavailableError(f"the DOI resolver answered with another work than {doi}")
    context.warn(f"{doi} is an older name of {described}")
    return replace(reference(item, doi), identifiers=(doi, described))


def _is_about(url: str, doi: Doi) -> bool:
    """Whether redirects led to an address that names this DOI: so agencies answer for a name that was given up for another."""
    names = re.split(r"(?<=/)(?=10\.)", unquote(url).lower())
    return any(name == doi.name.lower() or name.startswith(f"{doi.name.lower()}/transform") for name in names)


def _item(answer: Answer) -> Json | None:
    """The item in the answer; None where it holds none that could be cited."""
    try:
        item = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return item if isinstance(item, dict) and (_text(item.get("title")) or item.get("author")) else None


def _text(value: object) -> str | None:
    """The text without mark-up and control characters, with what is raised or lowered as mathematics; of a list, the first that has one."""
    if isinstance(value, list):
        return next((text for one in value if not isinstance(one, list) and (text := _text(one))), None)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return None
    # Twice, because Crossref has "R&amp;amp;D" and "&amp;lt;i&amp;gt;".
    raised = _RAISED.sub(_as_mathematics, _HEADING.sub("", html.unescape(html.unescape(value))))
    unmarked = _TAG.sub("", _BLOCK.sub(" ", raised))
    return " ".join("".join(letter for letter in unmarked if letter.isprintable() or letter.isspace()).split()) or None


def _as_mathematics(run: re.Match[str]) -> str:
    return f"${'^' if run['way'].lower() == 'sup' else '_'}{{{run['text']}}}$"


def _names(value: object) -> Iterator[Name]:
    for author in value if isinstance(value, list) else []:
        name = _name(author)
        if name is not None:
            yield name


def _name(author: object) -> Name | None:
    if not isinstance(author, dict):
        return None
    family, given = _text(author.get("family")), _text(author.get("given"))
    if family is None:
        literal = _text(author.get("literal")) or _text(author.get("name")) or given
        return Name(literal=literal) if literal else None
    particle = " ".join(filter(None, (_text(author.get("dropping-particle")), _text(author.get("non-dropping-particle")))))
    if not particle and given and (leading := _PARTICLE.match(family)):
        particle, family = leading[1], family[leading.end() :]
    # A particle that stands behind the given names is moved to the family name.
    return Name(family, given, particle or None, _text(author.get("suffix"))).settled()


def _bibtex_name(name: Name) -> str:
    """The name as BibTeX's fields have it."""
    if name.literal is not None:
        return f"{{{name.literal}}}"
    family = " ".join(filter(None, (name.particle, name.family)))
    return ", ".join(filter(None, (family, name.suffix, name.given)))


def _date(value: object) -> PartialDate | None:
    """As much as is a date of {"date-parts": [[2009, 1, 8]]}, {"raw": "2009-01-08"}, {"literal": "2009"} or "2009-01"."""
    if not isinstance(value, dict):
        return _longest_date(value.strip()[:10].replace("/", "-").split("-")) if isinstance(value, str) else None
    parts = value.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    dated = _longest_date([str(part) for part in first]) if isinstance(first, list) else None
    return dated or next((date for key in ("raw", "literal") if isinstance(value.get(key), str) and (date := _date(value[key]))), None)


def _longest_date(parts: Sequence[str]) -> PartialDate | None:
    """The date of the first parts that are one: a month that there is not leaves the year."""
    numbers = [int(part) for part in takewhile(lambda part: part.isascii() and part.isdigit(), (part[:10] for part in parts))]
    written = [f"{number:0{width}}" for number, width in zip(numbers, (4, 2, 2), strict=False)]
    return next((date for length in range(len(written), 0, -1) if (date := PartialDate.parse("-".join(written[:length])))), None)
