"""The commands of LaTeX, natbib, biblatex, csquotes and others that cite, and what looks like one and cites nothing."""

import re
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The arguments of a citation, one letter each: o in brackets, m in braces, k the keys. A first M says that it takes lists of them.
USUAL = "ook"
LISTS = "Mook"

_VOLUMES = [prefix + "volcite" for prefix in ("", "p", "f", "ft", "s", "t", "a")]
_APACITE = ["A", "NP", "N", "author", "authorNP", "year", "yearNP"]

# biblatex 3.18, section 3.9; csquotes 5.2, sections 5.3 and 6; natbib 8.31b; apacite; bibentry.
SHAPES: dict[str, str] = {
    **{name: "omok" for volume in _VOLUMES for name in (volume, volume.capitalize())},
    **{f"{name}s": "Momok" for volume in _VOLUMES for name in (volume, volume.capitalize())},
    **dict.fromkeys(("footcitetext", "Footcitetext", "textcquote", "blockcquote", "bibentry"), USUAL),
    **dict.fromkeys(("footcitetexts", "Footcitetexts"), LISTS),
    **{f"{kind}{name}": "mook" for kind in ("foreign", "hyphen", "hybrid") for name in ("textcquote", "blockcquote")},
    **{f"{kind}cite{form}": USUAL for kind in ("full", "short", "mask") for form in _APACITE},
}
# Environments whose begin cites: the arguments after its name.
ENVIRONMENTS = {"displaycquote": USUAL, "foreigndisplaycquote": "mook", "hyphendisplaycquote": "mook"}

_LOOKS_LIKE_ONE = re.compile(r"[cC]ite[A-Za-z@]*|[A-Za-z@]*[cC]ites?", re.ASCII)
_IS_NONE = _words("""
    citetext citestyle citesetup citereset citealias citeauthoryear citeindextrue citeindexfalse citeindextype citetrackertrue
    citetrackerfalse citeleft citeright citemid citepunct citedash citeform citesep citehyphen citeprepunct citenumfont citestarts citeends
    citecolor newcites shortcites AtNextCite AtEveryCite AtNextCites AtEveryCites excite incite recite bibcite
""")
_IS_LIST = re.compile(r"(?:[cC]ite|[A-Za-z]*[a-z][cC]ite|[A-Za-z]*cite)s", re.ASCII)

# Environments whose content is no LaTeX, or is thrown away.
VERBATIM = _words("""
    verbatim verbatim* Verbatim Verbatim* BVerbatim BVerbatim* LVerbatim LVerbatim* SaveVerbatim VerbatimOut spverbatim lstlisting minted
    comment filecontents filecontents* tcblisting tcblisting* tcboutputlisting pycode luacode luacode* asy sageblock sagesilent
""")
# What TeX counts when it skips the text of a condition: its own, and those of packages that are common.
CONDITIONS = _words("""
    if ifcat ifx ifnum ifdim ifodd ifvmode ifhmode ifmmode ifinner ifvoid ifhbox ifvbox ifeof iftrue iffalse ifcase ifdefined ifcsname
    iffontchar ifincsname ifabsnum ifabsdim ifprimitive ifpdf ifxetex ifluatex ifPDFTeX ifXeTeX ifLuaTeX iftutex ifpdftex
    if@twocolumn if@twoside if@draft if@filesw if@tempswa if@openright if@titlepage if@mainmatter if@restonecol
""")


@lru_cache(maxsize=1024)
def shape_of(name: str) -> str | None:
    """The arguments of a command that cites, by its name; None for one that does not."""
    if name in SHAPES:
        return SHAPES[name]
    if name in _IS_NONE or not _LOOKS_LIKE_ONE.fullmatch(name):
        return None
    return LISTS if _IS_LIST.fullmatch(name) else USUAL
