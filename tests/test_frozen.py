"""frozen.py."""

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, replace

import pytest

from bibtool.frozen import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True)
class Place:
    """A record."""

    town: str
    country: str | None = None


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A record whose fields are named."""

    start: Place
    end: Place | None = None


class Harbour(Place):
    """A record of a kind that nobody thought of."""


def test_a_record_is_what_a_dataclass_makes_of_its_fields() -> None:
    assert (Place("Oslo"), Place(country="Peru", town="Lima")) == (Place("Oslo", None), Place("Lima", "Peru"))
    assert repr(Journey(start=Place("Oslo"))) == "Journey(start=Place(town='Oslo', country=None), end=None)"
    assert type(Place("Oslo")) is Place
    assert hash(Place("Oslo")) == hash(Place("Oslo"))
    assert list(inspect.signature(Journey).parameters) == ["start", "end"]


def test_a_record_stays_as_it_was_made() -> None:
    with pytest.raises(FrozenInstanceError):
        Place("Oslo").town = "Lima"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del Place("Oslo").town


@pytest.mark.parametrize("make", [lambda: Place(), lambda: Place("a", "b", "c"), lambda: Place("a", town="b"), lambda: Journey(Place("a"))])  # type: ignore[call-arg,misc]
def test_wrong_arguments_are_refused(make: object) -> None:
    with pytest.raises(TypeError):
        make()  # type: ignore[operator]


def test_copies_are_equal() -> None:
    known = Journey(start=Place("Oslo"), end=Place("Lima", "Peru"))
    assert replace(known, end=None) == Journey(start=Place("Oslo"))
    assert pickle.loads(pickle.dumps(known)) == copy.deepcopy(known) == known


def test_a_subclass_makes_records_of_its_own() -> None:
    assert type(Harbour("Oslo")) is Harbour
    assert Harbour("Oslo").town == "Oslo"
