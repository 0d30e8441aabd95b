"""The one way to the network: polite, patient within bounds, suspicious of every answer, and never twice for the same in a day."""

import email.utils
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bibtool.components import Answer
from bibtool.errors import UnavailableError
from bibtool.sources.hang_up import Line
from bibtool.sources.kept_answers import DAY_SECONDS, HttpAnswer, KeptAnswers
from bibtool.sources.redirects import FinalError, host_of, sent_on
from bibtool.sources.turn import MAX_PAUSE_SECONDS, Clock, LateError, Turnstile, meeting_folder
from bibtool.terminal import printable

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
# The whole of one answer, however slowly it drips.
ANSWER_SECONDS = 180.0
MAX_BODY_BYTES = 64 << 20
MAX_REDIRECTS = 3
# After 429, 5xx, a reset, a short or senseless answer: 5, 15, 45, 45 s at the usual pause of 3 s.
RETRIES = 4
UNREACHED_RETRIES = 1
RETRY_WAITS = (5 / 3, 5.0, 15.0, 15.0)
LEAST_DELAY_SECONDS = 0.1
# The service is busy, so asking for less would not help.
PASSING_STATUSES = frozenset({408, 425, 429, 503})
# No such method here, and never: an answer, as 405 is.
NOT_IMPLEMENTED = 501


class SpoiltError(UnavailableError):
    """An answer came and could not be used: cut short, too slow, not what was asked for. Asking for less may help."""


class UnreachedError(UnavailableError):
    """There was no connection at all: no network, no such host, nobody listening. A second try tells a hiccup from that."""


class NotAskedError(UnavailableError):
    """The turn would have come too late, so nothing was asked."""


