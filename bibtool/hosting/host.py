"""Finds plugins, checks what they return, and knows whose each component is."""

import dataclasses
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bibtool.components import (
    HOOKS_VERSION,
    CitationFinder,
    CitekeyStyle,
    Command,
    Enricher,
    Extractor,
    Formatter,
    Reader,
    Source,
    StyleEngine,
    Writer,
)
from bibtool.errors import InputError, PluginError
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
# How long one call into an installed plugin may take: BIBT_PLUGIN_SECONDS. A source keeps the run's own deadline as well.
PLUGIN_SECONDS = 120.0
# Of what one hook returns no more is taken: it may have no end.
MAX_COMPONENTS = 1000

Component = TypeVar("Component")

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
class Provided(Generic[Component]):
    """A component, and whose it is."""

    kind: str
    name: str
    component: Component
    plugin: Plugin


class Host:
    """The plugins of one run. `errors` collects what was wrong with them; the other plugins go on."""

    def __init__(
        self,
        *,
        disable: Sequence[str] = (),
        files: Sequence[str] = (),
        installed: bool = True,
        seconds: float = PLUGIN_SECONDS,
    ) -> None:
        """Finds the plugins: the built-in ones, the installed ones by name, then `files`; none in `disable`."""
        self.errors: list[PluginError] = []
        self._seconds = seconds
        self._provided: dict[str, list[Provided[Any]]] = {}
        found = [*self._find(set(disable), installed=installed), *map(self._load_file, files)]
        self.plugins = self._without_namesakes([plugin for plugin in found if plugin is not None])
        self._check_disabled(disable)
        self._manager = self._register()

    @property
    def readers(self) -> dict[str, Reader]:
        """Readers by the suffix that they read."""
        return {suffix: reader for reader in self._components("readers", Reader) for suffix in reader.suffixes}

    @property
    def extractors(self) -> dict[str, Extractor]:
        """Extractors by suffix; the one without suffixes stands under ""."""
        return {suffix: extractor for extractor in self._components("extractors", Extractor) for suffix in extractor.suffixes or ("",)}

    @property
    def sources(self) -> list[Source]:
        """Sources in the order in which they are asked."""
        return self._components("sources", Source)

    @property
    def enrichers(self) -> list[Enricher]:
        """Enrichers in the order in which they work."""
        return self._components("enrichers", Enricher)

    @property
    def citekey_styles(self) -> dict[str, CitekeyStyle]:
        """Citation key styles by name."""
        return {style.name: style for style in self._components("citekey_styles", CitekeyStyle)}

    @property
    def formatters(self) -> dict[str, Formatter]:
        """Formatters by name."""
        return {formatter.name: formatter for formatter in self._components("formatters", Formatter)}

    @property
    def styles(self) -> list[StyleEngine]:
        """Style engines."""
        return self._components("styles", StyleEngine)

    @property
    def writers(self) -> dict[str, Writer]:
        """Writers by the suffix of the files that they understand."""
        return {suffix: writer for writer in self._components("writers", Writer) for suffix in writer.accepts}

    @property
    def citation_finders(self) -> dict[str, CitationFinder]:
        """Citation finders by the suffix of the documents that they understand."""
        return {suffix: finder for finder in self._components("citation_finders", CitationFinder) for suffix in finder.suffixes}

    @property
    def commands(self) -> dict[str, Command]:
        """Commands by name."""
        return {command.name: command for command in self._components("commands", Command)}

    def provided(self, kind: str) -> list[Provided[Any]]:
        """The components of one kind ("formatters") in order, each with its plugin."""
        if kind not in self._provided:
            self._provided[kind] = self._without_doubles([found for plugin in self.plugins for found in self._ask(plugin, kind)])
        return self._provided[kind]

    def _components(self, kind: str, record: type[Component]) -> list[Component]:
        return [found.component for found in self.provided(kind) if isinstance(found.component, record)]

    def _find(self, disabled: set[str], *, installed: bool) -> Iterator[Plugin | None]:
        home = Path(__file__).parent.parent
        for name in BUILTIN_PLUGINS:
            if name not in disabled:
                place = home.joinpath(*name.split(".")[1:])
                yield Plugin(name, None, str(place if place.is_dir() else place.with_suffix(".py")))
        if not installed or not _are_any_installed():
            return
        from importlib import metadata

        for entry_point in sorted(metadata.entry_points(group=ENTRY_POINT_GROUP), key=lambda found: (found.name, found.value)):
            if entry_point.name not in disabled:
                yield self._load(entry_point.name, entry_point.load, entry_point.value)

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
            with self._guard(culprit)():
                module = load()
        except PluginError as error:
            self._complain(_for_another_version(culprit, _stated_in_file(place)) or error)
            return None
        if not isinstance(module, ModuleType):
            self._complain(PluginError(f"{culprit}: its entry point names {type(module).__name__}, not a module"))
            return None
        if refused := _for_another_version(culprit, getattr(module, "BIBTOOL_HOOKS", HOOKS_VERSION)):
            self._complain(refused)
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
                self._complain(PluginError(f"two plugins named {quoted(name)}: {_joined(same)}; take one away, or give it another name"))
        return [plugin for plugin in plugins if id(plugin) not in refused]

    def _guard(self, culprit: str, *, is_timed: bool = True) -> "Guard":
        # A run without strangers does without what stands between them and the core.
        from bibtool.hosting.guard import Guard

        return Guard(culprit, self._seconds if is_timed else None, self._complain)

    def _complain(self, error: PluginError) -> None:
        """Says each failure once: an iterator may fail the same way at each step."""
        if str(error) not in {str(known) for known in self.errors}:
            self.errors.append(error)

    def _check_disabled(self, disable: Sequence[str]) -> None:
        if not disable:
            return
        from importlib import metadata

        known = {*BUILTIN_PLUGINS, *(plugin.name for plugin in self.plugins), *metadata.entry_points(group=ENTRY_POINT_GROUP).names}
        for name in disable:
            if name not in known:
                raise InputError(f"no plugin named {quoted(name)} to disable; 'bibt plugins' lists them")

    def _register(self) -> Any:
        """Registers each stranger's plugin with pluggy, which checks hook names and arguments; what it refuses is left out and said."""
        if all(plugin.is_builtin for plugin in self.plugins):
            return None
        import pluggy

        from bibtool import hookspecs

        manager = pluggy.PluginManager("bibtool")
        manager.add_hookspecs(hookspecs)
        kept = []
        for plugin in self.plugins:
            if plugin.module is None:
                kept.append(plugin)
                continue
            try:
                manager.register(plugin.module, name=plugin.name)
                self._check_hook_names(plugin, manager)
            except (pluggy.PluginValidationError, ValueError) as error:
                self._complain(PluginError(f"plugin {quoted(plugin.name)} ({plugin.location}): {printable(str(error))}"))
                if manager.has_plugin(plugin.name):
                    manager.unregister(name=plugin.name)
                continue
            kept.append(plugin)
        self.plugins = kept
        return manager

    @staticmethod
    def _check_hook_names(plugin: Plugin, manager: Any) -> None:
        for caller in manager.get_hookcallers(plugin.module) or ():
            if not caller.has_spec():
                raise ValueError(f"there is no hook named {caller.name!r}; the hooks are {', '.join(_hook_names())}")

    def _ask(self, plugin: Plugin, kind: str) -> list[Provided[Any]]:
        if plugin.module is None:
            return self._ask_builtin(plugin, kind) if BUILTIN_PLUGINS[plugin.name] == kind else []
        from bibtool.hosting.shapes import misfit

        record = COMPONENT_OF[kind]
        implementations = [
            found for found in getattr(self._manager.hook, f"bibtool_{kind}").get_hookimpls() if found.plugin is plugin.module
        ]
        if not implementations:
            return []
        culprit = f"plugin {quoted(plugin.name)}: hook bibtool_{kind}"
        try:
            with self._guard(culprit)():
                components = list(islice(implementations[0].function(), MAX_COMPONENTS))
        except PluginError as error:
            self._complain(error)
            return []
        wrongs = [misfit(component, record) or _unusable(component.name) for component in components]
        for wrong in wrongs:
            if wrong:
                self._complain(PluginError(f"{culprit} returned {wrong}"))
        sound = [component for component, wrong in zip(components, wrongs, strict=True) if not wrong]
        return [Provided(kind, component.name, self._guarded(component, plugin, kind), plugin) for component in sound]

    @staticmethod
    def _ask_builtin(plugin: Plugin, kind: str) -> list[Provided[Any]]:
        from importlib import import_module

        components = getattr(import_module(plugin.name), f"bibtool_{kind}")()
        return [Provided(kind, component.name, component, plugin) for component in components]

    def _guarded(self, component: Component, plugin: Plugin, kind: str) -> Component:
        """A stranger's component with each of its functions under guard."""
        from bibtool.hosting.going_on import GOES_ON
        from bibtool.hosting.shapes import returned_by

        culprit = f"plugin {quoted(plugin.name)}: {kind.removesuffix('s').replace('_', ' ')} {quoted(getattr(component, 'name', '?'))}"
        guard, free = self._guard(culprit), self._guard(culprit, is_timed=False)
        record = COMPONENT_OF[kind]
        functions = {
            field.name: (free if (kind, field.name) == ("commands", "run") else guard).wrap(value, returned_by(record, field.name))
            for field in dataclasses.fields(record)
            if callable(value := getattr(component, field.name))
        }
        if kind in GOES_ON:
            name, goes_on = GOES_ON[kind]
            functions[name] = goes_on(functions[name], guard)
        return dataclasses.replace(component, **functions)  # type: ignore[type-var]

    def _without_doubles(self, found: list[Provided[Any]]) -> list[Provided[Any]]:
        """Two components of one kind with one name, or for files of one suffix, are refused, but for a built-in one, which stays."""
        claimed: dict[str, list[Provided[Any]]] = {}
        for provided in found:
            for claim in _claims(provided):
                claimed.setdefault(claim, []).append(provided)
        refused: set[int] = set()
        for claim, same in claimed.items():
            if len(same) == 1 or all(id(one) in refused or one.plugin.is_builtin for one in same):
                continue
            owners = _joined([one.plugin for one in same])
            self._complain(PluginError(f"two {same[0].kind.replace('_', ' ')} {claim}: from plugins {owners}; disable one"))
            refused |= {id(one) for one in same if not one.plugin.is_builtin}
        return [provided for provided in found if id(provided) not in refused]


