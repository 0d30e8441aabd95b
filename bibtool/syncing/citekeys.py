"""Citation keys that are identifiers: `2404.07839`, `arXiv:hep-th/9711200v2`, `doi:10.1038/nphys1170`, a link."""

import re

from bibtool.errors import IdentifierError
from bibtool.identifiers import Identifier, parse_identifier
from bibtool.workspace import Workspace

# Most ordinary keys are told from identifiers by this alone.
_MAY_BE = re.compile(r"[0-9]{4}\.[0-9]{4}|[0-9]{7}|10\.[0-9]{4}", re.ASCII)
_ADDRESS = re.compile(r"https?://\S+/", re.ASCII)
# As bibt's own keys have old identifiers, which would read as a path.
_COLON_FOR_SLASH = re.compile(r"(?P<archive>[a-z-]+(?:\.[A-Za-z-]{2,})?):(?P<digits>[0-9]{7}(?:v[0-9]+)?)", re.ASCII)


def identifier_of(citekey: str, workspace: Workspace) -> Identifier | None:
    """The identifier that the whole key is, of a kind that some source knows; None for any other key."""
    identifier = plain_identifier(citekey) or _mentioned(citekey, workspace)
    if identifier is None or any(identifier.scheme in source.schemes for source in workspace.sources):
        return identifier
    return None


def plain_identifier(citekey: str) -> Identifier | None:
    """The arXiv identifier or DOI that the whole key is; None for any other key, and for a link."""
    if not _MAY_BE.search(citekey):
        return None
    spelt = _COLON_FOR_SLASH.fullmatch(citekey)
    try:
        return parse_identifier(f"{spelt['archive']}/{spelt['digits']}" if spelt else citekey)
    except IdentifierError:
        return None


def _mentioned(citekey: str, workspace: Workspace) -> Identifier | None:
    """The identifier that the key is in some other form that documents have, or that a plugin knows."""
    from bibtool.document import Document, is_marked
    from bibtool.reading.scanning import mentions_in

    found = list(mentions_in(Document.from_text(citekey, "<citation key>"), workspace.host.extractors))
    found = [one for one in found if is_marked(one) and one.end == len(citekey)]
    whole = [one.identifier for one in found if one.start == 0 or _ADDRESS.fullmatch(citekey[: one.start])]
    return whole[0] if len(whole) == 1 else None
