"""How arXiv identifiers are written: one grammar for all readers. Patterns see folded text (`folding.py`), in lower case.

https://info.arxiv.org/help/arxiv_identifier.html for the canonical forms; the others are what documents really hold.
"""

import re

from bibtool.identifiers import ARCHIVES

# Archives that began after the change of 2007, so that they stand in classes only.
LATER_ARCHIVES = ("econ", "eess", "q-fin", "stat")
ARCHIVE = "|".join(sorted((*ARCHIVES, *LATER_ARCHIVES), key=lambda name: (-len(name), name)))
SUBJECT = r"(?:\.[a-z]{2}|\.[a-z]{3,4}-[a-z]{2,3})"
# As people write the archives by mistake, without their hyphen.
UNHYPHENATED = {name.replace("-", ""): name for name in ARCHIVES if "-" in name}

# A hyphenated line break, as PDF extraction leaves it.
BREAK = r"(?:-[ \t]*\r?\n[ \t]*)"
VERSION = r"(?:v(?P<version>[1-9][0-9]{0,3})(?![0-9]))?"
CLASS = rf"(?:{ARCHIVE}){SUBJECT}?"
IN_CLASS = rf"(?P<class>{ARCHIVE}){SUBJECT}?"
SUFFIX = rf"(?:\s{{0,3}}[\[(]\s?{IN_CLASS}[\])])?"

NUMBER = rf"""
    (?:(?P<archive>{ARCHIVE}){SUBJECT}?/)?
    (?:(?P<new>[0-9]{{4}}\.[0-9]{{4,5}}) | (?P<old>[0-9]{{7}})) (?![0-9])
    (?:\ ?{VERSION})
    {SUFFIX}
"""

# Names that end in or hold "arxiv" and are other archives.
_OTHER_ARCHIVES = "".join(
    rf"(?<!{name})" for name in ("soc", "psy", "earth", "law", "m", "ed", "afric", "meta", "indi", "med", "bio", "ag", "engr")
)
_WORD = (
    r"(?:e-?prints?|e-?print\ server|pre-?prints?|papers?|ids?|identifiers?|nos?|numbers?|num|nr|article|reports?|ref|version|"
    r"abs|pdf|url|link|key|code|doi|eprint\ (?:id|no))"
)
_SIGN = r"[\s:=/\-._\#(\[\])\"'`|>+*\u2019]"
MARKER = rf"{_OTHER_ARCHIVES}a{BREAK}?r{BREAK}?x{BREAK}?i{BREAK}?v"

