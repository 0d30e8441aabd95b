"""Bibliography: references in order under unique citation keys."""

from collections.abc import Iterable, Iterator, Mapping

from bibtool.errors import InputError, ResolveError
from bibtool.identifiers import Identifier
from bibtool.reference import Reference
from bibtool.terminal import quoted


class Bibliography(Mapping[str, Reference]):
    """A read-only mapping from citation key to Reference, in the order in which the references were first mentioned.

    Keys differ also without regard to case: BibTeX reads `Smith2020` and `smith2020` as one. `unresolved` holds, for each
    identifier that has no reference, the error that says why.
    """

    __slots__ = ("_references", "unresolved")

    def __init__(
        self,
        references: Iterable[tuple[str, Reference]] = (),
        unresolved: Iterable[tuple[Identifier, ResolveError]] = (),
    ) -> None:
        """Raises InputError where two keys differ in case only, or not at all."""
        self._references: dict[str, Reference] = {}
        self.unresolved: dict[Identifier, ResolveError] = dict(unresolved)
        folded: set[str] = set()
        for citekey, reference in references:
            if citekey.lower() in folded:
                raise InputError(f"two references under the citation key {quoted(citekey)}")
            folded.add(citekey.lower())
            self._references[citekey] = reference

    def __getitem__(self, citekey: str) -> Reference:
        return self._references[citekey]

    def __iter__(self) -> Iterator[str]:
        return iter(self._references)

    def __len__(self) -> int:
        return len(self._references)

    def __repr__(self) -> str:
        return f"Bibliography({len(self)} references, {len(self.unresolved)} unresolved)"
