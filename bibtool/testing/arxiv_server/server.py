"""The server: what arXiv would answer, spoilt as the script says."""

import random
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

from bibtool.sources.turn import Turnstile, meeting_folder
from bibtool.testing.arxiv_server.answers import Answer, Asked
from bibtool.testing.arxiv_server.feeds import entry, error_entry, feed, oai, oai_record
from bibtool.testing.arxiv_server.modes import MODES
from bibtool.testing.arxiv_server.records import Record
from bibtool.testing.arxiv_server.searching import holds, searched
from bibtool.testing.arxiv_server.sending import Handler

OLD_OR_NEW = re.compile(r"(?P<number>[a-zA-Z.-]+/[0-9]{7}|[0-9]{4}\.[0-9]{4,5})(?:[vV](?P<version>[0-9]+))?")


class ArxivServer(ThreadingHTTPServer):
    """The server. `url` is the whole address of its query API; `asked` lists the requests it has answered."""

    daemon_threads = True

    def __init__(self, records: Iterable[Record], port: int = 0, seed: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        # What an earlier server on this port asked for is none of this one's.
        Turnstile(f"127.0.0.1:{self.server_address[1]}", meeting_folder()).forget()
        self.records = {record.number: record for record in records}
        self.asked: list[Asked] = []
        self.in_flight_at_most = 0
        self.oai_page = 2
        self.expired_tokens: set[str] = set()
        self.refused: set[str] = set()
        self.spoiling: set[str] = set()
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
        if self.spoiling.intersection(wanted):
            return Answer(200, feed(["<entry><title>\f"], 1))
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
