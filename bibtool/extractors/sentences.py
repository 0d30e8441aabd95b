"""The sentence in which a number stands, and the line."""

from bibtool.extractors.later import later

SENTENCE_CHARACTERS = 80
BEGINS_LINE = later(r"(?:\A|\n)[ \t]*(?:\\item\s|[-*•#>] ?(?:\[[ x]\] )?|\[?[0-9]{1,3}[.)\]:] )?\Z")
# Short words end in points that end no sentence: "et al. 2017", "Phys. Rev. D".
_SENTENCE_END = later(
    r"(?:[^\W\d_]{5}|(?<![^\W\d_])(?!phys|lett|math|proc|conf|symp|acad|univ|comm|appl|figs|secs|thms|chap|resp|refs|eqns)[^\W\d_]{4}"
    r"|[0-9]\)|\]|\.[0-9]{4,5})[.?!][\"')\]]?\s|[。？！]|\n\s*\n"
)


def is_one_sentence(between: str) -> bool:
    """Whether what stands between two numbers is running text without a full stop or a number."""
    return 0 < len(between) < SENTENCE_CHARACTERS and _BREAK.search(between) is None


_BREAK = later(r"[.?!;][\"')\]]?\s|[0-9|&=<>\[\]{}\t\n]")


def so_far(before: str) -> str:
    """The sentence up to the number."""
    return _SENTENCE_END.split(before)[-1]
