"""Small texts of one kind, compressed with a dictionary learnt from the first of them.

Without a dictionary an abstract shrinks by half, with one to a third. Zstandard (extra `snapshot`) is four times as fast as zlib,
which is what there always is; either is read wherever its library is.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import zstandard

ZSTD, ZLIB = "zstd", "zlib"
DICTIONARY_BYTES = 64 << 10
# zlib looks no further back than this.
ZLIB_WINDOW = 32 << 10
# In a trial with 20,000 records: level 3 took 6 us a record; 6 took 20 for 3 % less.
ZSTD_LEVEL = 3
ZLIB_LEVEL = 1
# What a dictionary is put together from. Without a size, several are tried: five times as long, and no smaller (20,000 true records).
SEGMENT_BYTES = 64
# What no record comes near to, so a text that claims to be longer is damaged.
MAX_TEXT_BYTES = 64 << 20
# A text that starts like this is not compressed.
PLAIN = b"["


class MissingLibraryError(Exception):
    """The text was compressed by a library that is not installed here."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What texts of one kind have in common. `number` (1 to 90) stands before every text compressed with it."""

    number: int
    form: str
    content: bytes


def learnt(samples: Sequence[bytes], number: int) -> Dictionary:
    """A dictionary for texts like these, in the best form that can be had here."""
    try:
        import zstandard
    except ImportError:
        return Dictionary(number, ZLIB, b"".join(samples)[-ZLIB_WINDOW:])
    try:
        content = zstandard.train_dictionary(DICTIONARY_BYTES, list(samples), k=SEGMENT_BYTES, d=8).as_bytes()
    except zstandard.ZstdError:
        # Too few samples to learn from.
        content = b"".join(samples)[-DICTIONARY_BYTES:]
    return Dictionary(number, ZSTD, content)


def is_usable(dictionary: Dictionary) -> bool:
    """Whether its library is here."""
    if dictionary.form == ZLIB:
        return True
    try:
        import zstandard  # noqa: F401  # whether it is there is the question
    except ImportError:
        return False
    return True


def compressor(dictionary: Dictionary) -> Callable[[bytes], bytes]:
    """A function that compresses texts with this dictionary."""
    mark = bytes([dictionary.number])
    if dictionary.form == ZLIB:
        start = zlib.compressobj(ZLIB_LEVEL, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, dictionary.content)

        def squeeze(text: bytes) -> bytes:
            # A copy, because looking the dictionary through costs more than the text does.
            one = start.copy()
            return mark + one.compress(text) + one.flush()

        return squeeze
    import zstandard

    learned = zstandard.ZstdCompressionDict(dictionary.content)
    compress = zstandard.ZstdCompressor(level=ZSTD_LEVEL, dict_data=learned, write_content_size=True, write_dict_id=False).compress
    return lambda text: mark + compress(text)


@dataclass(slots=True)
class Expander:
    """Compressed texts back to texts. `dictionaries` is asked only when the first compressed text comes."""

    dictionaries: Callable[[], Sequence[Dictionary]]
    _known: dict[int, Callable[[bytes], bytes]] = field(default_factory=dict)

    def expand(self, text: bytes) -> bytes:
        """The text. Raises MissingLibraryError, or ValueError where it is damaged."""
        if text[:1] == PLAIN:
            return text
        if not text:
            raise ValueError("an empty text")
        if text[0] not in self._known:
            self._known |= {dictionary.number: _decompressor(dictionary) for dictionary in self.dictionaries()}
        if text[0] not in self._known:
            raise ValueError("compressed with an unknown dictionary")
        return self._known[text[0]](text[1:])


def _decompressor(dictionary: Dictionary) -> Callable[[bytes], bytes]:
    if dictionary.form == ZLIB:
        return lambda text: _inflated(text, dictionary.content)
    try:
        import zstandard
    except ImportError:
        return _missing
    return _from_zstandard(zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(dictionary.content)))


def _from_zstandard(expander: "zstandard.ZstdDecompressor") -> Callable[[bytes], bytes]:
    import zstandard

    def expand(text: bytes) -> bytes:
        try:
            if zstandard.frame_content_size(text) > MAX_TEXT_BYTES:
                raise ValueError("larger than any record")
            return expander.decompress(text)
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from error

    return expand


def _inflated(text: bytes, content: bytes) -> bytes:
    try:
        return zlib.decompressobj(-15, content).decompress(text, MAX_TEXT_BYTES)
    except zlib.error as error:
        raise ValueError(str(error)) from error


def _missing(_: bytes) -> bytes:
    raise MissingLibraryError("compressed with Zstandard, which is not installed")
