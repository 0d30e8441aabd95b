"""One answer, and how it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
