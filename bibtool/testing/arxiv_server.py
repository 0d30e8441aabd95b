"""A local server that answers as arXiv's query API does, faults included: `python -m bibtool.testing.arxiv_server`, or a fixture for tests.

What it does is scripted a request at a time: `server.script("429", "truncated")` spoils the next two, after which it is sound again.
"""

import argparse
import gzip
import json
import random
import re
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape, quoteattr

MAX_TARGET = 8000
# In a clone of bibtool.
CORPUS = Path(__file__).resolve().parents[2] / "fixtures" / "arxiv" / "snapshot.jsonl"
OLD_OR_NEW = re.compile(r"(?P<number>[a-zA-Z.-]+/[0-9]{7}|[0-9]{4}\.[0-9]{4,5})(?:[vV](?P<version>[0-9]+))?")


@dataclass(frozen=True)
class Record:
    """What the server knows of one paper; `versions` are the time stamps of version 1, 2 ..."""

    number: str
    title: str
    authors: tuple[str, ...]
    versions: tuple[str, ...]
    abstract: str = "An abstract."
    categories: tuple[str, ...] = ("cs.CL",)
    comment: str | None = None
    journal_ref: str | None = None
    dois: tuple[str, ...] = ()


def made_up(number: str, **changes: object) -> Record:
    """A paper under this number, for tests that need some paper."""
    year = f"20{number[:2]}" if "." in number else "1999"
    record = {"number": number, "title": f"Title of {number}", "authors": ("Ada Lovelace",), "versions": (f"{year}-01-02T03:04:05Z",)}
    return Record(**(record | changes))  # type: ignore[arg-type]  # a test names the fields


def entry(record: Record, version: int) -> str:
    """The Atom entry of one version, in the order in which arXiv writes its elements."""
    named = f"{record.number}v{version}"
    lines = [
        f"<id>http://arxiv.org/abs/{named}</id>",
        f"<title>{escape(record.title)}</title>",
        f"<updated>{record.versions[version - 1]}</updated>",
        f'<link href="https://arxiv.org/abs/{named}" rel="alternate" type="text/html"/>',
        f'<link href="https://arxiv.org/pdf/{named}" rel="related" type="application/pdf" title="pdf"/>',
        f"<summary>{escape(record.abstract)}</summary>",
        *(f'<category term={quoteattr(term)} scheme="http://arxiv.org/schemas/atom"/>' for term in record.categories),
        f"<published>{record.versions[0]}</published>",
        *([f"<arxiv:comment>{escape(record.comment)}</arxiv:comment>"] if record.comment else []),
        f"<arxiv:primary_category term={quoteattr(record.categories[0])}/>",
        *([f"<arxiv:journal_ref>{escape(record.journal_ref)}</arxiv:journal_ref>"] if record.journal_ref else []),
        *(f"<author>\n      <name>{escape(name)}</name>\n    </author>" for name in record.authors),
        *(f"<arxiv:doi>{escape(doi)}</arxiv:doi>" for doi in record.dois),
    ]
    return "  <entry>\n" + "".join(f"    {line}\n" for line in lines) + "  </entry>\n"


def error_entry(summary: str) -> str:
    """The Atom entry in which arXiv says what was wrong with a query."""
    slug = re.sub(r"\W+", "_", summary)
    return (
        f"  <entry>\n    <id>https://arxiv.org/api/errors#{slug}</id>\n    <title>Error</title>\n"
        f"    <updated>2026-11-21T23:06:55Z</updated>\n"
        f"    <summary>{escape(summary)}</summary>\n    <author>\n      <name>arXiv api core</name>\n    </author>\n  </entry>\n"
    )


def searched(query: str) -> list[tuple[str, str]] | None:
    """Field and words of each part of a search query, parts joined by AND; None where arXiv refuses it.

    A phrase stands in quotation marks. Brackets and letters with accents give status 400, a hyphen is read as NOT.
    """
    if not query.isascii() or re.search(r"[()\[\]{}]", query):
        return None
    parts = [re.fullmatch(r'(ti|au|abs|all):(?:"([^"]+)"|([^\s"]+))', part) for part in query.split(" AND ")]
    return [(part[1], part[2] or part[3]) if part else ("all", "-") for part in parts]


