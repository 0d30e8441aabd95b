"""Regular expressions that are compiled when they are first used: most documents need few of the grammar's."""

import re
from typing import Any, cast


def later(source: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, but compiled on first use."""
    # It has the methods of a compiled expression, from the first look at one of them on.
    return cast("re.Pattern[str]", _Later(source, flags))


class _Later:
    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet: afterwards the compiled expression's own methods are."""
        compiled = re.compile(self._source, self._flags)
        for method in ("search", "match", "fullmatch", "finditer", "findall", "split"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
