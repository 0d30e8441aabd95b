"""A .bib file, edited in place."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property

from bibtool.errors import FormatError, InputError
from bibtool.formatters.bib_text import entry_text
from bibtool.syncing.aliases import names_in
from bibtool.syncing.lockfile import Written
from bibtool.syncing.splices import Splices
from bibtool.terminal import printable, quoted
from bibtool.writers.bib_file import NOT_ENTRIES, Block, blocks
from bibtool.writers.entry_fields import Entry, entry_of

_IDS = re.compile(r"(?<![A-Za-z])ids\s*=", re.IGNORECASE)


class BibTarget:
    """See `BibliographyFile`."""

    has_names = True

    def __init__(self, name: str, content: bytes, *, has_comments: bool = False) -> None:
        self.name = name
        self._splices = Splices(content)
        self.wants_ascii = not _is_utf8(content)
        try:
            self._blocks = [block for block in blocks(self._splices.text) if block.type not in NOT_ENTRIES]
        except InputError as error:
            raise InputError(f"{name}:{error}; the file is left alone: what is added behind it would be swallowed") from error
        if has_comments:
            self._blocks = [block for block in self._blocks if not self._is_commented_out(block)]
        self._by_key: dict[str, Block] = {}
        self._by_folded: dict[str, Block] = {}
        for block in self._blocks:
            self._by_key.setdefault(block.citekey, block)
            self._by_folded.setdefault(block.citekey.lower(), block)

    def key_like(self, citekey: str, *, folds_case: bool = False) -> str | None:
        if citekey in self._by_key:
            return citekey
        block = self._by_folded.get(citekey.lower()) if folds_case else None
        return block.citekey if block else None

    @cached_property
    def other_names(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for place in _IDS.finditer(self._splices.text):
            block = self._block_at(place.start())
            try:
                ids = self._entry(block).values.get("ids", "") if block else ""
            except InputError:
                continue  # an entry that cannot be read gives no names
            if block is not None:
                found |= dict.fromkeys(names_in(ids), block.citekey)
        return found

    def values(self, citekey: str) -> dict[str, str]:
        block = self._by_key[citekey]
        try:
            entry = self._entry(block)
        except InputError as error:
            line = self._splices.line(block.start)
            raise InputError(f"{self.name}:{line}: the entry {quoted(citekey)} {printable(str(error))}; it is left alone") from error
        return {"@type": entry.type.lower(), **entry.values}

    def line(self, citekey: str) -> int:
        return self._splices.line(self._by_key[citekey].start)

    def holding(self, text: str) -> list[str]:
        found: dict[str, None] = {}
        place = self._splices.text.find(text)
        while place >= 0:
            block = self._block_at(place)
            if block is not None:
                found[block.citekey] = None
            place = self._splices.text.find(text, place + len(text))
        return list(found)

    def change(self, citekey: str, changes: Mapping[str, str | None], written: Written) -> None:
        block = self._by_key[citekey]
        entry = self._entry(block)
        self._check_letters(citekey, "".join(filter(None, changes.values())))
        for name, value in changes.items():
            if name == "@type":
                self._splices.replace(block.start + entry.type_start, block.start + entry.type_end, str(value))
            else:
                self._change_field(block, entry, name, value)
        spelling = {name.lower(): name for name in written.fields}
        added = [(spelling.get(name, name), value) for name, value in changes.items() if value is not None and name not in entry.values]
        self._add_fields(block, entry, [(name, value) for name, value in added if name != "@type"])

    def add(self, citekey: str, written: Written) -> None:
        text = entry_text(written.type, citekey, written.fields.items(), ())
        self._check_letters(citekey, text)
        self._splices.append(text)

    def add_text(self, text: str) -> None:
        self._splices.append(text)

    def has_text(self, text: str) -> bool:
        return text.strip() in self._splices.text.replace("\r\n", "\n")

    def content(self) -> bytes:
        return self._splices.content()

    def written(self, citekey: str, rendering: str, work: str) -> Written:
        text = rendering.strip()
        entry = entry_of(text)
        # As it is rendered, blanks and all: what is written from the lock file has to be the same.
        fields = {field.name: text[field.value_start : field.end].removeprefix("{").removesuffix("}") for field in entry.fields}
        return Written(work, entry.type, fields)

    def _is_commented_out(self, block: Block) -> bool:
        line_start = self._splices.text.rfind("\n", 0, block.start) + 1
        return self._splices.text[line_start : block.start].lstrip().startswith("%")

    def _check_letters(self, citekey: str, text: str) -> None:
        if self.wants_ascii and not text.isascii():
            what = f"the entry {quoted(citekey)} has letters beyond ASCII"
            raise FormatError(f"{self.name}: is not in UTF-8, and {what}; save the file as UTF-8")

    def _entry(self, block: Block) -> Entry:
        return entry_of(self._splices.text[block.start : block.end])

    def _block_at(self, offset: int) -> Block | None:
        place = bisect_right(self._starts, offset) - 1
        return self._blocks[place] if place >= 0 and offset < self._blocks[place].end else None

    @cached_property
    def _starts(self) -> list[int]:
        return [block.start for block in self._blocks]

    def _change_field(self, block: Block, entry: Entry, name: str, value: str | None) -> None:
        field = next((field for field in entry.fields if field.name.lower() == name), None)
        if field is None:
            return
        if value is not None:
            self._splices.replace(block.start + field.value_start, block.start + field.end, _value(name, value))
            return
        # From the comma before it, so that the blanks and the comma behind it go on fitting.
        start = self._splices.text.rindex(",", block.start, block.start + field.start)
        self._splices.replace(start, block.start + field.end, "")

    def _add_fields(self, block: Block, entry: Entry, fields: list[tuple[str, str]]) -> None:
        if not fields:
            return
        text = self._splices.text[block.start : block.end]
        indent = _indent(text, entry)
        added = "".join(f",{indent}{name} = {_value(name, value)}" for name, value in fields)
        place = block.start + entry.body_end
        self._splices.replace(place, place, added)


def _indent(text: str, entry: Entry) -> str:
    """What stands between a comma and the next field, as the entry's own last field has it."""
    if not entry.fields:
        return "\n  "
    start = entry.fields[-1].start
    blanks = text[:start][len(text[:start].rstrip()) :].replace("\r\n", "\n").replace("\r", "\n")
    return blanks or " "


def _value(name: str, value: str) -> str:
    return value if name == "month" and value.isalpha() else f"{{{value}}}"


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
