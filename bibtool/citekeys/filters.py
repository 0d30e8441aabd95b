"""What a citation key pattern can make of a text: Better BibTeX's filters, those that need no Zotero.

https://retorque.re/zotero-better-bibtex/citing/ describes them. None takes a regular expression: a project's settings may hold a pattern.
"""

import re
from collections.abc import Callable, Sequence

from bibtool.citekeys.functions import Arguments, SkipError, capital, dated, joined, words
from bibtool.citekeys.styles import STOP_WORDS, fold
from bibtool.reference import PartialDate

_COMPARED: dict[str, Callable[[int, int], bool]] = {
    "<": lambda length, wanted: length < wanted,
    "<=": lambda length, wanted: length <= wanted,
    "=": lambda length, wanted: length == wanted,
    "!=": lambda length, wanted: length != wanted,
    ">": lambda length, wanted: length > wanted,
    ">=": lambda length, wanted: length >= wanted,
}


def long_enough(text: str, given: Arguments) -> str:
    """The text, if its length is as asked; otherwise the next alternative is tried."""
    compared = _COMPARED.get(str(given.get("relation", ">")))
    if compared is None or not compared(len("".join(text.split())), int(given.get("length", 0))):
        raise SkipError
    return text


def _part(things: Sequence[str], given: Arguments) -> Sequence[str]:
    """`n` of the letters or words from `start` on, which counts from 1."""
    start, count = int(given.get("start", 1)), given.get("n")
    return things[start - 1 :][: int(count) if count is not None else None]


def _replaced(text: str, given: Arguments) -> str:
    sought = str(given.get("find", ""))
    return re.sub(re.escape(sought), lambda _: str(given.get("replace", "")), text, flags=re.IGNORECASE) if sought else text


def _matched(text: str, given: Arguments) -> str:
    if str(given.get("match", "")).lower() not in text.lower():
        raise SkipError
    return text


Filter = Callable[[str, Arguments], str]
# By name, case aside: the filter, and the names of its arguments in their order.
FILTERS: dict[str, tuple[Filter, str]] = {
    "lower": (lambda text, _given: text.lower(), ""),
    "upper": (lambda text, _given: text.upper(), ""),
    "capitalize": (lambda text, _given: " ".join(map(capital, text.split())), ""),
    "fold": (lambda text, _given: fold(text), "mode"),
    "transliterate": (lambda text, _given: fold(text), "mode"),
    "ascii": (lambda text, _given: fold(text), ""),
    "clean": (lambda text, _given: " ".join(words(text)), ""),
    "alphanum": (lambda text, _given: " ".join(words(text)), ""),
    "nopunct": (lambda text, _given: " ".join(words(text)), "dash"),
    "nopunctordash": (lambda text, _given: " ".join(words(text)), ""),
    "numeric": (lambda text, _given: text if joined(text).isdecimal() else "", ""),
    "skipwords": (lambda text, _given: " ".join(word for word in text.split() if word.lower() not in STOP_WORDS), "nopunct"),
    "abbr": (lambda text, given: "".join(word[: int(given.get("chars", 1))] for word in text.split()), "chars"),
    "condense": (lambda text, given: re.sub(r"\s+", lambda _: str(given.get("sep", "")), text), "sep"),
    "substring": (lambda text, given: "".join(_part(text, given)), "start n"),
    "select": (lambda text, given: " ".join(_part(text.split(), given)), "start n"),
    "replace": (_replaced, "find replace"),
    "prefix": (lambda text, given: f"{given.get('prefix', '')}{text}" if text else text, "prefix"),
    "postfix": (lambda text, given: f"{text}{given.get('postfix', '')}" if text else text, "postfix"),
    "default": (lambda text, given: text or str(given.get("text", "")), "text"),
    "formatDate": (lambda text, given: dated(PartialDate.parse(text), str(given.get("format", "%Y-%m-%d"))), "format"),
    "len": (long_enough, "relation length"),
    "match": (_matched, "match"),
    "discard": (lambda _text, _given: "", ""),
}
