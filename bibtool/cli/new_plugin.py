"""`bibt plugins new`: a plugin's project, complete with a test that passes, to begin from."""

import re
from argparse import Namespace
from importlib import resources
from pathlib import Path
from string import Template

from bibtool.errors import InputError
from bibtool.terminal import printable, quoted
from bibtool.workspace import Workspace

# Kind of component: what the project says that it is for, and how it is tried.
KINDS = {
    "formatter": ("An output format", "bibt get 1706.03762 -f $name"),
    "extractor": ("Finds identifiers in .$name files", "bibt scan file.$name"),
    "source": ("References from a service of your own", "bibt get 1706.03762"),
    "writer": ("Updates existing .$name files", "bibt export notes.md -o refs.$name"),
    "command": ("Titles of papers", "bibt $name 1706.03762"),
    "reader": ("Reads .$name files", "bibt scan file.$name"),
    "citekey-style": ("Citation keys", "bibt get 1706.03762 --keys $name"),
    "style-engine": ("Finished lists in .$name styles", "bibt export notes.md -f text --style short.$name"),
    "citation-finder": ("Finds citations in .$name documents", "bibt sync paper.$name"),
    "enricher": ("Completes references", "bibt get 1706.03762"),
}
MAX_NAME = 30
_NAME = re.compile(r"(?:bibtool-)?(?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)", re.ASCII)


def run(arguments: Namespace, workspace: Workspace) -> int:
    """Makes the folder `bibtool-NAME`, or nothing where it is there already."""
    written = _NAME.fullmatch(arguments.name)
    if written is None or len(written["name"]) > MAX_NAME:
        raise InputError(
            f"no name for a plugin: {quoted(arguments.name)}; one is of a-z, 0-9 and -, at most {MAX_NAME} long, as in 'titles'"
        )
    folder = Path(arguments.into) / f"bibtool-{written['name']}"
    try:
        folder.mkdir(parents=True)
        for name, text in project(written["name"], arguments.kind).items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except FileExistsError:
        raise InputError(f"{printable(str(folder))}: is there already; nothing was written") from None
    except OSError as error:
        raise InputError(f"{printable(str(folder))}: cannot be written: {error.strerror}") from error
    workspace.note(f"{printable(str(folder))}: a {arguments.kind} that passes its test; pip install -e {printable(str(folder))}")
    return 0


def project(name: str, kind: str) -> dict[str, str]:
    """The project's files and what stands in them."""
    underscored = name.replace("-", "_")
    summary, example = KINDS[kind]
    values = {"name": name, "module": f"bibtool_{underscored}", "setting": f"{underscored.upper()}_URL"}
    values |= {"summary": Template(summary + " for bibtool.").substitute(values), "example": Template(example).substitute(values)}
    files = {
        "pyproject.toml": "pyproject.toml",
        "README.md": "README.md",
        f"{values['module']}.py": f"{kind}.py",
        f"test_{underscored}.py": f"test_{kind}.py",
    }
    return {file: Template(_template(template)).substitute(values) for file, template in files.items()}


def _template(name: str) -> str:
    return (resources.files("bibtool.cli") / "templates" / f"{name}.txt").read_text(encoding="utf-8")
