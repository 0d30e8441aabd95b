"""The main job on one page: identify, resolve, enrich, key. The scan before it is `reading/scanning.py`; formatting and writing follow."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from types import MappingProxyType

from bibtool.bibliography import Bibliography
from bibtool.citekeys.unique import assign_citekeys
from bibtool.components import CitekeyStyle, Context, Enricher, Source
from bibtool.errors import NotFoundError, ResolveError, UnavailableError
from bibtool.identifiers import Identifier
from bibtool.reference import Reference
from bibtool.store import Store
from bibtool.terminal import listed


def build(
    identifiers: Iterable[Identifier],
    sources: Sequence[Source],
    enrichers: Sequence[Enricher],
    store: Store,
    context: Context,
    style: CitekeyStyle,
    keep: Mapping[Identifier, str],
    answers: Mapping[Identifier, Reference | ResolveError] = MappingProxyType({}),
) -> Bibliography:
    """Identifiers to a bibliography. `keep` holds the citation keys that are given already, by identifier without version; `answers`
    what was said in this run already."""
    mentioned = list(identifiers)
    wanted = identify(mentioned)
    found, failed = resolve([one for one in wanted if one not in answers], sources, store, context)
    for one in wanted:
        match answers.get(one):
            case Reference() as known:
                found[one] = known
            case ResolveError() as error:
                failed[one] = error
    # Where the highest version has no reference, another one that was mentioned beside it may have.
    others = {one.without_version(): one for one in identify(one for one in mentioned if one not in failed)}
    others = {lost: others[lost.without_version()] for lost in failed if lost.without_version() in others}
    if others:
        instead, _ = resolve(list(others.values()), sources, store, context)
        wanted = [others.get(one, one) for one in wanted]
        found |= instead
    references = enrich(once([named(found[one], one) for one in wanted if one in found]), enrichers, context)
    return Bibliography(assign_citekeys(references, style, keep), failed.items())


def identify(identifiers: Iterable[Identifier]) -> list[Identifier]:
    """Each work once, in order of first mention, at the highest version that was mentioned."""
    chosen: dict[Identifier, Identifier] = {}
    for identifier in identifiers:
        known = chosen.setdefault(identifier.without_version(), identifier)
        if (identifier.version or 0) > (known.version or 0):
            chosen[identifier.without_version()] = identifier
    return list(chosen.values())


def resolve(
    identifiers: Sequence[Identifier], sources: Iterable[Source], store: Store, context: Context
) -> tuple[dict[Identifier, Reference], dict[Identifier, ResolveError]]:
    """Asks the store, then each source for what is still missing or stale; every answer is stored as it arrives.

    Returns the references, and for each identifier without one the error that says why. What is stale serves where no source answers.
    """
    known = recall(identifiers, store, context)
    if known.wanted:
        with nullcontext() if context.offline else store.turn(context.deadline):
            # Another process may have asked for the same while this one waited.
            known = recall(identifiers, store, context)
            ask_sources(known, sources, store, context)
        # What follows may be printed on the line of the bar.
        context.progress.close()
    say_what_is_outdated(known, context)
    for identifier in known.wanted:
        known.failed.setdefault(identifier, UnavailableError(f"no source for identifiers of the kind '{identifier.scheme}'"))
    return known.found, {one: known.failed[one] for one in identifiers if one not in known.found}


@dataclass(slots=True)
class Known:
    """What is known on the way: references, failures, and what is still to be asked for (some of it stale, and found too)."""

    found: dict[Identifier, Reference]
    failed: dict[Identifier, ResolveError]
    wanted: dict[Identifier, None]


def recall(identifiers: Sequence[Identifier], store: Store, context: Context) -> Known:
    """What the store knows: references, identifiers that were not found a short while ago, and what is to be asked for."""
    stored = store.get(identifiers)
    found = {one: known.reference for one, known in stored.items() if known.reference is not None}
    missing = {one for one, known in stored.items() if known.reference is None and known.is_fresh and not context.refresh}
    failed: dict[Identifier, ResolveError] = {one: NotFoundError(f"{one}: no such work (asked less than an hour ago)") for one in missing}
    is_settled = {one for one in found if (stored[one].is_fresh and not context.renew) or context.offline} | missing
    found |= other_versions([one for one in identifiers if one not in stored and one.version is not None], store)
    return Known(found, failed, dict.fromkeys(one for one in identifiers if one not in is_settled))


def ask_sources(known: Known, sources: Iterable[Source], store: Store, context: Context) -> None:
    """Fills in what the sources answer, each asked only for what is still wanted and of a scheme that it handles."""
    has_come = False
    for source in sources:
        asked = [one for one in known.wanted if one.scheme in source.schemes]
        for identifier, answer in ask(source, asked, context) if asked else ():
            if isinstance(answer, Reference):
                store.put(identifier, answer)
                has_come = True
                known.found[identifier] = answer
                del known.wanted[identifier]
                continue
            known.failed[identifier] = answer
            if isinstance(answer, NotFoundError) and identifier.version is not None:
                known.found.pop(identifier, None)  # there is no such version, so no other one's record stands in for it
    for identifier in known.wanted if has_come else ():
        # Only beside references that came: a service that knows nothing at all may be having a bad day.
        if isinstance(known.failed.get(identifier), NotFoundError):
            store.put_missing(identifier)


def say_what_is_outdated(known: Known, context: Context) -> None:
    """One line for all that is given from what was known before, because no source answers now."""
    outdated = [one for one in known.wanted if one in known.found]
    if outdated:
        reason = known.failed.get(outdated[0], "no source answers")
        context.warn(f"{reason}; what was known before, or of a later version, is given for {listed(outdated, 5)}")


def other_versions(identifiers: Sequence[Identifier], store: Store) -> dict[Identifier, Reference]:
    """For versions that are not kept, the record of the newest, unless that one is earlier: it serves where nobody answers."""
    newest = store.get([one.without_version() for one in identifiers])
    known = {one: newest[one.without_version()].reference for one in identifiers if one.without_version() in newest}
    return {one: record for one, record in known.items() if record and (record.version is None or record.version >= (one.version or 0))}


def ask(source: Source, identifiers: Sequence[Identifier], context: Context) -> Iterator[tuple[Identifier, Reference | ResolveError]]:
    """What the source answers for each identifier; where it fails as a whole, the failure stands for each one left."""
    left = dict.fromkeys(identifiers)
    failure: ResolveError = UnavailableError(f"{source.name} did not say anything about it")
    try:
        for identifier, answer in source.resolve(identifiers, context):
            if identifier in left:
                del left[identifier]
                yield identifier, answer
    except ResolveError as error:
        failure = error
    yield from ((identifier, failure) for identifier in left)


def named(reference: Reference, identifier: Identifier) -> Reference:
    """The reference under the identifier that the author wrote: pinned to a version only where the author pinned it."""
    if reference.identifier == identifier:
        return reference
    others = (one for one in reference.identifiers if one.without_version() != identifier.without_version())
    return replace(reference, identifiers=(identifier, *others))


def once(references: Iterable[Reference]) -> list[Reference]:
    """The references without those that name the same work as an earlier one: two papers of arXiv stay two, even under one DOI."""
    kept: list[Reference] = []
    known: dict[Identifier, Reference] = {}
    for reference in references:
        works = [identifier.without_version() for identifier in reference.identifiers]
        same = next((known[work] for work in works if work in known), None)
        if same is not None and (same.arxiv is None or reference.arxiv is None or same.arxiv.number == reference.arxiv.number):
            continue
        kept.append(reference)
        for work in works:
            known.setdefault(work, reference)
    return kept


def enrich(references: Sequence[Reference], enrichers: Iterable[Enricher], context: Context) -> Sequence[Reference]:
    """Passes the references through every enricher in turn."""
    for enricher in enrichers:
        references = enricher.enrich(references, context)
    return references
