"""Languages: their names in babel and biblatex, and their BCP 47 tags."""

import re

# Languages as babel and biblatex name them, and their BCP 47 tags; the first name of a tag is the one that a tag becomes.
_LANGUAGES = """
    english en, american en-US, USenglish en-US, british en-GB, UKenglish en-GB, canadian en-CA, german de, ngerman de, austrian de-AT,
    naustrian de-AT, swissgerman de-CH, nswissgerman de-CH, french fr, francais fr, canadien fr-CA, spanish es, italian it, portuguese
    pt, portuges pt, brazilian pt-BR, brazil pt-BR, dutch nl, danish da, swedish sv, norsk nb, norwegian nb, nynorsk nn, finnish fi,
    icelandic is, polish pl, czech cs, slovak sk, slovene sl, slovenian sl, croatian hr, serbian sr, hungarian hu, magyar hu, romanian
    ro, bulgarian bg, greek el, latin la, russian ru, ukrainian uk, turkish tr, hebrew he, arabic ar, persian fa, hindi hi, japanese ja,
    korean ko, chinese zh, vietnamese vi, estonian et, latvian lv, lithuanian lt, catalan ca, basque eu, galician gl
"""
LANGUAGES = {pair.split()[0].lower(): pair.split()[1] for pair in _LANGUAGES.split(",")}
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", re.ASCII)


def language_tag(langid: str) -> str | None:
    """The BCP 47 tag of a language's name in babel, or of a tag; None for what is neither."""
    name = langid.strip().lower()
    return LANGUAGES.get(name) or (langid.strip().replace("_", "-") if _TAG.fullmatch(name) and len(name.split("-")[0]) < 4 else None)


def langid_of(tag: str) -> str:
    """Babel's name of a language by its tag; the tag itself where it has none."""
    short = tag.partition("-")[0].lower()
    names = {known.lower(): name for name, known in reversed(LANGUAGES.items())}
    return names.get(tag.lower()) or names.get(short) or tag
