"""arXiv's public metadata snapshot: JSON lines, one record of the newest version a line, texts in TeX as submitted.

Three million of them have to come in within two minutes, so a line becomes the store's own form directly wherever nothing about it is
unusual; the unusual (a particle, a group, two DOIs) goes the long way through a Reference. Both ways give the same.
"""

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial

from bibtool.errors import IdentifierError
from bibtool.packing import Candidate, Json, Packed, json_bytes, pack, pack_values, packed_name, title_and_authors
from bibtool.plain_text import clean
from bibtool.reference import Name, PartialDate, Reference
from bibtool.sources.arxiv_record import is_withdrawn, submitted_reference
from bibtool.sources.names import FAMILY_WORDS, SUFFIX, joined, names

SOURCE = "arXiv snapshot"
# Goes into every digest: where the form of what is kept changes, a new import writes all of it anew.
PACKING = 1

_START = re.compile(rb'\s*\{\s*"id"\s*:\s*"(?P<id>[^"\\]{1,40})"')
_NEW_NUMBER = re.compile(r"(?:0[7-9]|1[0-4])[01][0-9]\.[0-9]{4}|(?:1[5-9]|2[0-9])[01][0-9]\.[0-9]{5}", re.ASCII)
_VERSION = re.compile(r"v(?P<number>[1-9][0-9]*)", re.ASCII)
_CREATED = re.compile(r"(?:[A-Z][a-z]{2},\s+)?(?P<day>[0-9]{1,2})\s+(?P<month>[A-Z][a-z]{2})\s+(?P<year>[0-9]{4})(?![0-9])", re.ASCII)
MONTHS = {name: at for at, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)}  # noqa: SIM905
# "A. Smith, B. Jones and C. Brown": how authors are parted in the line as submitted.
_AUTHOR_BREAK = re.compile(r",\s+and\s+|,\s+|\s+and\s+")
# What in lines of "family<TAB>given<TAB>suffix" asks for a closer look; in two, so that the engine can look for first letters.
_UNUSUAL_LETTER = re.compile(r"[^\w .\-'’\t\n]")
_USUAL_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ .-'\t\n"
_UNUSUAL_NAME = re.compile(
    rf"""
    \n[a-z'’] | \t[a-z'’] | \ [a-z'’] | \ -        # a particle; "C. -P."
    | \t\t | \t[^\t\n]+\t[^\t\n]                   # no given name; a suffix
    | \ \  | \n\  | \t\  | \ \t | \ \n
    | \ (?:{"|".join(sorted(FAMILY_WORDS))}|{SUFFIX.pattern})(?=\t)
    """,
    re.VERBOSE,
)
_GROUP_WORDS = (
    "\tthe\t",
    "authors",
    "collab",
    "committee",
    "consort",
    "contributors",
    "experiment",
    "group",
    "network",
    "project",
    "team",
)
_PLAIN_DOI = re.compile(r"10\.(?!48550)[0-9]{4,9}/[^\s\";,<>]*[^\s\";,.<>']", re.ASCII)

Line = Mapping[str, object]


def candidates(lines: Iterable[bytes]) -> Iterator[Candidate]:
    """Each line with the name that the store gives its record; where that is not plain to see, without."""
    for place, line in enumerate(lines, start=1):
        start = _START.match(line)
        if start is not None:
            # A checksum and the length: a record that changes and keeps both is one in four thousand million.
            name = f"arxiv:{start['id'].decode('ascii', 'replace').lower()}"
            yield Candidate(name, len(line) << 32 | zlib.crc32(line, PACKING), line, place)
        elif not line.isspace():
            yield Candidate("", 0, line, place)


def line_packer(refuse: Callable[[int, str], None]) -> Callable[[Candidate], Packed | None]:
    """A function that packs one record, and says through `refuse` at which line and why it cannot."""
    loads, dumps = _json_library()

    def packed(candidate: Candidate) -> Packed | None:
        try:
            return _packed(_read(candidate.line, loads), dumps)
        except (ValueError, RecursionError, IdentifierError) as error:
            refuse(candidate.place, f"no record of arXiv's snapshot: {error}")
            return None

    return packed


def _read(line: bytes, loads: Callable[[bytes], object]) -> object:
    """The line's value. orjson refuses lone surrogates and huge numbers, which the standard library takes: both ways give the same."""
    try:
        return loads(line)
    except ValueError:
        if loads is json.loads:
            raise
        return json.loads(line)


def snapshot_reference(record: object) -> Reference:
    """The reference of one record. Raises ValueError or IdentifierError where it is none."""
    record = _checked(record)
    issued, updated, version = _dates(record)
    return submitted_reference(
        partial(_text, record),
        version=version,
        authors=_authors(record),
        issued=PartialDate.parse(issued) if issued else None,
        updated=PartialDate.parse(updated) if updated else None,
        source=SOURCE,
    )


def _packed(record: object, dumps: Callable[[Json], bytes]) -> Packed:
    record = _checked(record)
    changed = record.get("update_date")
    changed = changed if isinstance(changed, str) else ""
    quick = _quickly(record)
    if quick is not None:
        values, title, authors = quick
        return Packed(f"arxiv:{record['id']}", pack_values(values, dumps), title, authors, changed)
    reference = snapshot_reference(record)
    return Packed(f"arxiv:{reference.identifier}", pack(reference), *title_and_authors(reference), changed)


