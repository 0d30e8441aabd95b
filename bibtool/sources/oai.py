"""arXiv's OAI-PMH service: names with suffixes, and whole sets by harvesting. https://info.arxiv.org/help/oa/ and OAI-PMH 2.0.

It knows the newest version only, in the format `arXiv`, whose `created` is the day of version 1. The `datestamp` of a record is when its
metadata last changed, and no date of the paper.
"""

import xml.etree.ElementTree as ET  # for its types; `strict_xml` reads
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from bibtool.components import Answer, Context
from bibtool.errors import IdentifierError, InputError, NotFoundError, ResolveError, UnavailableError
from bibtool.identifiers import ArxivId, Identifier
from bibtool.plain_text import clean
from bibtool.reference import PartialDate, Reference
from bibtool.sources.arxiv import address, delay_seconds
from bibtool.sources.arxiv_record import pinned, submitted_reference
from bibtool.sources.names import joined
from bibtool.sources.strict_xml import NotXmlError, tree
from bibtool.terminal import printable, quoted

DEFAULT_URL = "https://oaipmh.arxiv.org/oai"
SOURCE = "arXiv OAI-PMH"
ROOT = "{http://www.openarchives.org/OAI/2.0/}OAI-PMH"
OAI = "{http://www.openarchives.org/OAI/2.0/}"
ARXIV = "{http://arxiv.org/OAI/arXiv/}"


@dataclass(frozen=True, slots=True)
class Harvest:
    """What to harvest: a set ("cs", "physics:hep-th"; None for all), and the days from and until which records changed."""

    set_name: str | None = None
    from_day: str | None = None
    until_day: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its references, how many of its records were none, and the token of the next; None after the last."""

    references: tuple[Reference, ...]
    refused: int
    token: str | None


class TokenError(UnavailableError):
    """The service no longer knows the token; they expire every day."""


def resolve(identifiers: Sequence[Identifier], context: Context) -> Iterator[tuple[Identifier, Reference | ResolveError]]:
    """Each arXiv identifier with its reference, one request each: for a few papers whose authors' suffixes matter."""
    if context.offline:
        raise UnavailableError("arXiv is not asked while offline")
    wanted = sorted({one for one in identifiers if isinstance(one, ArxivId)})
    for done, identifier in enumerate(wanted, start=1):
        yield identifier, _record(identifier, context)
        context.progress.update("asking arXiv", done, len(wanted))


def pages(harvest: Harvest, context: Context, token: str | None = None) -> Iterator[Page]:
    """The pages of a harvest, from the one that `token` names. Raises TokenError, InputError, UnavailableError."""
    seen = {token}
    while True:
        if token is None:
            query = {"metadataPrefix": "arXiv", "set": harvest.set_name, "from": harvest.from_day, "until": harvest.until_day}
        else:
            query = {"resumptionToken": token}
        answer = _ask({"verb": "ListRecords", **{name: value for name, value in query.items() if value}}, context)
        if _error(answer) == "noRecordsMatch":
            return
        page = _page(answer)
        yield page
        token = page.token
        if token is None:
            return
        if token in seen:
            raise UnavailableError("OAI-PMH names a place where the harvest has been already; try again later")
        seen.add(token)


def _record(identifier: ArxivId, context: Context) -> Reference | ResolveError:
    if identifier.version is not None:
        return UnavailableError(f"OAI-PMH gives the newest version only, not {identifier}; leave out --source oai")
    query = {"verb": "GetRecord", "identifier": f"oai:arXiv.org:{identifier}", "metadataPrefix": "arXiv"}
    answer = _ask(query, context)
    if _error(answer) == "idDoesNotExist":
        return NotFoundError(f"arXiv knows no {identifier}")
    for reference in _page(answer).references:
        if reference.identifier == identifier:
            return pinned(reference, identifier)
    return UnavailableError(f"OAI-PMH answered with another paper than {identifier}")


def _ask(query: dict[str, str], context: Context) -> ET.Element:
    """The answer to one request. Raises TokenError, InputError where the request was wrong, UnavailableError."""
    url = address(context.settings, "BIBT_OAI_URL", DEFAULT_URL)
    answer = context.session().ask(
        f"{url}?{urlencode(query)}",
        delay_seconds=delay_seconds(context.settings.get("BIBT_ARXIV_DELAY"), url),
        is_valid=_is_oai,
        deadline=context.deadline,
        max_age_seconds=0,
    )
    if answer.status != 200:
        raise UnavailableError(f"OAI-PMH refuses the request (status {answer.status}); see BIBT_OAI_URL")
    document = tree(answer.body, ROOT)
    code = _error(document)
    if code == "badResumptionToken":
        raise TokenError("the place that the harvest had come to has expired")
    if code not in (None, "noRecordsMatch", "idDoesNotExist"):
        message = document.findtext(f"{OAI}error") or ""
        raise InputError(f"OAI-PMH refuses {quoted(query['verb'])}: {printable(clean(message))[:200] or code}; check set and days")
    return document


def _is_oai(answer: Answer) -> bool:
    try:
        document = tree(answer.body, ROOT)
    except NotXmlError:
        return False
    return any(document.find(f"{OAI}{name}") is not None for name in ("error", "ListRecords", "GetRecord"))


def _error(document: ET.Element) -> str | None:
    error = document.find(f"{OAI}error")
    return None if error is None else error.get("code", "unknown")


def _page(document: ET.Element) -> Page:
    references, refused = [], 0
    for record in document.iter(f"{OAI}record"):
        header = record.find(f"{OAI}header")
        metadata = record.find(f"{OAI}metadata/{ARXIV}arXiv")
        if metadata is None:
            refused += header is None or header.get("status") != "deleted"
            continue
        try:
            references.append(_reference(metadata))
        except IdentifierError:
            refused += 1
    token = clean(document.findtext(f"{OAI}ListRecords/{OAI}resumptionToken") or "")
    return Page(tuple(references), refused, token or None)


def _reference(metadata: ET.Element) -> Reference:
    authors = metadata.findall(f"{ARXIV}authors/{ARXIV}author")
    return submitted_reference(
        partial(_text, metadata),
        version=None,
        authors=joined((_text(one, "keyname"), _text(one, "forenames"), _text(one, "suffix")) for one in authors),
        issued=PartialDate.parse(_text(metadata, "created")),
        updated=PartialDate.parse(_text(metadata, "updated") or _text(metadata, "created")),
        source=SOURCE,
    )


def _text(element: ET.Element, name: str) -> str:
    return clean(element.findtext(f"{ARXIV}{name}") or "")
