"""Built-in writers: what brings a rendered bibliography into an existing file without losing what stands there."""

from bibtool.components import Writer
from bibtool.hookspecs import hookimpl


@hookimpl
def bibtool_writers() -> list[Writer]:
    """The writers for .bib files, for CSL-JSON, and for lists."""
    from bibtool.writers import bib_file, json_file, list_file

    return [
        Writer("bib-file", accepts=(".bib",), spans=bib_file.spans, update=bib_file.update),
        Writer("json-file", accepts=(".json",), spans=json_file.spans, update=json_file.update),
        Writer("list-file", accepts=("",), spans=list_file.spans, update=list_file.update),
    ]
