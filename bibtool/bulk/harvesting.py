"""A harvest into the store, page by page; where it was interrupted it goes on."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bibtool.components import Context
from bibtool.sources.oai import Harvest, Page, TokenError, pages
from bibtool.store import Store


@dataclass(frozen=True, slots=True)
class HarvestReport:
    """How many references were new or changed, how many were here already, how many records were none, and whether an earlier harvest
    was continued."""

    kept: int
    unchanged: int
    refused: int
    was_continued: bool


def harvest_into(store: Store, harvest: Harvest, context: Context) -> HarvestReport:
    """Keeps what arXiv lists. The place of each page is noted once it is kept, so an interruption costs one page at most.

    Raises InputError, UnavailableError; what came until then stays.
    """
    place = _Place(store.path.parent / "harvests.json", harvest)
    token = place.token()
    keeper = _Keeper(store, context, place)
    try:
        keeper.keep(harvest, token)
    except TokenError as error:
        context.warn(f"{error}; beginning at its first page")
        token = None
        place.note(None)
        keeper.keep(harvest, None)
    return HarvestReport(keeper.kept, keeper.unchanged, keeper.refused, token is not None)


class _Keeper:
    """Counts what it keeps."""

    def __init__(self, store: Store, context: Context, place: "_Place") -> None:
        self.kept = self.unchanged = self.refused = 0
        self._store, self._context, self._place = store, context, place

    def keep(self, harvest: Harvest, token: str | None) -> None:
        for page in pages(harvest, self._context, token):
            self._keep_page(page)

    def _keep_page(self, page: Page) -> None:
        done = self._store.import_records(page.references)
        self.kept += done.written
        self.unchanged += done.unchanged
        self.refused += page.refused
        self._place.note(page.token)
        self._context.progress.update("harvesting", self.kept + self.unchanged, None)


class _Place:
    """Where each unfinished harvest has got to, in a small file beside the store."""

    def __init__(self, path: Path, harvest: Harvest) -> None:
        self._path = path
        self._name = " ".join(part or "*" for part in (harvest.set_name, harvest.from_day, harvest.until_day))

    def token(self) -> str | None:
        return self._all().get(self._name)

    def note(self, token: str | None) -> None:
        """Writes the place, whole or not at all; without one, the harvest is done."""
        places = self._all() | ({self._name: token} if token else {})
        if token is None:
            places.pop(self._name, None)
        draft = self._path.with_suffix(f".{os.getpid()}.tmp")
        try:
            draft.write_text(json.dumps(places, indent=1, sort_keys=True), encoding="utf-8")
            draft.replace(self._path)
        except OSError:
            # Without a note an interrupted harvest begins again, which loses time and nothing else.
            with suppress(OSError):
                draft.unlink(missing_ok=True)

    def _all(self) -> dict[str, str]:
        try:
            places = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {name: token for name, token in places.items() if isinstance(token, str)} if isinstance(places, dict) else {}
