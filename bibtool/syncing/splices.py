"""Edits of a text at offsets: what lies between them stays byte for byte."""


class Splices:
    """A file's bytes as text, and the edits to make in it. Bytes that are no UTF-8 stay what they are."""

    def __init__(self, content: bytes) -> None:
        self.text = content.decode("utf-8", "surrogateescape")
        self.newline = _newline(content)
        self._edits: list[tuple[int, int, str]] = []
        self._added: list[str] = []

    @property
    def is_changed(self) -> bool:
        return bool(self._edits or self._added)

    def replace(self, start: int, end: int, text: str) -> None:
        """Puts the text, whose lines end in \\n, there. Edits must not overlap."""
        self._edits.append((start, end, text.replace("\n", self.newline)))

    def append(self, text: str) -> None:
        """Puts the text, whole lines that end in \\n, at the end, behind a blank line where something stands before it."""
        self._added.append(text)

    def spliced(self) -> str:
        """The text with all edits."""
        pieces, place = [], 0
        for start, end, text in sorted(self._edits):
            pieces += [self.text[place:start], text]
            place = end
        whole = "".join([*pieces, self.text[place:]])
        for text in self._added:
            if whole.strip("\ufeff"):
                ends = whole[-4:].replace("\r\n", "\n")
                gap = "" if ends.endswith("\n\n") else "\n" if ends.endswith(("\n", "\r")) else "\n\n"
                text = gap + text
            whole += text.replace("\n", self.newline)
        return whole

    def content(self) -> bytes:
        """The bytes with all edits."""
        return self.spliced().encode("utf-8", "surrogateescape")

    def line(self, offset: int) -> int:
        """The number of the line, from 1."""
        before = self.text[:offset].replace("\r\n", "\n").replace("\r", "\n")
        return before.count("\n") + 1


def _newline(content: bytes) -> str:
    """The line end of the file's last line: what is added stands behind that one."""
    last = max(content.rfind(b"\n"), content.rfind(b"\r"))
    if last < 0 or content[last : last + 1] == b"\r":
        return "\n" if last < 0 else "\r"
    return "\r\n" if content[last - 1 : last] == b"\r" else "\n"
