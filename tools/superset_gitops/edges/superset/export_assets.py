"""Owns reading everything that a Superset holds of the managed kinds, and proving that nothing is missing.

Measured on 6.1.0: `/api/v1/assets/export/` names files by title, and of two that collide one is silently missing from
the zip; it shows what the caller may see, and nothing where the Public role may read. The lists tell what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import yaml

from superset_gitops.core.documents.write_yaml import write_yaml
from superset_gitops.edges.superset.archive import unpack
from superset_gitops.edges.superset.bundle_document import kind_of, parse_yaml
from superset_gitops.edges.superset.list_rows import Row, list_rows
from superset_gitops.edges.superset.live import ExportedFile, LiveAsset, LiveState
from superset_gitops.edges.superset.mask_exported import mask_exported
from superset_gitops.edges.superset.session import Session
from superset_gitops.edges.superset.settle_layout import settle_layout
from superset_gitops.errors import Unavailable
from superset_gitops.model.asset import AssetId, Kind

ASSETS_EXPORT = "/api/v1/assets/export/"
METADATA = "metadata.yaml"
_ATTEMPTS = 3
_LISTED: Mapping[Kind, tuple[str, ...]] = dict.fromkeys(Kind, ("uuid",)) | {Kind.CHART: ("uuid", "dashboards.id")}


class _Moved(Exception):
    """Somebody saved or deleted while we read: what we have is not one moment's state."""


def export_assets(session: Session) -> LiveState:
    """Everything of the managed kinds, as exported, plus the files of other kinds that the export has.

    Raises:
        Unavailable: not readable, or it never agreed with the lists.
    """
    last = ""
    for _ in range(_ATTEMPTS):
        try:
            return _export_once(session)
        except _Moved as moved:
            last = str(moved)
    raise Unavailable(
        f"Superset's export and its lists disagree: {last}",
        where=session.address.root,
        remedy="wait until nobody is saving; if it persists, the user may see too little: deploy as an Admin",
    )


def export_one(session: Session, kind: Kind, numeric_id: int) -> dict[str, str]:
    """One asset and its parents, as files keyed by path; of a database, also all of its datasets.

    Raises:
        Unavailable: not readable; a missing id is a 404 and ends here, too.
    """
    path = f"/api/v1/{kind.value}/export/"
    return unpack(session.get_bytes(path, query=[numeric_id]), where=session.address.url(path))


def read_asset(path: str, text: str) -> LiveAsset | None:
    """The asset in an exported file; None for a file of another kind.

    Raises:
        Unavailable: a file of a managed kind that is not an asset.
    """
    kind = kind_of(path)
    if kind is None:
        return None
    try:
        document = parse_yaml(text)
    except yaml.YAMLError as error:
        raise _not_an_asset(path) from error
    if not isinstance(document, dict) or "uuid" not in document:
        raise _not_an_asset(path)
    name = str(document.get(kind.title_field) or "")
    if kind is Kind.DATABASE and (masked := mask_exported(document)) is not document:
        document, text = masked, write_yaml(masked)
    if kind is Kind.DASHBOARD:
        document = settle_layout(document)
    return LiveAsset(AssetId(kind, str(document["uuid"])), name, document, text, path)


def _export_once(session: Session) -> LiveState:
    files = unpack(session.get_bytes(ASSETS_EXPORT), where=session.address.url(ASSETS_EXPORT))
    if METADATA not in files:
        raise Unavailable(
            "Superset's export has no metadata.yaml", where=session.address.url(ASSETS_EXPORT), remedy="run it again"
        )
    assets: dict[AssetId, LiveAsset] = {}
    others = []
    for path, text in sorted(files.items()):
        asset = read_asset(path, text)
        if asset is not None:
            assets[asset.id] = asset
        elif path != METADATA:
            others.append(ExportedFile(path, text))
    listed = {kind: list_rows(session, kind.value, _LISTED[kind]) for kind in Kind}
    return LiveState(_completed(session, assets, listed), tuple(others), _charts_on(listed))


def _completed(
    session: Session, exported: Mapping[AssetId, LiveAsset], rows: Mapping[Kind, list[Row]]
) -> dict[AssetId, LiveAsset]:
    listed = {AssetId(kind, str(row["uuid"])): int(row["id"]) for kind in Kind for row in rows[kind]}
    gone = exported.keys() - listed.keys()
    if gone:
        raise _Moved(f"{len(gone)} exported but not listed, such as {min(gone)}")
    if listed and not exported:
        raise _Moved(f"{len(listed)} listed but none exported")
    missing = sorted(listed.keys() - exported.keys(), key=str)
    return dict(exported) | {key: _fetch(session, key, listed[key]) for key in missing}


def _charts_on(rows: Mapping[Kind, list[Row]]) -> dict[str, frozenset[str]]:
    """Dashboard's uuid → the uuids of the charts that are linked to it."""
    uuids = {row["id"]: str(row["uuid"]) for row in rows[Kind.DASHBOARD]}
    charts: dict[str, set[str]] = {uuid: set() for uuid in uuids.values()}
    for chart in rows[Kind.CHART]:
        for dashboard in chart.get("dashboards") or []:
            if dashboard["id"] in uuids:
                charts[uuids[dashboard["id"]]].add(str(chart["uuid"]))
    return {uuid: frozenset(members) for uuid, members in charts.items()}


def _fetch(session: Session, wanted: AssetId, numeric_id: int) -> LiveAsset:
    """One that collided with another's file name; alone, it cannot."""
    answer = session.request("HEAD", f"/api/v1/{wanted.kind.value}/{numeric_id}")
    if answer.status_code == HTTPStatus.NOT_FOUND:
        raise _Moved(f"{wanted} was deleted")
    for path, text in export_one(session, wanted.kind, numeric_id).items():
        if wanted.uuid in text:
            asset = read_asset(path, text)
            if asset is not None and asset.id == wanted:
                return asset
    raise _Moved(f"{wanted} is listed but not exported")


def _not_an_asset(path: str) -> Unavailable:
    return Unavailable(
        f"Superset exported {path}, which is not an asset", remedy="look at this asset in Superset, or delete it there"
    )
