"""What tells a preprint of arXiv from a published paper in other people's entries: programs file it under a journal "arXiv"."""

import re

from bibtool.errors import IdentifierError
from bibtool.identifiers import ArxivId, Identifier, parse_identifier

_ARXIV_JOURNAL = re.compile(r"(?i)arxiv|^corr$")


def is_arxiv(container: str | None) -> bool:
    """Whether what the work is said to have appeared in is arXiv: "arXiv:1706.03762 [cs]", "ArXiv e-prints", "CoRR"."""
    return container is not None and _ARXIV_JOURNAL.search(container) is not None


# The types, by CSL's words, under which people file a preprint; a thesis or a report that is at arXiv stays one.
_PREPRINTS = frozenset({"article", "article-journal", "document", "manuscript", "webpage"})


def is_preprint(csl_type: str, container: str | None) -> bool:
    """Whether a work of this type that has an arXiv identifier appeared nowhere else."""
    return csl_type in _PREPRINTS and (not container or is_arxiv(container))


def identified(arxiv: ArxivId | None, doi: str) -> tuple[Identifier, ...]:
    """What identifies the work: the paper at arXiv, and the DOI unless that is arXiv's own for it, or none."""
    try:
        named = parse_identifier(doi) if doi else None
    except IdentifierError:
        named = None
    if arxiv is not None and isinstance(named, ArxivId):
        named = None
    return tuple(one for one in (arxiv, named) if one is not None)
