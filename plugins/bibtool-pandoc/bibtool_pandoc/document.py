"""A pandoc document as JSON: its citations found and replaced. The form is that of pandoc-types 1.22 and 1.23 (pandoc 2.17 to 3)."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bibtool_pandoc.items import meta_reference
from bibtool_pandoc.lookup import PREFIX, References

# A link as a word of running text, with the punctuation around it.
BARE_LINK = re.compile(r"(?P<before>[(\[\"'“‘]*)(?P<link>https?://\S*?[^\s.,;:!?)\]\"'”’])(?P<after>[.,;:!?)\]\"'”’]*)", re.ASCII)


def with_references(
    tree: dict[str, Any], look_up: Callable[[Iterable[str]], References], keys_in: Callable[[str], Iterable[str]]
) -> dict[str, Any]:
    """The document with its citations under one name for each work, and their references in its metadata.

    What its own references, or the bibliography files that it names, have already is left to them; `keys_in` reads such a file.
    """
    meta = tree.get("meta", {})
    own = {_text(reference["c"].get("id")) for reference in meta.get("references", {}).get("c", ()) if reference.get("t") == "MetaMap"}
    own |= {key for path in _named(meta.get("bibliography")) for key in keys_in(path)}
    is_linking = meta.get("bibt-links") == {"t": "MetaBool", "c": True}
    written = [text for text in citations(tree, is_linking=is_linking) if text not in own]
    found = look_up(written)
    changed: dict[str, Any] = replaced(tree, found.ids, is_linking=is_linking)
    if found.items:
        known = changed["meta"].setdefault("references", {"t": "MetaList", "c": []})
        known["c"] = [*known["c"], *(meta_reference(item) for item in found.items)]
    return changed


def citations(node: Any, *, is_linking: bool) -> Iterator[str]:
    """The citations as they are written, in order; bare links, too, where those count."""
    if isinstance(node, list):
        for child in node:
            yield from citations(child, is_linking=is_linking)
    if not isinstance(node, dict):
        return
    if node.get("t") == "Cite":
        yield from (citation["citationId"] for citation in node["c"][0] if PREFIX.match(citation["citationId"]))
        yield from citations([[citation["citationPrefix"], citation["citationSuffix"]] for citation in node["c"][0]], is_linking=is_linking)
        return
    if is_linking and (link := bare_link(node)):
        yield link[1]
        return
    for child in node.values():
        yield from citations(child, is_linking=is_linking)


def replaced(node: Any, ids: dict[str, str], *, is_linking: bool) -> Any:
    """The tree with each citation under the name of its work."""
    if isinstance(node, list):
        pieces: list[Any] = []
        for child in node:
            link = bare_link(child) if is_linking and isinstance(child, dict) else None
            pieces += cited(link, ids) if link and link[1] in ids else [replaced(child, ids, is_linking=is_linking)]
        return pieces
    if not isinstance(node, dict):
        return node
    if node.get("t") == "Cite":
        group, shown = node["c"]
        inner = [replaced(citation, ids, is_linking=is_linking) for citation in group]
        named = [{**citation, "citationId": ids.get(citation["citationId"], citation["citationId"])} for citation in inner]
        return {"t": "Cite", "c": [once(named), shown]}
    return {name: replaced(child, ids, is_linking=is_linking) for name, child in node.items()}


def once(group: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A group of citations without those that say no more than another one of the same work does."""
    kept: list[dict[str, Any]] = []
    for citation in group:
        same = [other for other in kept if other["citationId"] == citation["citationId"]]
        if same and is_bare(citation):
            continue
        kept = [other for other in kept if not (other in same and is_bare(other))] + [citation]
    return kept


def is_bare(citation: dict[str, Any]) -> bool:
    """Whether nothing is said beside the work: no "see", no page."""
    return not citation["citationPrefix"] and not citation["citationSuffix"]


def bare_link(node: dict[str, Any]) -> tuple[str, str, str] | None:
    """An address that stands for itself, and the punctuation before and after it."""
    if node.get("t") == "Link" and "uri" in node["c"][0][1]:
        return "", node["c"][2][0], ""
    if node.get("t") == "Str" and (found := BARE_LINK.fullmatch(node["c"])):
        return found["before"], found["link"], found["after"]
    return None


def cited(link: tuple[str, str, str], ids: dict[str, str]) -> list[dict[str, Any]]:
    """The inlines that a bare link becomes."""
    before, address, after = link
    citation = {
        "citationId": ids[address],
        "citationPrefix": [],
        "citationSuffix": [],
        "citationMode": {"t": "NormalCitation"},
        "citationNoteNum": 0,
        "citationHash": 0,
    }
    cite = {"t": "Cite", "c": [[citation], [{"t": "Str", "c": address}]]}
    return [*([{"t": "Str", "c": before}] if before else []), cite, *([{"t": "Str", "c": after}] if after else [])]


def _named(value: dict[str, Any] | None) -> list[str]:
    """The paths that a value of the metadata names, one or a list."""
    if value is None:
        return []
    return [_text(one) for one in value["c"]] if value["t"] == "MetaList" else [_text(value)]


def _text(node: Any) -> str:
    """The text of a value of the metadata, a string or inlines."""
    if isinstance(node, list):
        return "".join(map(_text, node))
    if not isinstance(node, dict):
        return ""
    return node["c"] if isinstance(node.get("c"), str) else " " if node["t"] == "Space" else _text(node.get("c"))
