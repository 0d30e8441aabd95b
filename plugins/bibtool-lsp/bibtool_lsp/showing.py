"""A paper in a few lines, for hovers and completions."""

from bibtool import Reference, plain
from bibtool_lsp.entries import Entry

AUTHORS = 5


def shown(reference: Reference) -> str:
    """What is known of a paper."""
    authors = [str(author) for author in reference.authors[:AUTHORS]]
    more = len(reference.authors) - len(authors)
    lines = [
        plain(reference.title or "(no title)"),
        plain(", ".join(authors) + (f" and {more} more" if more else "")),
        " ".join(str(part) for part in (reference.identifier, f"({reference.issued})" if reference.issued else None) if part),
        "WITHDRAWN" if reference.status == "withdrawn" else "",
        plain(reference.journal_ref or reference.container or ""),
        plain(reference.abstract or ""),
    ]
    return "\n".join(line for line in lines if line)


def documented(entry: Entry) -> str:
    """What an entry says itself of who wrote it and when."""
    fields = {field.name: plain(field.value.replace("{", "").replace("}", "")) for field in entry.fields}
    who = fields.get("author") or fields.get("editor") or ""
    when = fields.get("year") or fields.get("date") or ""
    return "\n".join(line for line in (fields.get("title", ""), who, when) if line)
