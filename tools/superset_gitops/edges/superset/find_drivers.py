"""Owns finding databases for which the server has no driver."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from superset_gitops.edges.superset.answers import json_of
from superset_gitops.edges.superset.bundle_document import kind_of
from superset_gitops.edges.superset.rejection import ImportProblem
from superset_gitops.edges.superset.session import Session
from superset_gitops.model.asset import Document, Kind


def missing_drivers(session: Session, documents: Mapping[str, Document]) -> list[ImportProblem]:
    """One problem for each database whose engine is not among those that the server says it can connect to.

    Raises:
        Unavailable: the server cannot be asked.
    """
    uris = {
        path: str(document.get("sqlalchemy_uri") or "")
        for path, document in sorted(documents.items())
        if kind_of(path) is Kind.DATABASE
    }
    if not uris:
        return []
    answer = session.request("GET", "/api/v1/database/available/")
    body = json_of(answer)
    if answer.status_code != HTTPStatus.OK or not isinstance(body, dict):
        return []
    engines = {str(one.get("engine")) for one in body.get("databases") or []}
    return [
        ImportProblem(
            path, "sqlalchemy_uri", f"the server has no driver for {engine!r}; it has {', '.join(sorted(engines))}"
        )
        for path, uri in uris.items()
        if (engine := uri.partition(":")[0].partition("+")[0]) not in engines
    ]