def holds(record: Record, field: str, words: str) -> bool:
    """Whether the words stand in that field of the record, in a row and whole; a hyphen or a colon inside finds nothing."""
    texts = {"ti": record.title, "au": " ".join(record.authors), "abs": record.abstract}
    text = texts.get(field, " ".join(texts.values()))
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    is_plain = re.fullmatch(r"[A-Za-z0-9 ]+", words) is not None
    return is_plain and f" {words.lower()} " in f" {' '.join(re.findall('[a-z0-9]+', folded))} "


def oai_record(record: Record) -> str:
    """The record in the format `arXiv` of OAI-PMH. An author "Keyname|Forenames|Suffix" is given in these parts."""
    authors = []
    for author in record.authors:
        keyname, forenames, suffix, *_ = [*author.split("|"), "", ""] if "|" in author else [*author.rsplit(" ", 1)[::-1], "", ""]
        parts = {"keyname": keyname, "forenames": forenames, "suffix": suffix}
        authors.append("<author>" + "".join(f"<{name}>{escape(part)}</{name}>" for name, part in parts.items() if part) + "</author>")
    texts = {
        "title": record.title,
        "categories": " ".join(record.categories),
        "comments": record.comment,
        "journal-ref": record.journal_ref,
        "doi": " ".join(record.dois),
        "abstract": record.abstract,
    }
    return (
        f"<record><header><identifier>oai:arXiv.org:{record.number}</identifier><datestamp>2026-11-01</datestamp>"
        f"<setSpec>{record.categories[0].partition('.')[0]}</setSpec></header><metadata>"
        f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{record.number}</id><created>{record.versions[0][:10]}</created>'
        + (f"<updated>{record.versions[-1][:10]}</updated>" if len(record.versions) > 1 else "")
        + f"<authors>{''.join(authors)}</authors>"
        + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in texts.items() if text)
        + "</arXiv></metadata></record>"
    )


