"""frozen.py."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, replace

import pytest

from bibtool.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A record."""

    town: str
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A record whose fields are named, and not all of which count."""

    start: Place
    end: Place | None = None
    stops: list[Place] = field(default_factory=list)
    seen: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Ticket:
    """A record that says itself what it equals."""

    number: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ticket)

    def __hash__(self) -> int:
        return 1


class Harbour(Place):
    """A record of a kind that nobody thought of."""


@dataclasses.dataclass(frozen=True)
class Airport(Place):
    """One with a field more."""

    code: str = ""


def test_a_record_is_what_a_dataclass_makes_of_its_fields() -> None:
    assert (Place("Oslo"), Place(country="Peru", town="Lima")) == (Place("Oslo", None), Place("Lima", "Peru"))
    assert Place("Oslo") != Place("Lima")
    assert Place("Oslo") != Ticket("Oslo")
    assert repr(Journey(start=Place("Oslo"))) == "Journey(start=Place(town='Oslo', country=None), end=None, stops=[], seen=0)"
    assert type(Place("Oslo")) is Place
    assert hash(Place("Oslo")) == hash(Place("Oslo"))
    assert list(inspect.signature(Journey).parameters) == ["start", "end", "stops", "seen"]
    assert dataclasses.asdict(Place("Oslo")) == {"town": "Oslo", "country": None}


def test_fields_that_do_not_count_and_those_that_are_made() -> None:
    first, second = Journey(start=Place("Oslo"), seen=1), Journey(start=Place("Oslo"), seen=2)
    assert first == second
    assert first.stops is not second.stops


def test_what_a_class_says_itself_stands() -> None:
    assert Ticket("1") == Ticket("2")
    assert len({Ticket("1"), Ticket("2")}) == 1


def test_a_record_stays_as_it_was_made() -> None:
    place = Place("Oslo")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'town'"):
        place.town = "Lima"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        place.river = "Rimac"  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        del place.town
    assert place == Place("Oslo")


WRONG: list[Callable[[], object]] = [
    lambda: Place(),  # type: ignore[call-arg]
    lambda: Place("a", "b", "c"),  # type: ignore[call-arg]
    lambda: Place("a", town="b"),  # type: ignore[misc]
    lambda: Journey(Place("a")),  # type: ignore[call-arg]
]


@pytest.mark.parametrize("make", WRONG)
def test_wrong_arguments_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(TypeError):
        make()


def test_copies_are_equal() -> None:
    known = Journey(start=Place("Oslo"), end=Place("Lima", "Peru"), stops=[Place("Rome")])
    assert replace(known, end=None, stops=[]) == Journey(start=Place("Oslo"))
    assert pickle.loads(pickle.dumps(known)) == copy.deepcopy(known) == copy.copy(known) == known


def test_subclasses_make_records_of_their_own() -> None:
    assert type(Harbour("Oslo")) is Harbour
    assert Harbour("Oslo").town == "Oslo"
    assert Harbour("Oslo") != Place("Oslo")
    assert Airport("Oslo", code="OSL") == Airport("Oslo", None, "OSL")
    with pytest.raises(FrozenInstanceError):
        Airport("Oslo").code = "OSL"  # type: ignore[misc]


def test_only_frozen_records_with_slots_are_made_so() -> None:
    with pytest.raises(TypeError, match="not frozen"):
        dataclass(frozen=False, slots=True)
