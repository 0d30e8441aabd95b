"""How arXiv identifiers are written: one grammar for all readers. Patterns see folded text (`folding.py`), in lower case.

https://info.arxiv.org/help/arxiv_identifier.html for the canonical forms; the others are what documents really hold.
"""

import re

from bibtool.extractors.later import later
from bibtool.identifiers import ARCHIVES

# Archives that began after the change of 2007, so that they stand in classes only.
LATER_ARCHIVES = ("econ", "eess", "q-fin", "stat")
_NAMES = sorted((*ARCHIVES, *LATER_ARCHIVES), key=lambda name: (-len(name), name))
ARCHIVE = "|".join(_NAMES)
SUBJECT = r"(?:\.(?:[a-z]{2,5}-[a-z]{2,4}|soft|optics|other|[a-z]{2})(?![a-z-]))"
CLASS = rf"(?:{ARCHIVE}){SUBJECT}?"
IN_CLASS = rf"(?P<class>{ARCHIVE}){SUBJECT}?"
# As SPIRES and people in haste write the archives: without their hyphen.
UNHYPHENATED = {name.replace("-", ""): name for name in ARCHIVES if "-" in name}

# A `v` and a number, or set off by a blank or a sign where no word follows, or in brackets.
VERSION = (
    r"(?:(?:v|[\ ._-]v(?=[0-9]+(?![0-9a-z]))|,\ v(?=[0-9]+(?![0-9a-z.]))|\ ?[(\[]v(?=[0-9]+[)\]]))(?P<version>[1-9][0-9]{0,3})(?![0-9]))?"
)
SUFFIX = rf"(?:\s{{0,3}}[\[(]\s?{IN_CLASS}(?:[,;]\s?{CLASS}){{0,5}}\s?[\])])?"
_DIGITS = r"(?:(?P<new>[0-9]{4}\.[0-9]{4,5})|(?P<old>[0-9]{7}))(?![0-9])"
NUMBER = rf"(?:(?P<archive>{ARCHIVE}){SUBJECT}?/)?{_DIGITS}{VERSION}{SUFFIX}"
# The same from its digits on, which is found faster, and what stands before them.
PLAIN = later(rf"{_DIGITS}{VERSION}{SUFFIX}")
ARCHIVE_BEFORE = later(rf"(?P<archive>{ARCHIVE}){SUBJECT}?/\Z")
# The longest of them, with a subject.
ARCHIVE_CHARACTERS = 24

