"""Hayagriva's entries, as Typst reads them, to references; bibtool/vocabulary.py says what .bib files call the fields.

https://github.com/typst/hayagriva/blob/main/docs/file-format.md. What an entry appeared in are its parents, each an entry of its own.
"""

import re
from collections.abc import Iterator, Mapping

from bibtool.bibtex_names import bibtex_name, inverted_name, parse_names
from bibtool.edtf import is_plain
from bibtool.entries.preprints import identified, is_arxiv, is_preprint
from bibtool.errors import IdentifierError, InputError
from bibtool.identifiers import ArxivId
from bibtool.kinds import ENTRY_TYPE, kind_of_hayagriva
from bibtool.languages import langid_of
from bibtool.reference import Name, PartialDate, Reference
from bibtool.terminal import quoted
from bibtool.vocabulary import FIELDS, PROTECTED

# The type of a parent that names none, by the type of what appeared in it.
_PARENTS = {"article": "periodical", "chapter": "book", "entry": "reference", "anthos": "anthology", "web": "web", "scene": "video"}
_PARENTS |= {"artwork": "exhibition", "legislation": "anthology", "post": "post", "video": "video", "audio": "audio"}
# What the journal or the book says of what appeared in it, too.
_OF_PARENT = """
    archive archive-location call-number date edition editor issue language location organization publisher url url.date volume
    volume-total serial-number.isbn serial-number.issn
"""
OF_PARENT = frozenset(_OF_PARENT.split())
_FIELDS = {row.hayagriva: name for name, row in reversed(FIELDS.items()) if row.hayagriva and row.kind not in ("maker", "note")}
_FIELDS |= {"collection.title": "series", "collection.issue": "number", "organization": "organization", "note": "note"}
# Earlier versions of the format, and a number that says nothing of its kind.
_OLDER = {"doi": "serial-number.doi", "isbn": "serial-number.isbn", "issn": "serial-number.issn", "serial-number": "serial-number.serial"}
_OLDER |= {"title.shorthand": "title.short"}
# What a reference has an attribute for.
_USED = "title author date page-range issue volume publisher genre abstract url serial-number.doi serial-number.arxiv parent.title"
USED = frozenset(_USED.split())
_ARXIV = re.compile(
    r"(?i)(?:https?://)?(?:(?:www\.)?arxiv\.org/(?:abs|pdf)/|arxiv:)?(?P<id>[a-z.-]+/\d{7}|\d{4}\.\d{4,5})(?P<version>v\d+)?(?:\.pdf)?"
)
_ESCAPED = re.compile(r"\\(?P<mark>[\\${}])|[{}]")
_KEPT_CASE = re.compile(r"(?<!\\)\{(?P<text>(?:[^{}\\]|\\.)*)\}")
_SUFFIX = re.compile(r"(?i)(?:[js]r|esq|ph\.?d|[ivx]{1,4})\.?")


def read_hayagriva(entries: Mapping[str, object]) -> Iterator[tuple[str, Reference] | InputError]:
    """The entries of a YAML document in order, each as (key, reference) or as the error that says what is wrong with it."""
    for key, entry in entries.items():
        if isinstance(entry, dict):
            yield key, _reference(entry)
        else:
            yield InputError(f"the entry {quoted(key)} is no mapping of fields; left out")


def _reference(entry: Mapping[str, object]) -> Reference:
    own_type = str(entry.get("type") or "misc").lower().replace("tweet", "post")
    texts = dict(_texts(entry))
    parent_type = _take_parents(texts, entry, own_type)
    kind = kind_of_hayagriva(own_type, parent_type)
    container = texts.get("parent.title")
    arxiv = _arxiv(texts)
    # A paper in an archive is a preprint; the archive stands for its publisher.
    at_archive = kind.csl == "article" or (arxiv is not None and is_preprint(kind.csl, container))
    notes = texts.pop("note", "").split("; ")
    return Reference(
        type="article" if at_archive else kind.csl,
        genre=texts.get("genre") or ("preprint" if at_archive else kind.genre) or None,
        identifiers=identified(arxiv, texts.get("serial-number.doi", "")),
        title=texts.get("title"),
        authors=parse_names(texts.get("author", "")),
        issued=PartialDate.parse(texts.get("date", "")),
        container=None if at_archive else container,
        volume=texts.get("volume"),
        issue=texts.get("issue"),
        pages=texts.get("page-range"),
        publisher=texts.get("publisher") or (("arXiv" if arxiv else container) if at_archive else None),
        abstract=texts.get("abstract"),
        url=arxiv.url if arxiv else texts.get("url"),
        status="withdrawn" if "Withdrawn" in notes else None,
        fields=(
            *_fields(texts, arxiv),
            *_filled("note", "; ".join(note for note in notes if note not in ("", "Withdrawn"))),
            *_filled(PROTECTED, _protected(entry.get("title"))),
            *_filled(ENTRY_TYPE, own_type if own_type != kind.hayagriva else ""),
        ),
        source="an entry of Hayagriva",
    )


def _filled(name: str, text: str) -> list[tuple[str, str]]:
    return [(name, text)] if text else []