def oai(content: str) -> bytes:
    """An answer of arXiv's OAI-PMH service around this content."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>2026-11-22T03:00:00Z</responseDate><request/>{content}</OAI-PMH>"
    ).encode()


def feed(entries: Iterable[str], total: int) -> bytes:
    """The Atom feed that arXiv answers a query with."""
    body = "".join(entries)
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns="http://www.w3.org/2005/Atom">\n  <id>https://arxiv.org/api/4J8twb6A723hzj5GgR1ilLpeDEI</id>\n'
        f"  <title>arXiv Query</title>\n  <updated>2026-11-21T23:06:55Z</updated>\n"
        f"  <opensearch:totalResults>{total}</opensearch:totalResults>\n  <opensearch:startIndex>0</opensearch:startIndex>\n"
        f"{body}</feed>\n"
    ).encode()


@dataclass
class Answer:
    """What goes out, and how: `cut` closes after so many bytes, `drip_seconds` waits after each byte, `chunks` sends so many pieces
    (`chunk`, where given) without a length, `start` goes first instead of status and headers."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/atom+xml; charset=utf-8"})
    cut: int | None = None
    drip_seconds: float = 0.0
    hang_seconds: float = 0.0
    chunks: int = 0
    chunk: bytes = b""
    unfinished: bool = False
    start: bytes = b""
    reset: bool = False


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it."""

    method: str
    path: str
    query: Mapping[str, str]
    mode: str
    started: float
    ended: float


Mode = Callable[["ArxivServer", Answer, Mapping[str, str]], Answer]


def _plain(status: int, body: bytes, **headers: str) -> Mode:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda server, sound, query: Answer(status, body, {"Content-Type": "text/plain", **named})


def _changed(change: Callable[[bytes], bytes]) -> Mode:
    return lambda server, sound, query: Answer(sound.status, change(sound.body), sound.headers)


def _entries(change: Callable[[list[bytes]], list[bytes]]) -> Mode:
    def mode(server: "ArxivServer", sound: Answer, query: Mapping[str, str]) -> Answer:
        head, *entries = re.split(rb"(?=  <entry>\n)", sound.body.removesuffix(b"</feed>\n"))
        return Answer(sound.status, head + b"".join(change(entries)) + b"</feed>\n", sound.headers)

    return mode


HTML = b"<!DOCTYPE html><html><head><title>arXiv</title></head><body>Down for maintenance</body></html>"

ENTITY_BOMB = b"""<?xml version='1.0'?><!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<feed xmlns="http://www.w3.org/2005/Atom"><title>&b;</title></feed>"""


def _sent(**how: object) -> Mode:
    """The sound answer, sent in another way."""
    return lambda server, sound, query: replace(sound, **how)  # type: ignore[arg-type]  # a mode names the fields


def _redirect(target: str) -> Mode:
    def mode(server: "ArxivServer", sound: Answer, query: Mapping[str, str]) -> Answer:
        return Answer(302, b"", {"Location": target.format(host=f"127.0.0.1:{server.server_address[1]}")})

    return mode


def _gzipped(change: Callable[[bytes], bytes]) -> Mode:
    def mode(server: "ArxivServer", sound: Answer, query: Mapping[str, str]) -> Answer:
        return Answer(sound.status, change(gzip.compress(sound.body)), {**sound.headers, "Content-Encoding": "gzip"})

    return mode


def _bomb(_: bytes) -> bytes:
    """A hundred megabytes of blanks, in a hundred kilobytes."""
    return gzip.compress(b" " * (100 << 20), 6)


def _error(status: int, summary: str) -> Mode:
    return lambda server, sound, query: Answer(status, feed([error_entry(summary)], 1))


def _tomorrow(server: "ArxivServer", sound: Answer, query: Mapping[str, str]) -> Answer:
    return Answer(429, b"Rate exceeded.", {"Retry-After": formatdate(time.time() + 86_400, usegmt=True)})


def _only_ten(server: "ArxivServer", sound: Answer, query: Mapping[str, str]) -> Answer:
    return server.answer({**query, "max_results": "10"})


MODES: dict[str, Mode] = {
    "ok": lambda server, sound, query: sound,
    # busy
    "429": _plain(429, b"Rate exceeded."),
    "429 after 1 s": _plain(429, b"Rate exceeded.", Retry_After="1"),
    "429 after a day": _plain(429, b"Rate exceeded.", Retry_After="86400"),
    "429 until tomorrow": _tomorrow,
    "429 after nonsense": _plain(429, b"Rate exceeded.", Retry_After="soon"),
    "503 after 7 s": _plain(503, b"busy", Retry_After="7"),
    "408": _plain(408, b"slow"),
    # broken
    "500": _plain(500, b"oops"),
    "502": _plain(502, b"<html>Bad Gateway</html>"),
    "504": _plain(504, b""),
    "403": _plain(403, b"Forbidden"),
    "reset": _sent(reset=True),
    "reset in the headers": _sent(reset=True, start=b"HTTP/1.1 200 OK\r\nContent-Ty"),
    "hang": _sent(hang_seconds=30.0),
    "drip": _sent(drip_seconds=0.05),
    "drip in the headers": _sent(start=b"HTTP/1.1 200 OK\r\nX-Slow: ", drip_seconds=0.05),
    "short": lambda server, sound, query: replace(sound, cut=len(sound.body) // 2),
    "short chunks": _sent(chunks=2, unfinished=True),
    "chunks": _sent(chunks=5),
    "endless": _sent(chunks=2000, chunk=b" " * 65_536),
    "gzip": _gzipped(lambda body: body),
    "gzip cut": _gzipped(lambda body: body[:-30]),
    "gzip bomb": _gzipped(_bomb),
    "not gzip": lambda server, sound, query: Answer(200, sound.body, {**sound.headers, "Content-Encoding": "gzip"}),
    # redirected
    "redirect": _redirect("/api/query"),
    "redirect loop": _redirect("/elsewhere"),
    "redirect to another host": _redirect("http://169.254.169.254/latest/meta-data"),
    "redirect to another port": _redirect("http://127.0.0.1:9/api/query"),
    "redirect to another scheme": _redirect("https://{host}/api/query"),
    "redirect to a file": _redirect("file:///etc/passwd"),
    # another document
    "empty body": _changed(lambda body: b""),
    "html": lambda server, sound, query: Answer(200, HTML, {"Content-Type": "text/html"}),
    "json": _plain(200, b'{"feed": []}'),
    "another root": _changed(lambda body: body.replace(b"<feed", b"<rss").replace(b"</feed", b"</rss")),
    "document type": _changed(lambda body: body.replace(b"<feed", b"<!DOCTYPE feed><feed", 1)),
    "entity bomb": _plain(200, ENTITY_BOMB),
    "too deep": _changed(lambda body: body.replace(b"<entry>", b"<a>" * 5000 + b"</a>" * 5000 + b"<entry>", 1)),
    "invalid UTF-8": _changed(lambda body: body.replace(b"<title>", b"<title>\xff\xfe", 1)),
    "NUL": _changed(lambda body: body.replace(b"<title>", b"<title>\0", 1)),
    "truncated": _changed(lambda body: body[: len(body) // 2]),
    "truncated in the last tag": _changed(lambda body: body.rstrip()[:-3]),
    "two documents": _changed(lambda body: body + body),
    # another feed
    "empty feed": lambda server, sound, query: Answer(200, feed([], 0), sound.headers),
    "missing one": _entries(lambda entries: entries[1:]),
    "missing newest": _entries(lambda entries: [one for one in entries if b"v1</id>" in one]),
    "doubled": _entries(lambda entries: entries + entries),
    "extra": _entries(lambda entries: [*entries, entry(made_up("1706.03762"), 1).encode()]),
    "another paper": _entries(lambda entries: [entry(made_up("1706.03762"), 1).encode()]),
    "another version": _entries(lambda entries: [re.sub(rb"v[0-9]+</id>", b"v9</id>", one) for one in entries]),
    "no authors": _entries(lambda entries: [re.sub(rb"<author>.*?</author>", b"", one, flags=re.DOTALL) for one in entries]),
    "no title": _entries(lambda entries: [re.sub(rb"<title>.*?</title>", b"<title/>", one) for one in entries]),
    "no date": _entries(lambda entries: [re.sub(rb"<published>.*?</published>", b"", one) for one in entries]),
    "no identifier": _entries(lambda entries: [re.sub(rb"<id>.*?</id>", b"", one) for one in entries]),
    "error with 200": _error(200, "internal error"),
    "error with 400": _error(400, "start must be a non-negative integer"),
    "only ten": _only_ten,
    # another form of request
    "post refused": lambda server, sound, query: Answer(405) if query.get("_method") == "POST" else sound,
    "post too large": lambda server, sound, query: (
        Answer(413) if query.get("_method") == "POST" and query.get("id_list", "").count(",") >= 100 else sound
    ),
}


class ArxivServer(ThreadingHTTPServer):
    """The server. `url` is the whole address of its query API; `asked` lists the requests it has answered."""

    daemon_threads = True

    def __init__(self, records: Iterable[Record], port: int = 0, seed: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.records = {record.number: record for record in records}
        self.asked: list[Asked] = []
        self.in_flight_at_most = 0
        self.oai_page = 2
        self.expired_tokens: set[str] = set()
        self.refused: set[str] = set()
        self._in_flight = 0
        self._modes: list[str] = []
        self._always = "ok"
        self._lock = threading.Lock()
        # Set when the server goes down, so that nobody hangs or drips any longer.
        self.patience = threading.Event()
        self._random = random.Random(seed)  # noqa: S311 - the order of entries, which arXiv does not promise

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news here; anything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as it came

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/api/query"

    @property
    def oai_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/oai"

    def script(self, *modes: str, always: str = "ok") -> None:
        """Spoils the next requests in this order; afterwards every request as `always` says."""
        for mode in (*modes, always):
            if mode not in MODES:
                raise KeyError(f"no mode {mode!r}; there are: {', '.join(sorted(MODES))}")
        self._modes, self._always = list(modes), always

    @property
    def pauses(self) -> list[float]:
        """Seconds from the end of each request to the start of the next."""
        return [after.started - before.ended for before, after in zip(self.asked, self.asked[1:], strict=False)]

    @property
    def asked_identifiers(self) -> list[str]:
        """Every identifier asked for, in order, as often as it was."""
        return [one for asked in self.asked for one in asked.query.get("id_list", "").split(",") if one]

    def begin(self) -> str:
        with self._lock:
            self._in_flight += 1
            self.in_flight_at_most = max(self.in_flight_at_most, self._in_flight)
            return self._modes.pop(0) if self._modes else self._always

    def end(self, asked: Asked) -> None:
        with self._lock:
            self._in_flight -= 1
            self.asked.append(asked)

    def answer(self, query: Mapping[str, str]) -> Answer:
        """What arXiv would answer."""
        wanted = [one.strip() for one in query.get("id_list", "").split(",")] if query.get("id_list") else []
        limit = int(query.get("max_results", "10"))
        if limit == 0:
            return Answer(500, b"Internal Server Error")
        for one in wanted:
            if not OLD_OR_NEW.fullmatch(one) or one in self.refused:
                return Answer(400, feed([error_entry(f"incorrect id format for {one}")], 1))
        chosen = dict.fromkeys(known for one in wanted if (known := self._known(one)) is not None)
        if query.get("search_query"):
            asked = searched(query["search_query"])
            if asked is None:
                return Answer(400, feed([error_entry("bad query syntax")], 1))
            found = [record for record in self.records.values() if all(holds(record, *one) for one in asked)]
            chosen = {(record, len(record.versions)): None for record in found}
        entries = list(chosen)
        self._random.shuffle(entries)
        return Answer(200, feed((entry(record, version) for record, version in entries[:limit]), len(entries)))

    def answer_oai(self, query: Mapping[str, str]) -> Answer:
        """What arXiv's OAI-PMH service would answer; tokens are "SET:START"."""
        if query.get("verb") == "GetRecord":
            record = self.records.get(query.get("identifier", "").removeprefix("oai:arXiv.org:"))
            if record is None:
                return Answer(200, oai('<error code="idDoesNotExist">no such record</error>'))
            return Answer(200, oai(f"<GetRecord>{oai_record(record)}</GetRecord>"))
        if query.get("verb") != "ListRecords":
            return Answer(200, oai('<error code="badVerb">no such verb</error>'))
        token = query.get("resumptionToken")
        if token is not None and token in self.expired_tokens:
            self.expired_tokens.discard(token)
            return Answer(200, oai('<error code="badResumptionToken">expired</error>'))
        set_name, _, start = (token or f"{query.get('set', '')}:0").rpartition(":")
        if set_name == "nonsense":
            return Answer(200, oai('<error code="badArgument">no such set</error>'))
        chosen = [record for record in self.records.values() if record.categories[0].startswith(set_name)]
        page = chosen[int(start) : int(start) + self.oai_page]
        if not page:
            return Answer(200, oai('<error code="noRecordsMatch">nothing</error>'))
        after = int(start) + self.oai_page
        following = f"{set_name}:{after}" if after < len(chosen) else ""
        return Answer(
            200, oai(f"<ListRecords>{''.join(map(oai_record, page))}<resumptionToken>{following}</resumptionToken></ListRecords>")
        )

    def _known(self, written: str) -> tuple[Record, int] | None:
        match = re.fullmatch(r"(?P<number>[a-z-]+/[0-9]{7}|[0-9]{4}\.[0-9]{4,5})(?:v(?P<version>[0-9]+))?", written)
        record = self.records.get(match["number"]) if match else None
        if record is None or match is None:
            return None
        version = int(match["version"] or len(record.versions))
        return (record, version) if 1 <= version <= len(record.versions) else None


