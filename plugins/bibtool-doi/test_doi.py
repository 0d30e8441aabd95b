"""References by DOI, from a server on this machine that answers as the resolver does."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest
from bibtool_doi import reference

import bibtool
from bibtool import Doi, Name, NotFoundError, PartialDate, Reference, UnavailableError

ITEM = {
    "type": "article-journal",
    "DOI": "10.1000/ABC(1)",
    "title": "Quantum <i>state</i> &amp; more",
    "author": [{"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van", "suffix": "Jr."}, {"literal": "The Group"}],
    "issued": {"date-parts": [[2009, 1]]},
    "container-title": "Nature Physics",
    "volume": 5,
    "page": "19-26",
    "publisher": "Springer",
    "source": "Crossref",
}


class Resolver(ThreadingHTTPServer):
    """`answers` are status and body by path; `asked` the paths in order, with what was accepted."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[tuple[str, str]] = []


class Handler(BaseHTTPRequestHandler):
    server: Resolver

    def do_GET(self) -> None:
        path = unquote(self.path).removeprefix("/")
        self.server.asked.append((path, self.headers.get("Accept", "")))
        status, body = self.server.answers.get(path, (404, b"DOI Not Found"))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", body.decode())
            body = b""
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests read `asked` instead."""


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Resolver]:
    monkeypatch.setenv("BIBT_CACHE_DIR", str(tmp_path))
    server = Resolver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    monkeypatch.setenv("BIBT_DOI_URL", f"http://127.0.0.1:{server.server_address[1]}/")
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_item_becomes_a_reference() -> None:
    assert reference(ITEM, Doi("10.1000/abc(1)")) == Reference(
        type="article-journal",
        identifiers=(Doi("10.1000/abc(1)"),),
        title="Quantum state & more",
        authors=(Name("Beethoven", "Ludwig", "van", "Jr."), Name(literal="The Group")),
        issued=PartialDate(2009, 1),
        container="Nature Physics",
        volume="5",
        pages="19-26",
        publisher="Springer",
        url="https://doi.org/10.1000/abc(1)",
    )


ITEMS = {
    "Crossref's own type": ({"type": "journal-article"}, {"type": "article-journal"}),
    "another of its types": ({"type": "proceedings-article"}, {"type": "paper-conference"}),
    "a preprint": ({"type": "posted-content"}, {"type": "article", "genre": "preprint"}),
    "lists": ({"title": ["", "A title"], "container-title": ["J. Chem.", "JC"]}, {"title": "A title", "container": "J. Chem."}),
    "empty lists": ({"title": [], "container-title": []}, {}),
    "raised and lowered": ({"title": "H<sub>2</sub>O and <jats:sup>3</jats:sup>He"}, {"title": "H$_{2}$O and $^{3}$He"}),
    "mark-up escaped": ({"title": "R&amp;amp;D of &lt;i&gt;E. coli&lt;/i&gt;"}, {"title": "R&D of E. coli"}),
    "MathML": ({"title": 'A <mml:math xmlns:mml="x"><mml:mi>k</mml:mi></mml:math>-set'}, {"title": "A k-set"}),
    "text in angle brackets": ({"title": "Where 1 <x and y> 2 in <http://a.b>"}, {"title": "Where 1 <x and y> 2 in <http://a.b>"}),
    "JATS": ({"abstract": "<jats:title>Abstract</jats:title><jats:p>We\n see.</jats:p><jats:p>So</jats:p>"}, {"abstract": "We see. So"}),
    "a group": ({"author": [{"name": "The Group", "sequence": "first"}]}, {"authors": (Name(literal="The Group"),)}),
    "particle behind the given names": (
        {"author": [{"family": "Oord", "given": "A. van den"}]},
        {"authors": (Name("Oord", "A.", "van den"),)},
    ),
    "particle before the family name": (
        {"author": [{"family": "van der Waals", "given": "J. D."}, {"family": "de", "given": "A."}, {"family": "de la Cruz"}]},
        {"authors": (Name("Waals", "J. D.", "van der"), Name("de", "A."), Name("de la Cruz"))},
    ),
    "two particles": (
        {"author": [{"family": "X", "given": "A.", "dropping-particle": "de", "non-dropping-particle": "la", "suffix": "III"}]},
        {"authors": (Name("X", "A.", "de la", "III"),)},
    ),
    "rubbish among authors": ({"author": [None, "A", {}, {"family": None}]}, {}),
    "article number": ({"article-number": "013009"}, {"pages": "013009"}),
    "no date but that of print": (
        {"issued": {"date-parts": [[None]]}, "published-print": {"date-parts": [[2009, 1, 8]]}},
        {"issued": PartialDate(2009, 1, 8)},
    ),
    "editors": (
        {"type": "edited-book", "editor": [{"family": "B", "given": "A."}, {"literal": "The Group"}]},
        {"type": "book", "fields": (("editor", "B, A. and {The Group}"),)},
    ),
}


@pytest.mark.parametrize(("item", "expected"), ITEMS.values(), ids=ITEMS)
def test_the_agencies_own_forms_are_understood(item: dict[str, object], expected: dict[str, object]) -> None:
    doi = Doi("10.1000/x")
    base = Reference(type="document", identifiers=(doi,), url="https://doi.org/10.1000/x")
    assert reference(item, doi) == replace(base, **expected)  # type: ignore[arg-type]  # the table names the fields


DATES = {
    "day": ([[2009, 1, 8]], PartialDate(2009, 1, 8)),
    "texts": ([["2009", "1"]], PartialDate(2009, 1)),
    "no month of the calendar": ([[2009, 13]], PartialDate(2009)),
    "no month": ([[2009, 0, 1]], PartialDate(2009)),
    "a day that is none": ([[2009, 2, None]], PartialDate(2009, 2)),
    "no year": ([[0, 1]], None),
    "none": ([[None]], None),
    "empty": ([], None),
    "rubbish": ("soon", None),
}


@pytest.mark.parametrize(("parts", "expected"), DATES.values(), ids=DATES)
def test_a_date_is_taken_as_far_as_it_is_one(parts: object, expected: PartialDate | None) -> None:
    assert reference({"issued": {"date-parts": parts}}, Doi("10.1000/x")).issued == expected


@pytest.mark.parametrize(
    "issued", [{"raw": "2019-05-03T10:00:00Z"}, {"date-parts": [[None]], "raw": "2019/05/03"}, {"literal": "2019-05-03"}, "2019-05-03"]
)
def test_a_date_is_read_from_a_text(issued: object) -> None:
    assert reference({"issued": issued}, Doi("10.1000/x")).issued == PartialDate(2019, 5, 3)


def test_a_doi_is_looked_up_once(resolver: Resolver) -> None:
    resolver.answers["10.1000/abc(1)"] = (200, json.dumps(ITEM).encode())
    for _ in range(2):
        [found] = bibtool.get(["https://doi.org/10.1000/abc(1)"]).values()
        assert found.container == "Nature Physics"
    assert resolver.asked == [("10.1000/abc(1)", "application/vnd.citationstyles.csl+json")]


NAMES = ["10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-#", "10.1000/../../x", "10.1000/..", "10.1000/a?b=%20&c"]


@pytest.mark.parametrize("name", NAMES)
def test_a_doi_of_any_form_reaches_the_resolver_as_it_is(resolver: Resolver, name: str) -> None:
    resolver.answers[name] = (200, json.dumps({**ITEM, "DOI": f"https://doi.org/{name}"}).encode())
    [found] = bibtool.get([name]).values()
    assert found.identifier == Doi(name)
    assert [path for path, _ in resolver.asked] == [name]


def test_one_that_fails_does_not_cost_the_others(resolver: Resolver) -> None:
    resolver.answers["10.1000/away"] = (302, b"http://publisher.example/landing-page")
    resolver.answers["10.1000/abc(1)"] = (200, json.dumps(ITEM).encode())
    found = bibtool.get(["10.1000/away", "10.1000/abc(1)"])
    assert [str(one.identifier) for one in found.values()] == ["10.1000/abc(1)"]
    assert "redirects elsewhere" in str(found.unresolved[Doi("10.1000/away")])


ALIASES = {"the resolver": "/10.1000/abc(1)", "an agency": "/v1/works/10.1000%2FABC(1)/transform"}


@pytest.mark.parametrize("target", ALIASES.values(), ids=ALIASES)
def test_a_name_given_up_for_another_is_followed_and_said(resolver: Resolver, target: str) -> None:
    resolver.answers["10.1000/old"] = (302, target.encode())
    resolver.answers[unquote(target).removeprefix("/")] = (200, json.dumps(ITEM).encode())
    with pytest.warns(UserWarning, match=r"10\.1000/old is an older name of 10\.1000/ABC\(1\)"):
        [found] = bibtool.get(["10.1000/old"]).values()
    assert found.identifiers == (Doi("10.1000/old"), Doi("10.1000/abc(1)"))
    [kept] = bibtool.get(["10.1000/old"]).values()
    assert kept.identifiers == found.identifiers


def test_dois_that_lead_to_pages_of_publishers_cost_only_themselves(resolver: Resolver) -> None:
    pages = [f"10.1000/page{at}" for at in range(3)]
    resolver.answers = dict.fromkeys(pages, (302, b"http://publisher.example/landing-page"))
    resolver.answers["10.1000/abc(1)"] = (200, json.dumps(ITEM).encode())
    found = bibtool.get([*pages, "10.1000/abc(1)"])
    assert [str(one.identifier) for one in found.values()] == ["10.1000/abc(1)"]


def test_what_is_unknown_is_said(resolver: Resolver) -> None:
    unresolved = bibtool.get(["10.1000/nothing"]).unresolved
    assert isinstance(unresolved[Doi("10.1000/nothing")], NotFoundError)


SPOILT = {
    "another work": (200, json.dumps({**ITEM, "DOI": "10.1000/other"}).encode()),
    "another host": (302, b"http://169.254.169.254/latest/meta-data"),
    "forbidden": (403, b"no"),
}


@pytest.mark.parametrize("answer", SPOILT.values(), ids=SPOILT)
def test_nothing_is_made_of_a_wrong_answer(resolver: Resolver, answer: tuple[int, bytes]) -> None:
    resolver.answers["10.1000/abc(1)"] = answer
    unresolved = bibtool.get(["10.1000/abc(1)"]).unresolved
    assert isinstance(unresolved[Doi("10.1000/abc(1)")], UnavailableError)
    assert len(resolver.asked) == 1


def test_offline_nothing_is_asked(resolver: Resolver) -> None:
    unresolved = bibtool.get(["10.1000/abc(1)"], offline=True).unresolved
    assert isinstance(unresolved[Doi("10.1000/abc(1)")], UnavailableError)
    assert resolver.asked == []
