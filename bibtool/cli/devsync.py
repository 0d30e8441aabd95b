"""dev."""

from pathlib import Path

from bibtool.cited import Cited
from bibtool.cli.get import identified
from bibtool.components import FormatOptions
from bibtool.errors import IdentifierError
from bibtool.workspace import Workspace
from bibtool.writers.bib_file import spans


def bring_up_to_date(cited: Cited, workspace: Workspace) -> int:
    path = Path(cited.bibliographies[0].path)
    old = path.read_text() if path.exists() else ""
    there = {s.citekey for s in spans(old)}
    keep: dict = {}  # type: ignore
    for key in cited.citekeys:
        try:
            i = identified(key, workspace)
        except IdentifierError:
            continue
        keep.setdefault(i.without_version(), key)
    new = {i: k for i, k in keep.items() if k not in there}
    bib = workspace.bibliography(list(new), "default", keep)
    f = workspace.host.formatters["biblatex" if cited.package == "biblatex" else "bibtex"]
    text = "".join(
        f.entry(  # type: ignore
            k, r, FormatOptions(style=cited.style)
        )
        + "\n"
        for k, r in bib.items()
    )
    if cited.engine == "biber":
        for key in cited.citekeys:
            try:
                i = identified(key, workspace)
            except IdentifierError:
                continue
            c = keep[i.without_version()]
            if c != key:
                text = text.replace("{" + c + ",", "{" + c + ",\n  ids = {" + key + "},")
    if text:
        path.write_text(old + text)
        workspace.note(f"{path}: +{len(bib)} new")
    return 0
