"""Owns deleting one asset, and asking beforehand what hangs on it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from superset_gitops.edges.superset.answers import message_of
from superset_gitops.edges.superset.session import Session
from superset_gitops.errors import Unavailable
from superset_gitops.model.asset import Kind


class StillUsed(Unavailable):
    """The server refuses to delete it: `what` is its own words."""


def delete_asset(session: Session, kind: Kind, numeric_id: int) -> None:
    """Delete one asset; that it is gone already is as good.

    Measured on 6.1.0: deleting a dataset asks nothing and orphans its charts; a database takes its saved queries with
    it; a chart's place in a dashboard's layout stays behind.

    Raises:
        StillUsed: reports, or a database's datasets, still use it.
        Unavailable: refused otherwise, or not reachable.
    """
    answer = session.request("DELETE", f"/api/v1/{kind.value}/{numeric_id}")
    if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        raise StillUsed(message_of(answer), where=session.address.root, remedy="delete first what uses it")
    if answer.status_code not in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
        raise session.unexpected(answer, f"delete {kind} {numeric_id}")


def related_objects(session: Session, kind: Kind, numeric_id: int) -> Mapping[str, Any]:
    """What hangs on a database or dataset: `{"charts": {"count", "result"}, "dashboards": …}` as the server says it.

    Raises:
        Unavailable: not readable.
    """
    # 6.1.0 redirects each kind's other spelling.
    slash = "/" if kind is Kind.DATABASE else ""
    return session.get_json(f"/api/v1/{kind.value}/{numeric_id}/related_objects{slash}")