@dataclass(slots=True)
class PoliteSession:
    """Implements `bibtool.components.Session`. Nothing is imported or opened before the first request."""

    folder: Path | None
    warn: Callable[[str], None]
    announce: Callable[[str], None] = lambda message: None
    clock: Clock = field(default_factory=Clock)
    jitter: Callable[[], float] = random.random
    meeting: Path | None = field(default_factory=meeting_folder)
    _requests: "requests.Session | None" = None
    _kept: KeptAnswers | None = None
    _turnstiles: dict[str, Turnstile] = field(default_factory=dict)
    _line: Line = field(default_factory=Line)

    def ask(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        delay_seconds: float = 0.0,
        is_valid: Callable[[Answer], bool] | None = None,
        is_kept: Callable[[Answer], bool] | None = None,
        deadline: float | None = None,
        max_age_seconds: float = DAY_SECONDS,
        spoilt_retries: int = RETRIES,
        also_hosts: Sequence[str] = (),
    ) -> HttpAnswer:
        """The answer to a GET, or to a POST of `form`; see `Session`. Raises UnavailableError, and SpoiltError where less may help."""
        import requests

        session = self._opened()
        try:
            wanted = requests.Request("GET" if form is None else "POST", url, data=form, headers=dict(headers or {}))
            request = session.prepare_request(wanted)
            if urlsplit(url).scheme not in ("http", "https"):
                raise ValueError("it must start with http:// or https://")
        except (requests.RequestException, ValueError) as error:
            raise UnavailableError(f"{printable(url)} is no address to ask: {printable(str(error))}") from error
        kept = self._kept.recall(request, max_age_seconds) if self._kept is not None else None
        if kept is not None:
            return kept
        patience = _Patience(delay_seconds, spoilt_retries, deadline, self.jitter)
        answer, response = self._persist(request, is_valid or _any, patience, also_hosts)
        keeps = is_kept or is_valid
        if self._kept is not None and keeps is not None and answer.status == 200 and keeps(answer):
            self._kept.keep(request, response)
        return answer

    def close(self) -> None:
        """Lets go of the connection and of the kept answers."""
        if self._requests is not None:
            self._requests.close()
        if self._kept is not None:
            self._kept.close()

    def _persist(
        self, request: "requests.PreparedRequest", is_valid: Callable[[Answer], bool], patience: "_Patience", also_hosts: Sequence[str]
    ) -> "tuple[HttpAnswer, requests.Response]":
        """Asks until an answer can be used, or there is no more time or patience."""
        host = host_of(request.url or "")
        turnstile = self._turnstiles.setdefault(host, Turnstile(host, self.meeting or self.folder, self.clock, self.announce))
        problem = UnavailableError(f"{host} was not asked")
        for attempt in range(RETRIES + 1):
            answer: HttpAnswer | None = None
            try:
                with turnstile.turn(patience.delay_seconds, patience.deadline) as stamp:
                    try:
                        answer, response = self._send(request, patience, also_hosts)
                        _check(answer, is_valid, host)
                        return answer, response
                    except UnavailableError as error:
                        problem = error
                        pause = patience.pause(attempt, error, answer)
                        if pause is None:
                            break
                        stamp.quiet_until = self.clock.now() + pause
            except LateError as late:
                if attempt == 0:
                    problem = NotAskedError(f"{host} was not asked: {late}; try again then, or allow more time with --timeout")
                break
        raise problem

    def _send(
        self, request: "requests.PreparedRequest", patience: "_Patience", also_hosts: Sequence[str]
    ) -> "tuple[HttpAnswer, requests.Response]":
        import requests
        import urllib3

        until = min(self.clock.now() + ANSWER_SECONDS, patience.deadline if patience.deadline is not None else float("inf"))
        host = host_of(request.url or "")
        self.announce(f"asking {host}")
        too_slow = SpoiltError(f"{host} took too long to answer; allow more time with --timeout")
        try:
            with self._line.hung_up_after(until - self.clock.now()):
                answer = self._follow(request, until, patience.delay_seconds, also_hosts)
        except requests.ConnectionError as error:
            cause = getattr(error.args[0], "reason", None) if error.args else None
            if isinstance(error, requests.exceptions.ProxyError):
                raise UnreachedError(f"{host} is not reached through the proxy: {_reason(error)} (HTTP_PROXY, NO_PROXY)") from error
            if isinstance(cause, urllib3.exceptions.ConnectTimeoutError | urllib3.exceptions.NewConnectionError):
                raise UnreachedError(f"{host} cannot be reached: {_reason(error)} (--offline uses what is kept)") from error
            if self._line.was_hung_up:
                raise too_slow from error
            raise UnavailableError(f"{host} does not answer: {_reason(error)}") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if self._line.was_hung_up or isinstance(error, requests.Timeout):
                raise too_slow from error
            raise SpoiltError(f"{host} broke off its answer: {_reason(error)}") from error
        if self._line.was_hung_up:
            # Headers that were cut look like an answer without more headers.
            raise too_slow
        return answer

    def _follow(
        self, request: "requests.PreparedRequest", until: float, delay_seconds: float, also_hosts: Sequence[str]
    ) -> "tuple[HttpAnswer, requests.Response]":
        """The answer at the end of the redirects. Each that stays on a host is a request to it like any other, after the same pause."""
        host = host_of(request.url or "")
        for _ in range(MAX_REDIRECTS + 1):
            response = self._opened().send(request, stream=True, allow_redirects=False, timeout=self._timeouts(until))
            if not response.is_redirect:
                body = self._body(response, until, host)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return HttpAnswer(response.status_code, headers, body, response.url), response
            response.close()
            before, request = request, sent_on(request, response, also_hosts)
            if host_of(request.url or "") == host_of(before.url or ""):
                if self.clock.now() + delay_seconds > until:
                    raise SpoiltError(f"{host} redirects until the time is over; allow more time with --timeout")
                self.clock.sleep(delay_seconds)
        raise FinalError(f"{host} redirects without end")

    def _timeouts(self, until: float) -> tuple[float, float]:
        left = max(until - self.clock.now(), 0.001)
        return min(CONNECT_SECONDS, left), min(READ_SECONDS, left)

    def _body(self, response: "requests.Response", until: float, host: str) -> bytes:
        """The decoded body, and the response as if it had been read by requests itself, so that it can be kept."""
        import io

        import urllib3

        pieces, size = [], 0
        with response:
            # read1 returns with what is there; read would wait for the whole piece while an answer drips.
            while piece := response.raw.read1(1 << 16, decode_content=True):
                pieces.append(piece)
                size += len(piece)
                if size > MAX_BODY_BYTES:
                    raise SpoiltError(f"{host} sends more than {MAX_BODY_BYTES >> 20} MB")
                if self.clock.now() > until:
                    raise SpoiltError(f"{host} is too slow; allow more time with --timeout")
            received = response.raw.tell()
        declared = response.headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) != received:
            raise SpoiltError(f"{host} broke off its answer after {received} of {declared} bytes")
        body = b"".join(pieces)
        response.headers.pop("content-encoding", None)
        response.raw = urllib3.HTTPResponse(io.BytesIO(body), status=response.status_code, preload_content=False, decode_content=False)
        return body

    def _opened(self) -> "requests.Session":
        if self._requests is None:
            from bibtool import __version__

            self._requests = _session()
            self._requests.headers["User-Agent"] = f"bibtool/{__version__}"
            self._requests.headers["Accept-Encoding"] = "gzip, deflate"
            self._line.attach(self._requests)
            self._kept = KeptAnswers(self.folder) if self.folder is not None else None
        return self._requests