# A hyphenated line break, as PDF extraction leaves it.
_HYPHENATED = r"(?:-[ \t]*\r?\n[ \t]*)"
# Names that end in "arxiv" and are other archives.
_OTHERS = ("soc", "psy", "earth", "law", r"\bm", "ed", "afric", "meta", "indi", "med", "bio", "ag", "engr")
_NOT_OTHER = "".join(rf"(?<!{name}arxiv)" for name in _OTHERS)
MARKER = r"a{0}r{0}x{0}i{0}v".format(f"{_HYPHENATED}?") + _NOT_OTHER
_WORD = (
    r"(?:e-?prints?|e-?print\ server|pre-?prints?|papers?|ids?|identifiers?|nos?|numbers?|num|nr|articles?|reports?|ref|version|"
    r"abs|pdf|url|link|key|code|doi|type|value|content|name|archive|cornell\ university|"
    r"nummern?|num[eé]ros?|номер[а-я]?|番号|编号|編號|번호)"
)
_SIGN = r"[\s:=/\-._$\#(\[\])\"'`|>+*,;\\\u2018\u2019\u201c\u201d]"
MARKED = later(
    rf"""{MARKER} (?:\.org|['’][a-z]{{1,4}}(?=\ ))? (?P<between>{_SIGN}{{0,12}} (?:{_WORD}(?![a-z]){_SIGN}{{1,12}}){{0,4}})
        (?:(?P<leading>{ARCHIVE}){SUBJECT}?[\s/:\]|]{{1,3}}(?:id=)?)?? {NUMBER}""",
    re.VERBOSE,
)
URL = later(
    rf"""(?:arxiv(?:\.org|-vanity\.com|-sanity(?:-lite)?\.com)|lanl\.gov|128\.84\.21\.199|ar5iv(?:\.labs)?(?:\.arxiv)?\.org|alphaxiv\.org
          |(?:huggingface\.co|hf\.co)(?=/papers)|scirate\.com|front\.math\.ucdavis\.edu)
        (?::[0-9]{{1,5}})? / (?P<path>[^\s"'<>|{{}}\\]{{0,160}}?) (?<![0-9a-z.]) {NUMBER}""",
    re.VERBOSE,
)
CACHED = later(
    rf"""(?:ps_cache|ftp|arxiv) / (?P<archive>{ARCHIVE}) / (?:pdf|ps|papers|html|dvi)/[0-9]{{4}}/ (?P<old>[0-9]{{7}})(?![0-9]) {VERSION}""",
    re.VERBOSE,
)
DOI = later(rf"""10\.\s?48550\s{{0,2}}/\s{{0,3}} {MARKER} \s?[.:]\s{{0,3}} {NUMBER}""", re.VERBOSE)
BIBCODE = later(r"(?<![0-9])(?:19|20)[0-9]{2}arxiv(?P<yymm>[0-9]{4})\.?(?P<sequence>[0-9]{4,5})(?=[a-z.])(?!\.[0-9])")
# Before 2007 the bibcode spells the archive with points, pads with points to 19 characters, and drops the zeros before the number.
_DOTTED = "|".join(name.replace("-", r"\.") for name in _NAMES)
OLD_BIBCODE = later(
    rf"(?<![0-9])(?P<year>(?:19|20)[0-9]{{2}})(?P<filled>(?P<archive>{_DOTTED})\.{{1,12}}(?P<number>[1-9][0-9]{{3,4}}))[a-z](?![a-z0-9])"
)
DBLP = later(
    rf"""corr/ (?:corr[0-9]{{2,4}}\.html\#)? (?:abs-(?P<yymm>[0-9]{{4}})-(?P<sequence>[0-9]{{4,5}})
        | (?:abs-)?(?P<archive>{ARCHIVE})(?:-[a-z]{{2}})?-(?P<old>[0-9]{{7}})) (?![0-9])""",
    re.VERBOSE,
)
SPIRES = later(rf"(?:citation\s?=\s?|\\)(?P<archive>{'|'.join(UNHYPHENATED)})[,\s]\s?(?P<old>[0-9]{{7}})(?![0-9])")

# What PDF extraction and letter-spacing make of a marked identifier: line ends, hyphens and blanks inside.
_GAP = rf"(?:[ \t]{{0,3}}\r?\n[ \t]{{0,8}}|{_HYPHENATED}|[ ])"
_SPACED = r"[ \t]{0,3}"
_DIGIT = rf"[0-9](?:{_GAP}(?=[0-9]))?"
_OPEN_ARCHIVE = "|".join(name.replace("-", r"\s{0,2}-\s{0,4}") for name in _NAMES)
_BROKEN_SUBJECT = r"(?:\s?\.\s{0,2}(?:[a-z]{2,5}-[a-z]{2,4}|[a-z]{2}))?"
BROKEN = later(
    rf"""(?:(?:{MARKER}|ar\ xiv)(?:\.\s{{0,2}}org/\s?(?:abs|pdf|html)/)?|\babs/|10\.48550/arxiv)
        \s{{0,6}} [:.=/]{{0,2}} \s{{0,6}}
        (?: (?P<yymm>{_DIGIT * 4}) {_SPACED}(?:{_GAP})?\.(?:{_GAP})?{_SPACED} (?P<sequence>{_DIGIT * 3}[0-9](?:{_GAP}?[0-9])?)
          | (?P<archive>{_OPEN_ARCHIVE}){_BROKEN_SUBJECT} \s{{0,3}}/\s{{0,3}} (?P<old>{_DIGIT * 6}[0-9]) )
        (?![0-9]) \s?{VERSION} (?:\s{{0,3}}\[\s?(?P<class>{_OPEN_ARCHIVE}){_BROKEN_SUBJECT}\s?\])?""",
    re.VERBOSE,
)
_BROKEN_NAMES = "|".join(name.replace("-", r"(?:-{2,3}|-[ \t]*\r?\n[ \t]*|-[ ]{1,2}|\s{1,2}-\s{0,2})") for name in _NAMES if "-" in name)
BROKEN_ARCHIVE = later(
    rf"""(?<![a-z])(?:(?P<archive>{_BROKEN_NAMES}){_BROKEN_SUBJECT}|(?P<split>{ARCHIVE})\.\s?\r?\n\s?[a-z]{{2}})\s{{0,3}}/\s{{0,3}}\Z
        |(?<![a-z])(?P<whole>{ARCHIVE}){SUBJECT}?/[ \t]*\r?\n[ \t]*\Z
        |(?<![a-z])(?P<parted>{ARCHIVE})\.[ ]{{1,2}}(?:[a-z]{{2,5}}-[a-z]{{2,4}}|[a-z]{{2}})/\Z
        |(?<![a-z])(?P<spaced>{"|".join(name for name in _NAMES if "-" in name)})(?:[ ]{{1,2}}/[ ]{{0,2}}|/[ ]{{1,2}})\Z""",
    re.VERBOSE,
)
_L = r"[ \t]{0,2}(?:[ \t]|\r?\n)[ \t]{0,2}"
_SPACED_NAMES = "|".join(_L.join(name) for name in _NAMES)
LETTER_SPACED = later(
    rf"""a{_L}r{_L}x{_L}i{_L}v {_L}:{_L}
        (?:(?P<yymm>(?:[0-9]{_L}){{4}}) \.{_L} (?P<sequence>(?:[0-9]{_L}){{3,4}}[0-9])
          |(?P<archive>{_SPACED_NAMES}){_L}/{_L}(?P<old>(?:[0-9]{_L}){{6}}[0-9]))
        (?:{_L}v{_L}(?P<version>[1-9](?:{_L}[0-9](?={_L}\[|\s*\Z))?))? """,
    re.VERBOSE,
)
SPACED_MARKER = later(rf"a{_L}r{_L}x{_L}i{_L}v\s{{0,3}}[:.]?\s{{0,3}}{NUMBER}")
# The stamp in the margin of arXiv's PDFs, read from the bottom up.
REVERSED_SPACED = later(
    r"(?:(?P<version>[1-9])\ v\ )?(?P<sequence>[0-9](?:\ [0-9]){3,4})\ \.\ (?P<yymm>[0-9](?:\ [0-9]){3})\ :\ v\ i\ x\ r\ a"
)
REVERSED = later(r"(?:(?P<version>[0-9]?[1-9])v)?(?P<sequence>[0-9]{4,5})\.(?P<yymm>[0-9]{4})\s?:\s?vixra(?![a-z0-9.:/])")

