"""Unicode to LaTeX and back; mathematics."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bibtool.plain_text import clean, plain
from bibtool.tex.latex import decode, encode
from bibtool.tex.mathematics import parse, rich, split, to_latex, to_plain

DECODED = [
    ("at sqrt{s}=196 GeV in {CFT}", "at sqrt{s}=196 GeV in CFT"),
    pytest.param(r"Bal\'azs", "Balázs", id="bare-accent"),
    pytest.param(r"P\'{e}ter", "Péter", id="braced-accent"),
    pytest.param(r"Erd{\H o}s", "Erdős", id="letter-accent-in-group"),
    pytest.param(r"Erd\H{o}s", "Erdős", id="letter-accent"),
    pytest.param(r"Garc\'{\i}a, Mart\'\i nez", "García, Martínez", id="accent-on-dotless-i"),
    pytest.param(r"na\"{\i}ve", "naïve", id="diaeresis-on-dotless-i"),
    pytest.param(r"Fran\c{c}ois \v Cech", "François Čech", id="cedilla-and-caron"),
    pytest.param(r"{\O}bro, {\L}ukasz, \AA ngstr\"om, Stra{\ss}e", "Øbro, Łukasz, Ångström, Straße", id="letters"),
    pytest.param(r"Schr{\\\"o}dinger".replace("\\\\\\", "\\"), "Schrödinger", id="group"),
    pytest.param(r"{\it Spitzer} and \emph{Gaia}", "Spitzer and Gaia", id="fonts"),
    pytest.param(r"100\% of R\&D in \#1", "100% of R&D in #1", id="escapes"),
    pytest.param("laser--matter ``graphs'' of `it'", "laser–matter “graphs” of ‘it’", id="ligatures"),
    pytest.param("D0 --> K- e+", "D0 --> K- e+", id="an-arrow-is-no-dash"),
    pytest.param(r"the \mu decay", "the μ decay", id="greek-in-text"),
    pytest.param(r"$\Lambda_{\alpha}$ of {E}uler", r"$\Lambda_{\alpha}$ of Euler", id="mathematics-stays"),
    pytest.param(r"\input{x} \write18{y}", r"\input{x} \write18{y}", id="unknown-commands-stay"),
    pytest.param("{0,1}", "{0,1}", id="a-set-keeps-its-braces"),
    pytest.param(r"Gr$\"o$bner, Poincar$\'{e}$", "Gröbner, Poincaré", id="accents-between-dollars"),
    pytest.param(r"Schr$\ddot{o}$dinger and K$\ddot a$hler on $\hat{x}$", r"Schrödinger and Kähler on $\hat{x}$", id="a-letter-in-a-word"),
    pytest.param(r"an $\hat{H}$matrix", r"an $\hat{H}$matrix", id="a-letter-beside-a-word"),
]

ENCODED = [
    pytest.param("Attention Is All You Need", "Attention Is All You Need", id="plain"),
    pytest.param("a_b & 5% #1 ~x ^y", r"a\_b \& 5\% \#1 \textasciitilde{}x \textasciicircum{}y", id="specials"),
    pytest.param("{a} } {", r"\textbraceleft{}a\textbraceright{} \textbraceright{} \textbraceleft{}", id="unbalanced-braces"),
    pytest.param("{a}", r"\{a\}", id="balanced-braces"),
    pytest.param(r"\input", r"\textbackslash{}input", id="a-command-is-text"),
    pytest.param("^^5c", r"\textasciicircum{}\textasciicircum{}5c", id="a-coded-backslash-is-text"),
    pytest.param("Éva Erdős", r"{\'{E}}va Erd{\H{o}}s", id="accents-in-braces"),
    pytest.param("Garcí", r"Garc{\'{i}}", id="no-dotless-i-under-an-accent"),
    pytest.param("Łukasz Øbro Straße", r"{\L}ukasz {\O}bro Stra{\ss}e", id="letters"),
    pytest.param("ế", r"{\'{\^{e}}}", id="two-accents"),
    pytest.param("“a” – ‘b’ — c…", "``a'' -- `b' --- c...", id="punctuation"),
    pytest.param("μ ≤ ∞", r"{$\mu$} {$\leq$} {$\infty$}", id="symbols"),
    pytest.param("x² and H₂O", r"x{$^{2}$} and H{$_{2}$}O", id="raised-and-lowered"),
    pytest.param("ﬁne", "fine", id="ligature"),
    pytest.param("$ω$Test", r"{$\omega$}Test", id="greek-in-mathematics"),
    pytest.param(r"$\toμ$", r"{$\to\mu$}", id="greek-after-a-command"),
    pytest.param(r"$\Q(\sqrt{5})$", r"{$\mathrm{Q}(\sqrt{5})$}", id="own-macro"),
    pytest.param(r"${\cal N}=2$", r"{${\mathcal{N}}=2$}", id="old-font-switch"),
    pytest.param(r"$\{x\}$", r"{$\lbrace x\rbrace$}", id="braces-in-mathematics"),
    pytest.param("from $5 to $10", r"from \$5 to \$10", id="prices"),
    pytest.param("$x^a^b$", r"\$x\textasciicircum{}a\textasciicircum{}b\$", id="what-tex-refuses-is-text"),
    pytest.param("5 ± 3 µm at 20 °C for €1", "5 ± 3 µm at 20 °C for €1", id="signs-that-readers-lose-as-macros"),
    pytest.param(r"$a \not \in B$, $x\not=y$", r"{$a \not\in B$}, {$x\not=y$}", id="struck-through"),
    pytest.param(r"$\not$ a $\not{x}$", " a {${x}$}", id="nothing-to-strike"),
    pytest.param(r"a $\relax$ b", "a  b", id="an-empty-formula-begins-no-display"),
    pytest.param("中文", "中文", id="what-latex-cannot-name-stays"),
    pytest.param("λόγος, αβ and β-decay", r"λόγος, {$\alpha$}{$\beta$} and {$\beta$}-decay", id="greek-words-and-greek-symbols"),
    pytest.param("ℝ and √2", r"{$\mathbb{R}$} and {$\surd$}2", id="letters-of-mathematics"),
    pytest.param("Z\u0351\u036ba\u0308\u0321", r"Z{\"{a}}", id="marks-that-latex-stops-at"),
    pytest.param("OʼDonnell", "O'Donnell", id="an-apostrophe-that-is-a-letter"),
]


@pytest.mark.parametrize(("submitted", "meant"), DECODED)
def test_submitted_tex_is_decoded(submitted: str, meant: str) -> None:
    assert decode(submitted) == meant


@pytest.mark.parametrize(("text", "latex"), ENCODED)
def test_text_is_encoded(text: str, latex: str) -> None:
    assert encode(text) == latex


@pytest.mark.parametrize(
    "source",
    [r"x^", r"\frac{a}", r"{", "}", r"x_a_b", r"\begin{x}", r"x''^2", r"\sqrt[3]{x}", "{" * 40 + "}" * 40, "x" * 5000],
    ids=["no-argument", "half-a-fraction", "open", "close", "two-scripts", "environment", "prime-and-script", "root", "deep", "long"],
)
def test_what_tex_would_refuse_is_no_formula(source: str) -> None:
    assert parse(source) is None


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (r"\alpha", "α"),
        ("x^2", "x²"),
        (r"H^{p,q}", "H^(p,q)"),
        (r"\frac{a}{b+c}", "a/(b+c)"),
        (r"\bar{B}", "B̄"),
        (r"a\,b", "a b"),
        (r"a\not\in B", "a∉ B"),
    ],
)
def test_a_formula_reads_as_text(formula: str, text: str) -> None:
    node = parse(formula)
    assert node is not None
    assert to_plain(node) == text


def test_raised_runs_are_marked() -> None:
    node = parse(r"B^0_s")
    assert node is not None
    assert rich(node) == [("", "B"), ("sup", "0"), ("sub", "s")]


def test_controls_and_overrides_are_removed() -> None:
    assert clean("a\x1b[31m\u202e\x00b\r\nc\u2028d") == "a[31mb c d"


def test_a_title_reads_as_plain_text() -> None:
    assert plain(r"{\it A} $x^2$ \& more") == "A x² & more"


@given(st.text(max_size=200))
def test_what_is_encoded_has_balanced_braces(text: str) -> None:
    depth = 0
    for character in encode(clean(text)):
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0


LIVE = re.compile(r"\\(?:[A-Za-z]+|[^A-Za-z])")
HOSTILE = (
    "input",
    "include",
    "write",
    "openout",
    "csname",
    "def",
    "let",
    "catcode",
    "directlua",
    "immediate",
    "read",
    "special",
    "begin",
    "end",
)


@given(
    st.lists(
        st.sampled_from([f"\\{name}" for name in HOSTILE] + ["{", "}", "$", "^^5c", "^", "_", "x", " ", "\\", "\\frac", "%"]), max_size=30
    )
)
def test_no_hostile_command_is_live(pieces: list[str]) -> None:
    encoded = encode(clean("".join(pieces)))
    assert not {command[1:] for command in LIVE.findall(encoded)} & set(HOSTILE)
    assert "^^" not in encoded


@given(st.text(alphabet="$\\{}^_ab12 αé", max_size=40))
@example(r"$^1\^1$")
def test_a_formula_is_written_as_one_that_parses(text: str) -> None:
    for formula, _ in split(text):
        if formula is not None:
            assert parse(to_latex(formula)) is not None or not to_latex(formula).strip()
