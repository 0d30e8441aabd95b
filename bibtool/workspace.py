"""What one run needs, opened when it is first used: the plugins, the record store, the way to the network."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bibtool.bibliography import Bibliography
from bibtool.components import CitekeyStyle, Context, Progress, Session, Source
from bibtool.errors import BibtoolError, InputError, ResolveError, UnavailableError
from bibtool.hosting.host import PLUGIN_SECONDS, Host
from bibtool.identifiers import Identifier
from bibtool.reference import Reference
from bibtool.terminal import quoted

if TYPE_CHECKING:
    from bibtool.store import Store

Choice = TypeVar("Choice")

# Long enough for ten thousand new identifiers at the pace that arXiv asks for; a service that hangs ends sooner than patience.
TIMEOUT_SECONDS = 600.0


class Silence:
    """Progress that nobody watches."""

    def update(self, message: str, done: int, total: int | None) -> None:
        """Shows nothing."""

    def close(self) -> None:
        """Has nothing to take back."""


@dataclass
class Workspace:
    """One run's settings and what they open. `settings` are the BIBT_ variables of the environment; `warn` gets one line at a
    time, `note` what was done, `fail` what went wrong without ending the run."""

    settings: Mapping[str, str]
    warn: Callable[[str], None]
    fail: Callable[[BibtoolError], None]
    note: Callable[[str], None]
    progress: Progress = field(default_factory=Silence)
    offline: bool = False
    refresh: bool = False
    source: str | None = None
    timeout_seconds: float = TIMEOUT_SECONDS
    disable: Sequence[str] = ()
    plugin_files: Sequence[str] = ()
    installed_plugins: bool = True
    # What sources said in this run before the bibliography was made.
    answers: dict[Identifier, Reference | ResolveError] = field(default_factory=dict)

    @cached_property
    def host(self) -> Host:
        """The plugins: built-in, installed, and those named for this run."""
        disabled = [name.strip() for name in self.settings.get("BIBT_DISABLE", "").split(",") if name.strip()]
        return Host(
            disable=(*disabled, *self.disable),
            files=self.plugin_files,
            installed=self.installed_plugins,
            seconds=self._number("BIBT_PLUGIN_SECONDS", PLUGIN_SECONDS),
        )

    @cached_property
    def cache_folder(self) -> Path:
        """Where records are kept: BIBT_CACHE_DIR, or the platform's own folder for caches."""
        if chosen := self.settings.get("BIBT_CACHE_DIR"):
            return Path(chosen).expanduser()
        from platformdirs import user_cache_path

        return user_cache_path("bibtool", appauthor=False)

    @cached_property
    def store(self) -> "Store":
        """The record store."""
        from bibtool.store import Store

        return Store.open(self.cache_folder, self.warn, _now)

    @cached_property
    def context(self) -> Context:
        """What sources may use."""
        return Context(
            settings=self.settings,
            session=self._session,
            deadline=time.monotonic() + self.timeout_seconds,
            offline=self.offline,
            clock=_now,
            progress=self.progress,
            warn=self.warn,
            refresh=self.refresh,
            renew=self.source is not None,
        )

    def bibliography(self, identifiers: Iterable[Identifier], citekeys: str, keep: Mapping[Identifier, str]) -> Bibliography:
        """The identifiers' references under keys of the style `citekeys`."""
        from bibtool import pipeline

        style = self.citekey_style(citekeys)
        return pipeline.build(identifiers, self.sources, self.host.enrichers, self.store, self.context, style, keep, self.answers)

    @cached_property
    def sources(self) -> Sequence[Source]:
        """Who is asked: the one that was chosen for this run, or all but those that want to be chosen. Raises InputError."""
        sources = self.host.sources
        if self.source is not None:
            return [chosen({source.name: source for source in sources}, self.source, "source")]
        return [source for source in sources if not source.on_request]

    def citekey_style(self, name: str) -> CitekeyStyle:
        """The citation key style of that name, or the one that a pattern describes. Raises InputError that says which there are."""
        if name not in self.host.citekey_styles:
            from bibtool.citekeys.functions import FUNCTIONS
            from bibtool.citekeys.patterns import is_pattern, pattern_style

            if is_pattern(name):
                return pattern_style(name)
            chosen({**self.host.citekey_styles, **dict.fromkeys(FUNCTIONS)}, name, "citation key style or function")
        return self.host.citekey_styles[name]

    def close(self) -> None:
        """Closes what was opened, and says what was wrong with plugins."""
        self.progress.close()
        if "host" in self.__dict__:
            for error in self.host.errors:
                self.fail(error)
        if "store" in self.__dict__:
            self.store.close()

    @cached_property
    def _the_session(self) -> Session:
        if self.offline:
            raise UnavailableError("offline: no service is asked")
        from bibtool.sources.http import PoliteSession

        return PoliteSession(self.cache_folder, self.warn, announce=lambda message: self.progress.update(message, 0, None))

    def _session(self) -> Session:
        return self._the_session

    def _number(self, name: str, default: float) -> float:
        try:
            return float(self.settings.get(name) or default)
        except ValueError:
            raise InputError(f"{name} must be a number, not {quoted(self.settings[name])}") from None


def chosen(there: Mapping[str, Choice], name: str, what: str) -> Choice:
    """The one of that name. Raises InputError with the nearest name, or all of them."""
    if name in there:
        return there[name]
    from difflib import get_close_matches

    near = get_close_matches(name, there, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(sorted(there))}"
    raise InputError(f"no {what} named {quoted(name)}; {hint}")


def _now() -> datetime:
    return datetime.now(UTC)
