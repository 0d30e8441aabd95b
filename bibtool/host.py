"""Finds plugins, checks what they return, and knows whose each component is."""

import contextlib
import dataclasses
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, Generic, TypeVar

from bibtool.components import (
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
from bibtool.errors import BibtoolError, InputError, PluginError
from bibtool.terminal import printable, quoted

# The built-in plugins, as strings: they lie above this module or beside it, and are imported only when a hook is called.
BUILTIN_PLUGINS = (
    "bibtool.readers",
    "bibtool.extractors",
    "bibtool.sources",
    "bibtool.citekeys",
    "bibtool.formatters",
    "bibtool.writers",
    "bibtool.cli.builtin",
)
ENTRY_POINT_GROUP = "bibtool"
# How long one call into an installed plugin may take: BIBT_PLUGIN_SECONDS. A source keeps the run's own deadline as well.
PLUGIN_SECONDS = 120.0

Component = TypeVar("Component")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Plugin:
    """A named module with hook implementations, and where it lies."""

    name: str
    module: ModuleType
    location: str

    @property
    def is_builtin(self) -> bool:
        """Whether it is part of bibtool: its failures are bugs of ours and are not dressed up as a plugin's."""
        return self.name in BUILTIN_PLUGINS


@dataclass(frozen=True, slots=True)
class Provided(Generic[Component]):
    """A component, and whose it is."""

    kind: str
    name: str
    component: Component
    plugin: Plugin


@dataclass(frozen=True, slots=True)
class Guard:
    """Stands between the core and one stranger's code: the only broad `except` of the project.

    Without `seconds` the code may take as long as it likes and print to stdout: that is for commands.
    """

    culprit: str
    seconds: float | None

    @contextlib.contextmanager
    def __call__(self) -> Iterator[None]:
        """Whatever goes wrong inside becomes a PluginError that names the culprit; prints go to stderr, the working directory stays."""
        folder = Path.cwd()
        try:
            if self.seconds is None:
                yield
                return
            with contextlib.redirect_stdout(sys.stderr), _interrupted_after(self.seconds):
                yield
        except (BibtoolError, KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            raise PluginError(f"{self.culprit} failed: {type(error).__name__}: {printable(str(error))}") from error
        finally:
            os.chdir(folder)

    def wrap(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function under guard; where it returns an iterator, each step of it too."""

        def guarded(*arguments: Any, **named: Any) -> Any:
            with self():
                result = function(*arguments, **named)
            return self._steps(result) if isinstance(result, Iterator) else result

        return guarded

    def _steps(self, iterator: Iterator[Result]) -> Iterator[Result]:
        while True:
            with self():
                step = next(iterator, _END)
            if isinstance(step, _End):
                return
            yield step


class _End:
    """What `next` gives when an iterator is done."""


_END = _End()


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
        self.plugins = [plugin for plugin in self._find(set(disable), installed=installed) if plugin is not None]
        self.plugins += [plugin for plugin in map(self._load_file, files) if plugin is not None]
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
        from importlib import import_module, metadata

        for name in BUILTIN_PLUGINS:
            if name not in disabled:
                module = import_module(name)
                yield Plugin(name, module, str(module.__file__))
        if not installed:
            return
        for entry_point in sorted(metadata.entry_points(group=ENTRY_POINT_GROUP), key=lambda found: (found.name, found.value)):
            if entry_point.name not in disabled:
                yield self._load(entry_point.name, entry_point.load)

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

        return self._load(file.stem, execute)

    def _load(self, name: str, load: Callable[[], ModuleType]) -> Plugin | None:
        try:
            with Guard(f"plugin {quoted(name)}", self._seconds)():
                module = load()
        except PluginError as error:
            self.errors.append(error)
            return None
        return Plugin(name, module, str(getattr(module, "__file__", "?")))

    def _check_disabled(self, disable: Sequence[str]) -> None:
        from importlib import metadata

        known = {*BUILTIN_PLUGINS, *(plugin.name for plugin in self.plugins), *metadata.entry_points(group=ENTRY_POINT_GROUP).names}
        for name in disable:
            if name not in known:
                raise InputError(f"no plugin named {quoted(name)} to disable; 'bibt plugins' lists them")

    def _register(self) -> Any:
        """Registers every plugin with pluggy, which checks hook names and arguments; what it refuses is left out and said."""
        import pluggy

        from bibtool import hookspecs

        manager = pluggy.PluginManager("bibtool")
        manager.add_hookspecs(hookspecs)
        kept = []
        for plugin in self.plugins:
            try:
                manager.register(plugin.module, name=plugin.name)
                self._check_hook_names(plugin, manager)
            except (pluggy.PluginValidationError, ValueError) as error:
                self.errors.append(PluginError(f"plugin {quoted(plugin.name)} ({plugin.location}): {printable(str(error))}"))
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
        record = COMPONENT_OF[kind]
        implementations = [
            found for found in getattr(self._manager.hook, f"bibtool_{kind}").get_hookimpls() if found.plugin is plugin.module
        ]
        if not implementations:
            return []
        culprit = f"plugin {quoted(plugin.name)}: hook bibtool_{kind}"
        try:
            with contextlib.nullcontext() if plugin.is_builtin else Guard(culprit, self._seconds)():
                components = list(implementations[0].function())
            for component in components:
                if not isinstance(component, record):
                    raise PluginError(f"{culprit} returned {type(component).__name__}, not {record.__name__}")
        except PluginError as error:
            self.errors.append(error)
            return []
        return [Provided(kind, component.name, self._guarded(component, plugin, kind), plugin) for component in components]

    def _guarded(self, component: Component, plugin: Plugin, kind: str) -> Component:
        """A stranger's component with each of its functions under guard; a built-in one as it is."""
        if plugin.is_builtin:
            return component
        culprit = f"plugin {quoted(plugin.name)}: {kind.removesuffix('s').replace('_', ' ')} {quoted(getattr(component, 'name', '?'))}"
        guard = Guard(culprit, None if kind == "commands" else self._seconds)
        functions = {
            field.name: guard.wrap(value)
            for field in dataclasses.fields(component)  # type: ignore[arg-type]
            if callable(value := getattr(component, field.name))
        }
        return dataclasses.replace(component, **functions)  # type: ignore[type-var]

    def _without_doubles(self, found: list[Provided[Any]]) -> list[Provided[Any]]:
        """Two components of one kind with one name are refused, but for a built-in one, which stays."""
        by_name: dict[str, list[Provided[Any]]] = {}
        for provided in found:
            by_name.setdefault(provided.name, []).append(provided)
        refused: list[int] = []
        for name, same in by_name.items():
            if len(same) == 1:
                continue
            owners = " and ".join(f"{quoted(one.plugin.name)} ({one.plugin.location})" for one in same)
            self.errors.append(
                PluginError(f"two {same[0].kind.replace('_', ' ')} named {quoted(name)}: from plugins {owners}; disable one")
            )
            refused += [id(one) for one in same if not one.plugin.is_builtin]
        return [provided for provided in found if id(provided) not in refused]


COMPONENT_OF: dict[str, type[Any]] = {
    "readers": Reader,
    "extractors": Extractor,
    "sources": Source,
    "enrichers": Enricher,
    "citekey_styles": CitekeyStyle,
    "formatters": Formatter,
    "styles": StyleEngine,
    "writers": Writer,
    "commands": Command,
}


def _hook_names() -> list[str]:
    return [f"bibtool_{kind}" for kind in COMPONENT_OF]


@contextlib.contextmanager
def _interrupted_after(seconds: float) -> Iterator[None]:
    """Raises TimeoutError inside the block after `seconds`, where the platform and the thread allow it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"no answer within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
