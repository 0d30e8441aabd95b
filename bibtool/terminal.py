"""What may be printed: text from outside with its control characters shown instead of obeyed."""

import unicodedata
from collections.abc import Sequence

# C0, C1 and DEL steer a terminal; Cf holds the bidirectional overrides; Zl and Zp break lines; Cs are undecodable bytes.
SHOWN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def printable(text: str) -> str:
    r"""The text with every character that could steer a terminal written as an escape.

    >>> printable("a\x1b[31m\u202e")
    'a\\x1b[31m\\u202e'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def quoted(text: str, limit: int = 60) -> str:
    """The text as a message quotes it: in single quotes, escapes shown, cut at `limit` characters."""
    cut = text if len(text) <= limit else text[: limit - 3] + "..."
    return f"'{printable(cut)}'"


def listed(names: Sequence[object], limit: int = 20, *, mark: str = " ...") -> str:
    """The names as one line has room for them; `mark` stands before the count of the others.

    >>> listed(["a", "b", "c"], limit=2)
    'a, b ... and 1 more'
    """
    more = f"{mark} and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(str(name) for name in names[:limit]) + more


def _shown(character: str) -> str:
    if unicodedata.category(character) not in SHOWN_CATEGORIES:
        return character
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) & 0xFF:02x}"  # a byte of a name that is no UTF-8
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
