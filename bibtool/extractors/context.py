"""What the words and signs around a number say: whether it names a paper, or counts, measures or dates something."""

from collections.abc import Iterator
from math import exp

from bibtool.extractors import grammar, vocabulary
from bibtool.extractors.bare import LOOK_AHEAD, LOOK_BACK, REACH, Bare, Verdict
from bibtool.extractors.cells import has_its_head, is_cell, is_in_named_row
from bibtool.extractors.features import features
from bibtool.extractors.found import Markup
from bibtool.extractors.later import later
from bibtool.extractors.plausible import exists
from bibtool.extractors.sentences import BEGINS_LINE, is_one_sentence, so_far
from bibtool.extractors.weights import weights, with_unknown
from bibtool.identifiers import ArxivId

ACCEPTED = 0.5
# So many reasons are told.
REASONS = 3
# A .bib is full of numbers in fields of their own, and identifiers have theirs.
ACCEPTED_IN_BIBTEX = 0.7
NEAR = 40


# Just before the number: letters, digits and signs that make it a part of something else.
_JOINED_BEFORE = later(
    r"(?![\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])[^\W\d_]\Z|[\u2116²³¹⁰-⁹]\s?\Z|[a-z0-9]\(\Z|[a-z0-9_.$€£¥₹%^/\\<>~±+&-]\Z|[0-9a-z]\s?\*\s?\Z|[0-9][,.:]\Z|[=±≈≃~×]\s?\Z|@\Z|[^\s]#\Z"
)
_JOINED_AFTER = later(
    r"[0-9a-z]|[.:-][0-9]|[,/](?![0-9]{4}\.[0-9]{4,5})[0-9]|-[a-z]|[_%°$€£¥₹±=^~/\\]|\*(?!\*)|[ \t]?[+*/=×±<>^%](?![+*])|\([0-9]{1,3}\)"
    r"|[ \t][-–][ \t]?[0-9]|\s(?:to|vs\.?)\s-?[0-9]"
)
# Other numbers before the unit that they share.
_MORE = later(r"(?:(?:,|,?\s(?:and|or|to))\s[0-9]+\.[0-9]+)+")
UNITS = later(rf"\s{{0,2}}(?:{vocabulary.UNITS})(?![a-z0-9])")
_KEY = later(rf"(?<![a-z])(?<!our )(?<!ihr )(?:{vocabulary.KEYS})(?:_?ids?)?[\"']?\s?[=:]\s?[\"'\[]{{0,2}}\Z")
_TITLE = later(r" [A-Z][^\W_]+(?:[ -][^\W\d_]+){2}")
_ENTRY = later(r"[:,;|\t]|\s[-–—|]|\s?\(")
_NEXT = later(r"(?:[,;]|\s(?:and|or))\s{0,2}[0-9]{4}\.[0-9]{5}(?![0-9])")
_AUTHOR = later(
    r"(?:[A-Z][\w'-]+, (?:(?:and |& )?[A-Z][\w'-]+, )*(?:and |& )?[A-Z][\w'-]+|[A-Z][\w'-]+, (?:[A-Z]\.[ -]?){1,3}(?:\([0-9]{4}\):?)?"
    r"|(?:[A-Z]\.[ -]?){1,3}[A-Z][\w'-]+|[A-Z][a-z]+ and [A-Z][a-z]+|et al\.?|[A-Z][a-z]+\+[0-9]{2}|[Cc]ollaborations?),?\s?[\[(]?\Z"
)
# The names that begin a reference.
_AUTHORS = later(r"(?:\A|\n|[.;] |\] )(?:[A-Z]\.[ -]?){1,3}[A-Z][\w'-]+(?:,| and | et )[^\n]*, [\[(]?\Z")
_TITLE_BEFORE = later(r"[^\W_]+ [^\W_]+[,.]?(?:\"|''|[”»“])[,.]? [\[(]?\Z")
_YEAR = later(r"\((?P<year>(?:19|20)[0-9]{2})\)|(?<![0-9])(?P<bare>(?:19|20)[0-9]{2})[.,;:)\]]{1,2}\s\Z")
_YEAR_JUST_BEFORE = later(r"\((?P<year>(?:19|20)[0-9]{2})\)[.,:;]?\s\Z")
_YEAR_AFTER = later(r"\s*,?\s?\(?(?P<year>(?:19|20)[0-9]{2})\)?(?![0-9.])")
_AFTER_NUMBER = later(r"(?<!\n)[0-9][,:;]?[ \t](?:(?:and|or|to|vs\.?)[ \t])?\Z")
_ENUMERATED = later(r"(?:\A|\n)\s*\[?[0-9]{1,3}[.)\]:] \Z")
_DECIMAL = later(r"(?<![0-9a-z./_])-?[0-9]+\.[0-9]{2,}(?![0-9./])")


