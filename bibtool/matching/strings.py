"""A reference string against a record: its title, its people, its year, where it was printed."""

from bibtool.matching import terms
from bibtool.matching.abbreviations import spelt_out
from bibtool.matching.clues import Clues
from bibtool.matching.folding import letters_of, words_of
from bibtool.matching.judgement import SIBLING_MOST, Judgement
from bibtool.matching.people import MOST_AUTHORS, NO_NAMES, People, is_like_any, people
from bibtool.matching.titles import Standing, standing
from bibtool.plain_text import plain
from bibtool.reference import Reference

# A title that is kept less well is none.
LEAST_LIKENESS = 0.72
# A title of fewer words or letters is somebody else's, too, unless the authors speak for it.
TELLING_WORDS, TELLING_LETTERS = 4, 20
LONG_LETTERS = 45
# Enough with a year that fits, or volume and page, where no author is named: of 18,246 such titles of arXiv's, two are equal.
TELLING_ALONE_WORDS, TELLING_ALONE_LETTERS = 6, 30
IN_YEAR, AT_PLACE = "the year", "volume and page"
# A title with a word exchanged is probably another version's, and may be a sibling's.
REWORDED_MOST = 89.0
# What is left of a text around a title that stands alone, in folded letters for each letter of the title.
ALONE = 0.35
# What leads up to a title and is no part of it.
_LEADING = frozenset(
    "see also the paper article book titled called entitled preprint their our cf eprint http https www online "  # noqa: SIM905
    "bibinfo bibfield bibnamefont author title emph newblock".split()
)
# Papers are printed up to so many years after they come to arXiv, and come there up to one year late.
YEARS_LATE, YEARS_EARLY = 3, 1


def judge(clues: Clues, record: Reference) -> Judgement | None:
    """How likely the reference string names the record; None where nothing speaks for it."""
    title = plain(record.title or "")
    letters = letters_of(title)
    found = standing(clues, title, letters)
    if found is not None and not found.is_exact and (whole := spelt_out(clues, title)) is not clues:
        clues, found = whole, standing(whole, title, letters)
    if found is not None and found.likeness < LEAST_LIKENESS:
        found = None
    named = _by_name(clues, record)
    if named is not None and named.score <= 0:
        return None
    if found is None:
        return named or _by_place(clues, record)
    places = clues.folded.places
    start, end = places[found.start], places[found.end - 1] + 1
    persons = people(clues, record, start, end)
    score, evidence = 100 * found.likeness, [_of_title(found)]
    is_more = _is_more(found, record)
    for change, reason in (
        _of_bounds(found, is_more=is_more),
        _of_people(found, persons, clues, record),
        _of_years(clues, record, start, end),
        _of_place(clues, record),
    ):
        score += change
        if reason:
            evidence.append(reason)
    if named is not None:
        return Judgement(record, min(100.0, max(score, named.score)), (*named.evidence, *evidence), is_certain=True)
    if found.is_sibling:
        is_sibling = score >= SIBLING_MOST
        return Judgement(record, min(score, SIBLING_MOST), (*evidence, "another part, or a text about it"), is_sibling=is_sibling)
    if found.has_other_words or is_more:
        score = min(score, REWORDED_MOST)
        evidence.append("another word in the title" if found.has_other_words else "the text's title is longer")
    is_whole = found.is_exact and found.before and found.after and not is_more
    tells = is_whole and not persons.named and _tells(found, record) and not {IN_YEAR, AT_PLACE}.isdisjoint(evidence)
    return Judgement(
        record,
        max(0.0, min(score, 100.0)),
        tuple(evidence),
        is_certain=is_whole,
        is_bare=not persons.found and not _is_alone(found, clues) and not tells,
    )


def _by_name(clues: Clues, record: Reference) -> Judgement | None:
    """By its own identifier: nothing is surer, and nothing speaks more against it than another one's."""
    if record.doi is not None and record.doi in clues.dois:
        return Judgement(record, 98.0, ("its DOI",), is_certain=True)
    if record.arxiv is not None and clues.arxiv:
        if any(one.number == record.arxiv.number for one in clues.arxiv):
            return Judgement(record, 99.0, ("its identifier",), is_certain=True, is_bare=True)
        return Judgement(record, 0.0, ("another identifier",))
    return None


