"""A project's own settings: bibt.toml, or [tool.bibtool] in pyproject.toml.

A cloned repository is not trusted: such a file chooses formats and options, never a plugin, a command, an address or a folder.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from bibtool.errors import InputError
from bibtool.terminal import printable, quoted

# Option: what its value must be.
OPTIONS: dict[str, type] = {
    "abstract": bool,
    "encoding": str,
    "format": str,
    "group-by": str,
    "keys": str,
    "max-authors": int,
    "min-confidence": float,
    "omit": list,
    "protect-case": str,
    "sort": str,
    "strict": bool,
    "style": str,
    "template": str,
}
# The same under another name.
ALIASES = {"case-protection": "protect-case"}
# The least and the most of a number.
RANGES = {"max-authors": (0.0, float("inf")), "min-confidence": (0.0, 1.0)}
IN_WORDS = {bool: "true or false", str: "a text", int: "a whole number", float: "a number", list: "a list of texts"}


def load(folder: Path, warn: Callable[[str], None]) -> dict[str, object]:
    """The options that the nearest file from `folder` upwards sets; none above the repository's top.

    Options that a project may not set, and unknown ones, are warned of and left out. Raises InputError where the file cannot be read or a
    value is of the wrong kind.
    """
    found = _find(folder)
    if found is None:
        return {}
    file, table = found
    options: dict[str, object] = {}
    for written, value in table.items():
        name = ALIASES.get(written, written)
        if name in OPTIONS:
            options[name] = _checked(file, name, value)
        else:
            warn(f"{printable(str(file))}: {quoted(name)} is left out; a project's file may set {', '.join(OPTIONS)}")
    return options


def _find(folder: Path) -> tuple[Path, Mapping[str, object]] | None:
    for above in (folder, *folder.parents):
        own, shared = above / "bibt.toml", above / "pyproject.toml"
        if own.is_file():
            return own, _table(own)
        if shared.is_file():
            tool = _shared(shared).get("tool")
            table = tool.get("bibtool") if isinstance(tool, dict) else None
            if isinstance(table, dict):
                return shared, table
        if (above / ".git").exists():
            return None
    return None


def _shared(file: Path) -> Mapping[str, object]:
    """A pyproject.toml, which other tools own: one that cannot be read has nothing to say to this one."""
    try:
        # Reading TOML takes as long as many a run.
        return _table(file) if b"bibtool" in file.read_bytes() else {}
    except (InputError, OSError):
        return {}


def _table(file: Path) -> Mapping[str, object]:
    import tomllib

    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{printable(str(file))}: cannot be read as TOML: {printable(str(error))}") from error


def _range(name: str) -> str:
    least, most = RANGES.get(name, (None, None))
    return "" if least is None or most is None else f" from {least:g}" + (f" to {most:g}" if most < float("inf") else "")


def _checked(file: Path, name: str, value: object) -> object:
    wanted = OPTIONS[name]
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    fits = type(value) is wanted and (not isinstance(value, list) or all(isinstance(one, str) for one in value))
    if not fits or (name in RANGES and not RANGES[name][0] <= float(str(value)) <= RANGES[name][1]):
        raise InputError(f"{printable(str(file))}: '{name}' must be {IN_WORDS[wanted]}{_range(name)}, not {quoted(str(value))}")
    return value
