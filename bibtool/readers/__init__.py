"""The built-in readers: the bytes of containers to documents."""

from bibtool.components import Reader
from bibtool.hookspecs import hookimpl


@hookimpl
def bibtool_readers() -> list[Reader]:
    """Compressed files and archives."""
    from bibtool.readers.compressed import read_gzip

    return [Reader("gzip", (".gz", ".tgz"), read_gzip)]
