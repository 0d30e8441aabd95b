"""Connections that end when their time is up, whatever the other side does.

Time-outs of a socket count from byte to byte: a server that drips its headers, one byte a minute, would hold a client for days.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from requests import Session


@dataclass(slots=True)
class Line:
    """The sockets that a session has open, to be shut from another thread."""

    was_hung_up: bool = False
    _sockets: list[socket.socket] = field(default_factory=list)

    def attach(self, session: "Session") -> None:
        """Makes all of the session's connections known here."""
        from requests.adapters import HTTPAdapter
        from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
        from urllib3.connection import HTTPConnection, HTTPSConnection

        sockets = self._sockets

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                sockets[:] = [self.sock]

        class Encrypted(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                sockets[:] = [self.sock]

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class EncryptedPool(HTTPSConnectionPool):
            ConnectionCls = Encrypted

        for scheme in ("http", "https"):
            adapter = HTTPAdapter()
            adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": EncryptedPool}
            session.mount(f"{scheme}://", adapter)

    @contextmanager
    def hung_up_after(self, seconds: float) -> Iterator[None]:
        """Shuts the connection if the block takes longer; what it was reading then ends."""
        self.was_hung_up = False
        timer = threading.Timer(seconds, self._hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _hang_up(self) -> None:
        self.was_hung_up = True
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
