"""Requests read, and answers sent: whole, cut, slowly or not at all."""

import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from bibtool.testing.arxiv_server.answers import Answer, Asked
from bibtool.testing.arxiv_server.modes import MODES

if TYPE_CHECKING:
    from bibtool.testing.arxiv_server.server import ArxivServer

MAX_TARGET = 8000


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: "ArxivServer"
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
