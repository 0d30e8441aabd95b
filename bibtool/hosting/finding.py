"""Finds plugins: the built-in ones by name, the installed ones by entry point, files by path."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from bibtool.components import HOOKS_VERSION
from bibtool.errors import InputError, PluginError
from bibtool.frozen import dataclass
from bibtool.terminal import printable, quoted

if TYPE_CHECKING:
    from bibtool.hosting.guard import Guard

# The built-in plugins with the kind of their components, as strings: they lie above this module or beside it, and are imported only when
# that kind is asked for.
BUILTIN_PLUGINS = {
    "bibtool.readers": "readers",
    "bibtool.extractors": "extractors",
    "bibtool.sources": "sources",
    "bibtool.citekeys": "citekey_styles",
    "bibtool.formatters": "formatters",
    "bibtool.writers": "writers",
    "bibtool.citations": "citation_finders",
    "bibtool.cli.builtin": "commands",
}
ENTRY_POINT_GROUP = "bibtool"

_STATED_VERSION = re.compile(r"^BIBTOOL_HOOKS(?:\s*:\s*\w+)?\s*=\s*(?P<version>[0-9]+)", re.ASCII | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Plugin:
    """A named module with hook implementations, and where it lies.

    One that is part of bibtool has no module until it is asked, and its failures are bugs of ours, not dressed up as a plugin's.
    """

    name: str
    module: ModuleType | None
    location: str

    @property
    def is_builtin(self) -> bool:
        """Whether it is part of bibtool."""
        return self.module is None


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds the plugins of one run. `guard` makes what stands between a culprit's code and the core; `complain` takes what was wrong."""

    guard: Callable[[str], "Guard"]
    complain: Callable[[PluginError], None]

    def found(self, disable: Sequence[str], files: Sequence[str], *, installed: bool) -> list[Plugin]:
        """The built-in plugins, the installed ones by name, then `files`; none in `disable`, where an unknown name is an InputError."""
        there = _installed() if installed or disable else []
        plugins = [*self._find(set(disable), there if installed else []), *map(self._load_file, files)]
        kept = self._without_namesakes([plugin for plugin in plugins if plugin is not None])
        _check_disabled(disable, {*BUILTIN_PLUGINS, *(plugin.name for plugin in kept), *(name for name, _ in there)})
        return kept

    def _find(self, disabled: set[str], installed: Sequence[tuple[str, str]]) -> Iterator[Plugin | None]:
        home = Path(__file__).parent.parent
        for name in BUILTIN_PLUGINS:
            if name not in disabled:
                place = home.joinpath(*name.split(".")[1:])
                yield Plugin(name, None, str(place if place.is_dir() else place.with_suffix(".py")))
        for name, value in installed:
            if name not in disabled:
                yield self._load(name, partial(_object, value), value)

    def _load_file(self, path: str) -> Plugin | None:
        from importlib.util import module_from_spec, spec_from_file_location

        file = Path(path)
        if not file.is_file():
            raise InputError(f"{printable(path)}: no such plugin file")
        spec = spec_from_file_location(f"bibtool_plugin_{file.stem}", file)
        if spec is None or spec.loader is None:
            raise InputError(f"{printable(path)}: not a Python file; a plugin's name ends in .py")
        module, loader = module_from_spec(spec), spec.loader

        def execute() -> ModuleType:
            loader.exec_module(module)
            return module

        return self._load(file.stem, execute, path)

    def _load(self, name: str, load: Callable[[], ModuleType], place: str = "") -> Plugin | None:
        culprit = f"plugin {quoted(name)}"
        try:
            with self.guard(culprit)():
                module = load()
        except PluginError as error:
            self.complain(_for_another_version(culprit, _stated_in_file(place)) or error)
            return None
        if not isinstance(module, ModuleType):
            self.complain(PluginError(f"{culprit}: its entry point names {type(module).__name__}, not a module"))
            return None
        if refused := _for_another_version(culprit, getattr(module, "BIBTOOL_HOOKS", HOOKS_VERSION)):
            self.complain(refused)
            return None
        return Plugin(name, module, str(getattr(module, "__file__", "?")))

    def _without_namesakes(self, plugins: list[Plugin]) -> list[Plugin]:
        """Two plugins under one name are both refused; a built-in one stays."""
        by_name: dict[str, list[Plugin]] = {}
        for plugin in plugins:
            by_name.setdefault(plugin.name, []).append(plugin)
        refused = {id(one) for same in by_name.values() if len(same) > 1 for one in same if not one.is_builtin}
        for name, same in by_name.items():
            if len(same) > 1:
                self.complain(PluginError(f"two plugins named {quoted(name)}: {joined(same)}; take one away, or give it another name"))
        return [plugin for plugin in plugins if id(plugin) not in refused]


