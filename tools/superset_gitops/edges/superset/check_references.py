"""Owns finding parents that are neither in a bundle nor on the server, before the server is asked to import it.

Measured on 6.1.0: without them a chart or dataset is an opaque 500, and a dashboard is a 200 that loses chart links.
"""

from __future__ import annotations

from collections.abc import Mapping

from superset_gitops.edges.superset.bundle_document import kind_of, parents_of, title_of
from superset_gitops.edges.superset.list_rows import list_rows
from superset_gitops.edges.superset.rejection import ImportProblem
from superset_gitops.edges.superset.session import Session
from superset_gitops.model.asset import AssetId, Document, Kind


def missing_references(session: Session, documents: Mapping[str, Document]) -> list[ImportProblem]:
    """One problem for each reference that resolves nowhere.

    Raises:
        Unavailable: the server's lists cannot be read.
    """
    inside = {
        AssetId(kind, str(document.get("uuid")))
        for path, document in documents.items()
        if (kind := kind_of(path)) is not None
    }
    outside = [
        (path, field, parent)
        for path, document in sorted(documents.items())
        for field, parent in parents_of(path, document)
        if parent not in inside
    ]
    there = {kind: _uuids(session, kind) for kind in {parent.kind for _, _, parent in outside}}
    return [
        ImportProblem(
            path, field, f"there is no {parent} on the server or in this import", title_of(path, documents[path])
        )
        for path, field, parent in outside
        if parent.uuid not in there[parent.kind]
    ]


def _uuids(session: Session, kind: Kind) -> set[str]:
    return {str(row["uuid"]) for row in list_rows(session, kind.value, ("uuid",))}
