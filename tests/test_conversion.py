"""Entries of any type from one format to another: what a format can hold comes back, what it cannot is named."""

import json
from collections.abc import Callable, Iterator

import pytest
from bibtool_hayagriva import format_hayagriva
from bibtool_ris import format_ris
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bibtool.bibliography import Bibliography
from bibtool.bibtex_names import parse_names
from bibtool.components import FormatOptions
from bibtool.entries.bib import read_bib
from bibtool.entries.csl import read_csl_json
from bibtool.entries.ris import read_ris
from bibtool.entries.yaml_text import read_yaml
from bibtool.errors import InputError
from bibtool.formatters.biblatex import format_biblatex
from bibtool.formatters.bibtex import format_bibtex
from bibtool.formatters.csl_json import format_csl_json
from bibtool.formatters.csl_yaml import format_csl_yaml
from bibtool.kinds import ENTRY_TYPE, IN_SERIES, KINDS, PERIODICALS, kind_of_entry, work_kind
from bibtool.languages import LANGUAGES, language_tag
from bibtool.losses import lost
from bibtool.plain_text import plain
from bibtool.reference import Reference
from bibtool.vocabulary import FIELDS, OTHERS, PROTECTED, joined, simplified

Write = Callable[[Bibliography, FormatOptions], str]
Read = Callable[[str], Iterator[tuple[str, Reference] | InputError]]
# Name: the table's word, how it is written and read, and what joins several values that share one place.
FORMS: dict[str, tuple[str, Write, Read]] = {
    "bibtex": ("bibtex", format_bibtex, read_bib),
    "biblatex": ("biblatex", format_biblatex, read_bib),
    "csl-json": ("csl", format_csl_json, read_csl_json),
    "csl-yaml": ("csl", format_csl_yaml, read_yaml),
    "ris": ("ris", format_ris, read_ris),
    "hayagriva": ("hayagriva", format_hayagriva, read_yaml),
}

NUMBERS = {"isbn": "978-3-16-148410-0", "issn": "1234-567X"}
TYPES = sorted({kind.biblatex for kind in KINDS} | {kind.bibtex for kind in KINDS})

words = st.lists(
    st.sampled_from(["Alpha", "beta", "GAMMA", "Über", "x_1", "50%", "A&B", "{Brace}", "C#", "word2vec", "$x^2$"]), min_size=1, max_size=3
)
texts = words.map(" ".join)
names = st.lists(
    st.sampled_from(
        ["Knuth, Donald E.", "van der Berg, Jörg", "{The CMS Collaboration}", "Heath, Jr., Robert", "Plato", "Smith, {and Sons}"]
    ),
    min_size=1,
    max_size=3,
    unique=True,
).map(" and ".join)
dates = st.sampled_from(["1999", "2004-05", "2004-05-06", "1999/2004", "2001-02-03/2001-02-05", "1850~"])
years = st.sampled_from(["1999", "in press", "1999--2004"])


def _value(name: str, kind: str) -> st.SearchStrategy[str]:
    if name in NUMBERS:
        return st.just(NUMBERS[name])
    if name == "keywords":
        return st.sampled_from(["one", "one, two words"])
    by_kind = {"names": names, "date": dates, "literal": years, "number": st.sampled_from(["7", "12"])}
    return by_kind.get(kind, st.sampled_from(sorted(LANGUAGES)) if kind == "language" else texts.map(_tex))


def _tex(text: str) -> str:
    """The text as an author writes it in a .bib file."""
    return text.replace("%", r"\%").replace("&", r"\&").replace("_1", r"\_1").replace("#", r"\#")


@st.composite
def entries(draw: st.DrawFn) -> str:
    """A .bib entry of any type with any fields of the table, spelt as biblatex does."""
    entry_type = draw(st.sampled_from(TYPES))
    core = {
        "title": texts.map(_tex),
        "author": names,
        "volume": st.just("3"),
        "pages": st.sampled_from(["5", "5--9"]),
        "doi": st.just("10.1000/x_y"),
    }
    known = {
        name: _value(name, field.kind) for name, field in FIELDS.items() if name not in ("eprint", "eprinttype", "eprintclass", "year")
    }
    extra = {
        "journaltitle": texts,
        "booktitle": texts,
        "url": st.just("https://example.org/a_b%20c"),
        "abstract": texts.map(_tex),
        "file": st.just("a.pdf"),
    }
    values = core | known | extra
    chosen = draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=8, unique=True))
    body = "".join(f",\n  {name} = {{{draw(values[name])}}}" for name in chosen)
    return f"@{entry_type}{{key{body}\n}}\n"


