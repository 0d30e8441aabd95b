"""What TeX calls the characters that it has no key for: tables for mathematics and for text, both ways.

Names follow "The Comprehensive LaTeX Symbol List", LaTeX's fonts (fntguide) and amssymb; a character has one name, the first.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "varpi": "ϖ", "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "ϕ",
    "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ",
    "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip

# Greek letters that look like Latin ones have no command of their own.
GREEK_AS_LATIN = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True))

# LaTeX's own and amssymb's.
MATH_SYMBOLS = GREEK | {
    "infty": "∞", "partial": "∂", "nabla": "∇", "ell": "ℓ", "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "wp": "℘",
    "emptyset": "∅", "varnothing": "⌀", "forall": "∀", "exists": "∃", "nexists": "∄", "neg": "¬", "angle": "∠", "top": "⊤",
    "bot": "⊥", "prime": "′", "imath": "ı", "jmath": "ȷ", "dagger": "†", "ddagger": "‡", "complement": "∁",
    "times": "×", "div": "÷", "pm": "±", "mp": "∓", "cdot": "⋅", "circ": "∘", "bullet": "•", "star": "⋆", "ast": "∗",
    "oplus": "⊕", "ominus": "⊖", "otimes": "⊗", "odot": "⊙", "oslash": "⊘", "wedge": "∧", "land": "∧", "vee": "∨", "lor": "∨",
    "cap": "∩", "cup": "∪", "setminus": "∖", "wr": "≀", "amalg": "⨿", "diamond": "⋄", "ltimes": "⋉", "rtimes": "⋊",
    "sqcup": "⊔", "sqcap": "⊓", "triangle": "△", "square": "□", "Box": "□", "blacksquare": "■", "bigstar": "★",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "sim": "∼", "simeq": "≃", "cong": "≅",
    "equiv": "≡", "propto": "∝", "ll": "≪", "gg": "≫", "lesssim": "≲", "gtrsim": "≳", "leqslant": "⩽", "geqslant": "⩾",
    "prec": "≺", "succ": "≻", "preceq": "⪯", "succeq": "⪰", "subset": "⊂", "supset": "⊃", "subseteq": "⊆", "supseteq": "⊇",
    "in": "∈", "notin": "∉", "ni": "∋", "perp": "⟂", "parallel": "∥", "mid": "∣", "nmid": "∤", "vdash": "⊢", "dashv": "⊣",
    "models": "⊨", "asymp": "≍", "doteq": "≐", "bowtie": "⋈", "lessgtr": "≶",
    "to": "→", "rightarrow": "→", "leftarrow": "←", "gets": "←", "leftrightarrow": "↔", "Rightarrow": "⇒", "Leftarrow": "⇐",
    "Leftrightarrow": "⇔", "iff": "⟺", "implies": "⟹", "longrightarrow": "⟶", "longleftarrow": "⟵", "longleftrightarrow": "⟷",
    "Longrightarrow": "⟹", "mapsto": "↦", "longmapsto": "⟼", "hookrightarrow": "↪", "hookleftarrow": "↩",
    "rightharpoonup": "⇀", "rightleftharpoons": "⇌", "uparrow": "↑", "downarrow": "↓", "updownarrow": "↕", "nearrow": "↗",
    "searrow": "↘", "rightsquigarrow": "⇝", "twoheadrightarrow": "↠", "upharpoonright": "↾", "Uparrow": "⇑", "Downarrow": "⇓",
    "sum": "∑", "prod": "∏", "coprod": "∐", "int": "∫", "iint": "∬", "oint": "∮", "bigcup": "⋃", "bigcap": "⋂",
    "bigoplus": "⨁", "bigotimes": "⨂", "bigwedge": "⋀", "bigvee": "⋁",
    "ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱", "dotsc": "…", "dotsb": "⋯",
    "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lbrace": "{", "rbrace": "}",
    "surd": "√", "vert": "|", "lvert": "|", "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖", "backslash": "\\", "colon": ":",
    "lbrack": "[", "rbrack": "]", "heartsuit": "♥", "clubsuit": "♣", "spadesuit": "♠", "diamondsuit": "♦", "sharp": "♯",
    "flat": "♭", "natural": "♮", "checkmark": "✓", "odiv": "⨸", "therefore": "∴", "because": "∵", "S": "§", "P": "¶",
}  # fmt: skip

# Printed upright, under their own names.
MATH_OPERATORS = _words(
    "arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log max min Pr sec sin "
    "sinh sup tan tanh"
)

# Commands with one argument: what the argument looks like, or what stands over it (a combining character).
MATH_FONTS = _words("mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak")
MATH_ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304", "overline": "\u0305",
    "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c", "breve": "\u0306", "acute": "\u0301", "grave": "\u0300",
    "mathring": "\u030a", "underline": "\u0332", "overrightarrow": "\u20d7",
}  # fmt: skip
MATH_TEXT = _words("text textrm textit textbf textsf texttt textnormal textsc mbox hbox")

# Other names of the same thing: authors' own, old ones, and those of packages that a document may not load.
MATH_ALIASES = {
    "Bbb": "mathbb", "bm": "mathbf", "boldsymbol": "mathbf", "mathscr": "mathcal",
    "frak": "mathfrak", "dfrac": "frac", "tfrac": "frac", "rm": "mathrm", "bf": "mathbf",
    "it": "mathit", "sf": "mathsf", "tt": "mathtt", "cal": "mathcal", "mit": "mathit", "scr": "mathcal", "eps": "epsilon",
    "operatorname": "mathrm", "mathop": "mathrm", "overrightarrow": "vec", "rar": "to", "ra": "to",
    "textsuperscript": "^", "dotsc": "ldots", "dotsb": "cdots", "lvert": "vert", "rvert": "vert", "lVert": "Vert", "rVert": "Vert",
}  # fmt: skip
MATH_SWITCHES = frozenset({"rm", "bf", "it", "sf", "tt", "cal", "mit", "scr", "frak", "Bbb"})
MATH_SPACES = {",": " ", ":": " ", ";": " ", " ": " ", "!": "", "quad": " ", "qquad": " ", "/": "", "-": "", "@": ""}
# Without a meaning of their own in a title.
MATH_DROPPED = _words(
    "displaystyle textstyle scriptstyle limits nolimits protect ensuremath nonumber tiny small large Large normalsize bigl bigr Bigl "
    "Bigr big Big bigg Bigg biggl biggr relax boldmath unboldmath left right middle phantom strut"
)

# Accents: TeX's command by the combining character that it stands for (ltoutenc).
ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0308": '"', "\u0304": "=", "\u0307": ".", "\u0306": "u",
    "\u030c": "v", "\u030b": "H", "\u0327": "c", "\u0328": "k", "\u030a": "r", "\u0323": "d", "\u0331": "b",
}  # fmt: skip
COMBINING = {command: character for character, command in ACCENTS.items()} | {"t": "\u0361"}

LETTERS = {
    "ß": r"\ss", "æ": r"\ae", "Æ": r"\AE", "œ": r"\oe", "Œ": r"\OE", "ø": r"\o", "Ø": r"\O", "ł": r"\l", "Ł": r"\L",
    "ı": r"\i", "ȷ": r"\j",
}  # fmt: skip
# Only in T1 fonts, and silently lost by pandoc: written as macros where a style cuts off an initial, raw elsewhere.
T1_LETTERS = {"đ": r"\dj", "Đ": r"\DJ", "þ": r"\th", "Þ": r"\TH", "ð": r"\dh", "Ð": r"\DH", "ŋ": r"\ng", "Ŋ": r"\NG"}

# The ten characters that steer TeX, and three that OT1 fonts print as others.
SPECIALS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": "{$|$}",
}  # fmt: skip

# ASCII where TeX has a ligature, a command of the LaTeX kernel where it has none.
PUNCTUATION = {
    "\ufffd": "?", "\u02bc": "'", "\u02bb": "`",
    "\u2013": "--", "\u2014": "---", "\u2018": "`", "\u2019": "'", "\u201c": "``", "\u201d": "''", "\u2026": "...",
    "\u2010": "-", "\u2011": "-", "\u2012": "--", "\u2015": "---", "\u2212": "$-$", "\u00a0": "~", "\u202f": "~", "\u2009": " ",
    "\u2002": " ", "\u2003": " ", "¡": "!`", "¿": "?`",
    "ª": r"\textsuperscript{a}", "º": r"\textsuperscript{o}",
    "´": "'", "¨": r'{\"{}}', "¯": r"{\={}}", "¸": r"{\c{}}", "½": "1/2", "¼": "1/4", "¾": "3/4", "\u2032": r"{$'$}", "\u2033": r"{$''$}",
}  # fmt: skip

# LaTeX's utf8 input prints these as they stand (LaTeX 2020-02-02 and later); of their macros pandoc, Typst or citation-js lose some.
PRINTED_AS_THEY_STAND = frozenset("§¶©£®™°€¥¢·µ¬×÷±†‡•")

# What TeX writes in text for a character, as decoding reads it. Greek stands here as arXiv itself converts it.
TEXT_COMMANDS = GREEK | {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "aa": "å", "AA": "Å", "i": "ı",
    "j": "ȷ", "dj": "đ", "DJ": "Đ", "th": "þ", "TH": "Þ", "dh": "ð", "DH": "Ð", "ng": "ŋ", "NG": "Ŋ", "S": "§", "P": "¶",
    "copyright": "©", "pounds": "£", "ldots": "…", "dots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—",
    "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”", "textquotedbl": '"',
    "textquotesingle": "'", "textasciitilde": "~", "textasciicircum": "^", "textbackslash": "\\", "textunderscore": "_",
    "textbraceleft": "{", "textbraceright": "}", "textless": "<", "textgreater": ">", "textbar": "|", "textdegree": "°",
    "degree": "°", "texttrademark": "™", "textregistered": "®", "texteuro": "€", "textyen": "¥", "textcent": "¢", "textmu": "µ",
    "textperiodcentered": "·", "textbullet": "•", "texttimes": "×", "textpm": "±", "textsection": "§", "guillemotleft": "«",
    "guillemotright": "»", "quotedblbase": "„", "quotesinglbase": "‚", "slash": "/", "TeX": "TeX", "LaTeX": "LaTeX", "BibTeX": "BibTeX",
    "infty": "∞", "times": "×", "pm": "±", "to": "→", "rightarrow": "→", "sim": "∼", "approx": "≈", "leq": "≤", "geq": "≥",
    "le": "≤", "ge": "≥", "deg": "°", "ell": "ℓ", "cdot": "·",
}  # fmt: skip
# Font switches and boxes: their content stays.
TEXT_FONTS = _words(
    "emph textit textbf textrm textsf texttt textsc textsl textup textmd textnormal text mbox hbox fbox underline mathrm uppercase "
    "lowercase MakeUppercase ensuremath textquote enquote"
)
TEXT_SWITCHES = _words(
    "it bf rm sf tt sc sl em cal frak itshape bfseries rmfamily sffamily ttfamily scshape slshape upshape mdseries normalfont tiny "
    "scriptsize footnotesize small normalsize large Large LARGE huge Huge boldmath protect relax noindent unskip ignorespaces"
)
