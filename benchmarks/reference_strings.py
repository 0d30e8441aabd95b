"""Reference strings and abstracts as they stand in other people's papers, made from true records: many styles, much that goes wrong.

No string is made by what `bibtool` parses with: the forms are written out by hand after printed lists, or rendered by citeproc's styles.
"""

import random
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bibtool import Bibliography, FormatOptions, Name, PartialDate, Reference, plain, published, render

# Journals and proceedings with what they are shortened to.
VENUES = (
    ("Physical Review D", "Phys. Rev. D"),
    ("Physical Review Letters", "Phys. Rev. Lett."),
    ("Journal of High Energy Physics", "JHEP"),
    ("Monthly Notices of the Royal Astronomical Society", "MNRAS"),
    ("The Astrophysical Journal", "ApJ"),
    ("Nuclear Physics B", "Nucl. Phys. B"),
    ("IEEE Transactions on Pattern Analysis and Machine Intelligence", "IEEE Trans. Pattern Anal. Mach. Intell."),
    ("Advances in Neural Information Processing Systems", "Adv. Neural Inf. Process. Syst."),
    ("Proceedings of the 38th International Conference on Machine Learning", "Proc. ICML"),
    ("Transactions of the American Mathematical Society", "Trans. Amer. Math. Soc."),
    ("Communications in Mathematical Physics", "Commun. Math. Phys."),
    ("Nature", "Nature"),
    ("Annals of Statistics", "Ann. Statist."),
    ("Journal of Fluid Mechanics", "J. Fluid Mech."),
    ("Proceedings of the National Academy of Sciences", "Proc. Natl. Acad. Sci. U.S.A."),
)
STYLES = (
    "ieee", "apa", "chicago-author-date", "nature", "harvard-cite-them-right", "modern-language-association", "elsevier-harvard",
    "springer-lecture-notes-in-computer-science", "science", "cell", "elife", "american-medical-association",
)  # fmt: skip
SMALL = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "via", "with"}


@dataclass(frozen=True)
class Case:
    """A text, the paper that it was made from, and in which form."""

    text: str
    number: str
    form: str


@dataclass(frozen=True)
class Parts:
    """What a form prints."""

    record: Reference
    dice: random.Random
    title: str
    venue: str
    short_venue: str
    volume: str
    issue: str
    pages: str
    year: int

    @property
    def first_page(self) -> str:
        return self.pages.split("-")[0]

    def people(self, form: Callable[[Name], str], between: str = ", ", last: str = " and ", most: int = 0, et_al: str = " et al.") -> str:
        """The authors; beyond `most`, the first alone."""
        names = [form(name) for name in self.record.authors]
        if most and len(names) > most:
            return names[0] + et_al
        if len(names) > 30:
            return between.join(names[:20]) + et_al
        return between.join(names[:-1]) + (last if len(names) > 1 else "") + names[-1]


def full(name: Name) -> str:
    """Ada King Lovelace."""
    return str(name)


def family(name: Name) -> str:
    """van der Waals."""
    return name.literal or " ".join(part for part in (name.particle, name.family) if part)


def initials(name: Name, dot: str = ".", between: str = " ") -> str:
    """A. K."""
    return between.join(word[0] + dot for word in re.split(r"[\s.\-]+", name.given or "") if word)


def initials_first(name: Name) -> str:
    """A. K. Lovelace."""
    return f"{initials(name)} {family(name)}".strip()


def initials_tight(name: Name) -> str:
    """A.K. Lovelace."""
    return f"{initials(name, between='')} {family(name)}".strip()


def family_first(name: Name) -> str:
    """Lovelace, A. K."""
    return f"{family(name)}, {initials(name)}".strip(", ")


def family_full(name: Name) -> str:
    """Lovelace, Ada King."""
    return f"{family(name)}, {name.given or ''}".strip(", ")


def vancouver(name: Name) -> str:
    """Lovelace AK."""
    return f"{family(name)} {initials(name, dot='', between='')}".strip()