def _back(reference: Reference, name: str) -> Reference:
    _, write, read = FORMS[name]
    text = write(Bibliography([("key", reference)]), FormatOptions(abstract=True))
    entry = next(iter(read(text)))
    assert not isinstance(entry, InputError), text
    assert entry[0] == "key"
    return entry[1]


@pytest.mark.parametrize("name", FORMS)
@given(text=entries())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_a_format_holds_comes_back_and_the_rest_is_named(name: str, text: str) -> None:
    form = FORMS[name][0]
    (_, reference) = next(one for one in read_bib(text) if not isinstance(one, InputError))
    said = lost(reference, form)
    back = _back(reference, name)
    is_other_type = any(one.startswith("@") for one in said)
    assert is_other_type or back.type == reference.type, text
    meant = reference if form == "biblatex" else joined(reference) if form == "bibtex" else simplified(reference)
    for attribute in ("title", "authors", "issued", "container", "volume", "pages", "publisher", "identifiers", "url", "abstract", "genre"):
        expected, got = getattr(meant, attribute), getattr(back, attribute)
        if attribute == "publisher" and expected is None:
            continue  # another field that names who made it stands there
        if attribute == "genre" and is_other_type:
            continue
        assert _same(got, expected), (attribute, expected, got, text)
    held = dict(back.fields)
    for field, value in meant.fields:
        if field in said or field in (ENTRY_TYPE, PROTECTED):
            continue
        assert _is_held(field, value, held, back), (field, value, back, said, text)


def _same(got: object, expected: object) -> bool:
    if isinstance(got, str) and isinstance(expected, str):
        return plain(got) == plain(expected)
    return got == expected


def _is_held(field: str, value: str, held: dict[str, str], back: Reference) -> bool:
    """Whether a field's value came back: under its own name, or in the place that several fields share."""
    kind = FIELDS[field].kind if field in FIELDS else "text"
    if kind == "names":
        return parse_names(held.get(field, "")) == tuple(name for name in parse_names(value) if name != OTHERS)
    if kind == "note":
        return plain(value) in plain(held.get("note", "")) or plain(value) == plain(held.get(field, ""))
    if kind == "maker":
        return plain(value) in (plain(back.publisher or ""), plain(held.get(field, "")))
    if kind == "language":
        return language_tag(held.get(field, "")) == language_tag(value)
    if field == "number" and back.issue is not None:
        return plain(value) == plain(back.issue)
    return plain(value) == plain(held.get(field, ""))


@given(
    csl_type=st.sampled_from(sorted({kind.csl for kind in KINDS})),
    variables=st.lists(
        st.sampled_from(sorted({field.csl for field in FIELDS.values() if field.csl} - {"issued"})), unique=True, max_size=8
    ),
)
@settings(max_examples=150, deadline=None)
def test_an_item_of_csl_comes_back_from_biblatex(csl_type: str, variables: list[str]) -> None:
    item = {"id": "key", "type": csl_type} | {variable: _csl_value(variable) for variable in variables}
    (_, reference) = next(one for one in read_csl_json(json.dumps([item])) if not isinstance(one, InputError))
    back = _back(reference, "biblatex")
    items = json.loads(format_csl_json(Bibliography([("key", back)]), FormatOptions()))
    is_other_type = kind_of_entry(work_kind(reference).biblatex) != work_kind(reference)
    expected = item | ({"type": items[0]["type"]} if is_other_type else {})
    if csl_type in IN_SERIES and "number" in item and "collection-number" not in item:
        expected["collection-number"] = expected.pop("number")
    elif csl_type not in IN_SERIES and "collection-number" in item:
        expected["number"] = expected.pop("collection-number")
    if csl_type == "article":
        expected.setdefault("genre", "preprint")
    if csl_type in PERIODICALS and "number" in expected:
        expected["page"] = expected.pop("number")
    assert items == [expected]


def _csl_value(variable: str) -> object:
    row = next((field for field in FIELDS.values() if field.csl == variable), None)
    kind = row.kind if row else "text"
    if kind == "names":
        return [{"family": "Tak", "given": "Floris", "non-dropping-particle": "van der", "suffix": "Jr."}, {"literal": "The CMS"}]
    if kind == "date":
        return {"date-parts": [[2004, 5, 6], [2004, 5, 8]]}
    return "nl" if kind == "language" else "50% of A&B_c"
