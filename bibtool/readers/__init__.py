"""The built-in readers: the bytes of containers to documents."""

from bibtool.components import Reader
from bibtool.hookspecs import hookimpl


@hookimpl
def bibtool_readers() -> list[Reader]:
    """Compressed files, archives, word processors' files, e-books, PDF and Parquet."""
    from bibtool.readers.archives import read_tar, read_zip
    from bibtool.readers.compressed import read_bzip2, read_gzip, read_xz, read_zstandard
    from bibtool.readers.office import read_epub, read_odt, read_office
    from bibtool.readers.parquet import read_parquet
    from bibtool.readers.pdf import read_pdf

    return [
        Reader("gzip", (".gz", ".tgz"), read_gzip),
        Reader("bzip2", (".bz2", ".tbz", ".tbz2"), read_bzip2),
        Reader("xz", (".xz", ".lzma", ".txz"), read_xz),
        Reader("zstandard", (".zst", ".tzst"), read_zstandard),
        Reader("zip", (".zip",), read_zip),
        Reader("tar", (".tar",), read_tar),
        Reader("office", (".docx", ".docm", ".dotx", ".dotm", ".pptx", ".pptm", ".xlsx", ".xlsm"), read_office),
        Reader("odt", (".odt", ".odp", ".ods"), read_odt),
        Reader("epub", (".epub",), read_epub),
        Reader("pdf", (".pdf",), read_pdf),
        Reader("parquet", (".parquet",), read_parquet),
    ]