FORMS: dict[str, Callable[[Parts], str]] = {
    "aps, no title": lambda p: f"{p.people(initials_first, most=6)}, {p.short_venue} {p.volume}, {p.first_page} ({p.year}).",
    "jhep": lambda p: f"{p.people(initials_tight, most=4)}, {p.title}, {p.short_venue} {p.volume} ({p.year}) {p.first_page}.",
    "ieee": lambda p: f'{p.people(initials_first)}, "{p.title}," {p.venue}, vol. {p.volume}, no. {p.issue}, pp. {p.pages}, {p.year}.',
    "apa": lambda p: f"{p.people(family_first, last=', & ')} ({p.year}). {p.title}. {p.venue}, {p.volume}({p.issue}), {p.pages}.",
    "harvard": lambda p: f"{p.people(family_first)}, {p.year}. {p.title}. {p.venue}, {p.volume}({p.issue}), pp.{p.pages}.",
    "mla": lambda p: (
        f"{p.people(family_full, most=2, et_al=', et al')}. “{p.title}.” {p.venue} {p.volume}.{p.issue} ({p.year}): {p.pages}."
    ),
    "plain": lambda p: f"{p.people(full)}. {p.title}. {p.venue}, {p.volume}({p.issue}):{p.pages}, {p.year}.",
    "neurips": lambda p: f"{p.people(full, most=8)}. {p.title}. In {p.venue}, pages {p.pages}, {p.year}.",
    "lncs": lambda p: f"{p.people(family_first, last=', ')}: {p.title}. In: {p.venue}, pp. {p.pages}. Springer ({p.year})",
    "acm": lambda p: f"{p.people(full)}. {p.year}. {p.title}. {p.venue} {p.volume}, {p.issue} ({p.year}), {p.pages}.",
    "vancouver": lambda p: (
        f"{p.people(vancouver, last=', ', most=6, et_al=', et al')}. {p.title}. {p.short_venue}. {p.year};{p.volume}({p.issue}):{p.pages}."
    ),
    "nature": lambda p: f"{p.people(family_first, last=' & ', most=5)} {p.title}. {p.short_venue} {p.volume}, {p.pages} ({p.year}).",
    "amsplain": lambda p: f"{p.people(initials_first)}, {p.title}, {p.short_venue} {p.volume} ({p.year}), no. {p.issue}, {p.pages}.",
    "mnras, no title": lambda p: f"{p.people(family_first, most=3)}, {p.year}, {p.short_venue}, {p.volume}, {p.first_page}",
    "siam": lambda p: f"{p.people(initials_first).upper()}, {p.title}, {p.short_venue}, {p.volume} ({p.year}), pp. {p.pages}.",
    "elsevier": lambda p: f"{p.people(initials_tight, last=', ')}, {p.title}, {p.short_venue} {p.volume} ({p.year}) {p.pages}.",
    "unpublished": lambda p: f"{p.people(full, most=3)}, {p.title}, preprint ({p.year}).",
    "arxiv without number": lambda p: f"{p.people(initials_first, most=5)}. {p.title}. arXiv preprint, {p.year}.",
    "title first": lambda p: f"{p.title}. {p.people(full)}. {p.venue} {p.year}.",
    "list item": lambda p: f"- **{p.title}**, {p.people(full, most=3)}, *{p.short_venue}* {p.year}",
    "link": lambda p: f"* [{p.title}](https://example.org/p/{p.dice.randrange(10**6)}) - {p.people(full, most=4)} ({p.year})",
    "title case": lambda p: f"{p.people(family_first, most=4)} ({p.year}). {_title_case(p.title)}. {p.short_venue}.",
    "sentence case": lambda p: f"{p.people(full)} ({p.year}) {p.title[:1] + p.title[1:].lower()}. {p.venue} {p.volume}:{p.pages}",
    "tex": lambda p: (
        f"\\bibitem{{k{p.dice.randrange(999)}}} {p.people(_tex_name, between=', ', last=', and ')}, \\newblock {{\\em {_tex(p.title)}}}, "
        f"\\newblock {_tex(p.short_venue)} \\textbf{{{p.volume}}} ({p.year}) {p.pages.replace('-', '--')}."
    ),
    "bibitem, revtex": lambda p: _revtex(p),
    "talk": lambda p: f"{p.people(full, most=2)}: {p.title} (talk at {p.venue}, {p.year})",
}
NO_TITLE = frozenset({"aps, no title", "mnras, no title"})