class _Handler(BaseHTTPRequestHandler):
    server: ArxivServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._respond(urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._respond(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def log_message(self, *_: object) -> None:
        """Tests read `asked` instead."""

    def _respond(self, text: str) -> None:
        started, mode = time.monotonic(), self.server.begin()
        query = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
        sound = Answer(414, b"Request-URI Too Large") if len(self.path) > MAX_TARGET else self._sound(query)
        answer = MODES[mode](self.server, sound, {**query, "_method": self.command})
        # Before the last byte leaves, so that a client never sees an answer that is not yet listed.
        ended = time.monotonic()
        self.server.end(Asked(self.command, self.path, query, mode, started, ended))
        try:
            self._send(answer)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _sound(self, query: Mapping[str, str]) -> Answer:
        return self.server.answer_oai(query) if self.path.startswith("/oai") else self.server.answer(query)

    def _send(self, answer: Answer) -> None:
        if answer.start:
            self._write(answer.start, answer.drip_seconds)
        if answer.reset:
            self.close_connection = True
            return
        self.server.patience.wait(answer.hang_seconds)
        if answer.start:
            self._write(b"slow " * 1000, answer.drip_seconds)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.chunks:
            self._send_chunks(answer)
            return
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if answer.cut is not None:
            self.close_connection = True
        self._write(answer.body if answer.cut is None else answer.body[: answer.cut], answer.drip_seconds)

    def _send_chunks(self, answer: Answer) -> None:
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        size = len(answer.body) // answer.chunks + 1
        for start in range(0, answer.chunks * size, size):
            piece = answer.chunk or answer.body[start : start + size]
            if piece and not (answer.unfinished and start):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        if answer.unfinished:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def _write(self, content: bytes, drip_seconds: float) -> None:
        if not drip_seconds:
            self.wfile.write(content)
            return
        for at in range(len(content)):
            self.wfile.write(content[at : at + 1])
            if self.server.patience.wait(drip_seconds):
                return


@contextmanager
def serving(records: Iterable[Record]) -> Iterator[ArxivServer]:
    """A server on a free port of 127.0.0.1, as long as the block lasts."""
    server = ArxivServer(records)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.patience.set()
        server.shutdown()
        server.server_close()
        thread.join()


def corpus_records(path: Path = CORPUS) -> list[Record]:
    """The papers of a snapshot's file, by default those of bibtool's own corpus; what is not known of them is made up."""
    return [_from_snapshot(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _from_snapshot(line: dict[str, object]) -> Record:
    number = str(line["id"])
    versions = line["versions"] if isinstance(line["versions"], list) else []
    return made_up(
        number,
        title=str(line["title"]),
        authors=tuple(str(line["authors"]).split(", ")),
        versions=tuple(f"20{number[:2]}-{number[2:4]}-{at + 1:02}T00:00:00Z" for at in range(max(len(versions), 1))),
        abstract=str(line["abstract"] or "").strip(),
        categories=tuple(str(line["categories"] or "cs.CL").split()),
        comment=None if line["comments"] is None else str(line["comments"]),
    )


def main() -> int:
    """Serves until it is interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--always", default="ok", choices=sorted(MODES), help="how to answer")
    parser.add_argument("--records", type=Path, default=CORPUS, help="a file in the form of arXiv's metadata snapshot")
    options = parser.parse_args()
    server = ArxivServer(corpus_records(options.records), options.port)
    server.script(always=options.always)
    sys.stderr.write(f"BIBT_ARXIV_URL={server.url} BIBT_OAI_URL={server.oai_url} BIBT_ARXIV_DELAY=0.1\n")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
