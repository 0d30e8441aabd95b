"""References by DOI: the resolver answers with CSL-JSON. https://citation.crosscite.org/docs.html

What the answer does not say stays unknown; an answer for another DOI is none.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

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

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")

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
    for done, doi in enumerate(wanted, start=1):
        yield doi, _ask(doi, context)
        context.progress.update("asking for DOIs", done, len(wanted))


def reference(item: Json, doi: Doi) -> Reference:
    """The reference that one item of CSL-JSON describes."""
    return Reference(
        type=_text(item.get("type")) or "document",
        identifiers=(doi,),
        title=_text(item.get("title")),
        authors=tuple(name for author in _list(item.get("author")) if (name := _name(author)) is not None),
        issued=_date(item.get("issued")),
        container=_text(item.get("container-title")),
        volume=_text(item.get("volume")),
        issue=_text(item.get("issue")),
        pages=_text(item.get("page")),
        publisher=_text(item.get("publisher")),
        abstract=_text(item.get("abstract")),
        url=doi.url,
        source=f"DOI resolver ({_text(item.get('source'))})" if _text(item.get("source")) else "DOI resolver",
    )


def _ask(doi: Doi, context: Context) -> Reference | ResolveError:
    url = (context.settings.get("BIBT_DOI_URL") or DEFAULT_URL).rstrip("/")
    answer = context.session().ask(
        f"{url}/{quote(doi.name, safe='/:;()._-')}",
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
    if str(item.get("DOI", doi)).lower() != doi.name.lower():
        return UnavailableError(f"the DOI resolver answered with another work than {doi}")
    return reference(item, doi)


def _item(answer: Answer) -> Json | None:
    """The item in the answer; None where it holds none that could be cited."""
    try:
        item = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return item if isinstance(item, dict) and (_text(item.get("title")) or item.get("author")) else None


def _text(value: object) -> str | None:
    """The text without mark-up and control characters; of a list, its first."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    plain = html.unescape(_TAG.sub("", value))
    return " ".join("".join(letter if letter.isprintable() else " " for letter in plain).split()) or None


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _name(author: object) -> Name | None:
    if not isinstance(author, dict):
        return None
    family, given = _text(author.get("family")), _text(author.get("given"))
    if family is None:
        literal = _text(author.get("literal")) or _text(author.get("name")) or given
        return Name(literal=literal) if literal else None
    particle = " ".join(filter(None, (_text(author.get("dropping-particle")), _text(author.get("non-dropping-particle")))))
    return Name(family, given, particle or None, _text(author.get("suffix")))


def _date(value: object) -> PartialDate | None:
    """Of {"date-parts": [[2009, 1, 8]]} as much as is a date."""
    parts = value.get("date-parts") if isinstance(value, dict) else None
    first = parts[0] if isinstance(parts, list) and parts else None
    if not isinstance(first, list) or not first or not all(str(part).isascii() and str(part).isdigit() for part in first):
        return None
    numbers = [int(part) for part in first[:3]]
    return PartialDate.parse("-".join(f"{number:0{width}}" for number, width in zip(numbers, (4, 2, 2), strict=False)))
