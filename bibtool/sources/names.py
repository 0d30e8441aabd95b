"""Authors' names as arXiv prints them, in CSL's parts. arXiv's own splitting: arxiv-base, authors.py."""

import re
from collections.abc import Iterable, Sequence

from bibtool.reference import Name

# Lower-case words that stand before a family name. Beyond these nothing is guessed: a two-word family name cannot be told from given names.
PARTICLES = frozenset(
    """'s 't af auf av bin da dal dalla das de degli dei del della delle dello dem den der des di do dos du e el ibn in la las le
    lo los op te ten ter tot v. van vom von zu zum zur ’s ’t""".split()  # noqa: SIM905
)
# The same words with a capital belong to the family name ("De Napoli", "Van de Water"), as in arXiv's own key names.
FAMILY_WORDS = frozenset(word.capitalize() for word in ("da", "dal", "de", "del", "della", "den", "der", "di", "dos")) | frozenset(
    word.capitalize() for word in ("el", "la", "las", "le", "los", "ter", "van", "von")
)
SUFFIX = re.compile(r"(?:Jr|Sr)\.?|II|III|IV", re.ASCII)

# "Ada B. Lovelace": what most lines are, told quickly; unless one of these words stands in it.
_USUAL = re.compile(r"(?:[A-Z][\w.'’-]* )+[A-Z][\w'’-]+")
_USUAL_LINES = re.compile(rf"{_USUAL.pattern}(?:\n{_USUAL.pattern})*", re.ASCII)
_TELLING = FAMILY_WORDS | frozenset(
    (
        "II",
        "III",
        "IV",
        "Jr",
        "Sr",
        "The",
        "Collaboration",
        "Collaborations",
        "Consortium",
        "Team",
        "Teams",
        "Group",
        "Authors",
        "COLLABORATION",
        "TEAM",
        "Contributors",
    )
)
# Craig Group is a person, the Particle Data Group is none.
_GROUP = re.compile(
    r"\b(?:collaborations?|consortium|teams?|contributors|authors"
    r"|(?:analysis|averaging|computing|data|interest|research|study|theory|working) group)$",
    re.IGNORECASE,
)
_GROUP_WITH_ARTICLE = re.compile(
    r"^the\s.*\b(?:alliance|committee|community|experiment|foundation|group|network|observatory|program(?:me)?|project|survey)$",
    re.IGNORECASE,
)
# "The CMS and LHCb Collaborations" is split at its "and" (1411.4413); The Anh Han is a person. "Team GLM", "Smith & Sons".
_HALF_OF_GROUPS = re.compile(r"The [A-Z0-9-]{2,}$|Team\s|.*\s\\?&\s", re.ASCII)
_ON_BEHALF = re.compile(r"^(?:(?:and|on behalf of|for)\s+)+(?=the\b)", re.IGNORECASE)
_OTHERS = re.compile(r"[\s,]*\b(?:et\.?\s*al\b\.?|and others)\s*$", re.IGNORECASE)
# "Ada Lovelace (MIT)"; a comma inside splits it: "Ada Lovelace (MIT". A name in brackets further to the front is another one of hers.
_AFFILIATION = re.compile(r"(?<=\w.)\s*\([^()]*\)?$")
_SPLIT_INITIAL = re.compile(r"(?<=\w\.) (?=-\w)")
_SPLIT_NUMBER = re.compile(r"(?<=[0-9]\.) (?=[0-9])", re.ASCII)
_SPACING = re.compile(r"(?:\\[,;:! ]|~)+")
_LETTER = re.compile(r"[^\W\d_]")


def names(flat: Iterable[str]) -> tuple[Name, ...]:
    """The authors that these lines name. Pseudo-authors (":" and "et al.") are none; a lone "Jr." belongs to the author before.

    >>> [str(name) for name in names(["NVIDIA", ":", "C. -P. Yuan"])]
    ['NVIDIA', 'C.-P. Yuan']
    """
    return joined((text, "", "") for text in flat)


def usual_names(flat: Sequence[str]) -> tuple[Name, ...] | None:
    """The same for lines as they came, told together and quickly; None where any asks for a closer look."""
    lines = "\n".join(flat)
    if not lines.isascii() or _USUAL_LINES.fullmatch(lines) is None or "''" in lines or "--" in lines:
        return None
    if lines.count("\n") >= len(flat) or not _TELLING.isdisjoint(lines.split()):
        return None
    parts = [line.rpartition(" ") for line in flat]
    return tuple([Name(family, given) for given, _, family in parts])


