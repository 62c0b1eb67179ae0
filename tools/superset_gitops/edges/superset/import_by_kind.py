"""Owns writing assets to releases whose import of all kinds overwrites everything that a bundle holds.

Measured on 4.1.4 and 5.0.0: that import needs whatever an asset refers to in the same bundle, and writes it too. The
import of one kind writes that kind alone: what it refers to must be sent along, and keeps even its `changed_on`.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from superset_gitops.edges.superset.bundle_document import documents_of, kind_of, parents_of
from superset_gitops.edges.superset.export_assets import export_assets
from superset_gitops.edges.superset.live import LiveAsset
from superset_gitops.edges.superset.send_bundle import Files
from superset_gitops.edges.superset.session import Session
from superset_gitops.model.asset import AssetId, Document, Kind


def batches(files: Files) -> Iterator[tuple[Kind, Files]]:
    """The files of each kind that is among them, in the order in which kinds refer to each other."""
    for kind in Kind:
        batch = {path: data for path, data in files.items() if kind_of(path) is kind}
        if batch:
            yield kind, batch


def live_parents(session: Session, files: Files) -> dict[str, bytes]:
    """What these files refer to and do not hold, directly or not, as it is on the server.

    Raises:
        Unavailable: the server cannot be read.
    """
    documents = documents_of(files)
    waiting = [parent for path, document in documents.items() for _, parent in parents_of(path, document)]
    if not waiting:
        return {}
    live = export_assets(session)
    found: dict[AssetId, LiveAsset] = {}
    while waiting:
        key = waiting.pop()
        asset = live.assets.get(key)
        if asset is None or key in found or _is_orphan(asset):
            continue
        found[key] = asset
        waiting += (parent for _, parent in parents_of(asset.path, asset.document))
    # Not by the server's names: these releases give two tables of one name, in two schemas, the same file.
    return {f"{key.kind.folder}/{key.uuid}.yaml": _sent_along(asset) for key, asset in found.items()}


def _is_orphan(asset: LiveAsset) -> bool:
    """A chart whose dataset was deleted: exported without one, it would make every import fail."""
    return asset.kind is Kind.CHART and not asset.document.get("dataset_uuid")


def _sent_along(asset: LiveAsset) -> bytes:
    if asset.kind is not Kind.DATABASE:
        return asset.raw_yaml.encode()
    # None of it is written, but all of it is checked: a stored `extra` may hold what no import takes, and the stored
    # secrets of a tunnel are masked.
    document: Document = {name: value for name, value in asset.document.items() if name != "ssh_tunnel"}
    return yaml.safe_dump({**document, "extra": {}}, sort_keys=False).encode()
