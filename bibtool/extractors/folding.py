"""A stretch of raw text as the grammar wants to see it, and the way back to the raw offsets.

Typography, markup and encodings stand between a marker and its number: thin spaces, dashes, percent signs, braces, tags, escapes.
Folding takes them out of a short stretch around an anchor, never out of a whole text.
"""

import re
from collections.abc import Callable

from bibtool.extractors.found import Markup
from bibtool.extractors.later import later
from bibtool.frozen import dataclass

ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text in lower case; character `i` of it was `raw[starts[i]:ends[i]]`."""

    raw: str
    text: str
    cased: str
    starts: range | list[int]
    ends: range | list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of a folded span that is not empty."""
        return self.starts[start], self.ends[end - 1]


# The zero-width characters and the soft hyphen; a soft hyphen that ends a line is a hyphen.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_DASHES = "\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_WIDE = {
    "\uff1a": ":",
    "\uff0e": ".",
    "\uff0f": "/",
    "\ufe55": ":",
    "\u2236": ":",
    "\uff3b": "[",
    "\uff3d": "]",
    "\uff08": "(",
    "\uff09": ")",
}
_WIDE |= {chr(ord(letter) + 0xFEE0): letter for letter in "arxivARXIV"}
# Commands that only set type; whatever they enclose reads on without them.
SETTING = (
    "texttt|textrm|textsc|textbf|textit|textsf|textup|emph|mbox|hbox|tt|rm|bf|it|sf|sc|small|allowbreak|relax|penalty0|nolinkurl|protect"
    "|ttfamily|thinspace|nobreakspace|path|url|xspace|urlprefix|nobreakdash"
)

_PLAIN_NOISE = rf"""
    (?P<break>\u00ad[ \t]*\r?\n[ \t]*)
  | (?P<invisible>[{_INVISIBLE}])
  | (?P<space>[{_SPACES}] | (?<=\S)~ | \$\\[,;:! ]\$ | \\[,;:! ] | \\/)
  | (?P<dash>[{_DASHES}])
  | (?P<wide>[{"".join(_WIDE)}])
  | (?P<percent>\\?%(?:25)?(?P<hex>2[CcDdEeFf0]|3[AaDdFf]|5[BbDd]|7[BbDd]))
  | (?P<chi>\{{?\$\\chi\$\}}?(?=[iI][vV]) | [χΧ](?=[iI][vV]))
  | (?P<kept>\{{(?P<inner>[A-Za-z:./-])\}})
  | (?P<slashed>\\slash(?![A-Za-z])[ ]?)
  | (?P<setting>\\(?:{SETTING})(?![A-Za-z@])[ ]?)
  | (?P<discretionary>\\-)
  | (?P<underscore>\\_)
  | (?P<brace>[{{}}])
  | (?P<tag></?[A-Za-z][A-Za-z0-9:-]{{0,20}}(?:\s(?![^<>]*(?:rxiv|[Ee]print|[0-9]\.[0-9]{{4}}|/[0-9]{{7}}))[^<>]{{0,300}})?\s?/?>)
  | (?P<entity>&(?:[A-Za-z]{{2,8}}|\#[0-9]{{1,5}}|\#[xX][0-9A-Fa-f]{{1,5}});)
"""
_JSON_NOISE = r"""
    (?P<unicode>\\u(?P<code>[0-9A-Fa-f]{4}))
  | (?P<newline>\\[nrt])
  | (?P<slash>\\/)
  | (?P<quote>\\\\?")
  | (?P<backslash>\\\\(?:[,;:! ])?)
  |"""

_NOISE = {markup: later((_JSON_NOISE if markup is Markup.JSON else "") + _PLAIN_NOISE, re.VERBOSE) for markup in Markup}
# Text without any of these is its own folding.
_SUSPECT = later(r"[^\x00-\x7f]|[~\\%{}<&]|\$(?=\\)")


def _without_tag(tag: re.Match[str]) -> str:
    """A tag that says what its content is stays; a change of type vanishes; any other separates."""
    text = tag.group()
    if _TELLING.search(text):
        return text
    if text.lower().startswith("<li"):
        return "\n- "
    # "1706.03762</b><i>2017</i>" is two numbers, "1706.<wbr>03762" is one.
    between = tag.string[max(0, tag.start() - 1) : tag.start()] + tag.string[tag.end() : tag.end() + 1]
    if _TWO_NUMBERS.match(between) and not text.lower().startswith("<wbr"):
        return " "
    return "" if _TYPE.match(text) else " "


_TELLING = later(
    r"arxiv|eprint|bcf:|\b(?:class|id|itemprop|name|data-type)\s*=\s*[\"'][^\"'<>]*(?:price|amount|cost|total|score|version|coord|metric|measure|quantity)"
    "|^</?(?:lat|lon|lng|latitude|longitude|ele|altitude|price|amount|total|cost|mass|weight|size|score|speed|version|build)>",
    re.IGNORECASE,
)
_TWO_NUMBERS = later("[0-9][0-9<]")
_TYPE = later(r"</?(?:wbr|b|i|em|strong|u|span|tt|code|small)\b", re.IGNORECASE)

_REPLACEMENTS: dict[str, Callable[[re.Match[str]], str]] = {
    "break": lambda found: "-\n",
    "invisible": lambda found: "",
    "space": lambda found: " ",
    "dash": lambda found: "-",
    "wide": lambda found: _WIDE[found.group()],
    "percent": lambda found: chr(int(found["hex"], 16)),
    "chi": lambda found: "x",
    "kept": lambda found: found["inner"],
    "slashed": lambda found: "/",
    "setting": lambda found: " ",
    "discretionary": lambda found: "",
    "underscore": lambda found: "_",
    "brace": lambda found: " ",
    "tag": _without_tag,
    "entity": lambda found: _meant(found.group()),
    "unicode": lambda found: chr(int(found["code"], 16)),
    "newline": lambda found: "\n",
    "slash": lambda found: "/",
    "quote": lambda found: '"',
    "backslash": lambda found: "\\" if len(found.group()) == 2 else " ",
}


def _meant(entity: str) -> str:
    import html  # whose table of names is large

    return html.unescape(entity)


def fold(raw: str, markup: Markup = Markup.PLAIN) -> Folded:
    """The folded form of a stretch of raw text."""
    if _SUSPECT.search(raw) is None:
        return Folded(raw, raw.lower(), raw, range(len(raw)), range(1, len(raw) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for suspect in _SUSPECT.finditer(raw):
        noise = _NOISE[markup].match(raw, suspect.start())
        if noise is None or noise.start() < done:
            continue
        start, end = noise.span()
        pieces.append(raw[done:start])
        starts.extend(range(done, start))
        ends.extend(range(done + 1, start + 1))
        replacement = _plain(_REPLACEMENTS[noise.lastgroup or ""](noise))
        pieces.append(replacement)
        starts.extend([start] * len(replacement))
        ends.extend([end] * len(replacement))
        done = end
    pieces.append(raw[done:])
    starts.extend(range(done, len(raw)))
    ends.extend(range(done + 1, len(raw) + 1))
    cased = "".join(pieces)
    return Folded(raw, cased.translate(ASCII_LOWER), cased, starts, ends)


_UNFOLDED = later(f"[{_INVISIBLE}{_SPACES}{_DASHES}{''.join(_WIDE)}]")


def _plain(character: str) -> str:
    """What an entity or an escape stood for, folded in its turn."""
    if character.isascii() or _UNFOLDED.match(character) is None:
        return character
    noise = _NOISE[Markup.PLAIN].match(character)
    return character if noise is None else _REPLACEMENTS[noise.lastgroup or ""](noise)
