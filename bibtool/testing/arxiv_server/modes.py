"""Every way in which an answer can be spoilt, by name."""

import gzip
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bibtool.testing.arxiv_server.answers import Answer
from bibtool.testing.arxiv_server.feeds import entry, error_entry, feed
from bibtool.testing.arxiv_server.records import made_up

if TYPE_CHECKING:
    from bibtool.testing.arxiv_server.server import ArxivServer

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


def _unless_get(mode: Mode) -> Mode:
    """What happens to requests by POST alone."""
    return lambda server, sound, query: mode(server, sound, query) if query.get("_method") == "POST" else sound


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
    "404": _plain(404, b"Not Found"),
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
    "redirect to be read": lambda server, sound, query: Answer(303, b"", {"Location": f"/api/query?{urlencode(query)}"}),
    "redirect to no address": _redirect("http://[::1"),
    "redirect with an endless body": lambda server, sound, query: Answer(
        302, headers={"Location": "/api/query"}, chunks=2000, chunk=b" " * 65_536
    ),
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
    # another list of OAI-PMH's
    "same place": _changed(lambda body: re.sub(rb"<resumptionToken>[^<]+", b"<resumptionToken>cs:2", body)),
    "no list": _changed(lambda body: re.sub(rb"<ListRecords>.*</ListRecords>", b"", body, flags=re.DOTALL)),
    # another form of request
    "post refused": _unless_get(lambda server, sound, query: Answer(405)),
    "post forbidden": _unless_get(lambda server, sound, query: Answer(403, HTML)),
    "post bad": _unless_get(lambda server, sound, query: Answer(400, HTML)),
    "post not implemented": _unless_get(lambda server, sound, query: Answer(501)),
    "post fails": _unless_get(lambda server, sound, query: Answer(500)),
    "post unread": _unless_get(lambda server, sound, query: Answer(200, feed([], 0), sound.headers)),
    "get of thirty": lambda server, sound, query: (
        Answer(405) if query.get("_method") == "POST" else Answer(414) if query.get("id_list", "").count(",") >= 30 else sound
    ),
    "post sent round": _unless_get(_redirect("/api/query")),
    "post sent to https": _unless_get(_redirect("https://{host}/api/query")),
    "post too large": lambda server, sound, query: (
        Answer(413) if query.get("_method") == "POST" and query.get("id_list", "").count(",") >= 100 else sound
    ),
}
