"""A CSL-JSON file, edited in place: an item of bibt's is written anew where it changes, all else stays."""

import json
from collections.abc import Mapping
from typing import Any

from bibtool.errors import InputError
from bibtool.syncing.lockfile import Written
from bibtool.syncing.splices import Splices
from bibtool.writers.json_file import items


class JsonTarget:
    """See `BibliographyFile`. A value is kept as its JSON text."""

    wants_ascii = False
    has_names = False
    other_names: Mapping[str, str] = {}

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        is_blank = not content.removeprefix(b"\xef\xbb\xbf").strip()
        self._splices = Splices(content + b"[\n]\n" if is_blank else content)
        self._is_new = is_blank
        self._old = content
        try:
            self._items = items(self._splices.text)
            if not self._splices.text[self._items[-1][2] if self._items else 0 :].rstrip().endswith("]"):
                raise InputError(f"{self._splices.line(len(self._splices.text))}: the array is not closed")
        except InputError as error:
            raise InputError(f"{name}:{str(error).split(';')[0]}; the file is left alone") from error
        self._by_key: dict[str, tuple[dict[str, Any], int, int]] = {}
        for found in self._items:
            self._by_key.setdefault(str(found[0].get("id", "")), found)
        self._added: list[str] = []

    def key_like(self, citekey: str, *, folds_case: bool = False) -> str | None:
        return citekey if citekey in self._by_key else None

    def values(self, citekey: str) -> dict[str, str]:
        return _values(self._by_key[citekey][0])

    def line(self, citekey: str) -> int:
        return self._splices.line(self._by_key[citekey][1])

    def holding(self, text: str) -> list[str]:
        return [key for key, (_, start, end) in self._by_key.items() if self._splices.text.find(text, start, end) >= 0]

    def change(self, citekey: str, changes: Mapping[str, str | None], written: Written) -> None:
        item, start, end = self._by_key[citekey]
        spelling = {"@type": "type", **{name.lower(): name for name in (*item, *written.fields)}}
        changed = dict(item)
        for name, value in changes.items():
            if value is None:
                changed.pop(spelling[name], None)
            else:
                changed[spelling[name]] = value if name == "@type" else json.loads(value)
        self._splices.replace(start, end, _text(changed))

    def add(self, citekey: str, written: Written) -> None:
        fields = {name: json.loads(value) for name, value in written.fields.items()}
        self._added.append(_text({"id": citekey, "type": written.type, **fields}))

    def add_text(self, text: str) -> None:
        raise InputError(f"{self.name}: holds items alone")

    def has_text(self, text: str) -> bool:
        return text in self._splices.text

    def content(self) -> bytes:
        if not self._added:
            return self._old if self._is_new else self._splices.content()
        text = self._splices.text
        place = self._items[-1][2] if self._items else text.index("[") + 1
        gap = ",\n  " if self._items else "\n  "
        self._splices.replace(place, place, gap + ",\n  ".join(self._added))
        self._added = []
        return self._splices.content()

    def written(self, citekey: str, rendering: str, work: str) -> Written:
        item = json.loads(rendering)[0]
        fields = {name: json.dumps(value, ensure_ascii=False) for name, value in item.items() if name not in ("id", "type")}
        return Written(work, str(item.get("type", "")), fields)


def _values(item: Mapping[str, Any]) -> dict[str, str]:
    fields = {name.lower(): json.dumps(value, ensure_ascii=False) for name, value in item.items() if name not in ("id", "type")}
    return {"@type": str(item.get("type", "")).lower(), **fields}


def _text(item: Mapping[str, Any]) -> str:
    return json.dumps(item, ensure_ascii=False, indent=2).replace("\n", "\n  ")
