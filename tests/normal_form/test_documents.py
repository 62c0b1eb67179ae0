"""What the normal form forgets, and what it must not forget."""

from __future__ import annotations

from typing import Any

import pytest

from superset_gitops.core.drift import Named, make_plan
from superset_gitops.core.normal_form import digest, normalize, project, without_inherited
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import State

CHART = "6f0e2f05-2c6f-4d3e-8f0a-000000000001"
OTHER = "6f0e2f05-2c6f-4d3e-8f0a-000000000002"
DATASET = "6f0e2f05-2c6f-4d3e-8f0a-0000000000d5"


def dashboard(first: int, second: int, **extra: Any) -> dict[str, Any]:
    """A dashboard of two charts as an installation exports it that gave them these numeric ids."""
    return {
        "dashboard_title": "Births",
        "slug": "births",
        "version": "1.0.0",
        "position": {
            "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
            "GRID_ID": {"id": "GRID_ID", "type": "GRID", "children": ["CHART-a", "CHART-b"], "parents": ["ROOT_ID"]},
            "CHART-a": {
                "id": "CHART-a", "type": "CHART", "children": [],
                "meta": {"chartId": first, "uuid": CHART, "width": 4, "sliceName": "A"},
            },
            "CHART-b": {
                "id": "CHART-b", "type": "CHART", "children": [], "parents": ["ROOT_ID", "GRID_ID"],
                "meta": {"chartId": second, "uuid": OTHER, "width": 4},
            },
        },
        "metadata": {
            "timed_refresh_immune_slices": [second],
            "expanded_slices": {str(first): True, "999": True},
            "chart_configuration": {
                str(first): {
                    "id": first,
                    "crossFilters": {"scope": {"rootPath": ["ROOT_ID"], "excluded": [second]}, "chartsInScope": [1]},
                },
                str(second): {"id": second, "crossFilters": {"scope": "global", "chartsInScope": [first]}},
            },
            "native_filter_configuration": [
                {
                    "id": "NATIVE_FILTER-1", "name": "State", "chartsInScope": [first],
                    "scope": {"rootPath": ["ROOT_ID"], "excluded": [first]},
                    "targets": [{"datasetUuid": DATASET, "datasetId": first, "column": {"name": "state"}}],
                }
            ],
            **extra,
        },
    }  # fmt: skip


def test_numeric_ids_do_not_matter() -> None:
    assert normalize(Kind.DASHBOARD, dashboard(1, 2)) == normalize(Kind.DASHBOARD, dashboard(812, 7))


def test_which_chart_is_meant_matters() -> None:
    swapped = dashboard(1, 2)
    swapped["metadata"]["timed_refresh_immune_slices"] = [1]
    assert normalize(Kind.DASHBOARD, dashboard(1, 2)) != normalize(Kind.DASHBOARD, swapped)


def test_what_the_ui_fills_in_on_save_does_not_matter() -> None:
    saved = dashboard(
        1, 2, default_filters="{}", color_scheme_domain=["#fff"], shared_label_colors=[], map_label_colors={"a": "b"},
        refresh_frequency=0, color_scheme="", label_colors={}, cross_filters_enabled=True,
        global_chart_configuration={"scope": {"rootPath": ["ROOT_ID"], "excluded": []}, "chartsInScope": [1, 2]},
    )  # fmt: skip
    assert normalize(Kind.DASHBOARD, saved) == normalize(Kind.DASHBOARD, dashboard(1, 2))


def test_a_moved_chart_and_a_filter_scope_matter() -> None:
    moved, scoped = dashboard(1, 2), dashboard(1, 2)
    moved["position"]["GRID_ID"]["children"].reverse()
    scoped["metadata"]["native_filter_configuration"][0]["scope"]["excluded"] = []
    forms = {digest(normalize(Kind.DASHBOARD, doc)) for doc in (dashboard(1, 2), moved, scoped)}
    assert len(forms) == 3


def test_an_element_that_shows_no_chart_any_more_is_none() -> None:
    """A deleted chart's element stays as it was until somebody saves the layout; then it stays with a blank uuid."""
    one = dashboard(1, 2)
    del one["position"]["CHART-a"]
    one["position"]["GRID_ID"]["children"] = ["CHART-b"]
    saved = dashboard(1, 2)
    saved["position"]["CHART-a"]["meta"]["uuid"] = None
    assert normalize(Kind.DASHBOARD, saved) == normalize(Kind.DASHBOARD, one)
    assert normalize(Kind.DASHBOARD, saved) != normalize(Kind.DASHBOARD, dashboard(1, 2))
    row = {"id": "ROW-a", "type": "ROW", "children": ["CHART-a"], "meta": {"background": "BACKGROUND_TRANSPARENT"}}
    saved["position"] |= {"ROW-a": row}
    saved["position"]["GRID_ID"]["children"] = ["ROW-a", "CHART-b"]
    assert normalize(Kind.DASHBOARD, saved) == normalize(Kind.DASHBOARD, one)


