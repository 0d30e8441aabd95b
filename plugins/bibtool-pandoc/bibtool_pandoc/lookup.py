"""Citations as they are written to CSL items, all in one look-up. Prefixes are manubot's: arxiv:, doi:, url:."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bibtool import Bibliography, Document, FormatOptions, Identifier, IdentifierError, InputError, Workspace, parse_identifier

PREFIX = re.compile(r"(?:arxiv|doi|url|https?):", re.ASCII | re.IGNORECASE)
YAML_ID = re.compile(r"""^[ \t-]*id:[ \t]*(?P<quote>["']?)(?P<citekey>[^\n]+?)(?P=quote)[ \t]*$""", re.MULTILINE)
LINK = re.compile(r"(?:url:)?(?P<address>https?://\S+)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class References:
    """`ids`: each citation that was understood to the one that stands for its work; `items`: CSL-JSON under those."""

    ids: dict[str, str]
    items: list[dict[str, object]]


def references_of(written: Iterable[str], workspace: Workspace) -> References:
    """The references of all citations that name an identifier. Those that have none are warned of and left out."""
    identifiers = {text: known for text in dict.fromkeys(written) if (known := identifier_of(text, workspace)) is not None}
    if not identifiers:
        return References({}, [])
    bibliography = workspace.bibliography(identifiers.values(), "default", {})
    key_of = {known.without_version(): key for key, reference in bibliography.items() for known in reference.identifiers}
    canonical: dict[str, str] = {}
    ids = {}
    for text, identifier in identifiers.items():
        key = key_of.get(identifier.without_version())
        if key is not None:
            ids[text] = canonical.setdefault(key, text)
    _warn_of_unresolved(bibliography, workspace)
    items = json.loads(workspace.host.formatters["csl-json"].format(bibliography, FormatOptions()))
    return References(ids, [{**item, "id": canonical[item["id"]]} for item in items if item["id"] in canonical])


def keys_in(path: str, workspace: Workspace) -> list[str]:
    """The citation keys of a bibliography file; none where it can't be read, which is pandoc's to say."""
    file = Path(path)
    try:
        text = file.read_text("utf-8-sig", "replace")
        if file.suffix.lower() in (".yaml", ".yml"):
            return [found["citekey"] for found in YAML_ID.finditer(text)]
        writer = workspace.host.writers.get(file.suffix.lower())
        return [span.citekey for span in writer.spans(text)] if writer else []
    except (OSError, InputError):
        return []


def _warn_of_unresolved(bibliography: Bibliography, workspace: Workspace) -> None:
    together: dict[str, list[str]] = {}
    for identifier, error in bibliography.unresolved.items():
        together.setdefault(str(error), []).append(str(identifier))
    for reason, names in together.items():
        workspace.warn(f"{reason}; no reference for {', '.join(names)}")


def identifier_of(written: str, workspace: Workspace) -> Identifier | None:
    """The identifier that a citation names; None for a key of the author's own."""
    if not PREFIX.match(written):
        return None
    try:
        return parse_identifier(written)
    except IdentifierError as error:
        link = LINK.fullmatch(written)
        if link is None:
            workspace.warn(str(error))
            return None
        return identifier_in(link["address"], workspace)


def identifier_in(address: str, workspace: Workspace) -> Identifier | None:
    """The one identifier that an address names in any of the forms that bibtool knows."""
    mentions = workspace.host.extractors[""].extract(Document.from_text(address, "<link>"))
    found = {mention.identifier for mention in mentions if mention.form in ("url", "doi")}
    return found.pop() if len(found) == 1 else None
