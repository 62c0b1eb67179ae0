"""Owns writing assets to a Superset."""

from __future__ import annotations

from http import HTTPStatus

from superset_gitops.edges.superset.secrets import ConnectionSecrets
from superset_gitops.edges.superset.send_bundle import Files, send_assets
from superset_gitops.edges.superset.session import Session


def import_assets(session: Session, files: Files, secrets: ConnectionSecrets) -> None:
    """Write these assets, of any kinds; their parents are among them or exist.

    Args:
        session: the conversation with the server.
        files: paths as in an export (`charts/a.yaml`) to YAML.
        secrets: keyed by those paths.

    Raises:
        Unavailable: the server did not take them.
    """
    answer = send_assets(session, files, secrets)
    if answer.status_code != HTTPStatus.OK:
        raise session.unexpected(answer, "import")
