"""Addresses and DOIs that are safe in every format: of the web, without what could steer TeX, HTML or Markdown."""

import re
from urllib.parse import quote

from bibtool.identifiers import ArxivId
from bibtool.reference import Reference

_WEB = re.compile(r"(?:https?|ftp)://[^\s/?#]+", re.IGNORECASE | re.ASCII)
_URL_SAFE = "/:;,?@!$'()*+=&.~_-[]#%"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[!-~]+", re.ASCII)
# Of no DOI that is registered, and the means to steer what reads it.
_NEVER_IN_DOI = re.compile(r"[\\{}]")
_DOI_BREAKS_BIBTEX = re.compile(r"[$^\"`]")


def web_address(url: str | None) -> str:
    """The address, percent-encoded where it must be; nothing where it is none of the web's."""
    if not url:
        return ""
    visible = (url if url.isprintable() else "".join(character for character in url if character.isprintable())).strip()
    if visible.lower().startswith("www."):
        visible = f"http://{visible}"  # as people type it; without a scheme, a page would take it for a place of its own
    if _WEB.match(visible) is None:
        return ""
    return _LONE_PERCENT.sub("%25", quote(visible, safe=_URL_SAFE))


def doi_of(reference: Reference) -> str:
    """The DOI of the published work; nothing where the record holds none, or rubbish."""
    doi = str(reference.doi) if reference.doi else ""
    return doi if _DOI.fullmatch(doi) and not _NEVER_IN_DOI.search(doi) else ""


def typeset_doi(reference: Reference) -> str:
    """The same for BibTeX, whose styles typeset it as TeX: nothing where no spelling would do for all of them."""
    doi = doi_of(reference)
    return "" if _DOI_BREAKS_BIBTEX.search(doi) else doi


def arxiv_doi(arxiv: ArxivId | None) -> str:
    """The DOI that arXiv registers for each of its papers, whatever the version: https://info.arxiv.org/help/doi.html."""
    return f"10.48550/arXiv.{arxiv.number}" if arxiv else ""


def doi_address(doi: str) -> str:
    """Where a DOI leads."""
    return "https://doi.org/" + quote(doi, safe="/:;._-")
