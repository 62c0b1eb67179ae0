"""Owns the view that rules have of one environment's assets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from superset_gitops.core.compile.compile_bundle import CompileResult
from superset_gitops.core.compile.finding import Finding
from superset_gitops.core.documents.read_yaml import DocumentPath
from superset_gitops.model.asset import Asset, AssetId, Document, Kind
from superset_gitops.model.problem import Level


@dataclass(frozen=True, slots=True)
class View:
    """One environment's compiled assets.

    Documents are the complete ones; a path in them that the template did not write is told at its nearest parent.

    Attributes:
        result: what is judged.
        elsewhere: what is known of an asset that was not compiled this time: a document with as much as other assets
            depend on, an empty one where nothing is known of it, None where there is no such asset.
    """

    result: CompileResult
    elsewhere: Callable[[AssetId], Document | None] | None = None

    def of_kind(self, kind: Kind) -> Iterator[Asset]:
        """The assets of a kind, in the order of their templates."""
        found = (asset for asset in self.result.bundle.assets.values() if asset.id.kind is kind)
        return iter(sorted(found, key=lambda asset: asset.template))

    def document(self, kind: Kind, uuid: object) -> Document | None:
        """An asset's complete document; None where the bundle has no such asset."""
        if not isinstance(uuid, str):
            return None
        asset = self.result.bundle.assets.get(AssetId(kind, uuid))
        if asset is not None:
            return asset.document
        return self.elsewhere(AssetId(kind, uuid)) if self.elsewhere is not None else None

    def source(self, asset: Asset) -> Document:
        """An asset's document as its template renders it."""
        return self.result.sources[asset.id]

    def is_broken(self, uuid: object) -> bool:
        """Whether an uuid is that of an asset with a problem of its own: references to it are not told as well."""
        return uuid in self.result.broken

    def template(self, asset: Asset) -> str:
        """The name of an asset's template, inside `templates/`."""
        return asset.template.removeprefix(self.result.locator.sources.template_path(""))

    def finding(
        self,
        asset: Asset,
        at: DocumentPath,
        message: str,
        rule: str,
        *,
        on_key: bool = False,
        level: Level = Level.ERROR,
    ) -> Finding:
        """A finding at a path of an asset's document."""
        return Finding(self.template(asset), at, message, rule, level, on_key)
