"""What belongs together with a document: the files that it takes in or that take it in, and their bibliographies."""

from collections.abc import Collection, Iterator
from pathlib import Path

from bibtool import Identifier
from bibtool_lsp import citing
from bibtool_lsp.buffers import Buffer, Buffers
from bibtool_lsp.entries import Entry
from bibtool_lsp.papers import Papers

Placed = tuple[Buffer, Entry]

DEFAULT_BIBLIOGRAPHY = "refs.bib"
# How much of a folder is looked through for the file that takes a part in, and how far up.
MAX_FILES = 200
MAX_FOLDERS = 4
MAX_PARTS = 200


class Projects:
    """Finds a document's bibliographies. `folders` are those that the editor has open."""

    def __init__(self, buffers: Buffers, papers: Papers) -> None:
        self._buffers = buffers
        self._papers = papers
        self.folders: list[Path] = []

    def bibliographies(self, document: Buffer) -> list[Buffer]:
        """What the document, its main file or its parts name; else the .bib files beside it; else one that is to be made."""
        if document.suffix == ".bib":
            return [document]
        named = list(dict.fromkeys(path for file in self._together(document) for path in self._named_by(file)))
        folder = self._folder(document)
        if not named and folder is not None:
            named = sorted(folder.glob("*.bib")) or [folder / DEFAULT_BIBLIOGRAPHY]
        return [self._buffers.at(path) for path in named]

    async def entries(self, document: Buffer) -> list[Placed]:
        """The entries of the document's bibliographies, each with the one in which it stands."""
        files = [one for one in self.bibliographies(document) if one.suffix == ".bib"]
        return [(one, entry) for one in files for entry in await self._papers.entries(one.uri, one.source)]

    async def entry_of(self, document: Buffer, key: str) -> Placed | None:
        """The entry under a citation key."""
        return next((found for found in await self.entries(document) if found[1].citekey == key), None)

    async def entry_for(self, document: Buffer, works: Collection[Identifier]) -> Placed | None:
        """The entry that names one of the works."""
        return next((found for found in await self.entries(document) if set(works) & set(found[1].works)), None)

    def main_text(self, document: Buffer) -> str:
        """The texts of the document and of what takes it in: what says how the whole is made."""
        return "\n".join(file.source for file in self._together(document))

    def _together(self, document: Buffer) -> list[Buffer]:
        """The document, then whatever takes it in, then what these take in."""
        found = {document.uri: document}
        for one in (*self._roots(document), document):
            found[one.uri] = one
            for part in self._parts(one, {one.uri}):
                found.setdefault(part.uri, part)
        return list(found.values())

    def _named_by(self, file: Buffer) -> Iterator[Path]:
        folder = self._folder(file)
        if folder is None:
            return
        tex_main = next(iter(self._roots(file)), file) if file.suffix in citing.TEX_SUFFIXES else file
        base = self._folder(tex_main) or folder
        yield from (base / name for name in citing.bibliographies(file.source, file.suffix))
        if file.suffix in (".qmd", ".md", ".rmd"):
            yield from self._named_by_quarto(folder)

    def _named_by_quarto(self, folder: Path) -> Iterator[Path]:
        for above in (folder, *list(folder.parents)[:MAX_FOLDERS]):
            settings = self._buffers.at(above / "_quarto.yml")
            if settings.is_there:
                yield from (above / name for name in citing.bibliographies(settings.source, ".yml"))
                return

    def _roots(self, document: Buffer) -> list[Buffer]:
        """The main files of a part: the one that it names, or those that take it in."""
        folder = self._folder(document)
        if folder is None or document.path is None or document.suffix not in (*citing.TEX_SUFFIXES, ".typ"):
            return []
        if (name := citing.root(document.source)) is not None and (main := self._buffers.at(folder / name)).is_there:
            return [main]
        above = [folder, *list(folder.parents)[: MAX_FOLDERS - 1]]
        inside = [one for one in above if one == folder or any(one.is_relative_to(opened) for opened in self.folders)]
        files = [path for one in inside for path in sorted(one.glob(f"*{document.suffix}"))[:MAX_FILES] if path != document.path]
        return [main for path in files if self._takes_in(main := self._buffers.at(path), document)]

    def _takes_in(self, main: Buffer, document: Buffer) -> bool:
        return any(part.path == document.path for part in self._parts(main, {main.uri}))

    def _parts(self, document: Buffer, seen: set[str], base: Path | None = None) -> Iterator[Buffer]:
        """What a document takes in; names count from the main file's folder, or from the part's own."""
        folder = self._folder(document)
        if folder is None:
            return
        for name in citing.parts(document.source, document.suffix):
            part = next((one for place in (base or folder, folder) if (one := self._buffers.at(place / name)).is_there), None)
            if part is None or part.uri in seen or len(seen) > MAX_PARTS:
                continue
            seen.add(part.uri)
            yield part
            yield from self._parts(part, seen, base or folder)

    def _folder(self, document: Buffer) -> Path | None:
        """Where a document lies; a buffer without a file lies in the folder that the editor has open."""
        return document.path.parent if document.path else next(iter(self.folders), None)
