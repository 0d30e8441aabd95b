"""The words and signs around a number, as the names under which `weights.txt` says how much each speaks for it."""

from collections.abc import Iterator

from bibtool.extractors.bare import Bare
from bibtool.extractors.later import later

# So many words and signs of its own sentence are looked at on either side.
BEFORE, AFTER = 24, 14
_TOKEN = later(r"\n[ \t]*\n\s*|\n|[0-9]+(?:[.,:/-][0-9]+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*|\S")
_KINDS = later(
    r"(?P<id>(?:0[7-9]|1[0-4])(?:0[1-9]|1[0-2])\.[0-9]{4}|(?:1[5-9]|2[0-9])(?:0[1-9]|1[0-2])\.[0-9]{5})\Z"
    r"|(?P<year>(?:19|20)[0-9]{2})\Z|(?P<integer>[0-9]+)\Z|(?P<decimal>[0-9]+\.[0-9]+)\Z"
)
_SENTENCE_END = later(
    r"(?:(?<=[^\W\d_]{3}[.?!])[\"')\]]?|(?<=[0-9)\]][.?!]))\s+(?=[^a-z])|[。？！]|\n\s*\n",
)
_WORD = later(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Words that only lead from another word to the number.
_LINKING = """
    of in from by for to on with at as and or than is was are were be been being the a an this that these those its their our
    his her my your it we they i he she you de du des la le les von vom der die das den dem im aus zu nach mit und oder ist war
    sind del el los las en con por para da do dos em di dei della nel et ou dans sur par pour est
"""
_LINKS = frozenset(_LINKING.split())
_CJK = later(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_INITIALS = later(r"(?:[A-Z]\.[ -]?){1,3}\s?[A-Z][\w'-]+|[A-Z][\w'-]+,? (?:[A-Z]\.[ -]?){1,3}")
_END_OF_LINE = later(r"[ \t]*(?:\n|\Z)")


def features(bare: Bare, since_last: str) -> Iterator[str]:
    """What is said of a number by itself and by its sentence; `since_last` stands between it and the identifier before it."""
    before = bare.cased[max(0, bare.start - len(bare.before)) : bare.start]
    sentence = _SENTENCE_END.split(before)[-1]
    left = _tokens(sentence)[-BEFORE:]
    right = _tokens(_SENTENCE_END.split(bare.cased[bare.end : bare.end + len(bare.after)], maxsplit=1)[0])[:AFTER]
    yield from _of_the_number(bare, since_last)
    yield from _beside(bare, before, left, right)
    yield from _head(sentence, left)
    for token in {*left, *right}:
        yield f"near: {token}"
    if _INITIALS.search(sentence):
        yield "initials of authors stand before it"
    yield from _cjk(bare, sentence)


def _tokens(text: str) -> list[str]:
    return [_folded(token) for token in _TOKEN.findall(text)]


def _folded(token: str) -> str:
    if token[0].isdigit():
        kind = _KINDS.match(token)
        return f"#{kind.lastgroup if kind else 'number'}"
    if token[0] == "\n":
        return "<line>" if token.count("\n") == 1 else "<paragraph>"
    return token.lower()


def _of_the_number(bare: Bare, since_last: str) -> Iterator[str]:
    number = bare.identifier.number
    is_long = len(number) > 9
    yield f"digits: {len(number) - 5}"
    if bare.identifier.version:
        yield "has a version"
    if not is_long and number[0] == "0":
        yield "begins with a zero"
    if number.endswith("00"):
        yield "ends in two zeros"
    yield f"markup: {bare.markup.value}"
    if since_last:
        yield "another is near" if len(since_last) < 60 else "another is in its paragraph"


def _beside(bare: Bare, before: str, left: list[str], right: list[str]) -> Iterator[str]:
    previous = left[-1] if left and not before.endswith("\n") else "<start>"
    following = right[0] if right and not _END_OF_LINE.match(bare.cased, bare.end) else "<end>"
    second = left[-2] if len(left) > 1 else "<start>"
    yield f"before: {previous}"
    yield f"before2: {second}"
    yield f"before1-2: {second} {previous}"
    yield f"after: {following}"
    yield f"after1-2: {following} {right[1] if len(right) > 1 else '<end>'}"
    sides = ["word" if token[0].isalpha() else token for token in (previous, following)]
    yield f"between: {' '.join(sides)}"
    if sides[0] != "word":
        yield f"{'spaced' if before[-1:].isspace() else 'touching'} before: {previous}"
    if sides[1] != "word":
        yield f"{'spaced' if bare.cased[bare.end : bare.end + 1].isspace() else 'touching'} after: {following}"
    else:
        yield f"after: -{following[-2:]} {'word' if len(right) > 1 and right[1][0].isalpha() else ''.join(right[1:2])}"
    word = next((token for token in right if token[0].isalpha()), None)
    if word:
        yield f"next word: {word}"


def _head(sentence: str, left: list[str]) -> Iterator[str]:
    """The last word before the number that says something, and what leads from it to the number."""
    place = len(left) - 1
    while place >= 0 and place > len(left) - 5 and left[place][0] not in "#<" and not _says_something(left[place]):
        place -= 1
    link = " ".join(left[place + 1 :])
    yield f"link: {link}"
    if place < 0 or not _says_something(left[place]):
        return
    head = left[place]
    yield f"head: {head}"
    yield f"head-link: {head} {link}"
    if len(head) > 4:
        yield f"head: -{head[-3:]} {link.split(' ', 1)[0]}"
    if earlier := next((token for token in reversed(left[max(0, place - 3) : place]) if _says_something(token)), None):
        yield f"head2: {earlier}"
    if not link:
        words = _WORD.findall(sentence)
        yield f"case: {'X' if words[-1].isupper() else 'x' if words[-1].islower() else 'Xx'}{' first' if len(words) == 1 else ''}"


def _says_something(token: str) -> bool:
    return token[0].isalpha() and token not in _LINKS


def _cjk(bare: Bare, sentence: str) -> Iterator[str]:
    """Chinese, Japanese and Korean words are not set apart, so their last and first signs stand for them."""
    if _CJK.search(sentence):
        signs = "".join(sentence.split())
        yield f"signs: {signs[-1]}"
        yield f"signs: {signs[-2:]}"
    following = bare.cased[bare.end : bare.end + 4].split()
    if following and _CJK.match(following[0]):
        yield f"next signs: {following[0][:1]}"
        yield f"next signs: {following[0][:2]}"
