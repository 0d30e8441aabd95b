"""Where in a text a title stands, how well it is kept there, and whether it ends where the text's own title ends."""

import re
from dataclasses import dataclass

from bibtool.matching.clues import Clues
from bibtool.matching.folding import without_tex, words_of

# What begins a new part by itself, whatever stands between.
_AFTER = re.compile(
    r"(?i)\W*(?:arxiv|preprint|e-?print|proc|proceedings|j|phys|rev|lett|nucl|astron|astrophys|ieee|acm|trans|adv|vol|volume|pp|pages|doi|https?|"
    r"url|tech|phd|ph|submitted|accepted|available|commun|mon|eur|int|comput|forthcoming|unpublished|published|manuscript|edited|eds?|no|"
    r"and references|see|cf|cited|retrieved|accessed|epub|hal|to (?:appear|be)|"
    r"in(?=:|\s+(?:press|prep|proc|review|submission|(?-i:[A-Z]))|\s*[\"“])|"
    r"by(?=\s+(?-i:[A-Z]))|[0-9]{4}[a-z]?|"
    r"(?-i:J(?:ournal|OURNAL)|PHYS\w*|Physic\w+|Ann(?:als)?|Transactions|Nature|Science|Advances|Springer|Elsevier|Technical|Master|Thesis|"
    r"International|Communications|Monthly|Class|Mod|Am|Math|Annals|Bulletin|Acta|Lecture|[A-Z][a-z]*\.|[A-Z]+[a-z]*[A-Z]+\w*))(?:\b|(?<=\.))"
)
_MARK = re.compile(r"[.,:;!?\"“”‘’'«»()\[\]{}|*_<>]|\s[-–—]\s|[—–]|\n[ \t]*\n")
# A title goes on with a small word, perhaps behind a comma; one with a dot or a number behind it is a misread journal.
_SMALL = re.compile(r"\s*,?\s+[^\W\d_A-Z][^\W\d_]*(?=\s+[^\W\d_]|[-’'])")
_CAPITAL = re.compile(r"\s+[A-Z]")
_COLON = re.compile(r"[^\w.\"”’»]*(?::|\s[-–—]\s|—)")
_BLANKS = re.compile(r"[\W_]*")
_LINE_BEFORE, _LINE_BEHIND = re.compile(r"(?:\A|\n)[\s>*#-]*\Z"), re.compile(r"\s*(?:\n|\Z)")
# So many characters before and behind a title are looked at.
LOOK = 60
# From here on are scripts that put no blanks between words.
NO_BLANKS = "\u2e80"
# What another paper by the same authors adds behind a title, or puts in front of it.
_SEQUEL = re.compile(
    r"(?i)\A\W*(?:part\b|teil\b|partie\b|parte\b|(?:i|[ivx]{2,5})\b|"
    r"[0-9]{1,2}\b(?![0-9(])|(?:an? |the )?extended\b|supplement\w*\b|errat(?:um|a)\b|"
    r"addend(?:um|a)\b|corrigend\w+\b|correction\b|revisited\b|reloaded\b|the sequel\b|(?:the )?(?:full|long|short) version\b|retraction\b|"
    r"(?:a |our )?(?:reply|response|rejoinder)\b)"
)
_ABOUT = re.compile(
    r"(?i)\b(?:(?:comments?|comment(?:ary|ing)) (?:on|to)|reply (?:to|on)|"
    r"errat(?:um|a)(?: to| for| on)?|(?:response|rejoinder) to|addend(?:um|a)(?: to)?|"
    r"supplement(?:ary (?:material|information))? (?:to|for)|corrigend(?:um|a)(?: to)?|correction(?: to)?|retraction(?: of)?|remarks? on|"
    r"notes? on|more on|discussion (?:of|on)|review of|rejoinder|reply|discussion)(?: the)?(?: (?:paper|article|letter))?\W*\Z"
)
_NUMERAL = re.compile(r"\b(?:[0-9]{1,4}|[ivx]{1,4}|one|two|three|four|first|second|third)\b")
# No part has this number; "in" and "is" are misread so.
_SMALL_I = re.compile(r"\bi\b")
_NUMERAL_LAST = re.compile(r"(?<=[\s:.,-])(?:[0-9]|[ivx]{1,4})\Z")
# The fewest equal letters between two edits that are not one.
APART = 2
# So many letters in a row are a word, not a slip.
WORD = 4
# A misread word keeps this much of its letters; a shorter word than that is told apart by nothing.
MISREAD, LEAST_WORD = 50.0, 3
MARGIN = 14
MOST_CLEAR = 1


@dataclass(frozen=True, slots=True)
class Standing:
    """A title as it stands in a text, in places of the folded letters. `slips` counts single wrong letters, `gaps` those of whole words.

    `before` and `after` say what bounds it: a mark of punctuation, a word that begins another part, or nothing; `lead` is what stands
    between the last mark and the title, and `goes_on` says that what follows reads like more of the title.
    """

    start: int
    end: int
    slips: int
    gaps: int
    length: int
    before: bool
    after: bool
    is_continued: bool
    goes_on: bool
    lead: str
    is_sibling: bool
    has_other_words: bool

    @property
    def is_exact(self) -> bool:
        return not self.slips and not self.gaps

    @property
    def likeness(self) -> float:
        """How well the title is kept, from 0 to 1; a wrong word counts more than as many slips."""
        return max(0.0, 1 - (0.65 * self.slips + 1.5 * self.gaps) / self.length - (0.04 if self.gaps else 0))


