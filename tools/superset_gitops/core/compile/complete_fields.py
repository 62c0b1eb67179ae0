"""Owns the fields of each kind in Superset 6.1.0's export, in its order, with the default that an absent one takes.

An absent key leaves the runtime's value alone and null overrides a column's default only on update, so a bundle
names every field. `OMIT` marks what stays out unless a template declares it: required fields, whose absence the schema
reports, and what Superset derives or must not be told.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from typing import Any, Final

from superset_gitops.model.asset import Document

OMIT: Final = object()

DATABASE: Mapping[str, Any] = {
    "database_name": OMIT,
    "sqlalchemy_uri": OMIT,
    "cache_timeout": None,
    "expose_in_sqllab": True,
    "allow_run_async": False,
    "allow_ctas": False,
    "allow_cvas": False,
    "allow_dml": False,
    "allow_csv_upload": False,
    "extra": {},
    "impersonate_user": False,
    "configuration_method": "sqlalchemy_form",
    "uuid": OMIT,
    "password": OMIT,
    "encrypted_extra": OMIT,
    "masked_encrypted_extra": OMIT,
    "ssh_tunnel": OMIT,
    "is_managed_externally": OMIT,
    "external_url": OMIT,
    "version": "1.0.0",
}
DATASET: Mapping[str, Any] = {
    "table_name": OMIT,
    "main_dttm_col": None,
    "currency_code_column": None,
    "description": None,
    "default_endpoint": None,
    "offset": 0,
    "cache_timeout": None,
    "catalog": None,
    "schema": None,
    "sql": None,
    "params": None,
    "template_params": None,
    "filter_select_enabled": True,
    "fetch_values_predicate": None,
    "extra": None,
    "normalize_columns": False,
    "always_filter_main_dttm": False,
    "folders": None,
    "uuid": OMIT,
    "metrics": [],
    "columns": [],
    "is_managed_externally": OMIT,
    "external_url": OMIT,
    "version": "1.0.0",
    "database_uuid": OMIT,
}
COLUMN: Mapping[str, Any] = {
    "column_name": OMIT,
    "verbose_name": None,
    "is_dttm": False,
    "is_active": True,
    "type": OMIT,
    "advanced_data_type": None,
    "groupby": True,
    "filterable": True,
    "expression": None,
    "description": None,
    "python_date_format": None,
    "datetime_format": OMIT,
    "extra": {},
}
METRIC: Mapping[str, Any] = {
    "metric_name": OMIT,
    "verbose_name": None,
    "metric_type": None,
    "expression": OMIT,
    "description": None,
    "d3format": None,
    "currency": None,
    "extra": {},
    "warning_text": None,
}
CHART: Mapping[str, Any] = {
    "slice_name": OMIT,
    "description": None,
    "certified_by": None,
    "certification_details": None,
    "viz_type": OMIT,
    "params": {},
    "query_context": OMIT,
    "cache_timeout": None,
    "uuid": OMIT,
    "is_managed_externally": OMIT,
    "external_url": OMIT,
    "version": "1.0.0",
    "dataset_uuid": OMIT,
}
DASHBOARD: Mapping[str, Any] = {
    "dashboard_title": OMIT,
    "description": None,
    "css": None,
    "slug": None,
    "certified_by": None,
    "certification_details": None,
    "published": False,
    "uuid": OMIT,
    "theme_id": OMIT,
    "is_managed_externally": OMIT,
    "external_url": OMIT,
    "position": {},
    "metadata": {},
    "version": "1.0.0",
}


def complete_fields(document: Document, fields: Mapping[str, Any], unknown: Collection[str] = ()) -> Document:
    """The document with every field named, in the export's order; keys that are no fields are left out.

    Args:
        document: what the template says.
        fields: the fields of its kind with their defaults.
        unknown: those that the target's release does not know.
    """
    complete: Document = {}
    for name, default in fields.items():
        if name in unknown:
            continue
        if name in document:
            complete[name] = document[name]
        elif default is not OMIT:
            complete[name] = copy.deepcopy(default)
    return complete
