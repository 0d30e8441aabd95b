"""The lock file: which record stands behind each identifier, and what was written from it into each bibliography file.

It is TOML (1.0): a table for each record, file and entry, sorted, so that two people's additions meet in a merge as two blocks. Only the
tables that a run asks for are parsed, and those that it does not change stay as they are.
"""

import json
import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from bibtool.errors import InputError
from bibtool.identifiers import Identifier
from bibtool.reference import Reference
from bibtool.syncing.records import Plain, reference_of, spelt, table_of
from bibtool.terminal import printable

NAME = "bibt.lock"
FORMAT = 1
HEADER = f"# Written by bibt: keep it beside the bibliography, under version control.\nformat = {FORMAT}\n"

TableName = tuple[str, ...]

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_TABLE = re.compile(rf"(?P<kind>reference|file|entry)\.(?P<names>{_STRING}(?:\.{_STRING})*)\][ \t]*")
_MARKS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
_FORMAT = re.compile(r"^format = (?P<number>\d+)$", re.MULTILINE | re.ASCII)
_WORK = re.compile(rf'"@work" = (?P<work>{_STRING})')
_ABSTRACT = "\nabstract = "
_WITHDRAWN = 'status = "withdrawn"'


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as bibt wrote it last: the identifier of its record, its type, what its fields say, the other spellings under which the
    work is cited, and the fields in which the author's wording and the record's differ since both changed."""

    work: str
    type: str
    fields: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, str]:
        """What a merge compares: the fields by names in small letters, and the type as one of them."""
        return {"@type": self.type.lower(), **{name.lower(): " ".join(value.split()) for name, value in self.fields.items()}}


@dataclass(frozen=True, slots=True)
class Lock:
    """The tables of a lock file, each as its text."""

    tables: Mapping[TableName, str] = field(default_factory=dict)

    @classmethod
    @lru_cache(maxsize=4)  # one run looks into a file several times
    def parse(cls, text: str, name: str) -> "Lock":
        """Raises InputError where the file holds a merge that nobody finished, two tables of one name, or what a newer bibt wrote."""
        text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        if marker := next((found for mark in _MARKS if mark in text and (found := _CONFLICT.search(text))), None):
            raise InputError(
                f"{name}:{_line(text, marker.start())}: an unfinished merge; keep the tables of both sides (of two with one name, one), "
                "take the marker lines out, and run again"
            )
        opening, *pieces = f"\n{text}".split("\n[")
        written = _FORMAT.search(opening)
        if text.strip() and (written is None or int(written["number"]) != FORMAT):
            raise InputError(f"{name}: not a lock file of this bibt (format {FORMAT}); a newer bibt may have written it")
        tables: dict[TableName, str] = {}
        for piece in pieces:
            head, _, body = piece.partition("\n")
            table, body = _table_name(head, name), body.strip("\n")
            if tables.setdefault(table, body) != body:
                raise InputError(f"{name}: two tables {printable(_head(table))} that differ; keep one of them")
        return cls(tables)

    @property
    def text(self) -> str:
        """The whole file, tables sorted."""
        return HEADER + _text(self.tables)

    def records_text(self, works: Collection[str]) -> str:
        """The tables of these records, as they stand in the file."""
        return _text({table: body for table, body in self.tables.items() if table[0] == "reference" and table[1] in works})

    def updated(self, changes: Mapping[TableName, str | None]) -> "Lock":
        """With these tables instead of, or beside, what is there; None takes one out."""
        changed = {**self.tables, **changes}
        return Lock({table: body for table, body in changed.items() if body is not None}) if changes else self

    def reference(self, work: str) -> Reference | None:
        """The record behind an identifier with its scheme ("arxiv:2404.07839"). Raises InputError."""
        table = ("reference", work)
        return reference_of(self._read(table)) if table in self.tables else None

    def is_withdrawn(self, work: str) -> bool:
        """Whether the record says so."""
        return _WITHDRAWN in self.tables.get(("reference", work), "")

    def with_records(self, references: Mapping[Identifier, Reference]) -> "Lock":
        """With these records in the place of those that it has under the same identifiers."""
        tables = {("reference", spelt(identifier)): reference for identifier, reference in references.items()}
        return self.updated({table: reference_table(tables[table], abstract=_ABSTRACT in self.tables[table]) for table in tables})

    def form(self, file: str) -> dict[str, Plain] | None:
        """In which format, and for which style, a file's entries were written."""
        return cast(dict[str, Plain], self._read(("file", file))) if ("file", file) in self.tables else None  # as form_table took it

    def entry(self, file: str, citekey: str) -> Written | None:
        """What bibt wrote under this key into this file. Raises InputError."""
        table = ("entry", file, citekey)
        if table not in self.tables:
            return None
        values = self._read(table)
        own = {name: value for name, value in values.items() if name.startswith("@")}
        fields = {name: str(value) for name, value in values.items() if name not in own}
        return Written(str(own.get("@work", "")), str(own.get("@type", "")), fields, _texts(own, "@aliases"), _texts(own, "@unsettled"))

    def works_of(self, file: str) -> dict[str, str]:
        """The keys of all entries that bibt wrote into this file, each with the identifier of its record."""
        tables = [(table[2], body) for table, body in self.tables.items() if table[0] == "entry" and table[1] == file]
        return {citekey: json.loads(work["work"]) for citekey, body in tables if (work := _WORK.match(body))}

    def aliases_of(self, file: str) -> dict[str, str]:
        """The other spellings under which works of this file are cited, each with its entry's key."""
        found: dict[str, str] = {}
        for citekey in self._entries_that_say("@aliases", file):
            entry = self.entry(file, citekey)
            found |= dict.fromkeys(entry.aliases if entry else (), citekey)
        return found

    def unsettled(self, file: str) -> list[str]:
        """The keys of entries with conflicts that the author has not settled yet."""
        return self._entries_that_say("@unsettled", file)

    def files(self) -> list[str]:
        """The names of all files into which bibt wrote."""
        return sorted({table[1] for table in self.tables if table[0] == "entry"})

    def works(self) -> list[str]:
        """The identifiers of all records."""
        return [table[1] for table in self.tables if table[0] == "reference"]

    def unused(self) -> list[str]:
        """The identifiers of records that no entry was made from."""
        used = {work for file in self.files() for work in self.works_of(file).values()}
        return [table[1] for table in self.tables if table[0] == "reference" and table[1] not in used]

    def _entries_that_say(self, name: str, file: str) -> list[str]:
        return [table[2] for table, body in self.tables.items() if table[0] == "entry" and table[1] == file and f'"{name}" = [' in body]

    def _read(self, table: TableName) -> dict[str, object]:
        try:
            return tomllib.loads(self.tables[table])
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{NAME}: {printable(_head(table))}: {printable(str(error))}; put it right, or delete the table") from error


