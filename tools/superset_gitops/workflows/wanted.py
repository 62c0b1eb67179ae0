"""Owns what Git wants of an environment's assets, and what an apply sends where policy leaves fields to Superset."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from superset_gitops.core.connection_secrets import DatabaseSecrets
from superset_gitops.core.ignore import Ignoring, keep_live, keep_secrets, without_dead_charts
from superset_gitops.core.normal_form import layout_charts, normalize
from superset_gitops.core.placeholders import Lookup, resolve_database
from superset_gitops.edges.superset.live import LiveState
from superset_gitops.model.asset import Asset, AssetId, Bundle, Document, Kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """One asset as Git wants it in this environment: placeholders resolved, secrets apart."""

    asset: Asset
    document: Document = field(repr=False)
    normal: Document = field(repr=False)
    secrets: DatabaseSecrets


def resolve_bundle(bundle: Bundle, lookup: Lookup) -> dict[AssetId, Wanted]:
    """Resolve the bundle's placeholders.

    Raises:
        ConfigurationError: a variable that more than a secret needs is not set.
    """
    return {key: _wanted(asset, lookup) for key, asset in bundle.assets.items()}


def sent_over(want: Wanted, live: LiveState, ignoring: Ignoring, named: Collection[AssetId]) -> Wanted:
    """What an apply sends over what is live: Git's, with the live values in ignored fields.

    What is not live is made as Git says; what is wholly ignored is not sent over what is live, and comes back as it is.

    Args:
        want: Git's.
        live: read just now.
        ignoring: what policy leaves to Superset of this asset.
        named: all that Git names. A kept layout loses the charts that are neither there nor in Git any more.
    """
    key = want.asset.id
    if not ignoring.fields or ignoring.whole or key not in live.assets:
        return want
    document = keep_live(key.kind, want.document, live.assets[key].document, ignoring)
    if ignoring.keeps("position"):
        charts = layout_charts(document["position"])
        known = {uuid for uuid in charts if (chart := AssetId(Kind.CHART, uuid)) in named or chart in live.assets}
        document = without_dead_charts(document, known)
    normal, secrets = _normal(key.kind, document), keep_secrets(want.secrets, ignoring)
    return replace(want, document=document, normal=normal, secrets=secrets)


def _wanted(asset: Asset, lookup: Lookup) -> Wanted:
    if asset.id.kind is not Kind.DATABASE:
        return Wanted(asset, asset.document, _normal(asset.id.kind, asset.document), DatabaseSecrets())
    resolved = resolve_database(asset.document, lookup, where=asset.template)
    return Wanted(asset, resolved.document, _normal(Kind.DATABASE, resolved.document), resolved.secrets)


def _normal(kind: Kind, document: Document) -> Document:
    """Its normal form; a dashboard's has the charts of its layout, which an import links to it, as `charts`."""
    normal = normalize(kind, document)
    if kind is Kind.DASHBOARD:
        normal["charts"] = sorted(layout_charts(document["position"]))
    return normal
