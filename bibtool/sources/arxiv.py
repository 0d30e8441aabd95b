"""arXiv's query API: many identifiers in few requests, matched by identifier, each answered or named as missing.

https://info.arxiv.org/help/api/tou.html asks for one request every three seconds and one connection.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from unicodedata import combining, normalize
from urllib.parse import urlencode, urlsplit

from bibtool.components import Answer, Context, Session, Sought
from bibtool.errors import InputError, NotFoundError, ResolveError, UnavailableError
from bibtool.identifiers import ArxivId, Identifier
from bibtool.reference import Reference
from bibtool.sources.arxiv_record import pinned
from bibtool.sources.atom import Feed, FeedError, identifiers_of, parse_feed
from bibtool.sources.http import RETRIES, NotAskedError, SpoiltError
from bibtool.sources.kept_answers import DAY_SECONDS
from bibtool.sources.redirects import FinalError
from bibtool.terminal import printable, quoted

DEFAULT_URL = "https://export.arxiv.org/api/query"
DELAY_SECONDS = 3.0  # arXiv API terms of use: one request every three seconds
POST_BATCH, GET_BATCH = 500, 100  # a GET with about 640 identifiers is refused (414)
SMALLEST_BATCH = 50
# More than five answers to a search are no help; more words are likelier misread, fewer are in too many titles.
MOST_FOUND, LEAST_TITLE_WORDS, MOST_TITLE_WORDS = 5, 2, 8
# Tries after a spoilt answer. All in all two by POST, and where that never works three by GET: five, as after every other failure.
POST_RETRIES, GET_RETRIES = 1, 2
# While the records that spoil answers are looked for by halving: so many spoilt answers one after the other, or in all, are the service's.
MOST_SPOILT_IN_A_ROW, MOST_SPOILT = 5, 40
# What a server says to a GET that asks for too much at once.
TOO_LONG = frozenset({413, 414, 431})

_INCORRECT = re.compile(r"incorrect id format for (?P<id>\S*)")

Resolved = tuple[Identifier, Reference | ResolveError]


def resolve(identifiers: Sequence[Identifier], context: Context) -> Iterator[Resolved]:
    """Each arXiv identifier with its reference or why it has none. Raises UnavailableError where arXiv as a whole does not answer."""
    wanted = sorted({one for one in identifiers if isinstance(one, ArxivId)})
    if not wanted:
        return
    if context.offline:
        raise UnavailableError("arXiv is not asked while offline")
    client = _Client(context)
    done = 0
    for start in range(0, len(wanted), POST_BATCH):
        for answer in client.batch(wanted[start : start + POST_BATCH]):
            yield answer
            done += 1
            context.progress.update("asking arXiv", done, len(wanted))


def search(words: str, context: Context) -> Sequence[Reference]:
    """The papers that have all these words in their titles, as arXiv ranks them, ten at most."""
    if context.offline:
        raise UnavailableError("arXiv is not asked while offline")
    # A hyphen is read as NOT, AND and OR as what they are, a colon ends a title query, brackets and accents give status 400.
    letters = normalize("NFKD", words.lower())
    plain = re.findall(r"[a-z0-9]{1,60}", "".join(one for one in letters if not combining(one)))[:MOST_TITLE_WORDS]
    if not plain:
        return []
    feed = _Client(context).feed({"search_query": " AND ".join(f"ti:{word}" for word in plain), "max_results": "10"}, by_get=True)
    return feed.references


def find(sought: Sought, context: Context) -> Iterator[Sequence[Reference]]:
    """What arXiv's search brings: the title's words in a row with the author, then those words anywhere, then the passage."""
    if context.offline:
        raise UnavailableError("arXiv is not asked while offline")
    client = _Client(context)
    for query in _queries(sought):
        yield client.feed({"search_query": query, "max_results": str(MOST_FOUND)}, by_get=True).references


def _queries(sought: Sought) -> Iterator[str]:
    title, author, passage = (re.findall(r"[a-z0-9]+", part) for part in (sought.title, sought.author, sought.passage))
    if len(title) >= LEAST_TITLE_WORDS:
        words = title[:MOST_TITLE_WORDS]
        if author:
            yield f'ti:"{" ".join(words)}" AND au:{author[-1]}'
        yield " AND ".join(f"ti:{word}" for word in words if len(word) > 1)
    if passage:
        yield f'abs:"{" ".join(passage)}"'


class _Client:
    """What one run of `resolve` learns about the server: whether it takes POST, and how much at once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._url = address(context.settings, "BIBT_ARXIV_URL", DEFAULT_URL)
        self._delay_seconds = delay_seconds(context.settings.get("BIBT_ARXIV_DELAY"), self._url)
        self._by_get, self._size = False, POST_BATCH
        self._refused: set[ArxivId] = set()
        self._spoilt: dict[str, str] = {}
        self._newest: dict[str, int] = {}
        # Records that spoil every answer which has them; whether there was a sound answer; how many could not be used while halving.
        self._spoiling: dict[ArxivId, SpoiltError] = {}
        self._has_answered, self._lost = False, 0

    def batch(self, wanted: Sequence[ArxivId]) -> Iterator[Resolved]:
        """Answers for all of `wanted`. What an answer leaves out is asked for again until that brings nothing; only then it is unknown."""
        found: dict[ArxivId, Reference] = {}
        missing, tries = list(wanted), 0
        manner = self._by_get, self._size
        try:
            while missing:
                came: dict[ArxivId, Reference] = {}
                # With the second try: whether it is the paper that is unknown, or only its version.
                papers = {one.without_version() for one in missing if one.version is not None}.difference(wanted) if tries else ()
                self._ask([*missing, *sorted(papers)], came)
                found |= {one: came[one] for one in missing if one in came}
                before, tries = len(missing), tries + 1
                missing = [one for one in missing if one not in found and one not in self._spoiling]
                # An empty feed happens by mistake, so nothing at all counts on the second time.
                if len(missing) == before and (found or tries == 2):
                    break
                if not found:
                    # A server, or one on the way to it, may not have read what was sent by POST.
                    self._ask_by_get(GET_BATCH)
        except UnavailableError:
            yield from found.items()
            raise
        if not self._spoiling.keys().isdisjoint(wanted):
            # It was not for the way of asking that answers failed.
            self._by_get, self._size = manner
        for identifier in wanted:
            yield identifier, found.get(identifier) or self._failure(identifier)

    def _failure(self, identifier: ArxivId) -> ResolveError:
        if identifier in self._spoiling:
            return UnavailableError(f"arXiv's record of {identifier} spoils every answer: {self._spoiling[identifier]}")
        if identifier.number in self._spoilt:
            return UnavailableError(f"arXiv's record of {identifier} has {self._spoilt[identifier.number]}; try again later")
        newest = self._newest.get(identifier.number)
        if identifier.version is not None and newest is not None:
            return NotFoundError(f"arXiv has no version {identifier.version} of {identifier.number}; the newest is {newest}")
        return NotFoundError(f"arXiv knows no {identifier}")

    def _ask(self, wanted: Sequence[ArxivId], found: dict[ArxivId, Reference]) -> None:
        """Adds what the service has, in as many requests as it takes: by GET where POST fails, in smaller parts where that fails too."""
        if len(wanted) > self._size:
            return self._in_parts(wanted, found)
        was_by_get = self._by_get
        try:
            found |= self._ask_once(wanted)
        except (_FormRefusedError, FinalError, SpoiltError) as problem:
            if was_by_get and isinstance(problem, SpoiltError) and len(wanted) <= SMALLEST_BATCH:
                return self._set_apart(wanted, found, problem)
            if was_by_get and (isinstance(problem, FinalError) or len(wanted) == 1):
                raise
            # Here too where the next batch would fail in the same way.
            self._ask_by_get((len(wanted) + 1) // 2 if was_by_get else GET_BATCH)
            try:
                self._in_parts(wanted, found)
            except NotAskedError:
                raise problem from None

    def _set_apart(self, spoilt: Sequence[ArxivId], found: dict[ArxivId, Reference], problem: SpoiltError) -> None:
        """Adds what a batch has beside the records that spoil every answer, found by halving. Raises where the service spoils all."""
        parts, in_a_row = deque([spoilt]), 0
        while parts:
            part = parts.popleft()
            try:
                if part is not spoilt:
                    found |= self._ask_once(part, retries=int(len(part) == 1))
                    in_a_row = 0
                    continue
            except NotAskedError:
                raise problem from None
            except SpoiltError as error:
                problem, in_a_row, self._lost = error, in_a_row + 1, self._lost + 1
            if in_a_row == MOST_SPOILT_IN_A_ROW or self._lost == MOST_SPOILT:
                raise problem
            if len(part) == 1:
                self._spoiling[part[0]] = problem
            else:
                middle = len(part) // 2
                parts.extend([part[:middle], part[middle:]])
        if not self._has_answered:
            raise problem

    def _ask_by_get(self, size: int) -> None:
        self._by_get, self._size = True, min(size, self._size)

    def _in_parts(self, wanted: Sequence[ArxivId], found: dict[ArxivId, Reference]) -> None:
        size = self._size
        for start in range(0, len(wanted), size):
            self._ask(wanted[start : start + size], found)

    def _ask_once(self, wanted: Sequence[ArxivId], retries: int | None = None) -> dict[ArxivId, Reference]:
        """The references in one answer, under the identifiers as they were asked for. What the service refuses is left out."""
        remaining = [identifier for identifier in wanted if identifier not in self._refused]
        while remaining:
            query = {"id_list": ",".join(map(str, remaining)), "max_results": str(len(remaining))}
            feed = self.feed(query, by_get=self._by_get, asked=remaining, retries=retries)
            self._has_answered = True
            self._spoilt |= {identifier.number: lack for identifier, lack in feed.spoilt}
            for came, _ in identifiers_of(feed):
                self._newest[came.number] = max(came.version or 1, self._newest.get(came.number, 1))
            if not feed.errors:
                return matched(feed, remaining)
            named = refused(feed)
            self._refused.update(identifier for identifier in remaining if str(identifier) in named)
            accepted = [identifier for identifier in remaining if str(identifier) not in named]
            if len(accepted) == len(remaining):
                raise UnavailableError(f"arXiv answers with an error: {printable('; '.join(feed.errors))[:200]}")
            remaining = accepted
        return {}

    def feed(self, query: dict[str, str], *, by_get: bool, asked: Sequence[ArxivId] = (), retries: int | None = None) -> Feed:
        """The feed for one query. An answer is kept only where it is whole and has all that was asked for."""
        session: Session = self._context.session()
        answer = session.ask(
            f"{self._url}?{urlencode(query)}" if by_get else self._url,
            form=None if by_get else query,
            delay_seconds=self._delay_seconds,
            is_valid=_is_feed,
            is_kept=lambda answer: _is_complete(answer, asked),
            deadline=self._context.deadline,
            max_age_seconds=0 if self._context.refresh or self._context.renew else DAY_SECONDS,
            spoilt_retries=_spoilt_retries(len(asked), by_get=by_get) if retries is None else retries,
        )
        if answer.status == 200:
            return parse_feed(answer.body)
        with suppress(FeedError):
            feed = parse_feed(answer.body)
            if feed.errors:
                return feed
        refusal = f"arXiv refuses the request (status {answer.status}); see BIBT_ARXIV_URL"
        if not by_get or answer.status in TOO_LONG:
            raise _FormRefusedError(refusal)
        raise UnavailableError(refusal)


def _spoilt_retries(count: int, *, by_get: bool) -> int:
    if not by_get or count > SMALLEST_BATCH:
        return POST_RETRIES
    return GET_RETRIES if count else RETRIES


def _is_feed(answer: Answer) -> bool:
    try:
        feed = parse_feed(answer.body)
    except FeedError:
        return False
    return not feed.errors or bool(refused(feed))


def _is_complete(answer: Answer, asked: Sequence[ArxivId]) -> bool:
    feed = parse_feed(answer.body)
    return not feed.errors and len(matched(feed, asked)) == len(asked)


class _FormRefusedError(UnavailableError):
    """The server takes no POST, or no address that long."""


def refused(feed: Feed) -> set[str]:
    """The identifiers that the service takes for malformed, as its Error entries name them."""
    return {match["id"] for error in feed.errors if (match := _INCORRECT.search(error))}


def matched(feed: Feed, asked: Sequence[ArxivId]) -> dict[ArxivId, Reference]:
    """What was asked for and came, whatever its order; the rest is dropped.

    `Xv1` is answered by version 1 alone, `X` by the newest that came, unless just that was asked for by its version too: then the newest
    may have been left out, and `X` has no answer yet.
    """
    newest: dict[str, ArxivId] = {}
    came: dict[ArxivId, Reference] = {}
    for identifier, reference in identifiers_of(feed):
        came.setdefault(identifier, reference)
        known = newest.get(identifier.number)
        if known is None or known < identifier:
            newest[identifier.number] = identifier
    pins = {identifier for identifier in asked if identifier.version is not None}
    found: dict[ArxivId, Reference] = {}
    for identifier in asked:
        answer = identifier if identifier in pins else newest.get(identifier.number)
        if answer in came and (identifier in pins or answer not in pins):
            found[identifier] = pinned(came[answer], identifier)
    return found


def address(settings: Mapping[str, str], name: str, default: str) -> str:
    """The address of a service, as set or the default. Raises InputError where what is set is none."""
    url = settings.get(name) or default
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname and parts.hostname.encode("idna"))
    except ValueError:
        is_address = False
    if not is_address:
        raise InputError(f"{name} is no address of a service: {quoted(url)} (one starts with http:// or https://)")
    return url


def delay_seconds(setting: str | None, url: str) -> float:
    """The pause after each request: as set, but towards arXiv's own hosts never under what its terms of use ask for.

    >>> delay_seconds("0.1", "https://export.arxiv.org/api/query")
    3.0
    """
    try:
        wanted = float(setting) if setting else DELAY_SECONDS
    except ValueError:
        raise InputError(f"BIBT_ARXIV_DELAY is no number of seconds: {quoted(setting or '')}") from None
    host = urlsplit(url).hostname or ""
    is_theirs = host == "arxiv.org" or host.endswith(".arxiv.org")
    if not 0 <= wanted < float("inf"):
        raise InputError(f"BIBT_ARXIV_DELAY is no number of seconds: {quoted(setting or '')}")
    return max(wanted, DELAY_SECONDS) if is_theirs else wanted
