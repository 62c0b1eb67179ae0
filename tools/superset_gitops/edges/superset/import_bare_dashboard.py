"""Owns writing a dashboard without charts, which the import of all kinds cannot do cleanly.

Measured on 6.1.0: for each such dashboard, at every import, the import of all kinds leaves a row of NULLs in
`dashboard_slices`. The import of dashboards leaves none, and where the file has no `theme_uuid` the theme stays; a
native filter's dataset must be sent along (a 500 otherwise), and it and its database keep even their `changed_on`.
"""

from __future__ import annotations

from http import HTTPStatus

import yaml

from superset_gitops.edges.superset.bundle_document import charts_of, filter_datasets_of, kind_of, parse_yaml
from superset_gitops.edges.superset.explain_refusal import explain_refusal
from superset_gitops.edges.superset.export_assets import METADATA, export_one
from superset_gitops.edges.superset.list_rows import list_rows
from superset_gitops.edges.superset.secrets import ConnectionSecrets
from superset_gitops.edges.superset.send_bundle import send_kind
from superset_gitops.edges.superset.session import Session
from superset_gitops.model.asset import Document, Kind

# What the import of all kinds never touches: the import of dashboards would set it, or reset it.
_NOT_OURS = frozenset({"theme_uuid", "tags"})


def is_bare(path: str, document: Document) -> bool:
    """Whether this is a dashboard without a single chart."""
    return kind_of(path) is Kind.DASHBOARD and not charts_of(document)


def import_bare_dashboard(session: Session, path: str, data: bytes) -> None:
    """Write one dashboard without charts; the datasets of its native filters are on the server.

    Raises:
        ImportRejected: refused; nothing was written.
        Unavailable: the server cannot be reached, or does not let us import.
    """
    document: Document = {key: value for key, value in parse_yaml(data).items() if key not in _NOT_OURS}
    files = _filter_datasets(session, document) | {path: yaml.safe_dump(document, sort_keys=False).encode()}
    secrets = ConnectionSecrets()
    answer = send_kind(session, Kind.DASHBOARD, files, secrets)
    if answer.status_code != HTTPStatus.OK:
        raise explain_refusal(session, answer, files, secrets, lambda: False)


def _filter_datasets(session: Session, dashboard: Document) -> dict[str, bytes]:
    wanted = filter_datasets_of(dashboard)
    rows = list_rows(session, Kind.DATASET.value, ("uuid",)) if wanted else []
    exports = [export_one(session, Kind.DATASET, row["id"]) for row in rows if str(row["uuid"]) in wanted]
    return {path: text.encode() for files in exports for path, text in files.items() if path != METADATA}
