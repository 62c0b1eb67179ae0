"""What Superset's REST API can change of each kind, each with the fields of a plan in which it has to show."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fixtures.world import Api
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import FieldPath

Row = dict[str, Any]
# The asset's row as the API says it → the body of the PUT.
Body = Callable[[Row], dict[str, Any]]
_OTHER = "seen"


@dataclass(frozen=True)
class RestChange:
    """One PUT.

    Attributes:
        shows: the fields of its asset that a plan has to show as drift; none where it is documented as unseen.
    """

    body: Body = field(repr=False)
    shows: tuple[str, ...]
    name: str


def _plain(name: str, value: Any, shows: str | None = None) -> RestChange:
    return RestChange(lambda _: {name: value}, (name if shows is None else shows,) if shows != "" else (), name)


_METADATA: Mapping[str, Any] = {
    "refresh_frequency": 7,
    "color_scheme": "seen",
    "label_colors": {"seen": "#777777"},
    "cross_filters_enabled": False,
}


def _metadata(row: Row, changed: Mapping[str, Any]) -> dict[str, Any]:
    return {"json_metadata": json.dumps(json.loads(row["json_metadata"] or "{}") | dict(changed))}


def _layout(row: Row) -> dict[str, Any]:
    position = json.loads(row["position_json"])
    chart = next(node for node in position.values() if isinstance(node, dict) and node.get("type") == "CHART")
    chart["meta"]["height"] = 7
    return {"position_json": json.dumps(position)}


def _params(row: Row) -> dict[str, Any]:
    return {"params": json.dumps(json.loads(row["params"]) | {"seen": 7})}


_COLUMN: Mapping[str, Any] = {
    "verbose_name": _OTHER, "description": _OTHER, "expression": "1 + 1", "filterable": False, "groupby": False,
    "is_active": False, "is_dttm": True, "python_date_format": "%Y", "advanced_data_type": _OTHER,
    "extra": '{"warning_markdown": "seen"}', "type": "SEEN",
}  # fmt: skip
_METRIC: Mapping[str, Any] = {
    "expression": "COUNT(7)", "verbose_name": _OTHER, "description": _OTHER, "metric_type": _OTHER, "d3format": ".7f",
    "warning_text": _OTHER, "currency": {"symbol": "EUR", "symbolPosition": "suffix"},
    "extra": '{"warning_markdown": "seen"}',
}  # fmt: skip
_ENTRY = {"id", "column_name", "metric_name", *_COLUMN, *_METRIC}


def _entries(row: Row, part: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """All columns (metrics) as they are, one field of each changed, the rest of the changes in the last."""
    entries = [{k: v for k, v in entry.items() if k in _ENTRY and v is not None} for entry in row[part]]
    names = list(changes)
    for index, name in enumerate(names):
        entry = entries[min(index, len(entries) - 1)]
        entry[name] = not entry.get(name, False) if isinstance(changes[name], bool) else changes[name]
    return {part: entries}


def _part(part: str, changes: Mapping[str, Any]) -> RestChange:
    return RestChange(lambda row: _entries(row, part, changes), tuple(f"{part}.*.{name}" for name in changes), part)


# impersonate_user, configuration_method and the secrets ask the API for a connection that this database does not have.
DATABASE = [
    *(
        _plain(name, value)
        for name, value in {
            "database_name": "seen", "cache_timeout": 9, "expose_in_sqllab": False, "allow_run_async": True,
            "allow_ctas": True, "allow_cvas": True, "allow_dml": True,
        }.items()
    ),
    _plain("allow_file_upload", True, "allow_csv_upload"),
    _plain("extra", '{"allows_virtual_table_explore": false}', "extra.allows_virtual_table_explore"),
    _plain("force_ctas_schema", "seen", ""),
]  # fmt: skip
DATASET = [
    *(
        _plain(name, value)
        for name, value in {
            "table_name": "seen", "sql": "SELECT 7", "filter_select_enabled": False,
            "fetch_values_predicate": "1 = 7", "schema": "seen", "description": _OTHER, "main_dttm_col": _OTHER,
            "currency_code_column": _OTHER, "normalize_columns": True, "always_filter_main_dttm": True, "offset": 7,
            "default_endpoint": "/seen", "cache_timeout": 7,
        }.items()
    ),
    _plain("template_params", '{"seen": 7}', "template_params.seen"),
    _plain("extra", '{"seen": 7}', "extra.seen"),
    _part("columns", _COLUMN),
    _part("metrics", _METRIC),
    _plain("external_url", "https://example.com/seen", ""),
]  # fmt: skip
CHART = [
    *(
        _plain(name, value)
        for name, value in {
            "slice_name": _OTHER, "description": _OTHER, "viz_type": "table", "cache_timeout": 7,
            "certified_by": _OTHER, "certification_details": _OTHER,
        }.items()
    ),
    RestChange(_params, ("params.seen",), "params"),
    _plain("query_context", '{"seen": 7}', ""),
    _plain("external_url", "https://example.com/seen", ""),
    _plain("owners", [], ""),
]  # fmt: skip
DASHBOARD = [
    *(
        _plain(name, value)
        for name, value in {
            "dashboard_title": _OTHER, "slug": _OTHER, "css": "p {margin: 7px}", "certified_by": _OTHER,
            "certification_details": _OTHER,
        }.items()
    ),
    RestChange(lambda row: {"published": not row["published"]}, ("published",), "published"),
    RestChange(_layout, ("position.*.meta.height",), "position_json"),
    RestChange(
        lambda row: _metadata(row, _METADATA),
        ("metadata.label_colors.*", *(f"metadata.{name}" for name in _METADATA if name != "label_colors")),
        "json_metadata",
    ),
]  # fmt: skip
CHANGES: Mapping[Kind, Sequence[RestChange]] = {
    Kind.DATABASE: DATABASE,
    Kind.DATASET: DATASET,
    Kind.CHART: CHART,
    Kind.DASHBOARD: DASHBOARD,
}


def make(api: Api, key: AssetId, number: int, change: RestChange) -> None:
    """Send the PUT."""
    row = api.request("GET", f"{key.kind}/{number}")["result"]
    api.request("PUT", f"{key.kind}/{number}", json=change.body(row))


def shown(pattern: str, path: FieldPath) -> bool:
    """Whether a field of a plan is one that a change names."""
    parts = pattern.split(".")
    return len(path) >= len(parts) and all(part in ("*", name) for part, name in zip(parts, path, strict=False))
