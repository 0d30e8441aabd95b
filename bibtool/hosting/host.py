"""Asks the plugins of a run for their components, checks what they return, and knows whose each is."""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bibtool.components import (
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
from bibtool.errors import PluginError
from bibtool.hosting.finding import BUILTIN_PLUGINS, Finder, Plugin, joined
from bibtool.terminal import printable, quoted

if TYPE_CHECKING:
    from bibtool.hosting.guard import Guard

# How long one call into an installed plugin may take: BIBT_PLUGIN_SECONDS. A source keeps the run's own deadline as well.
PLUGIN_SECONDS = 120.0
# Of what one hook returns no more is taken: it may have no end.
MAX_COMPONENTS = 1000

Component = TypeVar("Component")


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
        self.plugins = Finder(self._guard, self._complain).found(disable, files, installed=installed)
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

    def _guard(self, culprit: str, *, is_timed: bool = True) -> "Guard":
        # A run without strangers does without what stands between them and the core.
        from bibtool.hosting.guard import Guard

        return Guard(culprit, self._seconds if is_timed else None, self._complain)

    def _complain(self, error: PluginError) -> None:
        """Says each failure once: an iterator may fail the same way at each step."""
        if str(error) not in {str(known) for known in self.errors}:
            self.errors.append(error)

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
            owners = joined([one.plugin for one in same])
            self._complain(PluginError(f"two {same[0].kind.replace('_', ' ')} {claim}: from plugins {owners}; disable one"))
            refused |= {id(one) for one in same if not one.plugin.is_builtin}
        return [provided for provided in found if id(provided) not in refused]


def _claims(provided: Provided[Any]) -> list[str]:
    """What no other component of the kind may have as well, in words."""
    component = provided.component
    if provided.kind == "extractors":
        suffixes = component.suffixes or ("",)
    else:
        field = {"readers": "suffixes", "writers": "accepts", "citation_finders": "suffixes"}.get(provided.kind)
        suffixes = getattr(component, field) if field else ()
    return [f"named {quoted(provided.name)}", *(f"for files in {quoted(suffix or 'any form')}" for suffix in dict.fromkeys(suffixes))]


def _unusable(name: str) -> str | None:
    """What is wrong with a component's name; it has to be typed on a command line."""
    return None if re.fullmatch(r"[\w.+-]+", name) and not name.startswith("-") else f"a component named {quoted(name)}"


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