def _session() -> "requests.Session":
    import requests

    class Session(requests.Session):
        """Leaves redirects alone: `requests` would read their bodies, however long, and fail at a target that is no address."""

        def get_redirect_target(self, resp: requests.Response) -> str | None:
            return None

    return Session()


@dataclass(frozen=True, slots=True)
class _Patience:
    """How long to go on asking."""

    delay_seconds: float
    spoilt_retries: int
    deadline: float | None
    jitter: Callable[[], float]

    def pause(self, attempt: int, problem: UnavailableError, answer: HttpAnswer | None) -> float | None:
        """Seconds until the next try: what the service asks for, up to the cap, or a growing wait. None where there is no next."""
        if attempt >= self._retries(problem):
            return None
        asked = _retry_after(answer.headers.get("retry-after", "")) if answer is not None else None
        if asked is not None:
            return min(max(asked, self.delay_seconds), MAX_PAUSE_SECONDS)
        return min(max(self.delay_seconds, LEAST_DELAY_SECONDS) * RETRY_WAITS[attempt] * (1 + 0.1 * self.jitter()), MAX_PAUSE_SECONDS)

    def _retries(self, problem: UnavailableError) -> int:
        if isinstance(problem, FinalError):
            return 0
        if isinstance(problem, UnreachedError):
            return UNREACHED_RETRIES
        return self.spoilt_retries if isinstance(problem, SpoiltError) else RETRIES


def _any(_: Answer) -> bool:
    return True


def _check(answer: HttpAnswer, is_valid: Callable[[Answer], bool], host: str) -> None:
    """Raises what speaks against using this answer. What the request itself got wrong (4xx) is an answer."""
    if answer.status in PASSING_STATUSES:
        raise UnavailableError(f"{host} asks to be left alone for a while (status {answer.status}); try again later")
    if answer.status >= 500 and answer.status != NOT_IMPLEMENTED:
        raise SpoiltError(f"{host} is out of order (status {answer.status}); try again later")
    if answer.status == 200 and not is_valid(answer):
        raise SpoiltError(f"{host} sent an answer that makes no sense; try again later")


def _retry_after(text: str) -> float | None:
    """Seconds from a Retry-After header: a number, or a date (RFC 9110, 10.2.3). A date that is past says nothing."""
    if text.strip().isascii() and text.strip().isdigit():
        return float(text[:9])
    try:
        left = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return None
    return left if left > 0 else None


def _reason(error: Exception) -> str:
    """The last and most concrete words of a chain of wrapped errors."""
    inner: BaseException = error
    while inner.__cause__ is not None or inner.__context__ is not None:
        inner = inner.__cause__ or inner.__context__ or inner
    if isinstance(inner, ValueError):
        return "a piece is missing"
    return printable(str(inner) or type(inner).__name__)[:120]