def test_the_order_of_columns_does_not_matter_and_their_fields_do() -> None:
    one = {"table_name": "t", "columns": [{"column_name": "a", "is_dttm": None}, {"column_name": "b"}], "metrics": []}
    other = {"table_name": "t", "columns": [{"column_name": "b"}, {"column_name": "a", "is_dttm": False}], "extra": ""}
    changed = {"table_name": "t", "columns": [{"column_name": "b", "verbose_name": "B"}, {"column_name": "a"}]}
    assert normalize(Kind.DATASET, one) == normalize(Kind.DATASET, other)
    assert normalize(Kind.DATASET, one) != normalize(Kind.DATASET, changed)


def test_a_column_type_counts_only_where_the_template_says_it() -> None:
    live = normalize(Kind.DATASET, {"columns": [{"column_name": "a", "type": "TEXT"}]})
    silent = normalize(Kind.DATASET, {"columns": [{"column_name": "a"}]})
    stated = normalize(Kind.DATASET, {"columns": [{"column_name": "a", "type": "VARCHAR"}]})
    assert project(Kind.DATASET, live, silent) == silent
    assert project(Kind.DATASET, live, stated) != stated


def test_chart_noise_goes_and_formulas_stay() -> None:
    params = {"datasource": "7__table", "slice_id": 3, "metric": "count", "viz_type": "pie"}
    formula = {"name": "goal", "annotationType": "FORMULA", "value": "10"}
    noisy = {"viz_type": "pie", "params": {**params, "annotation_layers": [formula, {"annotationType": "EVENT"}]}}
    clean = {"viz_type": "pie", "params": {"metric": "count", "annotation_layers": [formula]}}
    assert normalize(Kind.CHART, noisy) == normalize(Kind.CHART, clean)


def test_a_query_context_counts_only_where_the_template_says_it() -> None:
    live = normalize(Kind.CHART, {"params": {}, "query_context": '{"datasource": {"id": 1}, "queries": [{}]}'})
    silent = normalize(Kind.CHART, {"params": {}})
    assert live["query_context"] == {"queries": [{}]}
    assert project(Kind.CHART, live, silent) == silent


def test_a_database_has_one_form_for_both_spellings_and_no_secret() -> None:
    own = {"database_name": "d", "sqlalchemy_uri": "postgresql://u:secret@h/d", "allow_csv_upload": True, "extra": {}}
    nested = {
        "database_name": "d", "sqlalchemy_uri": "postgresql://u:XXXXXXXXXX@h/d", "allow_file_upload": True,
        "extra": {"schemas_allowed_for_file_upload": [], "metadata_params": {}}, "password": "secret",
    }  # fmt: skip
    assert normalize(Kind.DATABASE, own) == normalize(Kind.DATABASE, nested)
    assert "secret" not in str(normalize(Kind.DATABASE, own))


@pytest.mark.parametrize(
    ("own", "of_database", "shown", "state"),
    [
        (None, 60, 60, State.IN_SYNC),  # 6.1.0 exports the database's
        (None, 60, 61, State.DRIFT),
        (None, None, 60, State.DRIFT),
        (60, 60, 60, State.IN_SYNC),
        (60, 60, None, State.IN_SYNC),  # Superset caches alike
        (60, 60, 61, State.DRIFT),
        (61, 60, 60, State.DRIFT),
    ],
)
def test_a_cache_timeout_that_a_dataset_has_from_its_database(
    own: int | None, of_database: int | None, shown: int | None, state: State
) -> None:
    database, dataset = AssetId(Kind.DATABASE, "d"), AssetId(Kind.DATASET, "s")

    above = normalize(Kind.DATABASE, {"cache_timeout": of_database})

    def side(timeout: int | None, *, live: bool = True) -> dict[AssetId, Named]:
        table = normalize(Kind.DATASET, {"database_uuid": "d", "cache_timeout": timeout})
        return {database: Named(above), dataset: Named(without_inherited(table, above) if live else table)}

    git = side(own, live=False)
    for base in (own, of_database if own is None else own):  # also what was shown after the last apply
        items = make_plan(side(base), git, side(shown), {})
        assert {item.id: item.state for item in items} == {database: State.IN_SYNC, dataset: state}