def by_context(bare: Bare, before: str, after: str, since_last: str) -> Verdict | None:
    """Form, confidence and evidence of a number that its context makes an identifier; None for another.

    `since_last` stands between it and the identifier before it, and is empty where there is none.
    """
    found = described(bare, before, after, since_last)
    if found is None:
        return None
    table = weights()
    weighed = [(table.get(name, 0), name) for name in with_unknown(found, table)]
    # The logistic function, of hundredths: as sure as half of the cases that it learnt from, at least.
    chance = 1 / (1 + exp(-sum(weight for weight, _ in weighed) / 100))
    confidence = round(0.1 + 0.8 * chance, 2)
    if confidence <= (ACCEPTED_IN_BIBTEX if bare.markup is Markup.BIBTEX else ACCEPTED):
        return None
    strongest = [_in_words(name) for weight, name in sorted(weighed, reverse=True) if weight > 0]
    reasons = list(dict.fromkeys(filter(None, strongest)))[:REASONS]
    return "bare", confidence, "a bare number; " + (", ".join(reasons) or "its length and month are right")


def described(bare: Bare, before: str, after: str, since_last: str) -> set[str] | None:
    """All that is known of a number, by the names of the table of weights; None where it cannot be an identifier."""
    tail = before[-REACH:]
    is_keyed = (":" in tail[-6:] or "=" in tail[-6:]) and _KEY.search(tail) is not None
    is_linked = before.endswith("<") and after.startswith(">")
    if (_is_quantity(after) and not is_linked) or (
        _JOINED_BEFORE.search(before[-3:]) and not (is_keyed or _ENUMERATED.search(tail) or is_linked)
    ):
        return None
    if not exists(bare.identifier) or _is_something_else(bare, before, after, is_keyed=is_keyed):
        return None
    signs = {name for holds, name in _signs(bare, before, after, since_last) if holds}
    return signs.union(features(bare, since_last), {"the value of a field for identifiers"} if is_keyed else ())


def _in_words(name: str) -> str:
    """What a feature says, for `--explain`; nothing where it says little to a reader."""
    place, colon, word = name.partition(": ")
    if not colon:
        return name
    return f"{word!r} stands {_PLACES[place]}" if place in _PLACES and word.isalpha() else ""


_PLACES = {
    "before": "before it",
    "head": "before it",
    "after": "behind it",
    "next word": "behind it",
    "near": "near it",
    "signs": "before it",
}


def _is_something_else(bare: Bare, before: str, after: str, *, is_keyed: bool) -> bool:
    """Whether the number goes on a DOI, or is in an array, a release, a map, or a log."""
    tail = before[-REACH:]
    if "10." in before and _BROKEN_DOI.search(before):
        return True
    if tail.endswith(("[", "(")):
        is_in_array = not is_keyed and _ARRAY.search(tail) is not None and _IN_ARRAY.match(after) is not None
        return is_in_array or _DATED.match(after) is not None or (len(bare.identifier.number) == 9 and _is_logged(bare, tail))
    if "\\" in tail and _COMMAND.search(tail):
        return True
    return _GRID.search(tail) is not None or _is_printed(tail) or (len(bare.identifier.number) == 9 and tail.endswith("#"))


def _is_logged(bare: Bare, tail: str) -> bool:
    return BEGINS_LINE.search(tail[:-1]) is not None and _LOGGED.match(bare.cased, bare.end) is not None