def standing(clues: Clues, title: str, letters: str) -> Standing | None:
    """Where the title (and its folded letters) stands in the text best; None where it does not."""
    text = clues.folded
    if not letters or not text.letters:
        return None
    exact = text.letters.find(letters)
    if exact >= 0:
        return _bounded(clues, title, exact, exact + len(letters), 0, 0, len(letters))
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.fuzz import partial_ratio_alignment

    found = partial_ratio_alignment(letters, text.letters, score_cutoff=60)
    if found is None:
        return None
    low, high = _best_bounds(letters, text.letters, found.dest_start, found.dest_end)
    edits = [edit for edit in Levenshtein.opcodes(letters, text.letters[low:high]) if edit.tag != "equal"]
    slips, gaps = _counted([(edit.src_start, edit.src_end, edit.dest_end - edit.dest_start) for edit in edits])
    return _bounded(clues, title, low, high, slips, gaps, len(letters))


def _best_bounds(letters: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Where the title begins and ends if it is to differ least: a window of the title's own length cuts off what is longer in the text."""
    from rapidfuzz.distance import Levenshtein

    starts = range(max(0, start - MARGIN), min(end, start + MARGIN))
    low = min(starts, key=lambda place: (Levenshtein.distance(letters, text[place:end]), -place))
    ends = range(max(low + 1, end - MARGIN), min(len(text), end + MARGIN) + 1)
    return low, min(ends, key=lambda place: (Levenshtein.distance(letters, text[low:place]), place))


def _counted(edits: list[tuple[int, int, int]]) -> tuple[int, int]:
    """Single wrong letters, and letters of runs that are as long as words."""
    runs: list[tuple[int, int, int]] = []
    for start, end, inserted in edits:
        if runs and start - runs[-1][1] < APART:
            runs[-1] = (runs[-1][0], end, runs[-1][2] + inserted)
        else:
            runs.append((start, end, inserted))
    sizes = [max(end - start, inserted) for start, end, inserted in runs]
    return sum(size for size in sizes if size < WORD), sum(size for size in sizes if size >= WORD)


def _bounded(clues: Clues, title: str, start: int, end: int, slips: int, gaps: int, length: int) -> Standing:
    text, places = clues.text, clues.folded.places
    first, last = _whole_words(text, places[start], places[end - 1] + 1)
    cut = (places[start] - first) + (last - places[end - 1] - 1)
    slips, gaps = slips + cut * (cut < WORD), gaps + cut * (cut >= WORD)
    before, following, inside = text[max(0, first - LOOK) : first], text[last : last + LOOK], text[first:last]
    is_exact = not slips and not gaps
    is_line = _LINE_BEFORE.search(before) is not None and _LINE_BEHIND.match(following) is not None
    lead = "" if is_line else _MARK.split(before)[-1]
    ends = is_line or bool(_AFTER.match(following))
    # A machine that misreads letters loses marks, too.
    is_clear = slips + gaps <= MOST_CLEAR
    goes_on = not ends and bool(_SMALL.match(following) or (is_clear and _CAPITAL.match(following) and _has_capitals(inside)))
    return Standing(
        start,
        end,
        slips,
        gaps,
        length,
        before=is_line or not lead.strip(),
        after=ends or bool(_MARK.search(_BLANKS.match(following)[0])) or not following.strip(),  # type: ignore[index]  # it finds nothing, too
        is_continued=not ends and bool(_COLON.match(following)),
        goes_on=goes_on,
        lead=lead,
        is_sibling=bool(_SEQUEL.match(following) or _ABOUT.search(before)) or (not is_exact and _has_another_numeral(title, inside)),
        has_other_words=bool(gaps) and _has_other_words(words_of(title), words_of(inside)),
    )


def _has_capitals(inside: str) -> bool:
    """Whether most long words begin with a capital, so that a capital behind the title tells nothing."""
    words = [word for word in inside.split()[1:] if len(word) > LEAST_WORD]
    return sum(word[0].isupper() for word in words) > len(words) / 2


def _whole_words(text: str, first: int, last: int) -> tuple[int, int]:
    """The place with the rest of its first and last word: "II" is no part of "III"."""
    while first and text[first - 1].isalnum() and text[first - 1] < NO_BLANKS:
        first -= 1
    while last < len(text) and text[last].isalnum() and text[last] < NO_BLANKS:
        last += 1
    return first, last


def _has_other_words(own: list[str], inside: list[str]) -> bool:
    """Whether a word of the one is none of the other, not even misread."""
    from rapidfuzz.fuzz import ratio

    pairs = (
        (word, other) for one, other in ((own, inside), (inside, own)) for word in one if len(word) >= LEAST_WORD and word not in other
    )
    return any(max((ratio(word, one) for one in other), default=0.0) < MISREAD for word, other in pairs)


def _has_another_numeral(title: str, inside: str) -> bool:
    """Whether the text counts where the title does not, or otherwise, or the title's last word does and the text does not: what tells one
    part of a work from the next."""
    own, others = without_tex(title).lower(), set(_NUMERAL.findall(_SMALL_I.sub(" ", inside).lower()))
    last = _NUMERAL_LAST.search(own)
    return bool(others - set(_NUMERAL.findall(own))) or (last is not None and last[0] not in others)
