"""Words that a reference cuts short ("th. anal. of", "sys. w."), spelt out as the record's title has them."""

import re

from bibtool.matching.clues import Clues
from bibtool.matching.folding import words_of

_SHORT = re.compile(r"(?P<before>[^\W_]+)?(?P<blank>[\W_]*?)\b(?P<short>[^\W\d_]{1,9})\.(?=\W*(?P<after>[^\W_]+)?)")
_NUMERAL = re.compile(r"[ivxlc]+")


def spelt_out(clues: Clues, title: str) -> Clues:
    """The clues with each short word written out that begins a word of the title and stands beside the same neighbour there.

    >>> spelt_out(Clues("Regularity for sys. w. memory. Adv. Math."), "Regularity for systems with memory").text
    'Regularity for systems with memory. Adv. Math.'
    """
    if not clues.short_words:
        return clues
    words = words_of(title)
    if not any(word.startswith(short) and word != short for short in clues.short_words for word in words):
        return clues
    text, place = clues.text, 0
    while found := _SHORT.search(text, place):
        whole = _whole(words, *(words_of(found[name] or "")[-1:] for name in ("before", "short", "after")))
        start, end = found.span("short")
        # The dot belongs to the short word.
        text = text if whole is None else text[:start] + whole + text[end + 1 :]
        place = start if whole is not None else end
    return clues if text == clues.text else Clues(text)


def _whole(words: list[str], before: list[str], short: list[str], after: list[str]) -> str | None:
    """The word of the title, where its neighbour is the text's (which may be short, too). The dot behind a title's last word is its end
    ("finite group." is not "finite groupoids"), and "I." is not "II"."""
    for at, word in enumerate(words[:-1]):
        if short and word.startswith(short[0]) and word != short[0] and not _NUMERAL.fullmatch(word):
            follows = at > 0 and before == [words[at - 1]]
            leads = bool(after) and len(after[0]) > 1 and words[at + 1].startswith(after[0])
            if follows or leads:
                return word
    return None
