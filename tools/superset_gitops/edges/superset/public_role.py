"""Owns finding where a bearer token is ignored.

Measured on 6.1.0: where the role Public may read a kind, an endpoint of that kind does not look at the bearer token,
and answers as to a stranger: empty lists, 404, a 500 for exports. A session cookie is not ignored.
"""

from __future__ import annotations

from http import HTTPStatus

from superset_gitops.edges.superset.session import Session
from superset_gitops.model.asset import Kind


def readable_by_anybody(session: Session) -> tuple[str, ...]:
    """The kinds that this server shows to somebody who is not logged in.

    Raises:
        Unavailable: the server cannot be reached.
    """
    query = {"keys": ["permissions"]}
    answers = {kind.value: session.anonymously(f"/api/v1/{kind.value}/_info", query=query) for kind in Kind}
    return tuple(kind for kind, answer in answers.items() if answer.status_code == HTTPStatus.OK)
