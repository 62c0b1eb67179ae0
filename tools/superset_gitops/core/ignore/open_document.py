"""Owns a document opened: each value stands at the path that comparisons know it by, and none is lost or made up.

Lists that a normal form makes mappings of are mappings here, too, and JSON text is parsed; closing makes them what they
were. Dashboards, whose chart ids are numbers, have a module of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from superset_gitops.core.compile import complete_fields as fields
from superset_gitops.core.normal_form.fields import parsed_object
from superset_gitops.model.asset import Document, Kind

_PARSED: Mapping[Kind, tuple[str, ...]] = {
    Kind.DATABASE: ("extra",),
    Kind.DATASET: ("params", "template_params", "extra"),
    Kind.CHART: ("params",),
    Kind.DASHBOARD: ("position", "metadata"),
}
_FIELDS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.DATABASE: fields.DATABASE,
    Kind.DATASET: fields.DATASET,
    Kind.CHART: fields.CHART,
    Kind.DASHBOARD: fields.DASHBOARD,
}
# Lists of a dataset: by which field, and what each element has.
_NAMED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "columns": ("column_name", fields.COLUMN),
    "metrics": ("metric_name", fields.METRIC),
}


def open_document(kind: Kind, document: Document) -> Document:
    """The opened document, with the fields that this kind's importer takes, each in its newest spelling.

    What is null although its column has a default is that default, as in a normal form: sent as null it would be NULL,
    or refused.
    """
    source = dict(document)
    if kind is Kind.DATABASE:
        source.setdefault("allow_csv_upload", source.get("allow_file_upload"))
    opened = _filled(source, _FIELDS[kind])
    for name in _PARSED[kind]:
        if name in opened:
            opened[name] = parsed_object(opened[name])
    if kind is Kind.DATABASE and "schemas_allowed_for_file_upload" in opened.get("extra", {}):
        uploads = opened["extra"].pop("schemas_allowed_for_file_upload")
        opened["extra"].setdefault("schemas_allowed_for_csv_upload", uploads)
    if kind is Kind.DATASET:
        for name, (key, known) in _NAMED.items():
            entries = [entry for entry in opened.get(name) or [] if isinstance(entry, dict)]
            opened[name] = {str(entry.get(key)): _entry(entry, known) for entry in entries}
    return opened


def close_field(kind: Kind, name: str, value: Any) -> Any:
    """What stands in a document for a field of the first level that was opened."""
    return list(value.values()) if kind is Kind.DATASET and name in _NAMED else value


def _entry(entry: Document, known: Mapping[str, Any]) -> Document:
    opened = _filled(entry, known)
    return {name: parsed_object(value) if name == "extra" else value for name, value in opened.items()}


def _filled(document: Document, known: Mapping[str, Any]) -> Document:
    def value_of(name: str) -> Any:
        value, default = document[name], known[name]
        return default if value is None and default is not fields.OMIT else value

    return {name: value_of(name) for name in document if name in known}
