"""Owns finding assets on the server that have a bundle's natural key under another uuid.

Superset's importer matches by uuid and by every unique constraint: it adopts such a row, or fails (measured on 6.1.0).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from superset_gitops.edges.superset.bundle_document import kind_of
from superset_gitops.edges.superset.list_changes import list_kind
from superset_gitops.edges.superset.list_rows import Row
from superset_gitops.edges.superset.rejection import ImportProblem
from superset_gitops.edges.superset.session import Session
from superset_gitops.model.asset import Document, Kind

NaturalKey = tuple[object, ...]


def find_collisions(session: Session, documents: Mapping[str, Document]) -> list[ImportProblem]:
    """One problem for each file whose natural key, or whose dataset's uuid in another database, is taken.

    Raises:
        Unavailable: the server's lists cannot be read.
    """
    kinds = {kind_of(path) for path in documents} & _OF_DOCUMENT.keys()
    rows = {kind: list_kind(session, kind) for kind in kinds if kind is not None}
    return [
        ImportProblem(path, field, message)
        for path, document in sorted(documents.items())
        if (kind := kind_of(path)) in rows and kind is not None
        for field, message in _clashes(kind, document, rows[kind])
    ]


def _clashes(kind: Kind, document: Document, rows: list[Row]) -> Iterator[tuple[str, str]]:
    field, of_document, of_row = _OF_DOCUMENT[kind]
    wanted = of_document(document)
    for row in rows:
        same_asset = str(row["uuid"]) == str(document.get("uuid"))
        if not same_asset and wanted is not None and of_row(row) == wanted:
            yield field, f"taken by the {kind} with uuid {row['uuid']}"
        if same_asset and kind is Kind.DATASET and _database(row) != document.get("database_uuid"):
            yield "database_uuid", "a dataset cannot move to another database: delete it in Superset first"


def _database(row: Row) -> object:
    return (row.get("database") or {}).get("uuid")


def _dataset_key(document: Mapping[str, object]) -> NaturalKey:
    return document.get("database_uuid"), document.get("schema"), document.get("table_name")


def _dataset_row_key(row: Row) -> NaturalKey:
    return _database(row), row.get("schema"), row.get("table_name")


def _slug(mapping: Mapping[str, object]) -> NaturalKey | None:
    return (mapping["slug"],) if mapping.get("slug") else None


def _database_name(mapping: Mapping[str, object]) -> NaturalKey:
    return (mapping.get("database_name"),)


_KeyOf = Callable[[Mapping[str, object]], NaturalKey | None]
_OF_DOCUMENT: Mapping[Kind, tuple[str, _KeyOf, _KeyOf]] = {
    Kind.DATABASE: ("database_name", _database_name, _database_name),
    Kind.DATASET: ("table_name", _dataset_key, _dataset_row_key),
    Kind.DASHBOARD: ("slug", _slug, _slug),
}