def _quickly(record: Line) -> tuple[list[Json], str, str] | None:
    """The values in the order of `packing.ORDER`, title and authors for the search; None where the record is unusual."""
    number, doi, parsed = str(record["id"]), record.get("doi"), record.get("authors_parsed")
    if not _NEW_NUMBER.fullmatch(number) or (doi and not (isinstance(doi, str) and _PLAIN_DOI.fullmatch(doi))):
        return None
    issued, updated, version = _dates(record)
    if issued is None or not isinstance(parsed, list) or set(map(type, parsed)) != {list}:
        return None
    try:
        lines = ["\t".join(author[:3]) for author in parsed]
        authors = _plain_authors(parsed, lines)
    except (TypeError, IndexError):
        return None
    if authors is None:
        return None
    title = _text(record, "title")
    comment = _text(record, "comments") or None
    categories: list[Json] = [*_categories(record)]
    abstract = record.get("abstract")
    return (
        [
            "article",
            [f"arxiv:{number}", f"doi:{doi}"] if doi else [f"arxiv:{number}"],
            authors,
            issued,
            updated,
            categories,
            [],
            title or None,
            None,
            "preprint",
            version,
            "withdrawn" if is_withdrawn(comment) else None,
            None,
            None,
            None,
            None,
            "arXiv",
            _text(record, "journal-ref") or None,
            comment,
            f"https://arxiv.org/abs/{number}",
            categories[0] if categories else None,
            SOURCE,
            abstract if isinstance(abstract, str) else None,
        ],
        title,
        "\n".join(lines),
    )


def _plain_authors(parsed: Sequence[Sequence[str]], lines: Sequence[str]) -> list[Json] | None:
    """The authors as the store packs them; None where they have to be looked at together."""
    if not _is_unusual("\n".join(lines), len(lines)):
        return [[author[0], author[1]] for author in parsed]
    authors: list[Json] = []
    for author, line in zip(parsed, lines, strict=True):
        if not _is_unusual(line, 1):
            authors.append([author[0], author[1]])
        elif SUFFIX.fullmatch(author[0].strip(" \\,")):
            return None
        else:
            authors += [packed_name(name) for name in joined([_parts(author)])]
    return authors


def _is_unusual(lines: str, count: int) -> bool:
    if lines.count("\t") != 2 * count:
        return True
    if lines.encode("ascii").translate(None, _USUAL_LETTERS) if lines.isascii() else _UNUSUAL_LETTER.search(lines):
        return True
    lowered = lines.lower()
    if any([word in lowered for word in _GROUP_WORDS]):  # noqa: C419  # a generator takes three times as long
        return True
    return _UNUSUAL_NAME.search(f"\n{lines}\n") is not None


def _parts(author: Sequence[object]) -> tuple[str, str, str]:
    keyname, forenames, suffix, *_ = [*(clean(str(part)) for part in author[:3]), "", ""]
    return keyname, forenames, suffix


def _checked(record: object) -> Line:
    if not isinstance(record, dict) or not isinstance(record.get("id"), str):
        raise ValueError("a record is an object with an id")
    if not str(record.get("title") or "").strip():
        # Every paper of arXiv has one; half a record must not take the place of a whole one.
        raise ValueError("a record has a title")
    return record


def _text(record: Line, name: str) -> str:
    value = record.get(name)
    if not value or not isinstance(value, str):
        return ""
    return clean(value)


def _categories(record: Line) -> list[str]:
    value = record.get("categories")
    is_plain = isinstance(value, str) and value.isascii() and value.isprintable()
    return (str(value) if is_plain else _text(record, "categories")).split()


def _authors(record: Line) -> tuple[Name, ...]:
    parsed = record.get("authors_parsed")
    if isinstance(parsed, list) and parsed:
        return joined(_parts(author) for author in parsed if isinstance(author, list) and author)
    return names(_AUTHOR_BREAK.split(_text(record, "authors")))


def _dates(record: Line) -> tuple[str | None, str | None, int | None]:
    """The days of version 1 and of the newest version, in ISO 8601, and the newest version's number."""
    versions = record.get("versions")
    if not isinstance(versions, list) or not versions or not isinstance(versions[0], dict) or not isinstance(versions[-1], dict):
        return None, str(record.get("update_date") or "") or None, None
    newest = versions[-1]
    # "Mon, 2 Apr 2007 19:18:42 GMT", or without a time: the day is in the first 16 characters.
    issued = _day(str(versions[0].get("created"))[:16])
    updated = issued if len(versions) == 1 else _day(str(newest.get("created"))[:16])
    written = _VERSION.fullmatch(str(newest.get("version")))
    return issued, updated, int(written["number"]) if written else None


@lru_cache(maxsize=20_000)
def _day(created: str) -> str | None:
    written = _CREATED.match(created)
    if written is None or written["month"] not in MONTHS:
        return None
    day, month, year = written.groups()
    return f"{year}-{MONTHS[month]:02}-{day:0>2}"


def _json_library() -> tuple[Callable[[bytes], object], Callable[[Json], bytes]]:
    """orjson takes a third of the time; it comes with the extra `snapshot`."""
    try:
        import orjson
    except ImportError:
        return json.loads, json_bytes
    return orjson.loads, orjson.dumps
