"""Owns taking away a dashboard's links to charts that its layout does not show any more.

Measured on 4.1.4, 5.0.0 and 6.0.0: importing a dashboard by itself adds links, and leaves the old ones. Saving it with
its layout, as the front end does, makes its links those of the layout.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from superset_gitops.edges.superset.bundle_document import charts_of
from superset_gitops.edges.superset.list_rows import list_rows
from superset_gitops.edges.superset.session import Session
from superset_gitops.model.asset import Document, Kind


def settle_links(session: Session, dashboards: Iterable[Document]) -> None:
    """Link these dashboards, which were just imported, to exactly the charts of their layouts.

    Raises:
        Unavailable: the server cannot be read, or refuses to save the dashboard.
    """
    wanted = {str(each["uuid"]): {uuid for _, uuid in charts_of(each)} for each in dashboards}
    if not wanted:
        return
    charts = list_rows(session, Kind.CHART.value, ("uuid", "dashboards.id"))
    numbers = {str(row["uuid"]): int(row["id"]) for row in charts}
    for row in list_rows(session, Kind.DASHBOARD.value, ("uuid",)):
        linked = {str(c["uuid"]) for c in charts if any(d["id"] == row["id"] for d in c.get("dashboards") or [])}
        shown = wanted.get(str(row["uuid"]))
        if shown is not None and linked != shown & numbers.keys():
            _save(session, int(row["id"]), numbers)


def _save(session: Session, dashboard: int, numbers: dict[str, int]) -> None:
    path = f"/api/v1/dashboard/{dashboard}"
    stored = session.get_json(path)["result"]
    positions = {key: _numbered(node, numbers) for key, node in json.loads(stored["position_json"] or "{}").items()}
    metadata = {**json.loads(stored["json_metadata"] or "{}"), "positions": positions}
    answer = session.request("PUT", path, json={"json_metadata": json.dumps(metadata)})
    if answer.status_code != HTTPStatus.OK:
        raise session.unexpected(answer, f"link dashboard {dashboard} to its charts")


def _numbered(node: Any, numbers: dict[str, int]) -> Any:
    """A layout's node; a chart's with its number on this server, by which the links are made."""
    meta = node.get("meta") if isinstance(node, dict) and node.get("type") == "CHART" else None
    uuid = meta.get("uuid") if isinstance(meta, dict) else None
    return {**node, "meta": {**meta, "chartId": numbers[uuid]}} if uuid in numbers and meta else node
