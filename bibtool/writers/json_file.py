"""Existing CSL-JSON files: where their items stand, and what a new rendering would lose."""

import json
from typing import Any

from bibtool.components import Span, Update
from bibtool.errors import InputError
from bibtool.terminal import quoted

_WHITE_SPACE = " \t\r\n"


def spans(text: str) -> list[Span]:
    """The items of a CSL-JSON array. Raises InputError where the text is none."""
    return [Span(str(item.get("id", "")), start, end) for item, start, end in items(text)]


def update(old: str, new: str) -> Update:
    """The new text takes the old one's place; every item of the old one that the new one has not is a conflict."""
    kept = {_said(item) for item, _, _ in items(new)}
    conflicts, line, place = [], 1, 0
    for item, start, _ in items(old):
        line, place = line + old.count("\n", place, start), start
        if _said(item) not in kept:
            conflicts.append(f"{line}: item {quoted(str(item.get('id', '')))}")
    return Update(new, conflicts=tuple(conflicts))


def _said(item: dict[str, Any]) -> str:
    """What an item says, however it is laid out."""
    return json.dumps(item, sort_keys=True)


def items(text: str) -> list[tuple[dict[str, Any], int, int]]:
    """Each item with where it starts and ends."""
    decoder = json.JSONDecoder()
    place = _skip(text, 0, "\ufeff")
    found: list[tuple[dict[str, Any], int, int]] = []
    if text[place : place + 1] != "[":
        raise InputError("1: not a CSL-JSON array; choose another file, or --force to replace it")
    place = _skip(text, place + 1, ",")
    while text[place : place + 1] not in ("]", ""):
        try:
            item, end = decoder.raw_decode(text, place)
        except (json.JSONDecodeError, RecursionError):
            item, end = None, place
        if not isinstance(item, dict):
            line = text.count("\n", 0, place) + 1
            raise InputError(f"{line}: not a CSL-JSON item; mend it, or --force to replace the file")
        found.append((item, place, end))
        place = _skip(text, end, ",")
    return found


def _skip(text: str, place: int, also: str) -> int:
    while place < len(text) and text[place] in _WHITE_SPACE + also:
        place += 1
    return place
