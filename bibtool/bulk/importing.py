"""Files of records into the store: arXiv's metadata snapshot, or a saved answer of its query API."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bibtool.bulk.records_file import RecordsFile
from bibtool.components import Progress
from bibtool.errors import InputError
from bibtool.packing import Candidate
from bibtool.sources.atom import FeedError, parse_feed
from bibtool.sources.snapshot import candidates, line_packer
from bibtool.store import Imported, Store
from bibtool.terminal import printable

MAX_FEED_BYTES = 256 << 20
# Of a file with many bad lines, the first few are named.
NAMED_LINES = 10
PROGRESS_LINES = 2000


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many references a file gave that were new or changed, how many were here already, and how many of its lines were none."""

    imported: int
    unchanged: int
    refused: int


def import_into(store: Store, path: Path, progress: Progress, warn: Callable[[str], None]) -> ImportReport:
    """Takes a snapshot (JSON lines, plain, .gz or .zst) or an Atom feed into the store.

    An import that was interrupted goes on where it stopped as soon as it is begun again. Raises InputError where the file is neither, and
    where it is damaged, once what stands before the damage is kept.
    """
    name = printable(str(path))
    refused: list[str] = []

    def refuse(line: int, message: str) -> None:
        if len(refused) < NAMED_LINES:
            warn(f"{name}:{line}: {printable(message)}")
        refused.append(message)

    try:
        with ExitStack() as opened:
            records = RecordsFile.open(path, opened)
            if records.start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
                done = _import_feed(store, records, name)
            else:
                done = store.import_candidates(_watched(candidates(records.lines()), progress), line_packer(refuse))
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{name}: cannot be read: {printable(str(error))}") from error
    if store.has_lost:
        folder = printable(str(store.path.parent))
        raise InputError(f"{name}: not all of it could be kept: {folder} cannot be written; BIBT_CACHE_DIR chooses another folder")
    if records.damage is not None:
        kept = f"the {done.written + done.unchanged} records before that are kept" if done.written or done.unchanged else "nothing was kept"
        raise InputError(f"{name}: damaged ({records.damage}); {kept}; import a whole file and it goes on from there")
    if not done.written and not done.unchanged:
        raise InputError(f"{name}: no records; give arXiv's metadata snapshot (JSON lines, .gz and .zst too) or a saved Atom feed")
    return ImportReport(done.written, done.unchanged, len(refused))


def _import_feed(store: Store, records: RecordsFile, name: str) -> Imported:
    try:
        feed = parse_feed(records.start + records.rest(MAX_FEED_BYTES), source="saved arXiv feed")
    except FeedError as error:
        raise InputError(f"{name}: {error}; give a whole answer of arXiv's query API") from error
    if feed.errors:
        raise InputError(f"{name}: arXiv's answer is an error ({printable(feed.errors[0])}); give one with papers")
    return store.import_records(feed.references)


def _watched(records: Iterable[Candidate], progress: Progress) -> Iterator[Candidate]:
    for done, record in enumerate(records, start=1):
        if done % PROGRESS_LINES == 0:
            progress.update("importing", done, None)
        yield record
