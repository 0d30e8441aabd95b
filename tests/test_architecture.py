"""Imports go down the layers only, and a package of layer 4 never imports another of that layer."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Module or package below `bibtool`: its layer. The table of ARCHITECTURE.md.
LAYERS = {
    "errors": 0,
    "terminal": 0,
    "pausing": 0,
    "streams": 0,
    "frozen": 0,
    "identifiers": 1,
    "plain_text": 1,
    "tex": 1,
    "document": 2,
    "reference": 2,
    "journal_ref": 2,
    "bibliography": 2,
    "cited": 2,
    "bibtex_names": 2,
    "edtf": 2,
    "kinds": 2,
    "languages": 2,
    "vocabulary": 2,
    "losses": 2,
    "arranging": 2,
    "components": 3,
    "hookspecs": 3,
    "packing": 3,
    "store": 4,
    "citations": 4,
    "citekeys": 4,
    "readers": 4,
    "extractors": 4,
    "sources": 4,
    "formatters": 4,
    "entries": 4,
    "writers": 4,
    "matching": 4,
    "building": 5,
    "bulk": 5,
    "hosting": 5,
    "pipeline": 5,
    "reading": 5,
    "recognising": 5,
    "styling": 5,
    "syncing": 5,
    "workspace": 5,
    "api": 6,
    "testing": 6,
    "cli": 6,
    "": 7,
    "__main__": 7,
}
PLUGGY_MAY_STAND_IN = {"hookspecs", "hosting"}


def modules() -> Iterator[Path]:
    yield from sorted((ROOT / "bibtool").rglob("*.py"))


def home(module: str) -> str:
    """`bibtool.readers.zip` lives in `readers`."""
    return [*module.split("."), ""][1]


def imported(path: Path) -> Iterator[str]:
    """What a module imports when it runs: imports for the type checker alone do not count."""
    tree = ast.parse(path.read_text("utf-8"))
    for_types = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "bibtool":
                yield from (f"bibtool.{alias.name}" for alias in node.names if alias.name != "__version__")
            else:
                yield node.module or ""


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@pytest.mark.parametrize("path", list(modules()), ids=name_of)
def test_a_module_imports_from_lower_layers_only(path: Path) -> None:
    own = home(name_of(path))
    for module in imported(path):
        if not module.startswith("bibtool"):
            continue
        other = home(module)
        if other == own or (other == "" and own == "cli"):
            continue
        assert LAYERS[other] < LAYERS[own] or (LAYERS[other] == LAYERS[own] != 4), f"{name_of(path)} imports {module}"


@pytest.mark.parametrize("path", list(modules()), ids=name_of)
def test_pluggy_is_known_to_the_hooks_and_their_host_alone(path: Path) -> None:
    imports_pluggy = "pluggy" in {module.partition(".")[0] for module in imported(path)}
    assert not imports_pluggy or home(name_of(path)) in PLUGGY_MAY_STAND_IN


@pytest.mark.parametrize(
    "path", sorted((ROOT / "plugins").glob("*/bibtool_*/**/*.py")) + sorted((ROOT / "plugins").glob("*/bibtool_*.py")), ids=str
)
def test_a_plugin_uses_public_names_only(path: Path) -> None:
    inside = {module for module in imported(path) if module.startswith("bibtool.") and not module.startswith("bibtool.testing")}
    import bibtool

    assert {module.removeprefix("bibtool.") for module in inside} <= set(bibtool.__all__)
