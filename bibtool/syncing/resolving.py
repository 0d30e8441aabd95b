"""Identifiers to records, for a plan that lacks some."""

from collections.abc import Sequence
from dataclasses import replace

from bibtool.errors import ResolveError
from bibtool.identifiers import Identifier
from bibtool.reference import Reference
from bibtool.syncing.job import Known
from bibtool.workspace import Workspace


def resolved(
    needs: Sequence[Identifier], wants: Sequence[Identifier], known: Known, workspace: Workspace, *, is_anew: bool = False
) -> Known:
    """What is known, with answers for `needs` from the store or a service (`is_anew`: from a service alone), and for `wants` those that
    the store holds."""
    from bibtool import pipeline  # most runs lack nothing

    context = replace(workspace.context, refresh=True, renew=True) if is_anew else workspace.context
    found: dict[Identifier, Reference] = {}
    failed: dict[Identifier, ResolveError] = {}
    if needs:
        found, failed = pipeline.resolve(needs, workspace.sources, workspace.store, context)
    if wants:
        stored = workspace.store.get(wants)
        found |= {one: answer.reference for one, answer in stored.items() if answer.reference is not None}
        failed |= {one: ResolveError("not kept") for one in wants if one not in found}
    identifiers = [one for one in dict.fromkeys([*needs, *wants]) if one in found]
    named = [pipeline.named(found[one], one) for one in identifiers]
    enriched = pipeline.enrich(named, workspace.host.enrichers, workspace.context) if named else []
    references = {**known.references, **dict(zip(identifiers, enriched, strict=True))}
    return Known(references, {**known.failures, **failed})
