"""The sentence in which a number stands: whether it speaks of papers, and whether it names one already."""

from bibtool.extractors import vocabulary
from bibtool.extractors.bare import REACH, Bare
from bibtool.extractors.cells import is_cell_of_few
from bibtool.extractors.later import later

SENTENCE_CHARACTERS = 80
WORD = later(r"[^\W_]+(?:['-][^\W_]+)*")
BEGINS_LINE = later(r"(?:\A|\n)[ \t]*(?:\\item\s|[-*•#>] ?(?:\[[ x]\] )?|\[?[0-9]{1,3}[.)\]:] )?\Z")
# Short words end in points that end no sentence: "et al. 2017", "Phys. Rev. D".
_SENTENCE_END = later(
    r"(?:[^\W\d_]{5}|(?<![^\W\d_])(?!phys|lett|math|proc|conf|symp|acad|univ|comm|appl|figs|secs|thms|chap|resp|refs|eqns)[^\W\d_]{4}"
    r"|[0-9]\)|\]|\.[0-9]{4,5})[.?!][\"')\]]?\s|[。？！]|\n\s*\n"
)
_CITING = later(r"\\[a-z]*cite[a-z]*")
_NEW_SENTENCE = later(r"[ \t]*\s[A-Z][a-z]* [a-z]|\.\s+[A-Z]")


def is_one_sentence(between: str) -> bool:
    """Whether what stands between two numbers is running text without a full stop or a number."""
    return 0 < len(between) < SENTENCE_CHARACTERS and _BREAK.search(between) is None


_BREAK = later(r"[.?!;][\"')\]]?\s|[0-9|&=<>\[\]{}\t\n]")


def so_far(before: str) -> str:
    """The sentence up to the number."""
    return _SENTENCE_END.split(before)[-1]


def speaks_before(bare: Bare, before: str) -> bool:
    """Whether the sentence so far speaks of papers. A command that cites another paper says nothing of this one."""
    return not is_cell_of_few(bare, before) and _speaks_of_papers(so_far(before))


def speaks_after(bare: Bare, after: str) -> bool:
    """Whether the rest of the sentence speaks of papers."""
    if is_cell_of_few(bare, bare.before) or (_NEW_SENTENCE.match(bare.cased, bare.end) and not BEGINS_LINE.search(bare.before[-REACH:])):
        return False
    return _speaks_of_papers(_SENTENCE_END.split(after)[0])


def _speaks_of_papers(sentence: str) -> bool:
    text = _CITING.sub(" ", sentence)
    return not vocabulary.PAPERS.isdisjoint(WORD.findall(text)) or any(map(text.__contains__, vocabulary.PAPER_PHRASES))


def speaks_of_other_things(before: str, after: str) -> bool:
    """Whether the sentence tells of trade, machines or law, whose things are numbered, too."""
    return not vocabulary.OTHER_THINGS.isdisjoint(WORD.findall(f"{so_far(before)} {_SENTENCE_END.split(after)[0]}"))