def _revtex(p: Parts) -> str:
    """As REVTeX's styles write a .bbl file."""
    return (
        f"\\bibitem [{{\\citenamefont {{{family(p.record.authors[0])}}}({p.year})}}]{{x}} \\BibitemOpen \\bibfield {{author}} "
        f"{{\\bibinfo {{author}} {{{p.people(_tex_name)}}},\\ }}\\bibfield {{title}} {{\\emph {{\\bibinfo {{title}} "
        f"{{{_tex(p.title)}}},}}\\ }}\\href {{https://doi.org/10.1000/x{p.dice.randrange(10**6)}}} {{\\bibfield {{journal}} "
        f"{{\\bibinfo {{journal}} {{{p.short_venue}}}\\ }}\\textbf {{\\bibinfo {{volume}} {{{p.volume}}}}},\\ \\bibinfo {{pages}} "
        f"{{{p.first_page}}} (\\bibinfo {{year}} {{{p.year}}})}}"
    )


def _title_case(title: str) -> str:
    words = title.split(" ")
    return " ".join(word if word.lower() in SMALL and at else word[:1].upper() + word[1:] for at, word in enumerate(words))


def _tex(text: str) -> str:
    return text.replace("&", r"\&").replace("%", r"\%").replace("é", r"\'{e}").replace("ü", r"\"u").replace("ö", r"{\"o}")


def _tex_name(name: Name) -> str:
    return _tex(f"{initials(name, between='~')}~{family(name)}".strip("~"))


def parts(record: Reference, dice: random.Random) -> Parts:
    """What is printed of a record: its own journal, where it says one, or another."""
    known = published(record)
    venue, short = dice.choice(VENUES)
    year = (record.issued.year if record.issued else 2010) + dice.choice((0, 0, 0, 1, 1, 2))
    start = dice.randrange(1, 2000)
    made = Parts(
        record, dice, plain(record.title or ""), venue, short, str(dice.randrange(1, 400)), str(dice.randrange(1, 13)),
        f"{start}-{start + dice.randrange(3, 40)}", year,
    )  # fmt: skip
    if known.container is None or not known.volume:
        return made
    own_year = known.issued.year if known.issued else year
    return replace(
        made, venue=known.container, short_venue=known.container, volume=known.volume, pages=known.pages or made.pages,
        issue=known.issue or made.issue, year=own_year,
    )  # fmt: skip


def strings(records: Sequence[Reference], seed: int, count: int) -> list[Case]:
    """So many reference strings, each of another record; the same for the same seed."""
    dice = random.Random(seed)
    cases = []
    for record in dice.sample(list(records), min(count, len(records))):
        made = parts(record, dice)
        form = dice.choice([*FORMS, "citeproc", "citeproc", "citeproc", "doi"])
        has_place = published(record).container is not None and bool(published(record).pages)
        if form in NO_TITLE and not has_place:
            form = "jhep"
        if form == "doi" and record.doi is None:
            form = "ieee"
        cases.append(Case(_spoilt(_written(form, made), form, dice), str(record.arxiv), form))
    return cases


def _written(form: str, made: Parts) -> str:
    if form == "doi":
        return f"https://doi.org/{made.record.doi}" if made.dice.random() < 0.5 else f"doi:{made.record.doi}"
    if form != "citeproc":
        return FORMS[form](made)
    printed = Reference(
        type="article-journal", title=made.title, authors=made.record.authors[:40], issued=PartialDate(made.year),
        container=made.venue, volume=made.volume, issue=made.issue, pages=made.pages,
    )  # fmt: skip
    text = render(Bibliography([("x", printed)]), "text", FormatOptions(style=made.dice.choice(STYLES)))
    return re.sub(r"^\s*(\[\d+\]|\d+\.?)\s*", "", text.strip())