# The number behind its archive, split by a line end.
SPLIT_OLD = later(r"/(?P<old>[0-9]{2,6}-?[ \t]*\r?\n[ \t]*[0-9]{1,5})(?![0-9])" + VERSION)

# Slips of the pen that have one reading. The archive without or with another sign, the number with another sign for its point.
_LOOSE_NAMES = "|".join(name.replace("-", r"[-_\ ]?") for name in _NAMES if "-" in name)
SLIPPED_ARCHIVE = later(rf"(?:{MARKER}\s?:?\s?(?P<plain>{ARCHIVE})|(?<![a-z])(?P<archive>{_LOOSE_NAMES}))[/\\\s:._-]?\Z")
OLD = later(rf"(?<![0-9])(?P<old>[0-9]{{7}})(?![0-9]){VERSION}")
OLD_CHARACTERS = 40
SLIPPED_NUMBER = later(
    rf"""{MARKER}(?:\s?:\s?|/|_|\.org/abs/|\ (?=[0-9]{{4}}[:;,][0-9]{{4}})) (?P<yymm>[0-9oli]{{4}})
        (?:[.,:;/_\ -]|\.\.|\.\ )?(?P<sequence>[0-9oli]{{4,5}})(?![0-9a-uw-z]) {VERSION}""",
    re.VERBOSE,
)
SLIPPED_MARKER = later(
    r"(?:(?<![a-z])(?:axriv|arvix|arxvi|axiv|arxive|r?xiv|arxix|arxi|arxv|archiv|arivx|arixv|aarxiv|arxiiv|arxivv|arrxiv|arxxiv|arxiev)(?:\.org)?\s?:\s?)\Z"
)

