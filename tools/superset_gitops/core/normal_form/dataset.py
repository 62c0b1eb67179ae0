"""Owns the normal form of a dataset."""

from __future__ import annotations

from typing import Any

from superset_gitops.core.normal_form.fields import filled, parsed_object, without_empty
from superset_gitops.model.asset import Document

# Superset's column defaults (connectors/sqla/models.py of 6.1.0).
DEFAULTS: Document = {
    "table_name": "",
    "database_uuid": "",
    "main_dttm_col": None,
    "currency_code_column": None,
    "description": None,
    "default_endpoint": None,
    "offset": 0,
    "cache_timeout": None,
    "schema": None,
    "sql": None,
    "filter_select_enabled": True,
    "fetch_values_predicate": None,
    "normalize_columns": False,
    "always_filter_main_dttm": False,
}
COLUMN_DEFAULTS: Document = {
    "verbose_name": None,
    "is_dttm": False,
    "is_active": True,
    "advanced_data_type": None,
    "groupby": True,
    "filterable": True,
    "expression": None,
    "description": None,
    "python_date_format": None,
}
METRIC_DEFAULTS: Document = {
    "expression": "",
    "verbose_name": None,
    "metric_type": None,
    "description": None,
    "d3format": None,
    "warning_text": None,
}
# Filled in by the server when somebody presses "sync columns": compared only where the template says them.
DERIVED_COLUMN_FIELDS = ("type", "datetime_format")


def normalize_dataset(document: Document) -> Document:
    """Columns and metrics become mappings by name: the server orders them by the letters of their text (measured)."""
    normal = filled(document, DEFAULTS)
    for name in ("params", "template_params", "extra"):
        normal[name] = parsed_object(document.get(name))
    if document.get("catalog"):
        normal["catalog"] = document["catalog"]
    if document.get("folders"):
        normal["folders"] = document["folders"]
    normal["columns"] = {str(item.get("column_name")): _column(item) for item in _objects(document.get("columns"))}
    normal["metrics"] = {str(item.get("metric_name")): _metric(item) for item in _objects(document.get("metrics"))}
    return normal


def _objects(value: Any) -> list[Document]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _column(column: Document) -> Document:
    normal = filled(column, COLUMN_DEFAULTS)
    normal["extra"] = without_empty(parsed_object(column.get("extra")))
    for name in DERIVED_COLUMN_FIELDS:
        if column.get(name):
            normal[name] = column[name]
    return normal


def _metric(metric: Document) -> Document:
    normal = filled(metric, METRIC_DEFAULTS)
    # The dataset editor writes an empty warning into every metric and column (measured on 6.1.0).
    normal["extra"] = without_empty(parsed_object(metric.get("extra")))
    normal["currency"] = parsed_object(metric.get("currency"))
    return normal
