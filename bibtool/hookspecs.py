"""The hooks. One rule: a hook takes nothing and returns components; the core decides when to call them."""

from collections.abc import Iterable

import pluggy

from bibtool.components import CitationFinder, CitekeyStyle, Command, Enricher, Extractor, Formatter, Reader, Source, StyleEngine, Writer

hookspec = pluggy.HookspecMarker("bibtool")
hookimpl = pluggy.HookimplMarker("bibtool")


@hookspec
def bibtool_readers() -> Iterable[Reader]:
    """What turns the bytes of a file into documents."""
    return ()


@hookspec
def bibtool_extractors() -> Iterable[Extractor]:
    """What finds the mentions in a document."""
    return ()


@hookspec
def bibtool_sources() -> Iterable[Source]:
    """Who knows references. Sources are asked in turn, each only for what is still missing."""
    return ()


@hookspec
def bibtool_enrichers() -> Iterable[Enricher]:
    """What completes references once they are known."""
    return ()


@hookspec
def bibtool_citekey_styles() -> Iterable[CitekeyStyle]:
    """How citation keys are made: `--keys NAME`."""
    return ()


@hookspec
def bibtool_formatters() -> Iterable[Formatter]:
    """What writes a bibliography as text: `-f NAME`."""
    return ()


@hookspec
def bibtool_styles() -> Iterable[StyleEngine]:
    """What renders finished lists in a style: `-f markdown --style NAME`."""
    return ()


@hookspec
def bibtool_writers() -> Iterable[Writer]:
    """What brings text into an existing file without losing what stands there."""
    return ()


@hookspec
def bibtool_citation_finders() -> Iterable[CitationFinder]:
    """What finds the citation keys in a document that somebody writes, and the bibliographies that it names."""
    return ()


@hookspec
def bibtool_commands() -> Iterable[Command]:
    """Commands of `bibt`."""
    return ()
