"""The phrase that ends in a number: whether it leads to a paper, or counts, measures or numbers something."""

from bibtool.extractors import vocabulary
from bibtool.extractors.bare import REACH, Bare
from bibtool.extractors.later import later
from bibtool.extractors.sentences import WORD, so_far


def last_word(text: str) -> str:
    """The letters at its end."""
    found = _LAST_WORD.search(text)
    return found.group() if found else ""


_LAST_WORD = later(r"[^\W_A-Z]*(?:[/§£€$¥&.'-]+[^\W_A-Z]*)*\Z")


def leads_to_a_paper(tail: str) -> bool:
    """Whether what stands before a number is done to papers, or is what papers have: "a replacement for", "Theorem 3 of"."""
    # "title = " is no part of a title.
    words = [word.removeprefix("l'").removeprefix("d'") for word in WORD.findall(so_far(tail).rpartition("=")[2])[-5:]]
    if not words or not tail.endswith((" ", "(", "\n")) or _RANGE.search(tail):
        return False
    last = words[-1]
    if tail.endswith("("):
        return last in vocabulary.METHODS or last in vocabulary.KINDS_OF_PAPERS
    if last in vocabulary.KINDS_OF_PAPERS or tail.endswith(vocabulary.BEFORE_AN_AUTHORITY):
        return True
    if last in vocabulary.NOUNS:
        return False  # "Extension 0905.1234" is no "extension of"
    owner = words[-2] if words[1:] else ""
    if last in vocabulary.CONNECTIONS and (owner in vocabulary.KINDS_OF_PAPERS or not vocabulary.RELATIONS.isdisjoint(words)):
        return last != "of" or owner not in vocabulary.VALUES
    if last in vocabulary.RELATIONS:
        return True
    return not tail.endswith(vocabulary.BEFORE_A_RESULT) and _leads_by_preposition(tail, words)


def _leads_by_preposition(tail: str, words: list[str]) -> bool:
    """Whether the last word is a preposition, and what it belongs to is found in papers: "as shown in", "the loss of"."""
    last, owner = words[-1], words[-2] if words[1:] else ""
    is_measure = not vocabulary.MEASURES_AND_NUMBERED_THINGS.isdisjoint(words[-3:-1])
    if last in vocabulary.OF and not vocabulary.PARTS_OF_PAPERS.isdisjoint(words):
        return True
    if last in ("in", "dans", "en") and (owner.endswith(vocabulary.PARTICIPLES) or (owner in vocabulary.STANDS and not is_measure)):
        return True
    if last in ("in", "from") and owner in vocabulary.FINDINGS:
        return True
    if _AS_DONE_BY.search(tail):
        return True
    return last in vocabulary.OF and (not is_measure or owner in vocabulary.OBJECTIVES) and _USED.search(tail) is not None


_RANGE = later(r"[0-9] to \Z")
_AS_DONE_BY = later(r"\bas [a-z]+(?:ed|wn|en) (?:by|in|at) \Z")
_USED = later(r"\b(?:us(?:es?|ing|ed)|adopt(?:s|ing|ed)?|employ(?:s|ing|ed)?|borrow(?:s|ing|ed)?) the (?:[a-z-]+ ){1,3}\Z")


def is_measured(tail: str) -> bool:
    """Whether the words before a number say that it counts, measures or dates something."""
    stripped = tail.rstrip(" \t\n:#=\"'`*([_")
    if len(tail) - len(stripped) > 6:
        return False
    gap = tail[len(stripped) :]
    if "\n\n" in gap or ("\n" in gap and stripped.endswith(".")):
        return False
    word = last_word(stripped)
    if word.isdigit() and tail.endswith("("):
        stripped = stripped[: -len(word)].rstrip(" ")  # "Windows 10 (1903.18362)"
        word = last_word(stripped)
    before = last_word(stripped[: len(stripped) - len(word)].rstrip(" _-"))
    two = f"{before} {word}".strip(" .")
    if two in vocabulary.BEFORE_A_NAME_TWO or leads_to_a_paper(tail):
        return False
    measure = before if word in vocabulary.LINKS_AND_NUMBERS and len(before) > 2 else word
    if word.endswith(_NUMBERS):
        return True
    is_counted = not vocabulary.MEASURES_AND_NUMBERED_THINGS.isdisjoint((measure.strip("."), two))
    return is_counted or word[-1:] in _SIGNS or _CJK_MEASURED.search(stripped) is not None


# As compounds end that name what is numbered.
_NUMBERS = ("nummer", "zeichen")
_SIGNS = frozenset("§£€$¥")
_CJK_MEASURED = later(r"[約约計计共總总價价額额值為为是等達达到率均差至重長长高量費费金円元号號单單件型编編电電话話码碼]\Z")


_OF_PAPERS = vocabulary.PAPERS - vocabulary.BEFORE_A_NAME


def is_of_something(bare: Bare, tail: str) -> bool:
    """Whether the number belongs to a noun that says nothing of papers, as what is numbered or measured has one: "gasket 1410.22310"."""
    if leads_to_a_paper(tail) or not _OF_PAPERS.isdisjoint(WORD.findall(so_far(tail))[-3:]):
        return False
    if _OF_A_NOUN.search(tail) or _COPULA.search(tail):
        return True
    noun = _NOUN.search(bare.cased, max(0, bare.start - REACH), bare.start)
    if noun is None or not noun["rest"].islower() or (noun["first"].isupper() and not noun["begins"]):
        return False
    word = (noun["first"] + noun["rest"]).lower()
    return not word.endswith(_NO_SINGULARS) and all(word not in words for words in vocabulary.NO_NUMBERED_THINGS)


_OF_A_NOUN = later(r"[^\W\d_]{3,} (?:of|von|de|di|du) \Z")
_COPULA = later(r"(?<![^\W_])(?:is|was|are|were|be|been|equals|ist|war|beträgt|lautet|est|était|es|era|è)(?: de)? \Z")
_NOUN = later(r"(?P<begins>(?:\A|\n|[.!?:;] ))?(?<![\\\w'’])(?P<first>[^\W\d_\u3040-\u9fff\uac00-\ud7af])(?P<rest>[^\W\d_]{2,}):? \Z")
_NO_SINGULARS = ("es", "ts", "ns", "rs", "ds", "ed", "ing", "ly")