def reference_table(reference: Reference, *, abstract: bool) -> str:
    """A record's table, without its head."""
    return _body(table_of(reference, abstract=abstract))


def entry_table(written: Written) -> str:
    """An entry's table, without its head."""
    own: dict[str, Plain] = {"@work": written.work, "@type": written.type}
    for name, texts in (("@aliases", written.aliases), ("@unsettled", written.unsettled)):
        if texts:
            own[name] = list(texts)
    return _body({**own, **written.fields})


def form_table(form: Mapping[str, Plain]) -> str:
    """A file's table, without its head."""
    return _body(form)


def in_bytes(text: str, old: bytes | None) -> bytes:
    """The lock file's bytes, with the line ends that git gave the old one."""
    return text.replace("\n", "\r\n" if old and b"\r\n" in old else "\n").encode("utf-8")


def _text(tables: Mapping[TableName, str]) -> str:
    return "".join(f"\n{_head(table)}\n{body}\n" for table, body in sorted(tables.items(), key=_order))


def _body(values: Mapping[str, Plain]) -> str:
    return "\n".join(f"{name if _is_bare(name) else _quoted(name)} = {_value(value)}" for name, value in values.items())


def _value(value: Plain) -> str:
    if isinstance(value, list):
        return "[\n" + "".join(f"  {_inline(one)},\n" for one in value) + "]"
    return _inline(value)


def _inline(value: Plain) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_inline(one) for one in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _quoted(value)


def _quoted(text: str) -> str:
    """A TOML string in one line, with whatever could steer a terminal or turn a line round as an escape."""
    quoted = json.dumps(text, ensure_ascii=False)
    if quoted.isascii() and "\x7f" not in quoted:
        return quoted
    return "".join(_escaped(character) for character in quoted)


def _escaped(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":
        return "\\ufffd"  # half a character, which TOML has no way to write
    if category in ("Cc", "Cf", "Zl", "Zp"):
        return f"\\U{ord(character):08x}"
    return character


def _texts(values: Mapping[str, object], name: str) -> tuple[str, ...]:
    found = values.get(name)
    return tuple(str(one) for one in found) if isinstance(found, list) else ()


def _table_name(head: str, file: str) -> TableName:
    """The name of a table from its head `entry."a"."b"]`. Raises InputError."""
    written = _TABLE.fullmatch(head)
    if written is None:
        raise InputError(f"{file}: no table of a lock file: {printable('[' + head)}; take it out")
    names = written["names"]
    if "\\" not in names:
        return (written["kind"], *names[1:-1].split('"."'))
    return (written["kind"], *tomllib.loads("names = [" + names.replace('"."', '","') + "]")["names"])


def _head(table: TableName) -> str:
    return f"[{table[0]}." + ".".join(_quoted(name) for name in table[1:]) + "]"


def _order(item: tuple[TableName, str]) -> tuple[int, TableName]:
    return ("file", "entry", "reference").index(item[0][0]), item[0]


def _is_bare(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_-]+", name, re.ASCII) is not None


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