def _fields(texts: Mapping[str, str], arxiv: ArxivId | None) -> Iterator[tuple[str, str]]:
    """What a reference has no attribute for, under the names of .bib fields."""
    for path, text in texts.items():
        if not text or (path in USED and (path != "date" or is_plain(text))):
            continue
        if path == "serial-number.serial" and arxiv is not None and _ARXIV.fullmatch(text):
            continue
        name = _FIELDS.get(path) or path.lstrip("+").replace(".", "-")
        yield name, langid_of(text) if name == "langid" else text


def _take_parents(texts: dict[str, str], entry: Mapping[str, object], own_type: str) -> str:
    """Adds what the parents say, and returns the type of the one that the entry appeared in."""
    container = ""
    for parent in _mappings(entry.get("parent")):
        parent_type = str(parent.get("type") or _PARENTS.get(own_type, "misc")).lower()
        # The parent of a book, and of what an entry appeared in, is a series.
        is_series = parent_type in ("anthology", "book") and kind_of_hayagriva(own_type, parent_type).parent != parent_type
        prefix = "conference." if parent_type == "conference" else "collection." if is_series else "parent."
        container = container or (parent_type if prefix == "parent." else "")
        said = [(prefix, parent), *(("collection.", above) for above in _mappings(parent.get("parent")))]
        for start, mapping in said:
            for path, text in _texts(mapping):
                texts.setdefault(start + path, text)
    for path in OF_PARENT:
        of_parent = texts.get(f"parent.{path}")
        if of_parent is not None and texts.setdefault(path, of_parent) == of_parent:
            del texts[f"parent.{path}"]
    return container


def _texts(entry: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """An entry's own texts by their paths ("title", "url.date", "+translator"), people as BibTeX writes names."""
    for name, value in entry.items():
        if name in ("author", "editor"):
            yield name, _people(value)
        elif name == "affiliated":
            for role in _mappings(value):
                yield f"+{str(role.get('role')).lower()}", _people(role.get("names"))
        elif name not in ("type", "parent"):
            for path, text in _parts(name, value):
                if path == "publisher.location":
                    path = "location"
                yield _OLDER.get(path, path), _date(text) if path.endswith("date") else _unescaped(text)


def _parts(name: str, value: object) -> Iterator[tuple[str, str]]:
    """A value's texts: `value` (of a publisher `name`) is the field's own, every other part stands behind a dot."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list):
        yield name, "; ".join(text for part in value for _, text in _parts(name, part))
    elif isinstance(value, dict):
        for part, held in value.items():
            if part not in ("verbatim", "sentence-case", "title-case"):
                yield from _parts(name if part in ("value", "name") else f"{name}.{part}", held)


def _unescaped(text: str) -> str:
    """The text of a formattable string: without its escapes, and the braces that keep its case."""
    text = " ".join(text.split())
    return _ESCAPED.sub(lambda found: found["mark"] or "", text) if "\\" in text or "{" in text else text


def _protected(title: object) -> str:
    """The words of a title whose case is kept: those in braces, or all."""
    parts = title if isinstance(title, dict) else {"value": title}
    text = str(parts.get("value") or "")
    kept = [text] if str(parts.get("verbatim")).lower() == "true" else [found["text"] for found in _KEPT_CASE.finditer(text)]
    words = [word for part in kept for word in _unescaped(part).split()]
    return " ".join(dict.fromkeys(word for word in words if word != word.lower()))


def _date(text: str) -> str:
    """ISO 8601, with the mark of a doubtful date where biblatex has it."""
    return f"{text[1:]}~" if text.startswith("~") else text


def _people(value: object) -> str:
    return " and ".join(bibtex_name(name) for name in map(_name, value if isinstance(value, list) else [value]) if name is not None)


def _name(value: object) -> Name | None:
    """A person as a mapping, or as `Family, Given, Suffix` (some write the suffix second, as BibTeX does)."""
    if isinstance(value, dict):
        family, given, particle, suffix = (
            str(value[part]) if value.get(part) else None for part in ("name", "given-name", "prefix", "suffix")
        )
        is_group = family is not None and " " in family and not (given or particle or suffix)
        return Name(literal=family) if is_group else Name(family, given, particle, suffix)
    parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else []
    if not parts or not parts[0]:
        return None
    if len(parts) > 2 and _SUFFIX.fullmatch(parts[1]):
        parts[1:3] = parts[2], parts[1]
    return inverted_name(parts)


def _arxiv(texts: Mapping[str, str]) -> ArxivId | None:
    in_archive = texts.get("serial-number.serial", "") if is_arxiv(texts.get("parent.title")) else ""
    address = texts.get("url", "") if "arxiv.org" in texts.get("url", "").lower() else ""
    for text in (texts.get("serial-number.arxiv", ""), in_archive, address):
        if written := _ARXIV.fullmatch(text):
            try:
                return ArxivId.parse(written["id"] + (written["version"] or ""))
            except IdentifierError:
                continue
    return None


def _mappings(value: object) -> list[dict[str, object]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