def joined(parts: Iterable[tuple[str, str, str]]) -> tuple[Name, ...]:
    """The same from arXiv's key name, given names and suffix; of a flat line only the first is filled."""
    found: list[Name] = []
    for keyname, forenames, suffix in parts:
        usual = _usual(keyname) if not forenames and not suffix else None
        if usual is not None:
            found.append(usual)
            continue
        keyname, forenames = _without_spacing(keyname), _without_spacing(forenames)
        lone = keyname.strip(" ,")
        if SUFFIX.fullmatch(lone) and not _LETTER.search(forenames):
            if not found:
                continue
            last = found[-1]
            found[-1] = Name(last.family, last.given, last.particle, lone, last.literal)
            continue
        name = split_name(keyname, forenames, suffix) if forenames or suffix else flat_name(keyname)
        if name is not None:
            found.append(name)
    return tuple(found)


def _without_spacing(text: str) -> str:
    r"""The part of a name without TeX's spaces: "M. Finger,\, Jr." has one (1310.8286)."""
    return _SPACING.sub(" ", text).strip() if "\\" in text or "~" in text else text


def flat_name(text: str) -> Name | None:
    """The name that a line such as "Aaron van den Oord" or "The BABAR Collaboration" spells; None for a pseudo-author."""
    usual = _usual(text)
    if usual is not None:
        return usual
    text = _OTHERS.sub("", _AFFILIATION.sub("", text.strip())).strip(" ,;")
    if not _LETTER.search(text):
        return None
    if _is_group(text):
        return Name(literal=_group(text))
    body, _, after_comma = text.partition(",")
    words = body.split()
    if not _LETTER.search(body):
        return None
    suffix = after_comma.strip() or None
    if suffix is None and len(words) > 2 and SUFFIX.fullmatch(words[-1]):
        suffix = words.pop()
    if suffix is not None and not SUFFIX.fullmatch(suffix):
        return split_name(body, after_comma, "")
    return _person(words[:-1], words[-1], suffix)


def _usual(text: str) -> Name | None:
    """The name of a line in which nothing tells of more than given names and one family name."""
    if _USUAL.fullmatch(text) is None or not _TELLING.isdisjoint(words := text.split()):
        return None
    return Name(words[-1], " ".join(words[:-1]))


def split_name(keyname: str, forenames: str, suffix: str) -> Name | None:
    """The name of arXiv's three parts. Particles left at the end of the given names ("Aaron van den" + "Oord") are moved."""
    whole = f"{forenames} {keyname}".strip()
    if _OTHERS.search(whole) or _AFFILIATION.search(whole) or not _LETTER.search(keyname):
        return flat_name(whole)
    if _is_group(whole):
        return Name(literal=_group(whole))
    words = keyname.split()
    if len(words) > 1 and not suffix.strip() and SUFFIX.fullmatch(words[-1]):
        suffix = words.pop()
    start = 0
    while start < len(words) - 1 and words[start] in PARTICLES:
        start += 1
    return _person([*forenames.split(), *words[:start]], " ".join(words[start:]), suffix.strip() or None)


def _person(before: list[str], family: str, suffix: str | None) -> Name:
    if not before and suffix is None and _is_acronym(family):
        return Name(literal=family)
    if len(before) > 2 and before[-1] == "y":
        # Two surnames in one: Agüera y Arcas, Ramón y Cajal.
        before, family = before[:-2], f"{before[-2]} y {family}"
    end = len(before)
    while end > 1 and before[end - 1] in FAMILY_WORDS | PARTICLES:
        end -= 1
    if end == 1 and before[0] in PARTICLES:
        end = 0
    capital = next((at for at in range(end, len(before)) if before[at] in FAMILY_WORDS), len(before))
    given = _SPLIT_INITIAL.sub("", " ".join(before[:end]))
    particle = " ".join(before[end:capital])
    return Name(" ".join([*before[capital:], family]), given or None, particle or None, suffix)


def _is_group(text: str) -> bool:
    return bool(_GROUP.search(text) or _HALF_OF_GROUPS.match(text) or _GROUP_WITH_ARTICLE.search(text) or _ON_BEHALF.search(text))


def _group(text: str) -> str:
    """The group's name; arXiv makes "SciPy 1. 0" of "SciPy 1.0" (1907.10121)."""
    return _SPLIT_NUMBER.sub("", _ON_BEHALF.sub("", text).removeprefix("the "))


def _is_acronym(word: str) -> bool:
    """NVIDIA, DeepSeek-AI; but not Gustau-Camps-Valls."""
    return any(sum(letter.isupper() for letter in part) > 1 for part in word.split("-"))
