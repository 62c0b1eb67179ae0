"""Charts and native filters use columns and metrics that their dataset has.

Looked at is what names one for certain: the params that choose columns or metrics, simple metrics and simple filters.
Custom SQL is the database's to judge. A chart with an unknown column is imported without a word and draws an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from superset_gitops.core.compile.finding import Finding
from superset_gitops.core.documents.suggest import did_you_mean
from superset_gitops.core.validate.chart_names import Use, names_used
from superset_gitops.core.validate.project_view import View
from superset_gitops.model.asset import Document, Kind

ID = "unknown-column"


def check(view: View) -> Iterator[Finding]:
    """Uses of columns and metrics that do not exist."""
    for chart in view.of_kind(Kind.CHART):
        dataset = view.document(Kind.DATASET, chart.document["dataset_uuid"])
        if not dataset:
            continue
        for at, name, use in names_used(chart.document["params"], chart.document["viz_type"]):
            message = _complaint(dataset, name, use)
            if message:
                yield view.finding(chart, ("params", *at), message, ID)
    yield from _filter_columns(view)
    yield from _dataset_columns(view)


def _filter_columns(view: View) -> Iterator[Finding]:
    for dashboard in view.of_kind(Kind.DASHBOARD):
        for index, native_filter in enumerate(dashboard.document["metadata"]["native_filter_configuration"]):
            for number, target in enumerate(native_filter["targets"]):
                dataset = view.document(Kind.DATASET, target.get("datasetUuid"))
                if not dataset or "column" not in target:
                    continue
                message = _complaint(dataset, target["column"]["name"], Use.COLUMN)
                if message:
                    at = ("metadata", "native_filter_configuration", index, "targets", number, "column", "name")
                    yield view.finding(dashboard, at, message, ID)


def _dataset_columns(view: View) -> Iterator[Finding]:
    for dataset in view.of_kind(Kind.DATASET):
        for field in ("main_dttm_col", "currency_code_column"):
            name = dataset.document.get(field)
            message = _complaint(dataset.document, name, Use.COLUMN) if name else ""
            if message:
                yield view.finding(dataset, (field,), message, ID)


def _complaint(dataset: Document, name: str, use: Use) -> str:
    columns = {column["column_name"] for column in dataset["columns"]}
    metrics = {metric["metric_name"] for metric in dataset["metrics"]}
    known = {Use.COLUMN: columns, Use.METRIC: metrics, Use.EITHER: columns | metrics}[use]
    if name in known:
        return ""
    hint = did_you_mean(name, known)
    if not hint and name in columns | metrics:
        hint = f" ({name!r} is a {'column' if name in columns else 'metric'})"
    return f"the dataset {dataset['table_name']} has no {use} {name!r}{hint}"
