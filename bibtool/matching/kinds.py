"""What a piece of text may be: a reference, an abstract, or neither."""

import re

from bibtool.matching.clues import Clues

_YEAR = re.compile(r"(?<![0-9])(?:1[89]|20)[0-9]{2}(?![0-9])")
_PEOPLE = re.compile(
    r"[^\W\d_a-z][\w'’-]+,?\s+(?:[A-Z]\.[\s~-]?)+|(?:[A-Z]\.[\s~-]?)+\s?[^\W\d_a-z][\w'’-]+|\bet al\b|"
    r"\A\W*(?:[A-Z][\w'’-]+ ){1,3}[A-Z][\w'’-]+(?:,| and |\.)|[A-Z][a-z]+ [A-Z]{1,2}[,.]"
)
_PLACE = re.compile(
    r"(?i)\b(?:proc|journal|phys|rev|lett|ieee|acm|arxiv|vol|pp|springer|conference|trans|ann|nature|science|preprint|press|university|doi)\b"
    r"|[0-9]+\s*[-–]+\s*[0-9]+|[0-9]+\s*\([0-9]+\)"
)
_FUNCTION = frozenset(
    "that is was were are we which has have had been it they this our can will be not but would there their these when if you your so "  # noqa: SIM905
    "because should could may might do does did what who how all also however".split()
)
_CODE = re.compile(r"[{}=;<>\\]|\(\)|->|::|[a-z0-9]_[a-z]|[a-z]\(|\b(?:def|return|import|assert|self|const|function)\b")
# Years and people stand in every licence, too.
_LICENCE = re.compile(r"(?i)\bcopyright\b|\(c\)\s*(?:19|20)[0-9]{2}|©|\blicen[sc]e\s*:|\blicen[sc]e agreement|\ball rights reserved")
MOST_FUNCTION_WORDS, MOST_IN_TITLES = 0.08, 0.2
LEAST_LETTERS, MOST_LETTERS = 20, 2500
# What an abstract says of itself.
_CUES = re.compile(
    r"(?i)\b(?:we (?:present|introduce|propose|show|study|prove|investigate|describe|develop|demonstrate|find|consider|report|derive|"
    r"discuss|analy[sz]e|explore|enhance)|in this (?:paper|work|report|article|letter|note)|this (?:paper|work|report|article|letter) "
    r"(?:presents?|introduces|describes|proposes|studies|provides|discusses)|"
    r"our (?:results|method|approach|model|analysis|work|findings))\b"
)
LEAST_CUES, LEAST_WORDS, MOST_WORDS = 2, 50, 500


def is_reference(clues: Clues, *, is_listed: bool) -> bool:
    """Whether a text reads like one entry of a list of references."""
    text = clues.text
    if clues.dois and text.strip().lower().removeprefix("doi:").strip().startswith(("10.", "http")):
        return True
    if not LEAST_LETTERS <= len(text) <= MOST_LETTERS or len(_CODE.findall(text)) > 2 + len(text) / 100:
        return False
    if _LICENCE.search(text) and not clues.dois:
        return False
    has_year, has_people, has_place = bool(_YEAR.search(text)), bool(_PEOPLE.search(text)), bool(_PLACE.search(text))
    # A title may be a sentence ("Attention is all you need"); people in front, a year and a place are more than prose has together.
    is_whole = has_year and has_place and _PEOPLE.match(text.lstrip(" [](),.0123456789")) is not None
    share = sum(word in _FUNCTION for word in clues.words) / max(1, len(clues.words))
    if share > (MOST_IN_TITLES if is_whole else MOST_FUNCTION_WORDS):
        return False
    return (has_people and (has_year or has_place)) or ((is_listed or bool(clues.dois)) and has_year and has_place)


def is_abstract(clues: Clues, *, is_labelled: bool) -> bool:
    """Whether a text says that it is an abstract, so that it is worth a question."""
    count = len(clues.words)
    return (is_labelled and count > LEAST_WORDS / 2) or (
        LEAST_WORDS <= count <= MOST_WORDS and len({found[0].lower() for found in _CUES.finditer(clues.text)}) >= LEAST_CUES
    )
