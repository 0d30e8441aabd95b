"""What bibt wrote on this machine: digests of whole files, so that it knows its own work from a person's."""

from hashlib import sha256
from pathlib import Path

# 64 digits and a newline a file: the log is started anew past this size. Forgetting costs a question (--force), never data.
MAX_LOG_BYTES = 1 << 20


def remember(folder: Path, content: bytes) -> None:
    """Notes that bibt wrote a file with this content. Raises OSError where the folder cannot be written."""
    log = folder / "written.txt"
    folder.mkdir(parents=True, exist_ok=True)
    mode = "w" if log.exists() and log.stat().st_size > MAX_LOG_BYTES else "a"
    with log.open(mode, encoding="ascii") as stream:
        stream.write(_digest(content) + "\n")


def is_ours(folder: Path, content: bytes) -> bool:
    """Whether bibt wrote a file with just this content."""
    try:
        return _digest(content) in (folder / "written.txt").read_text("ascii", "replace")
    except OSError:
        return False


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
