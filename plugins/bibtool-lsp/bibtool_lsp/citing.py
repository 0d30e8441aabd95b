"""How each kind of document cites, and which bibliographies it names. Offsets are in characters from 0."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from bibtool import Citation

TEX_SUFFIXES = frozenset({".tex", ".ltx", ".sty", ".cls"})
# What TeX does not read: comments, and text that is shown as it stands.
NOT_TEX = re.compile(
    r"(?<!\\)(?:\\\\)*%[^\n]*|\\verb\*?([^\sA-Za-z])[^\n]*?\1|\\begin\{(verbatim|lstlisting|minted)\}.*?\\end\{\2\}", re.DOTALL
)
NOT_TYPST = re.compile(r"(?<!:)//[^\n]*|/\*.*?\*/|(?P<fence>`+)[^`].*?(?P=fence)", re.DOTALL)
# Commands that cite one key list and nothing else: \\cites has several, \\volcite a volume before it.
TEX_MACRO = re.compile(r"(?!no|.*vol)[A-Za-z]*cite(?!s)[A-Za-z]*", re.IGNORECASE)
MARKDOWN_CITING = re.compile(r"(?<![\w@\\/.])-?@(?:\{(?P<braced>[^}\s]+)\}|(?P<key>\w(?:[\w:.#$%&\-+?<>~/]*[\w/])?))")
TYPST_CITING = re.compile(r"(?<![\w@\\/])@(?P<key>\w(?:[\w:.-]*\w)?)|\bcite\(\s*<(?P<label>[^<>\s]+)>")
# A citation that is being typed, up to the cursor: what stands of its key.
TYPED = {
    ".tex": re.compile(r"\\[A-Za-z]*cite[A-Za-z]*\*?(?:\s*\[[^\]]*\])*\s*\{(?:[^{}]*,)?\s*(?P<key>[^{},\s]*)$"),
    ".typ": re.compile(r"(?:(?<![\w@\\])@|\bcite\(\s*<)(?P<key>[\w:.-]*)$"),
    "": re.compile(r"(?<![\w@\\/.])@\{?(?P<key>[\w:.#$%&\-+?<>~/]*)$"),
}
TEX_BIBLIOGRAPHY = re.compile(
    r"\\(?P<command>bibliography|nobibliography|addbibresource|addglobalbib)\*?\s*(?:\[[^\]]*\])?\s*\{(?P<names>[^{}]*)\}"
)
TEX_PART = re.compile(
    r"\\(?:input|include|subfile|subfileinclude)\s*\{(?P<name>[^{}]+)\}|\\(?:sub)?import\s*\{(?P<folder>[^{}]*)\}\s*\{(?P<file>[^{}]+)\}"
)
TEX_ROOT = re.compile(r"^%\s*!\s*T[eE]X\s+root\s*=\s*(?P<name>\S.*?)\s*$", re.MULTILINE)
YAML_HEAD = re.compile(r"\A---[ \t]*\n(?P<head>.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
YAML_BIBLIOGRAPHY = re.compile(r"^[ \t]*bibliography:[ \t]*(?P<value>\[[^\]]*\]|[^\n\[]*(?:\n[ \t]*-[^\n]*)*)", re.MULTILINE)
TYPST_BIBLIOGRAPHY = re.compile(r"\bbibliography\(\s*(?P<names>\([^)]*\)|\"[^\"]*\")")
TYPST_PART = re.compile(r"#include\s+\"(?P<name>[^\"]+)\"")
QUOTED = re.compile(r"\"([^\"]*)\"")


def typed_key(text: str, offset: int, suffix: str) -> str | None:
    """What stands of the citation key that is being typed before the offset; None where none is."""
    before = text[max(0, offset - 2000) : offset]
    pattern = TYPED[".tex"] if suffix in TEX_SUFFIXES else TYPED.get(suffix, TYPED[""])
    found = pattern.search(before)
    return found["key"] if found else None


def citation(citations: Iterable[Citation], suffix: str, key: str) -> str:
    """The citation of a key, as the document itself cites, which has these citations: with its own macro."""
    if suffix in TEX_SUFFIXES:
        macros = Counter(one.command for one in citations if TEX_MACRO.fullmatch(one.command))
        return f"\\{macros.most_common(1)[0][0] if macros else 'cite'}{{{key}}}"
    if suffix == ".typ":
        return f"@{key}" if TYPST_CITING.fullmatch(f"@{key}") else f'#cite(label("{key}"))'
    return f"[@{key}]" if MARKDOWN_CITING.fullmatch(f"@{key}") else f"[@{{{key}}}]"


def bibliographies(text: str, suffix: str) -> list[str]:
    """The files that a document names as its bibliographies, as it writes them."""
    if suffix in TEX_SUFFIXES:
        named = TEX_BIBLIOGRAPHY.finditer(_without(NOT_TEX, text))
        return [_with_suffix(name.strip(), ".bib") for found in named for name in found["names"].split(",") if name.strip()]
    if suffix == ".typ":
        named = TYPST_BIBLIOGRAPHY.finditer(_without(NOT_TYPST, text))
        return [name for found in named for name in QUOTED.findall(found["names"])]
    head = text if suffix in (".yml", ".yaml") else found["head"] if (found := YAML_HEAD.match(text)) else ""
    return [name for found in YAML_BIBLIOGRAPHY.finditer(head) for name in _yaml_names(found["value"])]


def parts(text: str, suffix: str) -> list[str]:
    """The files that a document takes in, as it writes them."""
    if suffix in TEX_SUFFIXES:
        found_in = TEX_PART.finditer(_without(NOT_TEX, text))
        names = [found["name"] or f"{found['folder'].rstrip('/')}/{found['file']}".lstrip("/") for found in found_in]
        return [_with_suffix(name.strip().strip('"'), ".tex") for name in names]
    return TYPST_PART.findall(_without(NOT_TYPST, text)) if suffix == ".typ" else []


def root(text: str) -> str | None:
    """The main file that a part names in its first lines, as editors read it."""
    found = TEX_ROOT.search(text, 0, 2000)
    return found["name"] if found else None


def bib_style(text: str) -> str | None:
    """The .bst style that a document names."""
    found = re.search(r"\\bibliographystyle\s*\{([^{}]+)\}", _without(NOT_TEX, text))
    return found[1].strip() if found else None


def is_biblatex(text: str) -> bool:
    """Whether a document's bibliography is read by biblatex."""
    return "\\addbibresource" in text


def _without(hidden: re.Pattern[str], text: str) -> str:
    """The text with what is no text blanked out, every other character in its place."""
    return hidden.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _with_suffix(name: str, suffix: str) -> str:
    return name if name.lower().endswith(suffix) or (suffix == ".tex" and "." in name.rsplit("/", 1)[-1]) else name + suffix


def _yaml_names(value: str) -> Iterator[str]:
    for written in re.split(r"\n\s*-|,|^\s*-", value.strip().strip("[]")):
        name = re.sub(r"\s+#.*", "", written).strip().strip("\"'")
        if name:
            yield name
