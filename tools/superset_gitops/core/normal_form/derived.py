"""Owns the fields that only count where the template says them: derived by the server, or known to it alone."""

from __future__ import annotations

from superset_gitops.core.normal_form.dataset import DERIVED_COLUMN_FIELDS
from superset_gitops.core.normal_form.inherited import with_inherited
from superset_gitops.core.normal_form.ui_defaults import without_ui_defaults
from superset_gitops.model.asset import Document, Kind
from superset_gitops.schemas import SUPERSET_VERSION

# A chart's query context is four kilobytes of JSON that the front end derives from `params`; the others the server
# fills in or keeps to itself.
_DERIVED = {
    Kind.DATABASE: ("configuration_method", "encrypted_extra", "ssh_tunnel"),
    Kind.DATASET: ("catalog", "folders"),
    Kind.CHART: ("query_context",),
    Kind.DASHBOARD: (),
}


def project(
    kind: Kind,
    normal: Document,
    desired: Document,
    parent: Document | None = None,
    version: str = SUPERSET_VERSION,
) -> Document:
    """A normal form without the derived fields that `desired` does not have.

    Args:
        kind: of both.
        normal: what is projected.
        desired: what Git says, in normal form; `{}` says nothing.
        parent: in normal form; a chart's dataset, as some controls' defaults are its time column, and a dataset's
            database on the same side, whose cache timeout it inherits.
        version: the release of Superset, for what its Explore fills in.
    """
    dropped = [name for name in _DERIVED[kind] if name not in desired]
    projected = {name: value for name, value in normal.items() if name not in dropped}
    if kind is Kind.DATASET:
        projected["columns"] = {
            name: _project_column(column, desired.get("columns", {}).get(name, {}))
            for name, column in normal["columns"].items()
        }
        projected = with_inherited(projected, desired, parent)
    elif kind is Kind.CHART:
        projected = without_ui_defaults(projected, desired.get("params", {}), parent, version)
    return projected


def _project_column(column: Document, desired: Document) -> Document:
    dropped = [name for name in DERIVED_COLUMN_FIELDS if name not in desired]
    return {name: value for name, value in column.items() if name not in dropped}
