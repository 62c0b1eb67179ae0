"""Owns what Superset's importer needs but does not check: without it, it fails without a reason (measured on 6.1.0)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from superset_gitops.edges.superset.bundle_document import kind_of
from superset_gitops.edges.superset.rejection import ImportProblem
from superset_gitops.model.asset import Document, Kind

_MAPPINGS = {Kind.DATABASE: "extra", Kind.CHART: "params", Kind.DASHBOARD: "position"}
_UUIDS = ("uuid", "database_uuid", "dataset_uuid")


def find_unchecked(documents: Mapping[str, Document]) -> list[ImportProblem]:
    """One problem for each thing that would break the importer after its own validation."""
    return [
        ImportProblem(path, field, message)
        for path, document in sorted(documents.items())
        for field, message in (*_shape(path, document), *_chart_numbers(path, document))
    ]


def _shape(path: str, document: Document) -> Iterator[tuple[str, str]]:
    kind = kind_of(path)
    needed = _MAPPINGS.get(kind) if kind else None
    if needed and not isinstance(document.get(needed), dict):
        yield needed, "must be a mapping; an empty one will do"
    for field in _UUIDS:
        if field in document and not _is_canonical(document[field]):
            yield field, "must be a uuid in lower case with hyphens"
    if document.get("is_managed_externally", False) is None:
        yield "is_managed_externally", "must not be null"


def _chart_numbers(path: str, document: Document) -> Iterator[tuple[str, str]]:
    """Metadata names charts by the `chartId` of their place in the layout; an unknown one is a KeyError."""
    if kind_of(path) is not Kind.DASHBOARD or not isinstance(document.get("position"), dict):
        return
    known = set()
    for key, node in document["position"].items():
        if isinstance(node, dict) and node.get("type") == "CHART" and (node.get("meta") or {}).get("uuid"):
            if "chartId" not in node["meta"]:
                yield f"position.{key}.meta.chartId", "is missing"
            known.add(str(node["meta"].get("chartId")))
    metadata = document.get("metadata") or {}
    for field in ("expanded_slices", "timed_refresh_immune_slices"):
        for number in metadata.get(field) or ():
            if str(number) not in known:
                yield f"metadata.{field}", f"names chart {number}, which has no place in the layout"


def _is_canonical(value: object) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False