def _check_disabled(disable: Sequence[str], known: set[str]) -> None:
    for name in disable:
        if name not in known:
            raise InputError(f"no plugin named {quoted(name)} to disable; 'bibt plugins' lists them")


def _installed() -> list[tuple[str, str]]:
    """Name and object ("package.module:attribute") of each installed plugin, by name.

    It is what `importlib.metadata` says, which is imported for packed packages only: it takes as long as a small run.
    """
    if any(folder.endswith((".egg", ".zip", ".whl")) and os.path.exists(folder) for folder in sys.path):  # noqa: PTH110 - as quick as can be
        from importlib import metadata

        return sorted((found.name, found.value) for found in metadata.entry_points(group=ENTRY_POINT_GROUP))
    stated: dict[str, list[tuple[str, str]]] = {}
    for folder in sys.path:
        with suppress(OSError):
            for entry in os.scandir(folder or "."):
                if entry.name.endswith((".dist-info", ".egg-info")):
                    package = entry.name.partition("-")[0].lower().replace("_", "-")
                    stated.setdefault(package, _entry_points(entry.path))
    return sorted({found for entry_points in stated.values() for found in entry_points})


def _entry_points(package: str) -> list[tuple[str, str]]:
    """The entry points of bibtool's group in a package's metadata, an INI file. https://packaging.python.org/specifications/entry-points/"""
    try:
        with open(f"{package}/entry_points.txt", encoding="utf-8") as file:  # noqa: PTH123 - as quick as can be
            lines = [line.strip() for line in file]
    except (OSError, UnicodeDecodeError):
        return []
    group, found = "", []
    for line in lines:
        if line.startswith("["):
            group = line.strip("[] ")
        elif group == ENTRY_POINT_GROUP and "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.append((name.strip(), value.partition("[")[0].strip()))
    return found


def _object(place: str) -> Any:
    """What an entry point names."""
    module, _, attributes = place.partition(":")
    found: Any = import_module(module.strip())
    for attribute in attributes.split(".") if attributes else ():
        found = getattr(found, attribute.strip())
    return found


def joined(plugins: Sequence[Plugin]) -> str:
    """The plugins with their places, in words."""
    return " and ".join(f"{quoted(plugin.name)} ({printable(plugin.location)})" for plugin in plugins)


def _for_another_version(culprit: str, stated: object) -> PluginError | None:
    if stated is None or stated == HOOKS_VERSION:
        return None
    return PluginError(f"{culprit} is made for version {stated} of the hooks, and this bibtool has version {HOOKS_VERSION}; update one")


def _stated_in_file(place: str) -> int | None:
    """The version that a plugin states which could not be imported; its imports, which come first, may be what another version lacks."""
    from importlib.util import find_spec

    try:
        file = place if place.endswith(".py") else getattr(find_spec(place.partition(":")[0]), "origin", None)
        text = Path(file).read_text("utf-8") if file else ""
    except (ImportError, OSError, ValueError):
        return None
    stated = _STATED_VERSION.search(text)
    return int(stated["version"]) if stated else None
