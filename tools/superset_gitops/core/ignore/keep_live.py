"""Owns the document that an apply sends for an asset with ignored fields: Git's, with the live values in those."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from superset_gitops.core.compile import chart_ids as numbers
from superset_gitops.core.connection_secrets import DatabaseSecrets, Part
from superset_gitops.core.ignore.ignoring import Ignoring
from superset_gitops.core.ignore.open_dashboard import close_metadata, open_metadata
from superset_gitops.core.ignore.open_document import close_field, open_document
from superset_gitops.core.ignore.overlay import overlay
from superset_gitops.core.normal_form.chart_ids import ChartIds
from superset_gitops.core.same import same
from superset_gitops.model.asset import Document, Kind

# What an import leaves as it is where the file does not have it (measured on 6.1.0): better than a masked secret or a
# query context with another installation's numbers.
_KEPT_BY_SILENCE: Mapping[str, tuple[str, ...]] = {
    "encrypted_extra": ("encrypted_extra", "masked_encrypted_extra"),
    "ssh_tunnel": ("ssh_tunnel",),
    "query_context": ("query_context",),
}
_SILENT = frozenset(key for keys in _KEPT_BY_SILENCE.values() for key in keys)


def keep_live(kind: Kind, document: Document, live: Document, ignoring: Ignoring) -> Document:
    """Git's document with what the live one has in the ignored fields; the arguments stay as they are.

    Args:
        kind: of the asset.
        document: complete, as compiled.
        live: as exported.
        ignoring: which fields; not the whole asset, which is never sent.
    """
    silenced = {key for field, keys in _KEPT_BY_SILENCE.items() if ignoring.keeps(field) for key in keys}
    source = {name: value for name, value in document.items() if name not in silenced}
    mine = _open(kind, source)
    theirs = _open(kind, {name: value for name, value in live.items() if name not in _SILENT})
    merged = overlay(mine, theirs, ignoring.patterns)
    moved = {name for name in merged if _differs(merged, mine, name)}
    kept = {name: close_field(kind, name, merged[name]) if name in moved else source[name] for name in merged}
    if kind is Kind.CHART and moved & {"viz_type", "params"}:
        kept["params"] = {**kept["params"], "viz_type": kept["viz_type"]}
    return _close_dashboard(kept, merged, document, moved) if kind is Kind.DASHBOARD else kept


def keep_secrets(secrets: DatabaseSecrets, ignoring: Ignoring) -> DatabaseSecrets:
    """The secrets to send: Git's password never goes to a connection that somebody typed into Superset."""
    fields = {Part.PASSWORD: "sqlalchemy_uri", Part.TUNNEL: "ssh_tunnel", Part.ENCRYPTED: "encrypted_extra"}
    return secrets.only([part for part, name in fields.items() if not ignoring.keeps(name)])


def without_dead_charts(dashboard: Document, alive: Collection[str]) -> Document:
    """A dashboard without the layout's charts that are not there any more: no import can link them."""
    position: Document = dashboard["position"]
    dead = {key for key, node in position.items() if (uuid := _chart(node)) is not None and uuid not in alive}
    if not dead:
        return dashboard
    return {**dashboard, "position": {key: _bereft(node, dead) for key, node in position.items() if key not in dead}}


def _differs(merged: Document, mine: Document, name: str) -> bool:
    """Whether a field is not what it was: what only the opening changed goes out as it came in."""
    return name not in mine or not same(merged[name], mine[name])


def _open(kind: Kind, document: Document) -> Document:
    opened = open_document(kind, document)
    if kind is Kind.DASHBOARD:
        opened = {"position": {}, "metadata": {}, **opened}
        ids = ChartIds.of_position(opened["position"])
        opened["metadata"] = open_metadata(opened["metadata"], ids)
    return opened


def _close_dashboard(kept: Document, merged: Document, document: Document, moved: Collection[str]) -> Document:
    """Numbers the charts anew where the layout or what refers to it moved, and puts the title into the header."""
    if {"position", "metadata"} & set(moved):
        by_uuid = numbers.ChartIds.of(merged["position"]).by_uuid
        kept["position"] = {key: _numbered(node, by_uuid) for key, node in merged["position"].items()}
        kept["metadata"] = close_metadata(merged["metadata"], by_uuid)
    header = kept["position"].get("HEADER_ID")
    if "dashboard_title" in moved and isinstance(header, dict):
        meta = header.get("meta") or {}
        if meta.get("text") == document["dashboard_title"]:
            header = {**header, "meta": {**meta, "text": kept["dashboard_title"]}}
            kept["position"] = {**kept["position"], "HEADER_ID": header}
    return kept


def _numbered(node: Any, by_uuid: Mapping[str, int]) -> Any:
    uuid = _chart(node)
    return node if uuid is None else {**node, "meta": {**node["meta"], "chartId": by_uuid[uuid]}}


def _chart(node: Any) -> str | None:
    """The uuid of the chart that an element of a layout shows; None for any other element."""
    meta = node.get("meta") if isinstance(node, dict) and node.get("type") == "CHART" else None
    uuid = meta.get("uuid") if isinstance(meta, dict) else None
    return uuid if isinstance(uuid, str) else None


def _bereft(node: Any, dead: Collection[str]) -> Any:
    if not isinstance(node, dict) or "children" not in node:
        return node
    return {**node, "children": [child for child in node["children"] or [] if child not in dead]}