MARKED = re.compile(
    rf"""{MARKER} (?:\.org)? (?P<between>{_SIGN}{{0,12}} (?:{_WORD}(?![a-z]){_SIGN}{{1,12}}){{0,3}})
        (?:{CLASS}[\s/:\]]{{1,3}})?? {NUMBER}""",
    re.VERBOSE,
)
URL = re.compile(
    rf"""(?:arxiv(?:\.org|-vanity\.com|-sanity(?:-lite)?\.com)|lanl\.gov|128\.84\.21\.199|ar5iv(?:\.labs)?(?:\.arxiv)?\.org|alphaxiv\.org
          |(?:huggingface\.co|hf\.co)(?=/papers)|scirate\.com|front\.math\.ucdavis\.edu)
        (?::[0-9]{{1,5}})? / (?P<path>[^\s"'<>|{{}}\\]{{0,200}}?) (?<![0-9a-z.]) {NUMBER}""",
    re.VERBOSE,
)
CACHED = re.compile(
    rf"""(?:ps_cache|ftp) / (?P<archive>{ARCHIVE}) / (?:pdf|ps|papers|html|dvi)/[0-9]{{4}}/ (?P<old>[0-9]{{7}})(?![0-9]) {VERSION}""",
    re.VERBOSE,
)
DOI = re.compile(rf"""10\.48550\s{{0,2}}/\s{{0,3}} {MARKER} \s?\.\s{{0,3}} {NUMBER}""", re.VERBOSE)
BIBCODE = re.compile(r"(?P<year>(?:19|20)[0-9]{2})arxiv(?P<yymm>[0-9]{4})\.?(?P<sequence>[0-9]{4,5})(?=[a-z.])(?!\.[0-9])")
DBLP = re.compile(
    rf"""(?:journals/)?corr/ (?:abs-(?P<yymm>[0-9]{{4}})-(?P<sequence>[0-9]{{4,5}})
        | (?P<archive>{ARCHIVE})(?:-[a-z]{{2}})?-(?P<old>[0-9]{{7}})) (?![0-9])""",
    re.VERBOSE,
)
# What PDF extraction and letter-spacing make of a marked identifier.
_GAP = rf"(?:[ \t]{{0,3}}\r?\n[ \t]{{0,8}}|{BREAK})"
_SPACED = r"[ \t]{0,3}"
_DIGIT = rf"[0-9](?:{_GAP}(?=[0-9]))?"
_ARCHIVE_BROKEN = "|".join(
    name.replace("-", r"\s{0,2}-\s{0,4}") for name in sorted((*ARCHIVES, *LATER_ARCHIVES), key=lambda name: (-len(name), name))
)
BROKEN = re.compile(
    rf"""{MARKER} \s{{0,6}} [:.=/]{{0,2}} \s{{0,6}}
        (?: (?P<yymm>{_DIGIT * 4}) {_SPACED}(?:{_GAP})?\.(?:{_GAP})?{_SPACED} (?P<sequence>{_DIGIT * 3}[0-9](?:{_GAP}?[0-9])?)
          | (?P<archive>{_ARCHIVE_BROKEN})(?:\.[a-z]{{2}})? \s{{0,3}}/\s{{0,3}} (?P<old>{_DIGIT * 6}[0-9]) )
        (?![0-9]) \s?{VERSION} (?:\s{{0,3}}\[\s?(?P<class>{_ARCHIVE_BROKEN})(?:\s?\.\s?[a-z]{{2}}|\.[a-z]+-[a-z]+)?\s?\])?""",
    re.VERBOSE,
)
_LETTERS = r"[ \t]{0,2}(?:[ \t]|\r?\n)[ \t]{0,2}"
SPACED = re.compile(
    rf"""a{_LETTERS}r{_LETTERS}x{_LETTERS}i{_LETTERS}v {_LETTERS}:{_LETTERS}
        (?P<yymm>(?:[0-9]{_LETTERS}){{4}}) \.{_LETTERS} (?P<sequence>(?:[0-9]{_LETTERS}){{3,4}}[0-9])
        (?:{_LETTERS}v{_LETTERS}(?P<version>[1-9](?:{_LETTERS}[0-9])?))? """,
    re.VERBOSE,
)

PLAIN = re.compile(NUMBER, re.VERBOSE)

# What may stand just before a number that is no identifier's own mark but makes it one.
FIELD = re.compile(
    r"(?:\b(?:e-?print|eprintid|arxiv|arxivid|archiveid|mn@eprint)s?[\"']?\s{0,3}[=:]?[\s\"'\[{(]{0,6}(?:arxiv|http[^\s]{0,80})?[\s\"']{0,4})\Z"
)
ABSTRACT = re.compile(r"(?P<host>[a-z.]{0,40}/)?\babs(?:tract)?/\Z")
CITED = re.compile(r"\\[a-z]*cite[a-z]*\*?\s?(?:\[[^\[\]]{0,60}\]\s?){0,2}\s?(?:[^\s\\{}]{1,60},\s?){0,20}\Z|[\[;]\s?-?@(?:arxiv:)?\Z")
BETWEEN_LISTED = re.compile(r"[\s\])\"'}]{0,4}(?:[,;/&+|]|\band\b|\bor\b)(?:\s{0,3}(?:and|or|&|as\ well\ as)\b)?[\s\[(\"'{]{0,4}")
PRIMARY_CLASS = re.compile(rf"(?:primaryclass|eprintclass)\s*=[\s\"]*{IN_CLASS}")
OTHER_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\"<>\[\]{}|]*\Z")
IN_URL = re.compile(r"(?:https?://|ftp://|www\.)[^\s\"'<>{}|\\]*\Z")
