"""Where a service may send a request on to: the same scheme and host, or by https to a host that was agreed on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from bibtool.errors import UnavailableError
from bibtool.terminal import printable

if TYPE_CHECKING:
    import requests

# What belongs to a body that is not sent on, and what is meant for one host alone (RFC 9110, 15.4).
_OF_THE_BODY = ("Content-Length", "Content-Type", "Transfer-Encoding")
_OF_THE_HOST = ("Authorization", "Cookie", "Proxy-Authorization")


class FinalError(UnavailableError):
    """Asking again would give the same."""

    is_final = True


def host_of(url: str) -> str:
    """Host and port as messages name them, without the user and password that an address may hold.

    >>> host_of("http://me:secret@127.0.0.1:8080/api/query")
    '127.0.0.1:8080'
    """
    return urlsplit(url).netloc.rpartition("@")[2]


def redirected(url: str, target: str, also_hosts: Sequence[str] = ()) -> str:
    """The address to which a service redirects: on the same scheme and host, or by https on an agreed one. Raises FinalError for others."""
    try:
        moved = urljoin(url, target)
        before, after = urlsplit(url), urlsplit(moved)
    except ValueError as error:
        raise FinalError(f"{host_of(url)} redirects to what is no address: {printable(target[:100])}") from error
    is_agreed = before.scheme == after.scheme == "https" and after.netloc in also_hosts
    if (before.scheme, before.netloc) != (after.scheme, after.netloc) and not is_agreed:
        raise FinalError(f"{host_of(url)} redirects elsewhere: {printable(moved[:100])}")
    return moved


def sent_on(request: "requests.PreparedRequest", response: "requests.Response", also_hosts: Sequence[str]) -> "requests.PreparedRequest":
    """The request that follows a redirect. Raises FinalError."""
    following = request.copy()
    url = request.url or ""
    following.url = redirected(url, response.headers["location"], also_hosts)
    if response.status_code == 303:
        # "See other": the answer is there to be read, whatever was sent.
        following.method, following.body = "GET", None
        _drop(following, _OF_THE_BODY)
    if host_of(following.url) != host_of(url):
        _drop(following, _OF_THE_HOST)
    return following


def _drop(request: "requests.PreparedRequest", names: Sequence[str]) -> None:
    for name in names:
        request.headers.pop(name, None)