def _are_any_installed() -> bool:
    """Whether a package on the path says that it has plugins: most have none, and `importlib.metadata` takes as long as a small run."""
    marker = f"[{ENTRY_POINT_GROUP}]".encode()
    for folder in map(Path, sys.path):
        if folder.suffix in (".egg", ".zip", ".whl") and folder.exists():
            return True  # what is packed up is for importlib.metadata to open
        with suppress(OSError):
            packages = [package for package in folder.iterdir() if package.suffix in (".dist-info", ".egg-info")]
            if any(marker in _content(package / "entry_points.txt") for package in packages):
                return True
    return False


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _claims(provided: Provided[Any]) -> list[str]:
    """What no other component of the kind may have as well, in words."""
    component = provided.component
    if provided.kind == "extractors":
        suffixes = component.suffixes or ("",)
    else:
        field = {"readers": "suffixes", "writers": "accepts", "citation_finders": "suffixes"}.get(provided.kind)
        suffixes = getattr(component, field) if field else ()
    return [f"named {quoted(provided.name)}", *(f"for files in {quoted(suffix or 'any form')}" for suffix in dict.fromkeys(suffixes))]


def _joined(plugins: Sequence[Plugin]) -> str:
    return " and ".join(f"{quoted(plugin.name)} ({printable(plugin.location)})" for plugin in plugins)


def _unusable(name: str) -> str | None:
    """What is wrong with a component's name; it has to be typed on a command line."""
    return None if re.fullmatch(r"[\w.+-]+", name) and not name.startswith("-") else f"a component named {quoted(name)}"


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


COMPONENT_OF: dict[str, type[Any]] = {
    "readers": Reader,
    "extractors": Extractor,
    "sources": Source,
    "enrichers": Enricher,
    "citekey_styles": CitekeyStyle,
    "formatters": Formatter,
    "styles": StyleEngine,
    "writers": Writer,
    "citation_finders": CitationFinder,
    "commands": Command,
}


def _hook_names() -> list[str]:
    return [f"bibtool_{kind}" for kind in COMPONENT_OF]
