"""What Explore takes out of a chart on save is no drift, and Git can still change it."""

from __future__ import annotations

from typing import Any

import pytest
from test_ui_defaults import chart, item

from superset_gitops.core.normal_form.explore_rewrites import may_be_dropped
from superset_gitops.model.plan import State
from superset_gitops.schemas import SUPERSET_VERSION

# As a chart of an older release says it, and as Explore saves that.
OLD = {"metric": "count", "granularity_sqla": "year", "time_range": "Last week", "markup_type": "html"}
MADE = {"clause": "WHERE", "subject": "year", "operator": "TEMPORAL_RANGE", "comparator": "Last week",
        "expressionType": "SIMPLE"}  # fmt: skip
SAVED = {"metric": "count", "adhoc_filters": [MADE], "extra_form_data": {}}


def test_what_explore_dropped_is_in_sync() -> None:
    assert item(chart(OLD), chart(OLD), chart(SAVED)).state is State.IN_SYNC


@pytest.mark.parametrize(
    "changed",
    [
        {"metric": "other"},
        {"adhoc_filters": [MADE | {"comparator": "Last year"}]},
        {"adhoc_filters": [MADE | {"subject": "month"}]},
        {"adhoc_filters": []},
        {"markup_type": "markdown"},
        {"show_legend": "never"},
    ],
)
def test_a_change_beside_it_is_exactly_that_change(changed: dict[str, Any]) -> None:
    found = item(chart(OLD), chart(OLD), chart(SAVED | changed))
    assert found.state is State.DRIFT
    gone = {"granularity_sqla", "time_range"} if "adhoc_filters" in changed else set()
    assert {change.path[1] for change in found.fields} == {name for name in changed if changed[name] != []} | gone


def test_a_change_of_it_in_git_is_pending() -> None:
    found = item(chart(OLD), chart(OLD | {"markup_type": "none"}), chart(SAVED))
    assert (found.state, [change.path for change in found.fields]) == (State.PENDING, [("params", "markup_type")])


def test_what_git_takes_out_as_well_is_in_sync() -> None:
    without = {name: value for name, value in OLD.items() if name != "markup_type"}
    assert item(chart(OLD), chart(without), chart(SAVED)).state is State.IN_SYNC


def test_what_anybody_else_takes_out_is_drift() -> None:
    found = item(chart(OLD), chart(OLD), chart({name: value for name, value in OLD.items() if name != "markup_type"}))
    assert [change.path for change in found.fields] == [("params", "markup_type")]


def test_a_control_that_always_has_a_value_is_missed() -> None:
    plain = chart({"metric": "count", "row_limit": 7})
    assert item(plain, plain, chart({"metric": "count", "extra_form_data": {}})).state is State.DRIFT


@pytest.mark.parametrize(
    ("viz_type", "name", "dropped"),
    [("pie", "markup_type", True), ("pie", "metric", False), ("pie", "row_limit", False), ("unheard_of", "x", False),
     ("pie", "matrixify_mode_rows", False), ("table", "time_grain_sqla", True), ("pie", "donut", True)],
)  # fmt: skip
def test_what_explore_may_drop(viz_type: str, name: str, dropped: bool) -> None:
    assert may_be_dropped(viz_type, name, SUPERSET_VERSION) is dropped
