"""CSL-YAML output, as pandoc and Quarto take it in a document's metadata. There, unlike in CSL-JSON, texts are Markdown.

https://pandoc.org/MANUAL.html#specifying-bibliographic-data
"""

import json
from collections.abc import Iterator
from json.encoder import encode_basestring

from bibtool.bibliography import Bibliography
from bibtool.components import FormatOptions
from bibtool.formatters.csl_json import Value, csl_item
from bibtool.formatters.markdown import escape
from bibtool.journal_ref import published
from bibtool.plain_text import plain
from bibtool.reference import Reference
from bibtool.vocabulary import simplified

# Words of CSL's own, and what no reader takes for Markdown.
VERBATIM = frozenset({"id", "type"})


def format_csl_yaml(bibliography: Bibliography, options: FormatOptions) -> str:
    """A YAML document with one list, `references`."""
    if not bibliography:
        return "---\nreferences: []\n...\n"
    items = "".join(_yaml_item(citekey, reference, options) for citekey, reference in bibliography.items())
    return f"---\nreferences:\n{items}...\n"


def _yaml_item(citekey: str, reference: Reference, options: FormatOptions) -> str:
    reference = simplified(published(reference))
    item = csl_item(citekey, reference, options)
    # The item's own text has CSL's tags; here mathematics stays mathematics.
    item |= {name: text for name, text in (("title", reference.title), ("abstract", reference.abstract)) if name in item and text}
    lines = [line for name, value in item.items() for line in _field(name, value)]
    return "".join(f"{'- ' if number == 0 else '  '}{line}\n" for number, line in enumerate(lines))


def _field(name: str, value: Value) -> Iterator[str]:
    # Scalars in double quotes: JSON's strings are YAML's (YAML 1.2, 7.3.1).
    if isinstance(value, str):
        yield f"{name}: {encode_basestring(value if name in VERBATIM else escape(value))}"
    elif isinstance(value, list):
        yield f"{name}:"
        for entry in value:
            parts = [f"{part}: {encode_basestring(escape(plain(text)))}" for part, text in entry.items()]
            yield from (f"{'- ' if number == 0 else '  '}{part}" for number, part in enumerate(parts))
    else:
        yield f"{name}:"
        yield from (f"  {part}: {json.dumps(held, ensure_ascii=False)}" for part, held in value.items())
