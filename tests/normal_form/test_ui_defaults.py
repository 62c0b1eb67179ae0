"""What Explore fills in says nothing, unless the template says something about it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.core.drift import Named, make_plan
from superset_gitops.core.normal_form import normalize
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import PlanItem, State
from superset_gitops.schemas import control_defaults

CHART = AssetId(Kind.CHART, "00000000-0000-4000-8000-000000000001")
DATASET = AssetId(Kind.DATASET, "00000000-0000-4000-8000-000000000002")
NO_FILTER = {"clause": "WHERE", "subject": "year", "operator": "TEMPORAL_RANGE", "comparator": "No filter",
             "expressionType": "SIMPLE"}  # fmt: skip
TABLE = control_defaults()["by_viz_type"]


def chart(params: dict[str, Any], viz_type: str = "pie", **fields: Any) -> Named:
    document = {"slice_name": "Births", "viz_type": viz_type, "dataset_uuid": DATASET.uuid, "params": params}
    return Named(normalize(Kind.CHART, document | fields), "Births", "charts/births.yaml.j2")


def dataset() -> Named:
    return Named(normalize(Kind.DATASET, {"table_name": "births", "main_dttm_col": "year"}), "births")


def item(base: Named | None, git: Named | None, live: Named) -> PlanItem:
    bases = {CHART: base} if base else {}
    desired = {DATASET: dataset(), **({CHART: git} if git else {})}
    items = make_plan(bases, desired, {CHART: live, DATASET: dataset()}, {})
    return next(each for each in items if each.id == CHART)


def resolved(default: Any) -> Any:
    return {"${main_dttm_col}": "year"}.get(default, default) if isinstance(default, str) else (
        ["year"] if default == ["${main_dttm_col}"] else default
    )  # fmt: skip


PARAMS = [(viz_type, name) for viz_type, each in TABLE.items() for name in each if not name.startswith("matrixify")]


@given(st.sampled_from(PARAMS), st.sampled_from([0, 1, "other", ["x"], True, {"a": 1}]))
def test_a_default_is_in_sync_and_anything_else_is_drift(which: tuple[str, str], other: Any) -> None:
    viz_type, name = which
    default = resolved(TABLE[viz_type][name])
    plain, filled = chart({"metric": "count"}, viz_type), chart({"metric": "count", name: default}, viz_type)
    assert item(plain, plain, filled).state is State.IN_SYNC
    if other != default or isinstance(other, bool) != isinstance(default, bool):
        changed = chart({"metric": "count", name: other}, viz_type)
        assert item(plain, plain, changed).state is State.DRIFT
        assert item(filled, plain, changed).state is State.DRIFT
    # What the template says is compared as it stands, also where it says the default; null says nothing.
    assert item(plain, filled, plain).state is (State.IN_SYNC if default is None else State.PENDING)
    assert item(filled, filled, plain).state is (State.IN_SYNC if default is None else State.DRIFT)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("adhoc_filters", [NO_FILTER]),
        ("adhoc_filters", []),
        ("temporal_columns_lookup", {"year": True}),
        ("matrixify_charts_per_row", 3),
        ("extra_form_data", {}),
        ("cache_timeout", 60),
        ("series_limit", None),
    ],
)
def test_what_no_table_holds(name: str, value: Any) -> None:
    plain, filled = chart({}, cache_timeout=60), chart({name: value}, cache_timeout=60)
    assert item(plain, plain, filled).state is State.IN_SYNC
    assert item(plain, None, filled).state is State.PRUNE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("adhoc_filters", [NO_FILTER | {"comparator": "Last week"}]),
        ("adhoc_filters", [NO_FILTER, {"expressionType": "SQL", "sqlExpression": "1 = 1", "clause": "WHERE"}]),
        ("cache_timeout", 61),
        ("extra_form_data", {"filters": []}),
    ],
)
def test_what_says_something(name: str, value: Any) -> None:
    plain, changed = chart({}, cache_timeout=60), chart({name: value}, cache_timeout=60)
    assert item(plain, plain, changed).state is State.DRIFT
    assert item(plain, None, changed).state is State.PRUNE_DRIFT


def test_a_grid_that_is_switched_on_counts() -> None:
    plain = chart({})
    changed = chart({"matrixify_enable": True, "matrixify_charts_per_row": 3})
    fields = [change.dotted for change in item(plain, plain, changed).fields]
    assert fields == ["params.matrixify_charts_per_row", "params.matrixify_enable"]


def test_git_naming_what_explore_filled_in_is_no_conflict() -> None:
    plain, filled = chart({}), chart({"show_labels_threshold": TABLE["pie"]["show_labels_threshold"]})
    assert item(plain, chart({"show_labels_threshold": 9}), filled).state is State.PENDING
    assert item(plain, chart({"show_labels_threshold": 9}), chart({"show_labels_threshold": 8})).state is State.CONFLICT


NARROW = {"clause": "WHERE", "subject": "state", "operator": "IN", "comparator": ["CA"], "expressionType": "SIMPLE"}


@pytest.mark.parametrize(
    ("name", "declared", "saved", "state"),
    [
        ("row_limit", None, TABLE["pie"]["row_limit"], State.IN_SYNC),
        ("row_limit", None, 7, State.DRIFT),
        ("row_limit", 7, None, State.DRIFT),
        ("adhoc_filters", [], [NO_FILTER], State.IN_SYNC),
        ("adhoc_filters", [NARROW], [NARROW, NO_FILTER], State.IN_SYNC),
        ("adhoc_filters", [NARROW, NO_FILTER], [NARROW], State.DRIFT),
        ("adhoc_filters", [NO_FILTER], [NO_FILTER | {"subject": "other"}], State.DRIFT),
        ("adhoc_filters", [NARROW], [NO_FILTER], State.DRIFT),
        ("adhoc_filters", [], [NO_FILTER | {"comparator": "Last week"}], State.DRIFT),
    ],
)
def test_what_explore_writes_beside_what_the_template_says(name: str, declared: Any, saved: Any, state: State) -> None:
    git, live = chart({name: declared}), chart({name: saved})
    assert item(git, git, live).state is state
    # The ledger has what Explore wrote, once that was seen to be in sync.
    if state is State.IN_SYNC:
        assert item(live, git, live).state is State.IN_SYNC
        assert item(live, chart({name: "other"}), live).state is State.PENDING


def test_a_parameter_declared_as_nothing_may_be_absent() -> None:
    assert item(chart({}), chart({"row_limit": None}), chart({})).state is State.IN_SYNC
