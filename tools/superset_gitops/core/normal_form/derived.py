"""Owns the fields that only count where the template says them: derived by the server, or known to it alone."""

from __future__ import annotations

from superset_gitops.core.normal_form.dataset import DERIVED_COLUMN_FIELDS
from superset_gitops.model.asset import Document, Kind

# A chart's query context is four kilobytes of JSON that the front end derives from `params`; the others the server
# fills in or keeps to itself.
_DERIVED = {
    Kind.DATABASE: ("configuration_method", "encrypted_extra", "ssh_tunnel"),
    Kind.DATASET: ("catalog", "folders"),
    Kind.CHART: ("query_context",),
    Kind.DASHBOARD: (),
}


def project(kind: Kind, normal: Document, desired: Document) -> Document:
    """A normal form without the derived fields that `desired` does not have."""
    dropped = [name for name in _DERIVED[kind] if name not in desired]
    projected = {name: value for name, value in normal.items() if name not in dropped}
    if kind is Kind.DATASET:
        projected["columns"] = {
            name: _project_column(column, desired["columns"].get(name, {}))
            for name, column in normal["columns"].items()
        }
    return projected


def _project_column(column: Document, desired: Document) -> Document:
    dropped = [name for name in DERIVED_COLUMN_FIELDS if name not in desired]
    return {name: value for name, value in column.items() if name not in dropped}
