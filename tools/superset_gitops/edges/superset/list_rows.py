"""Owns reading a list endpoint to its end, and proving that it was complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from superset_gitops.edges.superset.session import Session
from superset_gitops.errors import Unavailable

Row = Mapping[str, Any]
Filters = Sequence[Mapping[str, Any]]

# Superset clamps larger pages to this (FAB_API_MAX_PAGE_SIZE); `/database/` alone has no limit.
_PAGE = 100
_ATTEMPTS = 3
# Lists that can be filtered by id (measured on 6.1.0), so that they can be halved instead of paged.
_DIVISIBLE = frozenset({"chart", "dashboard", "dataset"})


def list_rows(session: Session, resource: str, columns: Sequence[str], filters: Filters = ()) -> list[Row]:
    """Every row of `/api/v1/<resource>/`, by ascending id; columns that this version lacks are missing in the rows.

    A save while we read shifts the pages, and ties in their order may too: a result that does not add up to the
    server's own count is read again.

    Raises:
        Unavailable: not readable, or never as many rows as the server counts.
    """
    wanted = ["id", *columns]
    rows, counted = _by_pages(session, resource, wanted, filters)
    for _ in range(_ATTEMPTS - 1):
        if len(rows) == counted:
            break
        if resource in _DIVISIBLE:
            rows, counted = _by_halves(session, resource, wanted, filters)
        else:
            rows, counted = _by_pages(session, resource, wanted, filters)
    if len(rows) != counted:
        raise Unavailable(
            f"the list of {resource}s is incomplete: {len(rows)} of {counted}",
            where=session.address.root,
            remedy="run it again; somebody changed it while it was read",
        )
    return [rows[key] for key in sorted(rows)]


def _by_pages(session: Session, resource: str, columns: Sequence[str], filters: Filters) -> tuple[dict[int, Row], int]:
    rows: dict[int, Row] = {}
    number = 0
    while True:
        page = _page(session, resource, columns, filters, number)
        rows |= {row["id"]: row for row in page["result"]}
        number += 1
        if not page["result"] or number * _PAGE >= page["count"]:
            return rows, page["count"]


def _by_halves(session: Session, resource: str, columns: Sequence[str], filters: Filters) -> tuple[dict[int, Row], int]:
    """Halve by id until each part fits on one page: no order, and so no tie, is involved."""
    page = _page(session, resource, columns, filters, 0)
    rows = {row["id"]: row for row in page["result"]}
    if page["count"] <= _PAGE or len(rows) < 2:
        return rows, page["count"]
    middle = sorted(rows)[len(rows) // 2]
    lower, below = _by_halves(session, resource, columns, [*filters, {"col": "id", "opr": "lt", "value": middle}])
    upper, above = _by_halves(session, resource, columns, [*filters, {"col": "id", "opr": "gt", "value": middle}])
    return {**lower, middle: rows[middle], **upper}, below + above + 1


def _page(session: Session, resource: str, columns: Sequence[str], filters: Filters, number: int) -> Row:
    query: dict[str, Any] = {"columns": columns, "page": number, "page_size": _PAGE, "keys": ["none"]}
    if filters:
        query["filters"] = filters
    return session.get_json(f"/api/v1/{resource}/", query=query)
