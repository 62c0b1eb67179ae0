"""Owns the cheap view of what is there: who changed which asset when, and what exists that is not managed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

from superset_gitops.edges.superset.list_rows import Row, list_rows
from superset_gitops.edges.superset.live import Change
from superset_gitops.edges.superset.session import Session
from superset_gitops.model.asset import AssetId, Kind

_PERSON = ("changed_by.first_name", "changed_by.last_name", "changed_by_name")
_SAVED = ("last_saved_at", "last_saved_by.first_name", "last_saved_by.last_name", "changed_on_dttm")
_COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.DATABASE: ("uuid", "database_name", "changed_on", *_PERSON),
    Kind.DATASET: ("uuid", "table_name", "schema", "database.uuid", "changed_on_utc", "explore_url", *_PERSON),
    Kind.CHART: ("uuid", "slice_name", "changed_on_utc", "url", *_PERSON, *_SAVED),
    Kind.DASHBOARD: ("uuid", "dashboard_title", "slug", "changed_on_utc", "url", *_PERSON),
}
# Kinds that have no place in a bundle, with the column that people know them by.
_UNMANAGED: Mapping[str, str] = {
    "saved_query": "label",
    "theme": "theme_name",
    "css_template": "template_name",
    "annotation_layer": "name",
    "report": "name",
    "rowlevelsecurity": "name",
    "tag": "name",
}


def list_kind(session: Session, kind: Kind) -> list[Row]:
    """The rows of one managed kind with id, uuid, natural key and who changed it when.

    Raises:
        Unavailable: not readable, or not complete.
    """
    return list_rows(session, kind.value, _COLUMNS[kind])


def list_changes(session: Session) -> dict[AssetId, Change]:
    """Who changed each managed kind's assets, and when.

    Not everything moves these marks (measured on 6.1.0): deleting one column of a dataset and changing owners or roles
    do not. They are a hint for the reader, not a proof that nothing changed.
    """
    return {
        AssetId(kind, str(row["uuid"])): _change(session, kind, row)
        for kind in Kind
        for row in list_kind(session, kind)
    }


def list_unmanaged_kinds(session: Session) -> dict[str, list[str]]:
    """The names of what exists in kinds that are not managed, by the resource's name; empty kinds are left out.

    A kind that this server's version, feature flags or permissions do not show counts as empty.
    """
    return {resource: names for resource, title in _UNMANAGED.items() if (names := _names(session, resource, title))}


def _names(session: Session, resource: str, title: str) -> list[str]:
    info = session.request("GET", f"/api/v1/{resource}/_info", query={"keys": ["permissions"]})
    if info.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED}:
        return []
    rows = list_rows(session, resource, (title, "is_system", "type"))
    return sorted(str(row[title]) for row in rows if row.get(title) and not _made_by_superset(row))


def _made_by_superset(row: Row) -> bool:
    # Shipped themes, and the implicit tags `owner:1` or `type:chart`: `type` 1 is a tag that a person made.
    return bool(row.get("is_system")) or row.get("type", 1) not in {1, "custom", "Alert", "Report"}


def _change(session: Session, kind: Kind, row: Row) -> Change:
    return Change(
        changed_on_utc=str(row.get("changed_on_utc") or row.get("changed_on") or ""),
        changed_by=_full_name(row, "changed_by") or str(row.get("changed_by_name") or ""),
        saved_on_utc=_saved_on(row),
        saved_by=_full_name(row, "last_saved_by"),
        url=_page_of(session, kind, row),
        id=row["id"],
        name=str(row.get(kind.title_field) or ""),
    )


def _full_name(row: Row, who: str) -> str:
    by = row.get(who) or {}
    return " ".join(part for part in (by.get("first_name"), by.get("last_name")) if part)


def _saved_on(row: Row) -> str:
    """When a person saved a chart. The server says it in its own time, and only of `changed_on` in both."""
    saved, utc, local = (row.get(name) for name in ("last_saved_at", "changed_on_utc", "changed_on_dttm"))
    if not saved or not utc or local is None:
        return ""
    try:
        own = datetime.fromtimestamp(float(local) / 1000, UTC).replace(tzinfo=None)
        ahead = own - datetime.fromisoformat(str(utc)).astimezone(UTC).replace(tzinfo=None)
        ahead = timedelta(minutes=round(ahead.total_seconds() / 60))
        return (datetime.fromisoformat(str(saved)).replace(tzinfo=None) - ahead).replace(tzinfo=UTC).isoformat()
    except ValueError:
        return ""


def _page_of(session: Session, kind: Kind, row: Row) -> str:
    if kind is Kind.DASHBOARD:
        return session.address.url(f"/superset/dashboard/{quote(str(row.get('slug') or row['id']), safe='')}/")
    if kind is Kind.CHART:
        return session.address.url(f"/explore/?slice_id={row['id']}")
    if kind is Kind.DATASET:
        return session.address.url(f"/explore/?datasource_type=table&datasource_id={row['id']}")
    return ""