def _spoilt(text: str, form: str, dice: random.Random) -> str:
    """What happens to a string on its way: a wrong year, misread letters, broken lines, a number in front."""
    if form == "doi":
        return text
    if dice.random() < 0.06:
        text = re.sub(r"\b(19|20)\d\d\b", lambda found: str(int(found[0]) + dice.choice((-1, 1))), text)
    if dice.random() < 0.15:
        text = misread(text, dice, 0.06)
    elif dice.random() < 0.1:
        text = misread(text, dice, 0.02)
    if dice.random() < 0.3:
        text = broken(text, dice)
    if dice.random() < 0.3 and not text.startswith(("\\", "-", "*")):
        text = f"[{dice.randrange(1, 90)}] {text}"
    return text


CONFUSED = {
    "m": "rn",
    "l": "1",
    "o": "0",
    "e": "c",
    "i": "l",
    "h": "b",
    "t": "f",
    "S": "5",
    "u": "v",
    "n": "ri",
    "d": "cl",
    "a": "o",
    "c": "e",
}


def misread(text: str, dice: random.Random, share: float) -> str:
    """The text with this share of its characters misread, lost or doubled, as a scanner does."""
    out = []
    for character in text:
        if character.isspace() or dice.random() >= share:
            out.append(character)
            continue
        kind = dice.random()
        if kind < 0.6:
            out.append(CONFUSED.get(character, dice.choice("abcdefghijklmnopqrstuvwxyz")))
        elif kind < 0.8:
            out.append("")
        else:
            out.append(character + dice.choice("abcdefghijklmnoprstuvy.,"))
    return "".join(out)


def broken(text: str, dice: random.Random) -> str:
    """The text in lines of a column, some words broken."""
    lines = textwrap.wrap(text, dice.choice((45, 60, 78)), break_long_words=False, break_on_hyphens=False)
    joined = lines[0]
    for line in lines[1:]:
        first, _, rest = line.partition(" ")
        if dice.random() < 0.4 and first.isalpha() and first.islower() and len(first) > 6:
            joined += f" {first[:4]}-\n{first[4:]} {rest}"
        else:
            joined += "\n" + line
    return joined


SYNONYMS = dict(
    pair.split("/")
    for pair in (  # noqa: SIM905
        "show/demonstrate demonstrate/show propose/introduce introduce/present present/describe study/examine investigate/study "
        "method/approach approach/method results/findings large/big new/novel novel/new using/with obtained/found find/observe "
        "significant/marked several/some also/further provide/give consider/treat paper/work work/paper which/that thus/so "
        "important/relevant compare/contrast performance/quality problem/task analysis/study discuss/treat"
    ).split()
)


def abstracts(records: Sequence[Reference], seed: int, count: int) -> list[Case]:
    """So many abstracts, each of another record: as they are, cut to 300 characters, misread, reworded, or all of it."""
    dice = random.Random(seed)
    long = [record for record in records if len(record.abstract or "") >= 300]
    cases = []
    for record in dice.sample(long, min(count, len(long))):
        text, form = record.abstract or "", dice.choice(("whole", "cut", "middle", "misread", "reworded", "cut, misread", "cut, reworded"))
        if "reworded" in form:
            text = reworded(text, dice)
        if "cut" in form:
            text = text[:300]
        if form == "middle":
            start = dice.randrange(0, max(1, len(text) - 300))
            text = text[start : start + 300]
        if "misread" in form:
            text = misread(text, dice, 0.02)
        if dice.random() < 0.3:
            text = broken(text, dice)
        cases.append(Case(text, str(record.arxiv), form))
    return cases


def reworded(text: str, dice: random.Random) -> str:
    """The text with other words of the same sense, one in twenty left out, and some neighbours exchanged."""
    words = [SYNONYMS.get(word.lower(), word) if dice.random() < 0.8 else word for word in text.split()]
    words = [word for word in words if dice.random() > 0.05]
    for at in range(len(words) - 1):
        if dice.random() < 0.03:
            words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)
