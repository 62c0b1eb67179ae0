"""Every reference leads to an asset of the same environment.

A chart to its dataset, a dataset to its database, a dashboard to its charts, a native filter to its dataset, and a
dashboard's metadata to charts of its own layout. Superset answers such an import with an unknown reason, or with
success and a dashboard that has lost its charts. Refer with `ref()`, which knows every template.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from superset_gitops.core.compile.chart_ids import ChartIds, element_type
from superset_gitops.core.compile.finding import Finding
from superset_gitops.core.documents.read_yaml import DocumentPath
from superset_gitops.core.validate.project_view import View
from superset_gitops.model.asset import Asset, Kind

ID = "reference"


def check(view: View) -> Iterator[Finding]:
    """References that lead nowhere."""
    for dataset in view.of_kind(Kind.DATASET):
        yield from _leads(view, dataset, ("database_uuid",), dataset.document["database_uuid"], Kind.DATABASE)
    for chart in view.of_kind(Kind.CHART):
        yield from _leads(view, chart, ("dataset_uuid",), chart.document["dataset_uuid"], Kind.DATASET)
    for dashboard in view.of_kind(Kind.DASHBOARD):
        yield from _layout(view, dashboard)
        yield from _filters(view, dashboard)
        yield from _chart_references(view, dashboard)


def _leads(view: View, asset: Asset, at: DocumentPath, uuid: object, kind: Kind) -> Iterator[Finding]:
    if view.document(kind, uuid) is None and not view.is_broken(uuid):
        message = f'no {kind} of this environment has the uuid {uuid}: write {{{{ ref("{kind.folder}/…") }}}}'
        yield view.finding(asset, at, message, ID)


def _layout(view: View, dashboard: Asset) -> Iterator[Finding]:
    for key, element in dashboard.document["position"].items():
        if isinstance(element, dict) and element_type(key, element) == "CHART":
            uuid = element["meta"].get("uuid")
            if uuid is None:
                yield view.finding(dashboard, ("position", key), f"{key} names no chart: it needs meta.uuid", ID)
            else:
                yield from _leads(view, dashboard, ("position", key, "meta", "uuid"), uuid, Kind.CHART)


def _filters(view: View, dashboard: Asset) -> Iterator[Finding]:
    for index, native_filter in enumerate(dashboard.document["metadata"]["native_filter_configuration"]):
        for number, target in enumerate(native_filter["targets"]):
            if "datasetUuid" in target:
                at = ("metadata", "native_filter_configuration", index, "targets", number, "datasetUuid")
                yield from _leads(view, dashboard, at, target["datasetUuid"], Kind.DATASET)


def _chart_references(view: View, dashboard: Asset) -> Iterator[Finding]:
    source = view.source(dashboard)
    chart_ids = ChartIds.of(source["position"])
    for at, reference, on_key in _metadata_references(source.get("metadata") or {}):
        if chart_ids.resolve(reference) is None and not view.is_broken(reference):
            message = f"{reference!r} is no chart of this dashboard's layout: Superset would drop it, or fail"
            yield view.finding(dashboard, ("metadata", *at), message, ID, on_key=on_key)


def _metadata_references(metadata: dict[str, Any]) -> Iterator[tuple[DocumentPath, object, bool]]:
    """Path, reference, and whether it is the key: all places in a dashboard's metadata that name a chart."""
    for key in metadata.get("expanded_slices") or {}:
        yield ("expanded_slices", key), key, True
    for index, reference in enumerate(metadata.get("timed_refresh_immune_slices") or []):
        yield ("timed_refresh_immune_slices", index), reference, False
    for key, value in (metadata.get("chart_configuration") or {}).items():
        yield ("chart_configuration", key), key, True
        yield from _excluded(("chart_configuration", key, "crossFilters"), value.get("crossFilters"))
    yield from _excluded(("global_chart_configuration",), metadata.get("global_chart_configuration"))
    for index, native_filter in enumerate(metadata.get("native_filter_configuration") or []):
        yield from _excluded(("native_filter_configuration", index), native_filter)


def _excluded(at: DocumentPath, holder: object) -> Iterator[tuple[DocumentPath, object, bool]]:
    scope = holder.get("scope") if isinstance(holder, dict) else None
    for index, reference in enumerate(scope.get("excluded") or [] if isinstance(scope, dict) else []):
        yield (*at, "scope", "excluded", index), reference, False
