"""Answers of services as they came, validated, for a day: so that the same is not asked twice.

requests-cache keeps them, in JSON and with a write-ahead log. Unlike the record store, what is damaged here is thrown away.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import requests

DAY_SECONDS = 86_400
FILE_NAME = "answers.sqlite"
BUSY_MILLISECONDS = 60_000


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status, headers in lower case, the whole decoded body, and the address behind all redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class KeptAnswers:
    """The file in this folder. Where it cannot be used, nothing is kept."""

    def __init__(self, folder: Path) -> None:
        from requests_cache.backends.sqlite import SQLiteCache

        self._path = folder / FILE_NAME
        self._cache: SQLiteCache | None = None
        for _ in range(2):
            try:
                _check_writable(self._path)
                self._cache = SQLiteCache(self._path, serializer="json", wal=True, busy_timeout=BUSY_MILLISECONDS)
                return
            except (sqlite3.Error, OSError) as error:
                if not _is_damage(error):
                    return
                self._remove()

    def recall(self, request: "requests.PreparedRequest", max_age_seconds: float) -> HttpAnswer | None:
        """The answer to this request, if it is no older than that."""
        if self._cache is None or max_age_seconds <= 0:
            return None
        try:
            kept = self._cache.get_response(self._cache.create_key(request))
        except (sqlite3.Error, OSError, ValueError) as error:
            self._give_up(error)
            return None
        if kept is None or kept.is_expired or datetime.now(UTC) - _aware(kept.created_at) > timedelta(seconds=max_age_seconds):
            return None
        headers = {name.lower(): value for name, value in kept.headers.items()}
        return HttpAnswer(kept.status_code, headers, kept.content, kept.url)

    def keep(self, request: "requests.PreparedRequest", response: "requests.Response") -> None:
        """Keeps the answer for a day."""
        if self._cache is None:
            return
        try:
            _check_writable(self._path)
            expires = datetime.now(UTC) + timedelta(seconds=DAY_SECONDS)
            self._cache.save_response(response, self._cache.create_key(request), expires)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def close(self) -> None:
        """Lets go of the file."""
        if self._cache is not None:
            self._cache.close()  # type: ignore[no-untyped-call]

    def _give_up(self, error: Exception) -> None:
        with suppress(sqlite3.Error, OSError):
            self.close()
        self._cache = None
        if _is_damage(error):
            self._remove()

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                self._path.with_name(f"{FILE_NAME}{ending}").unlink()


def _check_writable(path: Path) -> None:
    """Raises sqlite3.Error where no transaction can begin: requests-cache would try without end, as on a full disk."""
    database = sqlite3.connect(path, timeout=BUSY_MILLISECONDS / 1000, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("BEGIN IMMEDIATE")
        database.execute("ROLLBACK")
    finally:
        database.close()


def _is_damage(error: Exception) -> bool:
    """A locked or full or read-only file is an OperationalError, and no damage."""
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