def _by_place(clues: Clues, record: Reference) -> Judgement | None:
    """By volume and page, where a string gives no title: its first author or its journal has to agree."""
    pairs = [pair for pair in terms.locators(record) if terms.locator_term(*pair) in clues.locators]
    if not pairs:
        return None
    persons = people(clues, record, len(clues.text), len(clues.text))
    change, reason = _of_years(clues, record, 0, 0)
    has_journal = _has_journal(clues, record)
    if persons.has_first and change > -4:
        score = 96.0 if has_journal or persons.others or change > 0 else 88.0
    elif has_journal and change > 0 and not persons.strangers:
        score = 92.0
    else:
        score = 60.0
    journal = ("the journal",) if has_journal else ()
    first = ("the first author",) if persons.has_first else ()
    return Judgement(record, score, tuple(filter(None, ("volume and page", *journal, *first, reason))), is_certain=score > 90)


def _of_title(found: Standing) -> str:
    return "the whole title" if found.is_exact else f"{found.likeness:.0%} of the title"


def _of_bounds(found: Standing, *, is_more: bool) -> tuple[float, str]:
    """A title has to begin and end where the text's own does."""
    weight = 0.5 if found.length >= LONG_LETTERS else 1.0
    lost = 10 * weight * is_more + 10 * weight * (not found.after)
    return -lost, "goes on beyond it" if lost >= 10 else ""


def _is_more(found: Standing, record: Reference) -> bool:
    """Whether the text's own title holds more than the record's: words that lead up to it and are no names, or words behind it."""
    if found.is_continued or found.goes_on:
        return True
    known = {word for name in record.authors[:MOST_AUTHORS] for word in words_of(str(name))}
    words = [word for word in words_of(found.lead) if len(word) > 2 and not word[0].isdigit() and word not in NO_NAMES | _LEADING]
    return any(word not in known and not is_like_any(word, known | _LEADING) for word in words)


def _of_people(found: Standing, persons: People, clues: Clues, record: Reference) -> tuple[float, str]:
    if persons.has_first:
        strange = persons.named >= 4 and persons.strangers / persons.named > 0.6
        if strange:
            return -8.0, "the first author among strangers"
        if persons.found > 2 and not persons.strangers:
            return 7.0, f"{persons.found} of its authors"
        return (5.0 if persons.others else 3.0), "the first author"
    if persons.others and persons.strangers < max(3, persons.named / 2):
        return (0.0 if persons.others > 1 else -3.0), "other authors"
    if found.is_exact and _is_alone(found, clues) and not persons.named:
        is_telling = len(words_of(record.title or "")) >= TELLING_WORDS and found.length >= TELLING_LETTERS
        return (0.0, "nothing but the title") if is_telling else (-12.0, "a short title alone")
    if not persons.named:
        return (-6.0 if found.is_exact and found.length >= TELLING_LETTERS else -14.0), "no author"
    return (-13.0 if found.is_exact and found.length >= LONG_LETTERS else -25.0), "other people"


def _tells(found: Standing, record: Reference) -> bool:
    """Whether so long a title is nobody else's, even where no author is named."""
    return found.length >= TELLING_ALONE_LETTERS and len(words_of(record.title or "")) >= TELLING_ALONE_WORDS


def _is_alone(found: Standing, clues: Clues) -> bool:
    """Whether little stands beside the title."""
    return len(clues.folded.letters) - (found.end - found.start) <= ALONE * found.length


def _of_years(clues: Clues, record: Reference, start: int, end: int) -> tuple[float, str]:
    years = [year for year, place in clues.years if not start <= place < end]
    known = [date.year for date in (record.issued, record.updated) if date is not None]
    known += [record.arxiv.month[0]] if record.arxiv is not None else []
    if not years or not known:
        return 0.0, ""
    low, high = min(known) - YEARS_EARLY, max(known) + YEARS_LATE
    distance = min(max(low - year, year - high, 0) for year in years)
    return (1.0, IN_YEAR) if distance == 0 else (-min(2.0 * distance, 10.0), "another year")


def _of_place(clues: Clues, record: Reference) -> tuple[float, str]:
    if any(terms.locator_term(*pair) in clues.locators for pair in terms.locators(record)):
        return 5.0, AT_PLACE
    if record.doi is not None and clues.dois:
        return -3.0, "another DOI"
    return 0.0, ""


def _has_journal(clues: Clues, record: Reference) -> bool:
    """Whether each word of the journal's name begins, in order, a word of the text, or the other way about."""
    journal = [word for word in words_of(record.container or record.journal_ref or "") if not word.isdigit()][:3]
    place = 0
    for word in journal:
        place = next(
            (at + 1 for at in range(place, len(clues.words)) if clues.words[at][0] == word[0] and not clues.words[at].isdigit()), -1
        )
        if place < 0:
            return False
    return bool(journal)