_BROKEN_DOI = later(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/(?:[^\s\"<>\[\]{}|]*(?:[a-z]|[./-][0-9]{4}))?[./_-][ \t]*\r?\n[ \t]*\Z")
_ARRAY, _IN_ARRAY = later(r"(?:(?:\A|\n)\[|(?:[(\[]|=\s?)[(\[])\Z"), later(r"\s?(?:,\s?-?[0-9]|\][)\]])")
_DATED = later(r"\]\s?[-–(]\s?(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_LOGGED = later(r"\] [a-z]")
# Commands of TeX whose argument is a quantity or a label.
_COMMAND = later(
    r"\\(?:si|num|qty|ang|sirange|numrange|qtyrange|tablenum|[hv]space\*?|label|(?:eq|c|v|page|auto|name|th)?ref)\s{0,2}(?:\[[^\[\]]{0,40}\]\s?)?"
    r"(?:[a-z]{1,8}:)?\s?\Z"
)


def _is_printed(tail: str) -> bool:
    """Whether a number alone on its line is what the interpreter or the shell on the line before printed."""
    return tail.endswith("\n") and _PROMPT.search(tail) is not None


_PROMPT = later(r"(?:\A|\n)[ \t]*(?:>>>|\.\.\.|\$|in \[[0-9]*\]:|julia>|ghci>|mysql>|sage:|>)[ ][^\n]*\n\Z")


_GRID = later(r"\b(?:grid|map|os|part) ref(?:erence)?[.:]?\s\Z")


def _signs(bare: Bare, before: str, after: str, since_last: str) -> Iterator[tuple[object, str]]:
    """Whether something holds, and its name: what words alone do not say."""
    tail = before[-REACH:]
    is_long = len(bare.identifier.number) > 9
    cased = bare.cased[max(0, bare.start - LOOK_BACK) : bare.start]
    begins_line = BEGINS_LINE.search(tail)
    yield is_long and (_is_named(bare) or _NAME_AFTER.match(bare.cased, bare.end)), "stands beside a name"
    yield is_long and is_in_named_row(cased), "stands in a row with a name"
    yield is_one_sentence(since_last), "its sentence names another"
    yield has_its_head(bare), "in a column for identifiers"
    yield _PART_AFTER.match(after), "a part of it is named"
    yield (
        not is_cell(before, after) and (_neighbours(before, is_long=is_long) or _neighbours(after, is_long=is_long)),
        "others like it are near",
    )
    yield begins_line and _ENTRY.match(after), "begins an entry"
    yield is_long and begins_line and _TITLE.match(bare.cased, bare.end), "begins a line with a title"
    yield after[:1] == " " and _BULLET.search(tail), "begins an item"
    yield _AMONG_OTHERS_AFTER.match(after) and _AMONG_OTHERS_BEFORE.search(before), "stands among others alone"
    yield _ENDS_LINE.match(after) and _COMMA.search(tail), "ends a line"
    yield _NEXT.match(after), "others follow it"
    yield _SENTENCE_AFTER.match(after) and _SENTENCE_BEFORE.search(tail), "stands alone between full stops"
    yield _VOLUME_AND_PAGE.search(tail), "stands behind volume, year and page"
    yield grammar.CLASS_BEFORE.search(tail), "stands after an arXiv class"
    yield _SET_OFF_AFTER.match(after) and _SET_OFF_BEFORE.search(tail), "is set off"
    yield before.endswith("[") and after.startswith("]"), "stands alone in brackets"
    yield before.endswith('"') and after.startswith('"'), "stands alone in quotes"
    yield begins_line and _REST_OF_LINE.match(after), "stands alone on its line"
    yield _AUTHOR.search(cased[-REACH:]), "stands after an author"
    yield _ENDS_SENTENCE.match(after) and _AUTHORS.search(cased), "ends a reference that begins with its authors"
    yield _TITLE_BEFORE.search(tail), "stands after a title"
    yield _has_its_year(bare.identifier, before, after), "stands beside its year"
    yield _has_other_decimals(before, after), "other decimals are near"
    yield _AFTER_NUMBER.search(before[-8:]) and not (_VOLUME_AND_PAGE.search(tail) or _YEAR.search(tail)), "another number is before it"
    # DDMM.YYYY, as dates are written in German.
    yield not is_long and 1900 <= int(bare.identifier.number[5:]) <= 2040, "might be a date"


# "RoBERTa: 1907.11692", as no measure is called: capitals within the word, or a number behind it
_NAMED = later(
    r"(?:\A|[\n;,(*-]|[.!?] )\s?(?:[A-Z][\w-]* ){0,2}"
    r"(?P<name>[A-Z][A-Za-z]*[a-z][A-Z][A-Za-z]*|[A-Z]{1,3}[a-z]+[A-Z]+[a-z]*|[A-Z]{2,}s|[A-Z]{3,}(?=:)|[A-Z][A-Za-z]+-?[0-9](?:\.[0-9])?)"
    r"(?::| [-|&])? ?[ (]\Z"
)


_NAME_AFTER = later(r" \((?:[A-Z]\w*[A-Z]\w*|[A-Z][a-z]+(?:-[0-9])?)\)")


def _is_named(bare: Bare) -> bool:
    named = _NAMED.search(bare.cased, max(0, bare.start - REACH), bare.start)
    if named is None or named["name"].lower() in vocabulary.MEASURES_AND_NUMBERED_THINGS:
        return False
    return UNITS.fullmatch(named["name"].lower()) is None


# "1207.7214, eq. 3"
_PART_AFTER = later(
    r",?\s\(?(?:eqs?|sec(?:tion)?|§|th(?:eore)?m|figs?|figure|tab(?:le)?|lemma|app(?:endix)?|prop(?:osition)?|pp?|page|ch(?:apter)?|abschnitt|satz|seite|kap(?:itel)?|chapitre)\b\.?"
)


def _neighbours(text: str, *, is_long: bool) -> bool:
    """Whether other numbers nearby might be identifiers, too: one decimal in sixty looks so by chance, and fewer of five places."""
    return any(_POSSIBLE.fullmatch(decimal.group()) and (is_long or decimal.group()[-6] == ".") for decimal in _DECIMAL.finditer(text))


def _has_its_year(identifier: ArxivId, before: str, after: str) -> bool:
    near = _YEAR.search(so_far(before)[-60:]) or _YEAR_JUST_BEFORE.search(before[-12:]) or _YEAR_AFTER.match(after)
    return near is not None and abs(int(near[near.lastgroup or 0]) - identifier.month[0]) <= 2


def _is_quantity(after: str) -> bool:
    more = _MORE.match(after)
    return _JOINED_AFTER.match(after) is not None or UNITS.match(after, more.end() if more else 0) is not None


def _has_other_decimals(before: str, after: str) -> bool:
    """Whether decimals nearby are no identifiers: then this one is a measurement among others."""
    next_one = _ADJACENT.match(after)
    if next_one is not None and _POSSIBLE.fullmatch(next_one["decimal"]) is None:
        return True
    here = (*_DECIMAL.finditer(before, max(0, len(before) - NEAR)), *_DECIMAL.finditer(after))
    return any(_POSSIBLE.fullmatch(decimal.group()) is None for decimal in here if decimal.end() < LOOK_AHEAD or decimal.string is before)


_ADJACENT = later(r"[,;]?\s(?P<decimal>-?[0-9]+\.[0-9]+)(?![0-9.])")
_POSSIBLE = later(r"(?:0[7-9]|1[0-4])(?:0[1-9]|1[0-2])\.[0-9]{4}|(?:1[5-9]|2[0-9])(?:0[1-9]|1[0-2])\.[0-9]{5}")
_SENTENCE_BEFORE, _SENTENCE_AFTER = (
    later(r"[^\W\d_]{3}[.?!]['\"”’)]?\s\Z"),
    later(r"\.\s*(?:\n|\Z)|\.\s[a-z]|,\s(?:19|20)[0-9]{2}\b"),
)
# "D 86 (2012) 010001, ", "05 (2010) 012 [", "B716, 1-29 (2012), ", "D86:010001,2012, "
_VOLUME_AND_PAGE = later(
    r"(?:[a-z]?[0-9]{1,4}[,:]?\s?\((?:19|20)[0-9]{2}\)[,:]?\s?(?:no\.?\s?[0-9]+,\s?)?(?:pp?\.?\s?)?[a-z]?[0-9]{1,7}(?:\s?-{1,2}\s?[a-z]?[0-9]{1,7})?"
    r"|[0-9]{1,4}[,:]\s?[a-z]?[0-9]{1,7}(?:\s?-{1,2}\s?[a-z]?[0-9]{1,7})?(?:\s\((?:19|20)[0-9]{2}\)|,\s?(?:19|20)[0-9]{2}))[,;.]?\s[\[(]?\Z"
)
_ENDS_SENTENCE = later(r"[\])]?(?:\.?\s*(?:\n|\Z)|\.\s+[a-z])")
_ENDS_LINE, _COMMA = later(r"[.\"']*\s*(?:\n|\Z)"), later(r"[a-z],\s\Z")
_SET_OFF_BEFORE, _SET_OFF_AFTER = later(r"(?:[`*|<'‘’“”„«]|\|\s|(?<![a-z0-9])\()\Z"), later(r"\s?[`*|>'’”“»]|\)")
_BULLET = later(r"(?:\A|\n)[ \t]*[-*•+] (?:\[[ x]\] )?\Z")
_AMONG_OTHERS_BEFORE = later(r"(?:\A|\n)[ \t]*(?:[0-9]{4}\.[0-9]{5}(?:v[0-9]{1,2})?[ \t,;]{1,3})*\Z")
_AMONG_OTHERS_AFTER = later(r"(?:[ \t,;]{1,3}[0-9]{4}\.[0-9]{5}(?:v[0-9]{1,2})?)+[ \t]*(?:\r?\n|\Z)")
_REST_OF_LINE = later(r"[ \t]*(?:\r?\n|\Z)")
