"""Owns adopting: a running Superset's assets in, templates that were proven to say them out. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from superset_gitops.core.adopt.attempt import Attempted, attempt
from superset_gitops.core.adopt.prove import Compiled, Verdict, prove
from superset_gitops.core.adopt.request import Request
from superset_gitops.core.adopt.runtime import Runtime, read_runtime
from superset_gitops.core.placeholders import names_in
from superset_gitops.core.translate.create_template import NewTemplate
from superset_gitops.core.translate.picture import Picture
from superset_gitops.errors import HybridError
from superset_gitops.model.adoption import Adopted, Adoption, Found, Refused
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import PlanItem, State
from superset_gitops.model.sources import TEMPLATE_SUFFIX, Sources

_MOST_ROUNDS = 12
_KEPT = {
    "ssh_tunnel": "its SSH tunnel stays as it is in Superset until the template declares it (docs/secrets.md)",
    "masked_encrypted_extra": "its encrypted_extra stays as it is in Superset until the template declares it "
    "(docs/secrets.md)",
}

_ELSEWHERE = "it would break another environment, although it is none of its assets"


def adopt(sources: Sources, request: Request) -> Adoption:
    """Make templates of what is live, or match it with those that there are.

    What a template says by the same uuid, or by the same natural key under another one, stays that template's: where it
    differs and was never applied, this environment gets variables, guards or overlays, and all others render as before,
    byte for byte. Everything else gets a template of its own. All of it was compiled afresh and compared with what is
    live; what could not be proven is left out, with all that needs it, and listed.

    Raises:
        SourceProblems: validation finds an error that no adopted asset has brought.
        HybridError: it is a bug; nothing may be written.
    """
    picture = Picture.of(sources)
    runtime = read_runtime(picture, request)
    before = Compiled.of(sources, request)
    excluded: dict[AssetId, str] = {}
    only_here: frozenset[AssetId] = frozenset()
    for _ in range(_MOST_ROUNDS):
        barred = runtime.barred(excluded)
        attempted = attempt(picture, request, runtime, barred, only_here)
        after = Compiled.of(attempted.after, request)
        verdict = prove(before, after, attempted, request, runtime)
        if not verdict.faults and not verdict.elsewhere:
            return _adoption(sources, request, runtime, attempted, verdict, barred)
        excluded |= {**verdict.faults, **dict.fromkeys(verdict.elsewhere & only_here, _ELSEWHERE)}
        only_here |= runtime.with_dependents(verdict.elsewhere)
    raise HybridError(
        "what can be adopted was not settled",
        where=request.environment,
        remedy="nothing was written; please report it, with the templates and the export",
    )


def _adoption(
    sources: Sources,
    request: Request,
    runtime: Runtime,
    attempted: Attempted,
    verdict: Verdict,
    barred: Mapping[AssetId, str],
) -> Adoption:
    refused = {asset: barred[asset] for asset in runtime.chosen if asset in barred}
    refused |= {made.id: made.fault for made in attempted.made if made.fault}
    undecided = runtime.undecided()
    told = {asset for each in undecided for asset in each.live}
    there = {sources.template_path(f"{name}{TEMPLATE_SUFFIX}") for each in undecided for name in each.templates}
    left = sorted((a for a in refused if a not in told), key=lambda a: (a.kind.order, runtime.name(a), a.uuid))
    return Adoption(
        environment=request.environment,
        scope=request.scope,
        before=sources,
        after=attempted.after,
        adopted=tuple(_sorted(_adopted(request, runtime, attempted))),
        refused=tuple(Refused(asset, runtime.name(asset), refused[asset]) for asset in left),
        undecided=undecided,
        managed=len(runtime.managed),
        drifted=tuple(item.id for item in verdict.plan if _drifted(item, request)),
        unmanaged=sum(a not in runtime.chosen and a not in runtime.managed for a in request.live),
        lacking={
            item.template: item.name
            for item in verdict.plan
            if item.state is State.CREATE and item.template not in there
        },
    )


def _sorted(adopted: Iterator[Adopted]) -> list[Adopted]:
    return sorted(adopted, key=lambda each: (each.id.kind.order, each.template, each.id.uuid))


def _drifted(item: PlanItem, request: Request) -> bool:
    return item.id in request.applied and item.state is not State.IN_SYNC


def _adopted(request: Request, runtime: Runtime, attempted: Attempted) -> Iterator[Adopted]:
    for made in attempted.made:
        if not made.fault:
            path = next(iter(made.texts))
            elsewhere = tuple(sorted(effect.environment for effect in made.effects))
            notes = tuple(_notes(request, made, attempted.after.texts[path]))
            yield Adopted(made.id, made.name, path, Found.NEW, elsewhere=elsewhere, notes=notes)
    for asset, path in attempted.templates.items():
        _, found = runtime.matched.pairs.get(asset, ("", Found.SAME_UUID))
        fields = attempted.fields.get(asset, ())
        if fields or found is not Found.SAME_UUID:
            yield Adopted(asset, runtime.name(asset), path, found, fields)


def _lost_layers(document: Document) -> Iterator[str]:
    layers = (document.get("params") or {}).get("annotation_layers") or []
    lost = [str(each.get("name")) for each in layers if each.get("annotationType") != "FORMULA"]
    if lost:
        names = ", ".join(map(repr, lost))
        yield f"Superset's import drops its annotations: a deployment that writes this chart loses {names}"


def _notes(request: Request, made: NewTemplate, text: str) -> Iterator[str]:
    """What is not in a template and will be missed: of a connection, and of a chart what no import keeps."""
    if made.id.kind is Kind.CHART:
        yield from _lost_layers(request.live[made.id])
    if made.id.kind is not Kind.DATABASE:
        return
    names = sorted(set(names_in(text)))
    if names:
        yield f"{', '.join(names)}: set it in the environment of whoever deploys, where the connection is to be written"
    elsewhere = sorted(effect.environment for effect in made.effects)
    if elsewhere:
        yield f"its address is that of {request.environment} in {', '.join(elsewhere)} too, until it is said there"
    document = request.live[made.id]
    for name, sentence in _KEPT.items():
        kept = document.get(name) or document.get(name.removeprefix("masked_"))
        if kept and kept != "{}":  # which Superset 6.1 exports where there is none
            yield sentence
