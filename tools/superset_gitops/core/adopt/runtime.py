"""Owns an environment's assets beside the templates that there are: what is managed, what is new, what is whose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from superset_gitops.core.adopt.match import Matched, Pool, match
from superset_gitops.core.adopt.request import Request
from superset_gitops.core.compile.asset_templates import kind_of, reference_name
from superset_gitops.core.translate.create_template import parents_of
from superset_gitops.core.translate.live_normals import live_normals, normal_of
from superset_gitops.core.translate.picture import Picture
from superset_gitops.model.adoption import Undecided
from superset_gitops.model.asset import AssetId, Document, Kind

_HIDDEN = "{template} says this asset, but not in {environment}: widen its condition, or give one of the two a new uuid"

_UNDECIDED = "which waits for a decision"


@dataclass(frozen=True, slots=True)
class Runtime:
    """What is live, sorted.

    Attributes:
        normals: the normal form of everything that is live.
        managed: live asset → name of the template that says it here, for those of one uuid.
        matched: those that are a template's under another uuid.
        hidden: live asset → why it can neither be managed nor get a template.
        parents: live asset → what it refers to.
        chosen: what was asked for, with all that it needs.
    """

    normals: Mapping[AssetId, Document] = field(repr=False)
    managed: Mapping[AssetId, str]
    matched: Matched
    hidden: Mapping[AssetId, str]
    parents: Mapping[AssetId, tuple[AssetId, ...]] = field(repr=False)
    chosen: frozenset[AssetId]

    def name(self, asset: AssetId) -> str:
        """The title that people know it by."""
        return str(self.normals[asset].get(asset.kind.title_field) or "")

    def barred(self, excluded: Mapping[AssetId, str]) -> dict[AssetId, str]:
        """What cannot be adopted and why: these, what waits for a decision, and all that needs any of it."""
        found = {**self.hidden, **self.matched.waiting, **excluded}
        for asset in sorted(self.normals, key=lambda each: each.kind.order):
            for parent in self.parents[asset]:
                if parent in found and asset not in found and asset not in self.managed:
                    undecided = parent in self.matched.waiting or found[parent].endswith(_UNDECIDED)
                    why = _UNDECIDED if undecided else "which cannot be adopted"
                    found[asset] = f"it needs {parent.kind} {self.name(parent)!r}, {why}"
        return found

    def with_dependents(self, assets: Iterable[AssetId]) -> frozenset[AssetId]:
        """These, and all that needs any of them."""
        found = set(assets)
        for asset in sorted(self.normals, key=lambda each: each.kind.order):
            if not found.isdisjoint(self.parents[asset]):
                found.add(asset)
        return frozenset(found)

    def undecided(self) -> tuple[Undecided, ...]:
        """The decisions that wait, of what was asked for."""
        return tuple(each for each in self.matched.undecided if not self.chosen.isdisjoint(each.live))


def read_runtime(picture: Picture, request: Request) -> Runtime:
    """Sort what is live by the templates that there are."""
    frame = picture.frames[request.environment]
    live = request.live
    normals = live_normals(live, live.keys(), request.charts_on)
    parents = {asset: tuple(parents_of(asset, document)) for asset, document in live.items()}
    said = {view.id: name for name, view in frame.views.items() if view.id is not None}
    managed = {asset: said[asset] for asset in live if asset in said}
    names = {(kind_of(name), uuid): name for name, uuid in frame.uuids.items()}
    hidden = {
        asset: _HIDDEN.format(template=names[asset], environment=request.environment)
        for asset in live
        if asset in names and asset not in managed
    }
    templates: dict[str, tuple[Kind, Document]] = {
        reference_name(name): (asset.kind, normal_of(asset.kind, frame.views[name].document))
        for asset, name in said.items()
        if asset not in live
    }
    pool = Pool(
        templates,
        {asset: normal for asset, normal in normals.items() if asset not in hidden},
        {asset: reference_name(name) for asset, name in managed.items()},
        request.decisions,
    )
    return Runtime(
        normals, managed, match(pool, frame.uuids), hidden, parents, _with_needs(request.chosen, parents, live)
    )


def _with_needs(
    chosen: frozenset[AssetId] | None, parents: Mapping[AssetId, tuple[AssetId, ...]], live: Mapping[AssetId, Document]
) -> frozenset[AssetId]:
    if chosen is None:
        return frozenset(live)
    found: set[AssetId] = set()
    waiting = [asset for asset in chosen if asset in live]
    while waiting:
        asset = waiting.pop()
        if asset not in found:
            found.add(asset)
            waiting += [parent for parent in parents[asset] if parent in live]
    return frozenset(found)
