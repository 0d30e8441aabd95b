"""Whether a value has the shape that an annotation promises: what a plugin returned, held against the record that it fills."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from bibtool.cited import Citation, Cited, Include
from bibtool.components import Update
from bibtool.document import Mention
from bibtool.reference import PartialDate

# What a type alone does not say: the bounds that the core relies on.
BOUNDS: dict[type, tuple[str, Callable[[Any], bool]]] = {
    Update: ("is of whole characters", lambda update: is_whole(update.new)),
    Mention: (
        "starts before it ends, counts lines and columns from 1, and is sure from 0 to 1",
        lambda mention: 0 <= mention.start <= mention.end and min(mention.line, mention.column) >= 1 and 0 <= mention.confidence <= 1,
    ),
    Citation: (
        "starts before it ends, and counts lines and columns from 1",
        lambda citation: 0 <= citation.start <= citation.end and min(citation.line, citation.column) >= 1,
    ),
    PartialDate: (
        "has a month from 1 to 12 and a day from 1 to 31",
        lambda date: 0 < date.year < 10_000 and date.month in {None, *range(1, 13)} and date.day in {None, *range(1, 32)},
    ),
}


def misfit(value: object, expected: Any) -> str | None:
    """What is wrong with the value in a few words, or None: "str, not Formatter", "Mention whose line is str, not int"."""
    origin, parts = get_origin(expected), get_args(expected)
    if expected in (Any, object):
        return None
    if origin in (Union, UnionType):
        return _misfit_of_union(value, parts)
    if origin is tuple:
        return _misfit_of_tuple(value, expected, parts)
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return _misfit_of_elements(value, origin, parts[0])
    if origin is not None:
        fits = callable(value) if origin is Callable else isinstance(value, origin)
        return None if fits else _not(value, origin)
    if expected is None:
        expected = NoneType
    if expected is float:
        return None if isinstance(value, (int, float)) else _not(value, expected)
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        return _not(value, expected)
    return _misfit_of_fields(value)


def is_whole(text: str) -> bool:
    """Whether a text can be written at all: half of a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def returned_by(record: type, function: str) -> Any:
    """What the annotation of a component's function promises to return: `str` for `Formatter.format`."""
    annotation = shape_of(record)[function]
    callables = [part for part in (annotation, *get_args(annotation)) if get_origin(part) is Callable]
    return get_args(callables[0])[1]


@lru_cache(maxsize=64)
def shape_of(record: type) -> Mapping[str, Any]:
    """The annotations of a record's fields."""
    # What records name without importing it. The workspace lies above them; whoever gets one has it from bibt.
    return get_type_hints(record, localns={"Workspace": object, "Cited": Cited, "Include": Include})


def _misfit_of_union(value: object, parts: tuple[Any, ...]) -> str | None:
    wrongs = {part: misfit(value, part) for part in parts}
    if None in wrongs.values():
        return None
    # A date with an impossible month is told what is wrong with dates, not that it is none.
    nearest = next((wrong for part, wrong in wrongs.items() if isinstance(part, type) and isinstance(value, part)), None)
    return nearest or _not(value, " or ".join("None" if part is NoneType else getattr(part, "__name__", str(part)) for part in parts))


def _misfit_of_tuple(value: object, expected: Any, parts: tuple[Any, ...]) -> str | None:
    if not isinstance(value, tuple):
        return _not(value, "tuple")
    if parts[1:] == (...,):
        return next((wrong for element in value if (wrong := misfit(element, parts[0]))), None)
    if len(value) != len(parts):
        return f"tuple of {len(value)}, not of {len(parts)}"
    return next((wrong for element, part in zip(value, parts, strict=True) if (wrong := misfit(element, part))), None)


def _misfit_of_elements(value: object, origin: type, part: Any) -> str | None:
    if not isinstance(value, origin) or isinstance(value, (str, bytes)):
        return _not(value, origin)
    return next((wrong for element in value if (wrong := misfit(element, part))), None)  # type: ignore[attr-defined]


def _misfit_of_fields(value: object) -> str | None:
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return None
    kind = type(value)
    shape = shape_of(kind)
    for field in dataclasses.fields(value):
        if wrong := misfit(getattr(value, field.name, None), shape[field.name]):
            return f"{kind.__name__} whose {field.name} is {wrong}"
    words, is_within = BOUNDS.get(kind, ("", bool))
    return None if not words or is_within(value) else f"{kind.__name__}, but not one that {words}"


def _not(value: object, expected: Any) -> str:
    named = expected if isinstance(expected, str) else getattr(expected, "__name__", str(expected))
    return f"{type(value).__name__}, not {named}"
