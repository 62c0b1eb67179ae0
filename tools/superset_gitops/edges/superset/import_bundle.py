"""Owns writing assets to a Superset so that nothing is lost, and so that a refusal has a reason."""

from __future__ import annotations

from collections.abc import Callable, Collection
from http import HTTPStatus

import requests

from superset_gitops.core.versions import Release
from superset_gitops.edges.superset.bundle_document import documents_of, kind_of
from superset_gitops.edges.superset.check_references import missing_references
from superset_gitops.edges.superset.explain_refusal import explain_refusal
from superset_gitops.edges.superset.guard_connections import guard_connections
from superset_gitops.edges.superset.import_bare_dashboard import import_bare_dashboard, is_bare
from superset_gitops.edges.superset.import_by_kind import batches, live_parents
from superset_gitops.edges.superset.list_rows import Row, list_rows
from superset_gitops.edges.superset.rejection import ImportRejected
from superset_gitops.edges.superset.secrets import ConnectionSecrets
from superset_gitops.edges.superset.send_bundle import Files, send_assets, send_kind
from superset_gitops.edges.superset.session import Session
from superset_gitops.edges.superset.settle_links import settle_links
from superset_gitops.model.asset import Kind


def import_assets(session: Session, files: Files, secrets: ConnectionSecrets, release: Release) -> None:
    """Write these assets, of any kinds, and nothing else; what they refer to is among them or on the server.

    A 200 says little: the caller reads back what it wrote.

    Args:
        session: the conversation with the server.
        files: paths as in an export (`charts/a.yaml`) to YAML.
        secrets: keyed by those paths.
        release: the server's.

    Raises:
        ImportRejected: not sent, because references are missing or stored secrets would be lost; or refused.
        ImportHalfDone: refused, but the server kept the databases.
        Unavailable: the server cannot be reached, or does not let us import.
    """
    documents = documents_of(files)
    missing = missing_references(session, documents)
    if missing:
        raise ImportRejected(
            "this import refers to what does not exist, so it was not sent",
            tuple(missing),
            where=session.address.root,
            remedy="import it together with what it refers to",
        )
    if release.sparse:
        alone = sorted(path for path, document in documents.items() if is_bare(path, document))
        rest = {path: data for path, data in files.items() if path not in alone}
        if rest:
            _write(session, rest, secrets, lambda safe: send_assets(session, safe, secrets))
        for path in alone:
            import_bare_dashboard(session, path, files[path])
    else:
        alone = [path for path in documents if kind_of(path) is Kind.DASHBOARD]
        for kind, batch in batches(files):
            _write_kind(session, kind, batch, secrets)
    if not release.replaces_links:
        settle_links(session, [documents[path] for path in alone])


def import_databases(session: Session, files: Files, secrets: ConnectionSecrets) -> None:
    """Write databases, and only these: apart from other kinds, a refusal has its reason and leaves nothing behind.

    Args:
        session: the conversation with the server.
        files: paths `databases/….yaml` to YAML.
        secrets: keyed by those paths.

    Raises:
        ImportRejected: not sent, because stored secrets would be lost; or refused.
        ImportHalfDone: refused, but the server kept some of it.
        Unavailable: the server cannot be reached, or does not let us import.
    """
    _write(session, files, secrets, lambda safe: send_kind(session, Kind.DATABASE, safe, secrets))


def _write_kind(session: Session, kind: Kind, files: Files, secrets: ConnectionSecrets) -> None:
    parents = live_parents(session, files)
    _write(session, files, secrets, lambda safe: send_kind(session, kind, {**parents, **safe}, secrets))


def _write(
    session: Session, files: Files, secrets: ConnectionSecrets, send: Callable[[Files], requests.Response]
) -> None:
    databases = {
        str(document.get("uuid")) for path, document in documents_of(files).items() if kind_of(path) is Kind.DATABASE
    }
    before = _stored(session, databases)
    safe = guard_connections(session, files, secrets, {uuid: int(row["id"]) for uuid, row in before.items()})
    answer = send(safe)
    if answer.status_code != HTTPStatus.OK:
        raise explain_refusal(session, answer, safe, secrets, lambda: _stored(session, databases) != before)


def _stored(session: Session, databases: Collection[str]) -> dict[str, Row]:
    """Those of the databases that the server has, with when each was last changed."""
    if not databases:
        return {}
    rows = list_rows(session, Kind.DATABASE.value, ("uuid", "database_name", "changed_on"))
    return {str(row["uuid"]): row for row in rows if str(row["uuid"]) in databases}
