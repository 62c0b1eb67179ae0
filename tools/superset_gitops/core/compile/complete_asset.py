"""Owns the step from a small, readable source document to the complete one that Superset's importer takes.

The source documents have passed their schema, so shapes are given here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from superset_gitops.core.compile import complete_fields as fields
from superset_gitops.core.compile.complete_dashboard import complete_dashboard
from superset_gitops.core.compile.complete_fields import complete_fields
from superset_gitops.core.versions import NEWEST, Release
from superset_gitops.model.asset import Document, Kind
from superset_gitops.schemas import unknown_fields


def complete_asset(kind: Kind, source: Document, chart_names: Mapping[str, str], release: Release = NEWEST) -> Document:
    """The complete document of an asset, with no field that the release would refuse.

    Args:
        kind: the asset's kind.
        source: the parsed YAML of the rendered template.
        chart_names: uuid → title of the charts that the bundle holds, for dashboards.
        release: of the Superset that it is meant for.
    """
    match kind:
        case Kind.DATABASE:
            return _complete_database(source, release)
        case Kind.DATASET:
            return _complete_dataset(source, release)
        case Kind.CHART:
            return _complete_chart(source)
        case Kind.DASHBOARD:
            return complete_dashboard(source, chart_names)


def _complete_database(source: Document, release: Release) -> Document:
    # Two spellings of one field: Superset renamed it in its database, but not in this format.
    if "allow_file_upload" in source:
        source = {"allow_csv_upload": source["allow_file_upload"], **source}
    document = complete_fields(source, fields.DATABASE, unknown_fields("database", release.version)[""])
    extra = dict(document["extra"])
    if "schemas_allowed_for_file_upload" in extra:
        extra["schemas_allowed_for_csv_upload"] = extra.pop("schemas_allowed_for_file_upload")
    document["extra"] = extra
    return document


def _complete_dataset(source: Document, release: Release) -> Document:
    unknown = unknown_fields("dataset", release.version)
    document = complete_fields(source, fields.DATASET, unknown[""])
    document["columns"] = [complete_fields(each, fields.COLUMN, unknown["columns"]) for each in document["columns"]]
    document["metrics"] = [_complete_metric(metric, unknown["metrics"], release) for metric in document["metrics"]]
    return document


def _complete_metric(source: Document, unknown: Collection[str], release: Release) -> Document:
    metric = complete_fields(source, fields.METRIC, unknown)
    if release.currency_as_text and metric["currency"] is not None:
        metric["currency"] = json.dumps(metric["currency"], ensure_ascii=False)
    return metric


def _complete_chart(source: Document) -> Document:
    document = complete_fields(source, fields.CHART)
    params: dict[str, Any] = {**document["params"], "viz_type": document["viz_type"]}
    params.setdefault("annotation_layers", [])
    document["params"] = params
    return document
