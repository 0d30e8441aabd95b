"""XML from a service as a tree: whole, without a document type, not too deep; or not at all."""

import xml.etree.ElementTree as ET  # what is dangerous about it, a document type, is refused before it reads
from xml.parsers import expat

from bibtool.errors import UnavailableError

MAX_DEPTH = 32


class NotXmlError(UnavailableError):
    """What came is not the whole document that was asked for."""


def tree(body: bytes, root: str) -> ET.Element:
    """The document, whose root is named `{namespace}name`. Raises NotXmlError."""
    _Guard().read(body)
    try:
        found = ET.fromstring(body)  # noqa: S314  # see above
    except (ET.ParseError, ValueError, LookupError) as error:
        # The guard knows no namespaces: a prefix that nothing binds is refused here.
        raise NotXmlError(f"not a whole XML document: {error}") from error
    if found.tag != root:
        raise NotXmlError("not the kind of document that was asked for")
    return found


class _Guard:
    """Refuses what must not reach the tree builder: entities need a document type, and depth costs stack."""

    def __init__(self) -> None:
        self._depth = 0

    def read(self, body: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        try:
            parser.Parse(body, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise NotXmlError(f"not a whole XML document: {error}") from error

    def _refuse(self, *_: object) -> None:
        raise NotXmlError("a document type, which has no place in an answer")

    def _start(self, _name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotXmlError("nested too deeply")

    def _end(self, _name: str) -> None:
        self._depth -= 1
