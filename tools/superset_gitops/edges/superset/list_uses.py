"""Owns what depends on an asset besides the managed kinds: alerts, reports, embeddings, row level security, SQL Lab.

Measured on 6.1.0: the server refuses to delete only what alerts or reports use, and a database with datasets. Saved
queries go with their database, and nobody is shown those of other people, not even an Admin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from superset_gitops.edges.superset.delete_assets import related_objects
from superset_gitops.edges.superset.list_rows import Row, list_rows
from superset_gitops.edges.superset.session import Session
from superset_gitops.model.asset import AssetId, Kind

Ids = Mapping[AssetId, int]
Use = tuple[AssetId, str]


def list_uses(session: Session, ids: Ids) -> dict[AssetId, tuple[str, ...]]:
    """What depends on these assets, in words; an asset on which nothing of this kind depends is left out.

    What the user may not read counts as a use: it cannot be ruled out.

    Args:
        session: a logged-in conversation.
        ids: the assets with their numeric ids on this server.

    Raises:
        Unavailable: not readable.
    """
    uses: dict[AssetId, list[str]] = defaultdict(list)
    for find in (_reports, _embeddings, _row_level_security, _sql_lab):
        for asset, words in find(session, ids):
            uses[asset].append(words)
    return {asset: tuple(words) for asset, words in uses.items()}


def _reports(session: Session, ids: Ids) -> Iterator[Use]:
    """Of alerts and reports; where this user may not list them, the server still refuses to delete what they use."""
    wanted = {key: asset for asset, key in _of(ids, Kind.CHART, Kind.DASHBOARD)}
    if not wanted or _access(session, "report") is not HTTPStatus.OK:
        return
    for row in list_rows(session, "report", ("name", "type", "chart_id", "dashboard_id")):
        for kind in (Kind.CHART, Kind.DASHBOARD):
            asset = wanted.get((kind, int(row.get(f"{kind}_id") or 0)))
            if asset is not None:
                yield asset, f"{str(row.get('type') or 'report').lower()} {row.get('name')!r}"


def _embeddings(session: Session, ids: Ids) -> Iterator[Use]:
    for asset, (_, number) in _of(ids, Kind.DASHBOARD):
        answer = session.request("GET", f"/api/v1/dashboard/{number}/embedded")
        if answer.status_code == HTTPStatus.OK:
            yield asset, "pages that embed it"
        elif answer.status_code != HTTPStatus.NOT_FOUND:
            yield asset, "perhaps pages that embed it, which this user may not read"


def _row_level_security(session: Session, ids: Ids) -> Iterator[Use]:
    wanted = {number: asset for asset, (_, number) in _of(ids, Kind.DATASET)}
    if not wanted:
        return
    access = _access(session, "rowlevelsecurity")
    if access is HTTPStatus.FORBIDDEN:
        yield from ((asset, "perhaps row level security, which this user may not read") for asset in wanted.values())
    if access is not HTTPStatus.OK:
        return
    for row in list_rows(session, "rowlevelsecurity", ("name", "tables.id")):
        for table in row.get("tables") or []:
            if table["id"] in wanted:
                yield wanted[table["id"]], f"row level security {row.get('name')!r}"


def _sql_lab(session: Session, ids: Ids) -> Iterator[Use]:
    """Work in SQL Lab: the traces of a database's use are all that tells of other people's saved queries."""
    wanted = {number: asset for asset, (_, number) in _of(ids, Kind.DATABASE)}
    if not wanted:
        return
    for row in _rows_if_shown(session, "saved_query", ("label", "db_id")):
        if row.get("db_id") in wanted:
            yield wanted[row["db_id"]], f"saved query {row.get('label')!r}"
    for number, asset in wanted.items():
        related = related_objects(session, Kind.DATABASE, number)
        tabs = (related.get("sqllab_tab_states") or {}).get("count", 0)
        if tabs:
            yield asset, f"{tabs} open {'tab' if tabs == 1 else 'tabs'} in SQL Lab"
        history = {
            "columns": ["id"],
            "page_size": 1,
            "filters": [{"col": "database", "opr": "rel_o_m", "value": number}],
        }
        queries = session.get_json("/api/v1/query/", query=history).get("count", 0)
        if queries:
            yield asset, f"{queries} {'query' if queries == 1 else 'queries'} in SQL Lab's history"


def _rows_if_shown(session: Session, resource: str, columns: tuple[str, ...]) -> list[Row]:
    return list_rows(session, resource, columns) if _access(session, resource) is HTTPStatus.OK else []


def _access(session: Session, resource: str) -> HTTPStatus:
    """OK, FORBIDDEN, or NOT_FOUND where this server's version or feature flags have no such thing."""
    status = session.request("GET", f"/api/v1/{resource}/_info", query={"keys": ["permissions"]}).status_code
    return HTTPStatus(status) if status in {HTTPStatus.OK, HTTPStatus.NOT_FOUND} else HTTPStatus.FORBIDDEN


def _of(ids: Ids, *kinds: Kind) -> Iterator[tuple[AssetId, tuple[Kind, int]]]:
    return ((asset, (asset.kind, number)) for asset, number in ids.items() if asset.kind in kinds)