# What may stand just before a number that is no mark of arXiv's own but makes it one.
FIELD = later(
    r"(?:(?<![a-z])(?:e-?print|eprintid|archiveid|mn@eprint|showeprint)s?(?:ref|link|url|number)?(?:\s(?:no\.?|id|number|archive))?[\"']?\s{0,24}[=:+>]?[\s\"'\[{(]{0,16}"
    r"(?:arxiv:?)?[\s\"'\]>]{0,4}|eprints?\"\s*:[\s\[{]*(?:\"categories\"\s*:\s*\[[^\[\]]{0,80}\],\s*)?\"value\"\s*:\s*\"|citation\s?=\s?|id_list="
    r"|journal\s*=[\s\"]*(?:arxiv|corr)(?![a-z])[^=]{0,60}(?:volume|number|pages|eid)\s*=[\s\"]*)\Z"
)
ABSTRACT = later(r"(?:\b|corr)abs(?:tract)?/(?:arxiv/)?\Z")
CITED = later(
    r"(?:\\[a-z@]*(?:cite|citation)[a-z]*\*?|\\bibitem|\\abx@aux@cite\s?\S{0,3})\s?(?:\[[^\[\]]{0,60}\]\s?){0,2}\s?(?:[^\s\\{}]{1,60},\s?){0,20}\Z"
    r"|[\[;]\s?-?@(?:arxiv:)?\Z|@[a-z]{4,15}\s?[{(]?\s?\Z|<bcf:citekey[^<>]{0,60}>\Z"
)
_AND = "and|or|und|oder|et|ou|y|e|o|i|och|og|en|ve|и|или"
BETWEEN_LISTED = later(
    rf"(?:\s{{0,2}}\[{CLASS}\])?(?:\s?\((?:19|20)[0-9]{{2}}\))?[\s\])\"'`]{{0,4}}(?:[,;/&+|-]|\b(?:{_AND})\b|[和及与與と、，]|as\s+well\s+as)"
    rf"(?:\s{{0,3}}(?:and|or|&)\b)?[\s\[(\"'`]{{0,4}}(?:\\tt\s?)?"
)
CLASS_BEFORE = later(rf"(?<![a-z.])(?:{CLASS})[\])]?:?\s\Z")
PRIMARY_CLASS = later(rf"(?:primary_?class|eprintclass|(?:\"|\b)archive(?:prefix)?|eprinttype|\"category)\"?\s*[=:][\s\"]*{IN_CLASS}")
NUMBER_FIELD = later(r"(?:number|pages|eid|volume|issue|note|articleno|id|identifier|reportnumber|report-no)\s*=[\s\"]{0,8}(?:no\.?\s)?\Z")
AT_ARXIV = later(
    r"(?:journal|journaltitle|institution|publisher|organization|howpublished|series|type|archiveprefix|eprinttype|source|note)\s*=[\s\"]*(?:arxiv|corr|arx)(?![a-z])"
)
# An archive of arXiv's, or the name of a macro ("archivePrefix = arx"), is no foreign one.
FOREIGN_ENTRY = later(rf"(?:archiveprefix|eprinttype)\s*=?[\s\"]*(?!arx|axv|axiv|{CLASS}(?![a-z-]))[a-z]")
# In raw text: "archivePrefix = ax", whose value no quotes and no braces hold.
ARCHIVE_MACRO = later(r"(?:archiveprefix|eprinttype)\s*=\s*[a-z][a-z0-9_-]*\s*[,}|)\n]")
_BETWEEN_ENTRIES = later(r"\n\s*@|\\(?:end)?entry(?![a-z])")
OTHER_PLACE = later(
    r"(?:(?<![a-z])(?:(?:soc|psy|earth|law|m|ed|afric|meta|lis|india?)arxiv|(?:bio|med|chem|tech|india?|ecoevo|engr|agri|paleo|sport|nutri|arabi|think|mind)r?xiv"
    r"|rxiv(?=\.org)|(?:ssrn|repec|hal|pmc|pmcid|pmid|jstor|zenodo|osf|ascl)(?![a-z]))|vixra|chinaxiv)(?:\.org|\.net)?[\s:./\-_a-z#]{0,20}[\"'=\s]{0,3}\Z"
    r"|arxiv\.org/(?:list|submit|year|archive|help|catchup)/[^\s]*\Z|submit/\Z"
)
OTHER_DOI = later(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\"<>\[\]{}|]*\Z")


# Without one of these there is no field; they are found sooner than the expression tells.
_FIELD_WORDS = ("print", "archiveid", "citation", "id_list", "journal")


def in_field(before: str) -> bool:
    """Whether the text ends where the value of a field for identifiers begins."""
    return any(map(before.__contains__, _FIELD_WORDS)) and FIELD.search(before) is not None


def entry_around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and behind a place within its BibTeX entry, as far as 300 characters."""
    return _BETWEEN_ENTRIES.split(text[max(0, start - 300) : start])[-1], _BETWEEN_ENTRIES.split(text[end : end + 300], maxsplit=1)[0]
