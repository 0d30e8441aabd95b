"""The frozen, slotted dataclass at half its price: when a class is made, which every start pays, and when a record is.

The standard library compiles each method of each class by itself; here those whose time counts are compiled at once, and the others are
the same for all. It sets each field of a frozen record by a call of `object.__setattr__`; here the fields are set while the new object is
of a twin: the same slots, not frozen. For the rest these are dataclasses like any others.
"""

import dataclasses
from dataclasses import MISSING, FrozenInstanceError

TYPE_CHECKING = False  # a type checker takes `dataclass` for the standard library's, which is what it stands for
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from dataclasses import dataclass as dataclass
    from typing import Any
else:

    def dataclass(*, frozen: bool, slots: bool, eq: bool = True, kw_only: bool = False) -> "Callable[[type], type]":
        """As `dataclasses.dataclass`, for frozen records with slots alone."""
        if not (frozen and slots):
            raise TypeError("a record that is not frozen, or has no slots, is of the standard library's dataclasses")

        def made(record: type) -> type:
            return _freeze(dataclasses.dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(record), eq=eq)

        return made


def _freeze(record: "Any", *, eq: bool) -> "Any":
    known = dataclasses.fields(record)
    names = tuple(field.name for field in known)
    methods = _compiled(record, known, eq=eq) | {"__repr__": _repr_of([field.name for field in known if field.repr])}

    def refuse_assignment(self: object, name: str, value: object) -> None:
        if self.__class__ is record or name in names:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    def refuse_deletion(self: object, name: str) -> None:
        if self.__class__ is record or name in names:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        object.__delattr__(self, name)

    def reduced(self: object) -> tuple[object, ...]:
        return _made_again, (self.__class__, {name: getattr(self, name) for name in names})

    methods |= {"__setattr__": refuse_assignment, "__delattr__": refuse_deletion, "__reduce__": reduced}
    for name, method in methods.items():
        # What the class itself says stands, as in any dataclass.
        if name not in record.__dict__:
            method.__qualname__ = f"{record.__qualname__}.{name}"
            setattr(record, name, method)
    record.__dataclass_params__.frozen = True
    return record


def _compiled(record: "Any", known: "Sequence[dataclasses.Field[Any]]", *, eq: bool) -> "dict[str, Any]":
    """The methods whose time counts."""
    words, values = [], {}
    for field in known:
        is_made = field.default_factory is not MISSING
        has_default = is_made or field.default is not MISSING
        words.append(f"{field.name}=default_{field.name}" if has_default else field.name)
        values[f"default_{field.name}"] = MISSING if is_made else field.default
        values[f"make_{field.name}"] = field.default_factory
    lines = [
        f"def __init__(self, {', '.join(['*', *words] if known and known[0].kw_only else words)}):",
        *(f" if {field.name} is MISSING: {field.name} = make_{field.name}()" for field in known if field.default_factory is not MISSING),
        # A subclass has other slots, or none.
        f" if self.__class__ is not Record: return fill(self, {{{', '.join(f'{field.name!r}: {field.name}' for field in known)}}})",
        " become(self, '__class__', Twin)",
        *(f" self.{field.name} = {field.name}" for field in known),
        " self.__class__ = Record",
    ]
    if eq:
        mine, others = (f"({''.join(f'{side}.{field.name}, ' for field in known if field.compare)})" for side in ("self", "other"))
        lines += [
            f"def __eq__(self, other): return {mine} == {others} if other.__class__ is self.__class__ else NotImplemented",
            f"def __hash__(self): return hash({mine})",
        ]
    twin = type(record.__name__, (), {"__slots__": tuple(field.name for field in known)})
    names = {"MISSING": MISSING, "Record": record, "Twin": twin, "become": object.__setattr__, "fill": _fill, **values}
    exec("\n".join(lines), names)  # noqa: S102  # names of fields alone, as dataclasses do it
    return {name: names[name] for name in ("__init__", "__eq__", "__hash__") if name in names}


def _fill(self: object, values: "Mapping[str, object]") -> None:
    for name, value in values.items():
        object.__setattr__(self, name, value)


def _repr_of(names: "Sequence[str]") -> "Callable[[object], str]":
    def shown(self: object) -> str:
        return f"{self.__class__.__qualname__}({', '.join([f'{name}={getattr(self, name)!r}' for name in names])})"

    return shown


def _made_again(record: "type[Any]", values: "Mapping[str, object]") -> object:
    return record(**values)
