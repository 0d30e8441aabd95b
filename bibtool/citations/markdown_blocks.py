"""Which lines of a Markdown document are text: code, raw HTML and metadata blocks are told apart. After pandoc's manual."""

import re
from dataclasses import dataclass

_FENCE = re.compile(r"[ \t>]*(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)")
_RAW_OPEN = re.compile(r"[ ]{0,3}<(?P<tag>pre|script|style|textarea)\b", re.IGNORECASE)
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\(?(?:\d{1,9}|[A-Za-z#@]|[ivxlcdm]+)[.)]|\(@[\w-]*\)|\[\^[^\]\s]+\]:|:|~)[ \t]+")
# Captions are text that stands in a cell of code: Quarto's cell options.
_CAPTION = re.compile(r"\s*(?:#|//|%%|--)\|\s*[\w-]*cap[\w-]*\s*:")
_YAML_COMMENT = re.compile(r"""(?P<kept>\s*(?:(?:-[ ]|[\w-]+:)[^"'#\n]*[ \t])?)\#""")
_CHILD = re.compile(r"""\bchild\s*=\s*(?:c\()?(?P<names>(?:\s*,?\s*["'][^"'\n]+["'])+)""")
_QUOTED = re.compile(r"""["'](?P<name>[^"'\n]+)["']""")


@dataclass(frozen=True, slots=True)
class Blocks:
    """A document with everything blanked that is no text, so that offsets stay; its metadata blocks; the children of its cells."""

    text: str
    metadata: tuple[tuple[int, int], ...]
    children: tuple[str, ...]


def blocks_of(text: str) -> Blocks:
    """Tells text from code."""
    lines = text.splitlines(keepends=True) if "\x0b" not in text and "\x0c" not in text else re.findall(r"[^\n]*\n|[^\n]+", text)
    splitter = _Splitter(lines)
    splitter.run()
    return Blocks("".join(splitter.kept), tuple(splitter.metadata), tuple(splitter.children))


class _Splitter:
    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self.kept: list[str] = []
        self.metadata: list[tuple[int, int]] = []
        self.children: list[str] = []
        self._offset = 0
        self._is_after_blank, self._is_code = True, False
        self._item_indent = 0
        self._unclosed: set[tuple[str, int]] = set()

    def run(self) -> None:
        number = 0
        while number < len(self._lines):
            number = self._block(number)

    def _block(self, number: int) -> int:
        """Takes one line, or the block that begins there; the number of the line after it."""
        line = self._lines[number]
        if line.rstrip() == "---" and self._is_after_blank and (end := self._end_of_metadata(number)):
            start = self._offset
            self._take(number, end, is_kept=True)
            self.kept[number:end] = map(_without_comment, self.kept[number:end])
            self.metadata.append((start, self._offset))
            return end
        if (fence := _FENCE.match(line)) and (end := self._end_of_fence(number, fence)):
            self.children += _names_of_children(fence["info"])
            self._fenced(number, end)
            return end
        if (raw := _RAW_OPEN.match(line)) and (end := self._end_of_raw(number, raw["tag"].lower())):
            self._take(number, end - 1, is_kept=False)
            closed = self._lines[end - 1].lower().rfind(f"</{raw['tag'].lower()}")
            self.kept.append(_blanked(self._lines[end - 1][:closed]) + self._lines[end - 1][closed:])
            self._offset += len(self._lines[end - 1])
            self._is_after_blank = False
            return end
        self._take(number, number + 1, is_kept=not self._is_indented_code(line))
        return number + 1

    def _take(self, start: int, end: int, *, is_kept: bool) -> None:
        for line in self._lines[start:end]:
            self.kept.append(line if is_kept else _blanked(line))
            self._offset += len(line)
        self._is_after_blank = end > start and (end - start > 1 or not self._lines[start].strip())

    def _fenced(self, start: int, end: int) -> None:
        for number in range(start, end):
            self._take(number, number + 1, is_kept=start < number < end - 1 and bool(_CAPTION.match(self._lines[number])))
        self._is_after_blank = True

    def _end_of_metadata(self, number: int) -> int | None:
        if number + 1 >= len(self._lines) or not self._lines[number + 1].strip():
            return None
        if ("---", 0) in self._unclosed:
            return None
        for end in range(number + 1, len(self._lines)):
            if self._lines[end].rstrip() in ("---", "..."):
                return end + 1
        self._unclosed.add(("---", 0))
        return None

    def _end_of_fence(self, number: int, fence: re.Match[str]) -> int | None:
        mark, length = fence["fence"][0], len(fence["fence"])
        if (mark == "`" and "`" in fence["info"]) or any((mark, shorter) in self._unclosed for shorter in range(3, length + 1)):
            return None
        closing = re.compile(rf"[ \t>]*{mark}{{{length},}}[ \t\r]*$")
        for end in range(number + 1, len(self._lines)):
            if closing.match(self._lines[end].rstrip("\n")):
                return end + 1
        self._unclosed.add((mark, length))
        return None

    def _end_of_raw(self, number: int, tag: str) -> int | None:
        if (tag, 0) in self._unclosed:
            return None
        for end in range(number, len(self._lines)):
            if f"</{tag}" in self._lines[end].lower():
                return end + 1
        self._unclosed.add((tag, 0))
        return None

    def _is_indented_code(self, line: str) -> bool:
        """Four blanks beyond the list item that is open, after an empty line."""
        if not line.strip():
            return False
        expanded = line.expandtabs(4)
        indent = len(expanded) - len(expanded.lstrip())
        if indent < self._item_indent and self._is_after_blank:
            self._item_indent = min(self._item_indent, indent // 4 * 4) if indent else 0
        is_code = indent >= self._item_indent + 4 and (self._is_after_blank or self._is_code)
        if not is_code and (self._is_after_blank or self._item_indent) and (item := _ITEM.match(line)):
            self._item_indent = min(len(item[0].expandtabs(4)), (indent // 4 + 1) * 4)
        self._is_code = is_code
        return is_code


def _names_of_children(info: str) -> list[str]:
    found = _CHILD.search(info)
    return [name["name"] for name in _QUOTED.finditer(found["names"])] if found else []


def _without_comment(line: str) -> str:
    """A line of metadata without its comment. Where quotes stand before it, it may be none."""
    found = _YAML_COMMENT.match(line)
    return line if found is None else line[: found.end("kept")] + _blanked(line[found.end("kept") :])


def _blanked(line: str) -> str:
    return " " * len(line.rstrip("\r\n")) + line[len(line.rstrip("\r\n")) :]
