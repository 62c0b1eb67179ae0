"""Documents that have every field of a kind's schema, and what Superset writes beside those by itself."""

from __future__ import annotations

from typing import Any

from superset_gitops import schemas
from superset_gitops.model.asset import Document, Kind

UUID = "6f0e2f05-2c6f-4d3e-8f0a-000000000001"
_NUMBER = 7
_SCOPE = {"rootPath": ["ROOT_ID"], "excluded": [_NUMBER]}
_PAGE = {"datasource": "7__table", "slice_id": 7, "dashboards": [7], "dashboardId": 7, "url_params": {"x": "y"}}
_IN_SCOPE = {"chartsInScope": [_NUMBER], "tabsInScope": ["TAB-1"]}
# Merged into what the schema says.
_BESIDE: dict[Kind, Document] = {
    Kind.DATABASE: {
        "encrypted_extra": {"key": "secret", "number": 7, "flag": True, "list": ["secret"]},
        "masked_encrypted_extra": {"key": "secret", "number": 7, "flag": True, "list": ["secret"]},
        "sqlalchemy_uri": "postgresql://user:secret@host:5432/database?sslmode=require",
    },
    Kind.DATASET: {},
    Kind.CHART: {
        "params": {
            **_PAGE,
            "metric": "count",
            "annotation_layers": [{"annotationType": "FORMULA", "name": "goal", "value": "10"}],
        },
        "query_context": {
            "datasource": {"id": 7, "type": "table"},
            "force": False,
            "queries": [{"datasource": {"id": 7}, "url_params": {"x": "y"}, "metrics": ["count"], "row_limit": 10}],
            "form_data": {**_PAGE, "viz_type": "table", "metric": "count"},
        },
    },
    Kind.DASHBOARD: {
        "position": {
            "HEADER_ID": {"id": "HEADER_ID", "type": "HEADER", "meta": {"text": "title"}},
            # Nothing refers to this one: its number may be any.
            "OTHER": {"type": "CHART", "meta": {"uuid": UUID[:-1] + "2", "chartId": 8}},
            str(_NUMBER): {
                "id": str(_NUMBER),
                "type": "CHART",
                "parents": ["ROOT_ID", "GRID_ID"],
                "meta": {"uuid": UUID, "chartId": _NUMBER, "sliceName": "name", "sliceNameOverride": "other name",
                         "0": "x", "1": "y", "background": "BACKGROUND_TRANSPARENT"},
            },
        },
        "metadata": {
            "show_native_filters": True, "positions": {"a": {"b": 1}}, "import_time": 7, "remote_id": 7,
            "color_scheme_domain": ["#fff"], "map_label_colors": {"a": "#fff"}, "shared_label_colors": ["a"],
            "show_chart_timestamps": True,
            "expanded_slices": {str(_NUMBER): True},
            "timed_refresh_immune_slices": [_NUMBER],
            "chart_configuration": {
                str(_NUMBER): {"id": _NUMBER, "crossFilters": {"scope": _SCOPE, "chartsInScope": [_NUMBER]}}
            },
            "global_chart_configuration": {"scope": _SCOPE, "chartsInScope": [_NUMBER]},
            "native_filter_configuration": [{**_IN_SCOPE, "scope": _SCOPE}],
            "chart_customization_config": [{**_IN_SCOPE, "id": "CUSTOM-1", "name": "n"}],
        },
    },
}  # fmt: skip
# Two spellings of one field: a document has one of them.
_SPELLINGS = (
    ("allow_csv_upload", "allow_file_upload"),
    ("encrypted_extra", "masked_encrypted_extra"),
    ("schemas_allowed_for_csv_upload", "schemas_allowed_for_file_upload"),
)


def samples(kind: Kind) -> list[Document]:
    """Between them they have every field."""
    root = schemas.schema(str(kind))
    document = _merged(_sample(root, root), _BESIDE[kind])
    if kind is Kind.DATABASE:
        return [_spelled(document, column) for column in (0, 1)]
    return [document]


def _spelled(document: Document, column: int) -> Document:
    dropped = {spelling[1 - column] for spelling in _SPELLINGS}
    kept = {name: value for name, value in document.items() if name not in dropped}
    return kept | {"extra": {name: value for name, value in kept["extra"].items() if name not in dropped}}


def _sample(part: Document, root: Document) -> Any:
    if "$ref" in part:
        return _sample(root["$defs"][part["$ref"].rpartition("/")[2]], root)
    if "const" in part:
        return part["const"]
    if "enum" in part:
        return next(value for value in part["enum"] if value)
    if "else" in part and "type" not in part and "properties" not in part:
        return _sample(part["else"], root)
    types = part.get("type", "string")
    wanted = types if isinstance(types, str) else next((name for name in types if name != "null"), "null")
    match wanted:
        case "object":
            return _object(part, root)
        case "array":
            return [_sample(part["items"], root)] if "items" in part else ["sampled"]
        case "integer":
            return _NUMBER
        case "boolean":
            return not part.get("default", False)
        case _:
            return UUID if "0-9a-f" in part.get("pattern", "") else "sampled"


def _object(part: Document, root: Document) -> Document:
    properties = {name: _sample(each, root) for name, each in part.get("properties", {}).items()}
    others = part.get("additionalProperties", not properties)
    if others is True:
        return properties | {"sampled": "sampled"}
    return properties | ({str(_NUMBER): _sample(others, root)} if others else {})


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        merged = {
            name: value if name == "expanded_slices" else _merged(one.get(name), value) for name, value in other.items()
        }
        return {**one, **merged}
    if isinstance(one, list) and isinstance(other, list) and one and isinstance(one[0], dict):
        return [_merged(one[0], other[0])]
    return other
