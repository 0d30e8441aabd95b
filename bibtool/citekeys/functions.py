"""What a citation key pattern can ask of a reference: Better BibTeX's functions, those that need no Zotero.

https://retorque.re/zotero-better-bibtex/citing/ describes them. Names of people, titles and the like come as words apart, in ASCII, without
punctuation; a pattern joins them at its end.
"""

import re
from collections.abc import Callable, Sequence

from bibtool.bibtex_names import parse_names
from bibtool.citekeys.styles import STOP_WORDS, fold
from bibtool.plain_text import plain
from bibtool.reference import Name, PartialDate, Reference

Arguments = dict[str, str | int | bool]
_NOT_A_WORD = re.compile(r"[^A-Za-z0-9]+", re.ASCII)
_TEMPLATE = re.compile(r"%\((?P<part>[fgiI])\)(?:\.(?P<length>[0-9]{1,3}))?s")
_DATE_PART = re.compile(r"%-?o?(?P<part>[YymdB])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# What Zotero calls CSL's types, where a pattern asks for one.
_ZOTERO_TYPES = {
    "article": "preprint",
    "article-journal": "journalArticle",
    "article-magazine": "magazineArticle",
    "article-newspaper": "newspaperArticle",
    "paper-conference": "conferencePaper",
    "chapter": "bookSection",
    "motion_picture": "film",
    "software": "computerProgram",
    "legal_case": "case",
    "post-weblog": "blogPost",
    "entry-encyclopedia": "encyclopediaArticle",
    "speech": "presentation",
}


class SkipError(Exception):
    """The reference is not what this alternative of a pattern is for: the next one is tried."""


def words(text: str | None) -> list[str]:
    """The words of a text in ASCII letters and digits."""
    return [word for written in fold(plain(text or "")).split() if (word := _NOT_A_WORD.sub("", written))]


def joined(text: str) -> str:
    """The text as one word of ASCII letters and digits."""
    return _NOT_A_WORD.sub("", fold(plain(text)))


def capital(word: str) -> str:
    """The word with a capital."""
    return word[:1].upper() + word[1:]


def _people(reference: Reference, creator: object = "*") -> Sequence[Name]:
    """The authors, or where there are none (or editors are asked for) the editors."""
    fields = dict(reference.fields)
    if creator in ("*", "author", "primary") and reference.authors:
        return reference.authors
    roles = ("editor", "translator") if creator in ("*", "primary") else (str(creator),)
    return next((parse_names(fields[role]) for role in roles if fields.get(role)), ())


def _spelt(name: Name, template: str = "%(f)s") -> str:
    family = name.literal or " ".join(part for part in (name.particle, name.family or name.given) if part)
    if template == "%(f)s":
        return joined(family)
    given = fold(plain(name.given or "")) if name.family else ""
    initials = "".join(part[0] for part in re.split(r"[\s.-]+", given) if part)
    parts = {"f": joined(family), "g": joined(given), "i": initials, "I": initials}
    return _TEMPLATE.sub(lambda found: parts[found["part"]][: int(found["length"] or 999)], template)


def _families(reference: Reference, arguments: Arguments) -> list[str]:
    template = "%(f)s%(I)s" if arguments.get("initials") else "%(f)s"
    return [spelt for name in _people(reference, arguments.get("creator", "*")) if (spelt := _spelt(name, template))]


def _number(arguments: Arguments, name: str, default: int) -> int:
    value = arguments.get(name, default)
    return int(value) if isinstance(value, int) else default


def _sep(arguments: Arguments, default: str) -> str:
    return str(arguments.get("sep", arguments.get("joiner", default)))


def _auth(reference: Reference, arguments: Arguments) -> str:
    length, which = _number(arguments, "n", 0), _number(arguments, "m", 1)
    people = _people(reference, arguments.get("creator", "*"))
    if not 1 <= which <= len(people):
        return ""
    family = _spelt(people[which - 1])
    return (family[:length] if length else family) + (_spelt(people[which - 1], "%(I)s") if arguments.get("initials") else "")


def _authors(reference: Reference, arguments: Arguments) -> str:
    people = _people(reference, arguments.get("creator", "*"))
    least, most = _number(arguments, "min", 0), _number(arguments, "max", 0)
    if len(people) < least or 0 < most < len(people):
        raise SkipError
    limit, sep = _number(arguments, "n", 0), _sep(arguments, " ")
    template = str(arguments.get("name", "%(f)s%(I)s" if arguments.get("initials") else "%(f)s"))
    shown = people[limit:] if limit < 0 else people[: limit or None]
    et_al = str(arguments.get("etal", "")) if len(shown) < len(people) else ""
    return sep.join(_spelt(name, template) for name in shown) + (f"{sep}{et_al}" if et_al.isalpha() else et_al)


def _cut(reference: Reference, arguments: Arguments, count: int, rest: str, sep: str) -> str:
    """The first names, and what stands for the rest."""
    families = _families(reference, arguments)
    return _sep(arguments, sep).join(families if len(families) <= 2 else [*families[:count], rest])


def _alpha(reference: Reference, arguments: Arguments) -> str:
    families = _families(reference, arguments)
    if len(families) == 1:
        return families[0][:3]
    shown = families[: 3 if len(families) > 4 else 4]
    return _sep(arguments, " ").join(family[0] for family in shown) + ("+" if len(families) > 4 else "")


def _short(reference: Reference, arguments: Arguments) -> str:
    families = _families(reference, arguments)
    if len(families) < 2:
        return "".join(families)
    return _sep(arguments, ".").join(family[0] for family in families[:3]) + ("+" if len(families) > 3 else "")


def _all_initials(reference: Reference, arguments: Arguments) -> str:
    return _sep(arguments, ".").join(family[: _number(arguments, "n", 0) or None] for family in _families(reference, arguments))


def _author_initials(reference: Reference, arguments: Arguments) -> str:
    families = _families(reference, arguments)
    return _sep(arguments, ".").join([*(family[:5] for family in families[:1]), *(family[0] for family in families[1:])])


def _given_initial(reference: Reference, arguments: Arguments, which: int) -> str:
    people = _people(reference, arguments.get("creator", "*"))
    return _spelt(people[which], "%(I)s")[:1] if people else ""


def _significant(text: str | None) -> list[str]:
    found = words(text)
    return [word for word in found if word.lower() not in STOP_WORDS] or found


def _short_title(reference: Reference, arguments: Arguments, count: int) -> str:
    capitals, shown = _number(arguments, "m", 0), _significant(reference.title)[: _number(arguments, "n", count)]
    return " ".join(capital(word) if place < capitals else word for place, word in enumerate(shown))


def _of_type(reference: Reference, arguments: Arguments) -> str:
    allowed = {str(name).lower() for name in arguments.values()}
    own = {reference.type, _ZOTERO_TYPES.get(reference.type, reference.type).lower()}
    if allowed and not allowed & own:
        raise SkipError
    return "" if allowed else joined(reference.type)


def dated(date: PartialDate | None, form: str) -> str:
    """The date in strftime's words, as far as it is known."""
    if date is None:
        return ""
    parts = {"Y": f"{date.year:04}", "y": f"{date.year:04}"[-2:], "m": f"{date.month:02}" if date.month else ""}
    parts |= {"d": f"{date.day:02}" if date.day else "", "B": _MONTHS[date.month - 1] if date.month else ""}
    return re.sub(r"[^0-9A-Za-z]+$", "", _DATE_PART.sub(lambda found: parts[found["part"]], form))


def _field(reference: Reference, name: str) -> str:
    """A field under Zotero's name for it, or under that of a .bib file, as it stands."""
    own = {"title": reference.title, "publicationtitle": reference.container, "volume": reference.volume, "issue": reference.issue}
    own |= {"pages": reference.pages, "publisher": reference.publisher, "url": reference.url, "doi": str(reference.doi or "")}
    own |= {"date": str(reference.issued or ""), "year": dated(reference.issued, "%Y"), "abstractnote": reference.abstract}
    folded = name.lower().replace(" ", "")
    found = own[folded] if folded in own else next((value for field, value in reference.fields if field.lower() == folded), "")
    return plain(found or "")


def _field_words(reference: Reference, name: str) -> str:
    return " ".join(words(_field(reference, name)))


def _original(reference: Reference) -> PartialDate | None:
    return PartialDate.parse(_field(reference, "origdate"))


def _page(reference: Reference, which: int) -> str:
    return joined((reference.pages or "").replace(",", "-").split("-")[which])


def _zotero(reference: Reference) -> str:
    """Zotero's own keys: smith_attention_2017."""
    title = next(iter(_significant(reference.title)), "")
    return "_".join(part for part in (_auth(reference, {}).lower(), title.lower(), dated(reference.issued, "%Y")) if part)


def _keyword(reference: Reference, arguments: Arguments) -> str:
    known = sorted(part.strip() for part in re.split("[,;]", _field(reference, "keywords")))
    place = _number(arguments, "n", 0)
    return " ".join(words(known[place])) if 0 <= place < len(known) else ""


Function = Callable[[Reference, Arguments], str]
_WHO = "creator initials sep clean"
# By name, case aside: the function, and the names of its arguments in their order ("*" takes any number).
FUNCTIONS: dict[str, tuple[Function, str]] = {
    "auth": (_auth, "n m creator initials clean"),
    "authors": (_authors, "n creator name etal sep clean min max"),
    "authorsN": (lambda reference, given: _authors(reference, {"etal": "EtAl", **given}), "n creator initials sep"),
    "authAuthEa": (lambda reference, given: _cut(reference, given, 2, "ea", "."), _WHO),
    "authEtAl": (lambda reference, given: _cut(reference, given, 1, "EtAl", " "), _WHO),
    "authEtal2": (lambda reference, given: _cut(reference, given, 1, "etal", "."), _WHO),
    "authForeIni": (lambda reference, given: _given_initial(reference, given, 0), "creator clean"),
    "authorLastForeIni": (lambda reference, given: _given_initial(reference, given, -1), "creator clean"),
    "authIni": (_all_initials, f"n {_WHO}"),
    "authorIni": (_author_initials, _WHO),
    "authorLast": (lambda reference, given: next(reversed(_families(reference, given)), ""), "creator initials clean"),
    "authorsAlpha": (_alpha, _WHO),
    "authshort": (_short, _WHO),
    "shorttitle": (lambda reference, given: _short_title(reference, given, 3), "n m"),
    "veryshorttitle": (lambda reference, given: _short_title(reference, given, 1), "n m"),
    "title": (lambda reference, _given: " ".join(map(capital, _significant(reference.title))), ""),
    "year": (lambda reference, _given: dated(reference.issued, "%Y").lstrip("0"), ""),
    "shortyear": (lambda reference, _given: dated(reference.issued, "%y"), ""),
    "month": (lambda reference, _given: dated(reference.issued, "%B"), ""),
    "date": (lambda reference, given: dated(reference.issued, str(given.get("format", "%Y-%m-%d"))), "format"),
    "origdate": (lambda reference, _given: dated(_original(reference), "%Y-%m-%d"), ""),
    "origyear": (lambda reference, _given: dated(_original(reference), "%Y"), ""),
    "journal": (lambda reference, _given: " ".join(words(reference.container)), "abbrev"),
    "type": (_of_type, "*"),
    "firstpage": (lambda reference, _given: _page(reference, 0), ""),
    "lastpage": (lambda reference, _given: _page(reference, -1), ""),
    "keyword": (_keyword, "n"),
    "field": (lambda reference, given: _field_words(reference, str(given.get("name", ""))), "name"),
    "getField": (lambda reference, given: _field_words(reference, str(given.get("name", ""))), "name"),
    "extra": (lambda reference, given: _field_words(reference, str(given.get("variable", ""))), "variable"),
    "text": (lambda _reference, given: str(given.get("text", "")), "text"),
    "zotero": (lambda reference, _given: _zotero(reference), ""),
    "arxiv": (lambda reference, _given: str(reference.arxiv.without_version()).replace("/", ":") if reference.arxiv else "", ""),
}
# Fields as they stand are named with a capital ("Title" beside "title").
PLAIN_FIELDS = ("Title", "PublicationTitle", "Volume", "Issue", "Pages", "Publisher", "Date", "Year", "DOI")


def plain_field(name: str) -> Function:
    """The function that gives a field as it stands."""
    return lambda reference, _given: _field_words(reference, name)
