"""Records as arXiv writes them: the query API's Atom feed, and OAI-PMH."""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from bibtool.testing.arxiv_server.records import Record


def entry(record: Record, version: int) -> str:
    """The Atom entry of one version, in the order in which arXiv writes its elements."""
    named = f"{record.number}v{version}"
    lines = [
        f"<id>http://arxiv.org/abs/{named}</id>",
        f"<title>{escape(record.title)}</title>",
        f"<updated>{record.versions[version - 1]}</updated>",
        f'<link href="https://arxiv.org/abs/{named}" rel="alternate" type="text/html"/>',
        f'<link href="https://arxiv.org/pdf/{named}" rel="related" type="application/pdf" title="pdf"/>',
        f"<summary>{escape(record.abstract)}</summary>",
        *(f'<category term={quoteattr(term)} scheme="http://arxiv.org/schemas/atom"/>' for term in record.categories),
        f"<published>{record.versions[0]}</published>",
        *([f"<arxiv:comment>{escape(record.comment)}</arxiv:comment>"] if record.comment else []),
        f"<arxiv:primary_category term={quoteattr(record.categories[0])}/>",
        *([f"<arxiv:journal_ref>{escape(record.journal_ref)}</arxiv:journal_ref>"] if record.journal_ref else []),
        *(f"<author>\n      <name>{escape(name)}</name>\n    </author>" for name in record.authors),
        *(f"<arxiv:doi>{escape(doi)}</arxiv:doi>" for doi in record.dois),
    ]
    return "  <entry>\n" + "".join(f"    {line}\n" for line in lines) + "  </entry>\n"


def error_entry(summary: str) -> str:
    """The Atom entry in which arXiv says what was wrong with a query."""
    slug = re.sub(r"\W+", "_", summary)
    return (
        f"  <entry>\n    <id>https://arxiv.org/api/errors#{slug}</id>\n    <title>Error</title>\n"
        f"    <updated>2026-11-21T23:06:55Z</updated>\n"
        f"    <summary>{escape(summary)}</summary>\n    <author>\n      <name>arXiv api core</name>\n    </author>\n  </entry>\n"
    )


def oai_record(record: Record) -> str:
    """The record in the format `arXiv` of OAI-PMH. An author "Keyname|Forenames|Suffix" is given in these parts."""
    authors = []
    for author in record.authors:
        keyname, forenames, suffix, *_ = [*author.split("|"), "", ""] if "|" in author else [*author.rsplit(" ", 1)[::-1], "", ""]
        parts = {"keyname": keyname, "forenames": forenames, "suffix": suffix}
        authors.append("<author>" + "".join(f"<{name}>{escape(part)}</{name}>" for name, part in parts.items() if part) + "</author>")
    texts = {
        "title": record.title,
        "categories": " ".join(record.categories),
        "comments": record.comment,
        "journal-ref": record.journal_ref,
        "doi": " ".join(record.dois),
        "abstract": record.abstract,
    }
    return (
        f"<record><header><identifier>oai:arXiv.org:{record.number}</identifier><datestamp>2026-11-01</datestamp>"
        f"<setSpec>{record.categories[0].partition('.')[0]}</setSpec></header><metadata>"
        f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{record.number}</id><created>{record.versions[0][:10]}</created>'
        + (f"<updated>{record.versions[-1][:10]}</updated>" if len(record.versions) > 1 else "")
        + f"<authors>{''.join(authors)}</authors>"
        + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in texts.items() if text)
        + "</arXiv></metadata></record>"
    )


def oai(content: str) -> bytes:
    """An answer of arXiv's OAI-PMH service around this content."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>2026-11-22T03:00:00Z</responseDate><request/>{content}</OAI-PMH>"
    ).encode()


def feed(entries: Iterable[str], total: int) -> bytes:
    """The Atom feed that arXiv answers a query with."""
    body = "".join(entries)
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns="http://www.w3.org/2005/Atom">\n  <id>https://arxiv.org/api/4J8twb6A723hzj5GgR1ilLpeDEI</id>\n'
        f"  <title>arXiv Query</title>\n  <updated>2026-11-21T23:06:55Z</updated>\n"
        f"  <opensearch:totalResults>{total}</opensearch:totalResults>\n  <opensearch:startIndex>0</opensearch:startIndex>\n"
        f"{body}</feed>\n"
    ).encode()
