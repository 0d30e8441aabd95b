"""Three versions of an entry's fields into one: as bibt wrote them, as the author left them, as bibt would write them now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that the author changed, and the record too: the author's value stays. None stands for no such field."""

    field: str
    own: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Merged:
    """What is to be changed in the author's entry (None: the field goes), and what cannot be decided."""

    changes: dict[str, str | None]
    conflicts: tuple[Conflict, ...]


def merge(base: Mapping[str, str], own: Mapping[str, str], new: Mapping[str, str], unsettled: Collection[str] = ()) -> Merged:
    """Takes each change of the record that the author's own changes leave room for. `unsettled` names fields of earlier conflicts.

    >>> merge({"title": "A", "year": "1999"}, {"title": "B", "year": "1999"}, {"title": "A", "year": "2000"}).changes
    {'year': '2000'}
    """
    changes: dict[str, str | None] = {}
    conflicts: list[Conflict] = []
    for field in dict.fromkeys([*new, *base]):
        was, author, record = base.get(field), own.get(field), new.get(field)
        if author == record or (record == was and field not in unsettled):
            continue
        if author == was:
            changes[field] = record
        else:
            conflicts.append(Conflict(field, author, record))
    return Merged(changes, tuple(conflicts))
