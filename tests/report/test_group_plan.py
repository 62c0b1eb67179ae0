"""Which assets stand together: on a dashboard, shared by several, or on none."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from plans import plans, unhurried

from superset_gitops.core.drift import Named, make_plan
from superset_gitops.core.report.group_plan import dashboards_of, group_plan
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import Plan, State


def named(kind: Kind, name: str, **normal: Any) -> tuple[AssetId, Named]:
    return AssetId(kind, name), Named({kind.title_field: name, "columns": {}, **normal}, name)


def plan_of(*desired: tuple[AssetId, Named], live: dict[AssetId, Named] | None = None) -> Plan:
    return Plan("dev", make_plan(live or {}, dict(desired), live or {}, {}))


def titles(plan: Plan) -> dict[str, list[str]]:
    return {group.title(str): [item.name for item in group.items] for group in group_plan(plan)}


DATABASE = named(Kind.DATABASE, "db")
DATASETS = [named(Kind.DATASET, name, database_uuid="db") for name in ("both", "only a", "unused")]
CHARTS = [
    named(Kind.CHART, name, dataset_uuid=dataset)
    for name, dataset in (("a1", "both"), ("a2", "only a"), ("b1", "both"), ("ab", "both"), ("none", "unused"))
]
BOARDS = [named(Kind.DASHBOARD, "A", charts=["a1", "a2", "ab"]), named(Kind.DASHBOARD, "B", charts=["b1", "ab"])]


def test_each_asset_stands_once_below_the_dashboards_that_need_it() -> None:
    assert titles(plan_of(DATABASE, *DATASETS, *CHARTS, *BOARDS)) == {
        "Dashboard A": ["A", "a1", "a2", "only a"],
        "Dashboard B": ["B", "b1"],
        "Shared by dashboards A and B": ["ab", "both", "db"],
        "On no managed dashboard": ["none", "unused"],
    }


def test_two_dashboards_of_one_name_are_told_apart() -> None:
    boards = [
        (AssetId(Kind.DASHBOARD, f"{digits}-0000"), Named({"dashboard_title": "A", "charts": charts}, "A"))
        for digits, charts in (("11111111", ["a1"]), ("22222222", ["a2"]))
    ]
    assert titles(plan_of(*CHARTS[:2], *boards)) == {
        "Dashboard A (11111111…)": ["A", "a1"],
        "Dashboard A (22222222…)": ["A", "a2"],
    }


def test_what_is_in_sync_is_left_out_and_its_dashboard_still_named() -> None:
    live = dict([DATABASE, *DATASETS, *CHARTS, *BOARDS])
    changed = named(Kind.CHART, "b1", dataset_uuid="only a")
    assert titles(plan_of(DATABASE, *DATASETS, changed, *BOARDS, live=live)) == {
        "Dashboard A": ["a1", "a2"],
        "Dashboard B": ["b1"],
        "Shared by dashboards A and B": ["ab"],
        "On no managed dashboard": ["none"],
    }


def test_a_filters_dataset_and_a_chart_of_the_layout_are_on_the_dashboard() -> None:
    filters = {"by_id": {"f": {"targets": [{"datasetUuid": "only a"}, {}]}}}
    position = {"CHART-1": {"type": "CHART", "meta": {"uuid": "none"}}}
    board = named(Kind.DASHBOARD, "A", metadata={"native_filters": filters}, position=position)
    assert titles(plan_of(*DATASETS, *CHARTS, board))["Dashboard A"] == ["A", "none", "only a", "unused"]


def test_what_left_git_stands_below_the_dashboard_that_still_shows_it() -> None:
    left = dict([CHARTS[0], named(Kind.DASHBOARD, "A", charts=["a1"])])
    assert titles(plan_of(named(Kind.DASHBOARD, "A", charts=[]), live=left)) == {"Dashboard A": ["A", "a1"]}


def test_many_dashboards_are_counted() -> None:
    boards = [named(Kind.DASHBOARD, name, charts=["a1"]) for name in "ABCDE"]
    assert list(titles(plan_of(CHARTS[0], *boards)))[-1] == "Shared by all 5 dashboards"
    assert list(titles(plan_of(CHARTS[0], named(Kind.DASHBOARD, "F"), *boards)))[-1] == (
        "Shared by 5 dashboards: A, B, C and 2 more"
    )


@unhurried
@given(plans())
def test_nothing_is_lost_or_told_twice(plan: Plan) -> None:
    grouped = [item.id for group in group_plan(plan) for item in group.items]
    assert sorted(map(str, grouped)) == sorted(str(item.id) for item in plan.items if item.state is not State.IN_SYNC)
    on = dashboards_of(plan.everything)
    assert all(item.id in on[item.id] for item in plan.items if item.id.kind is Kind.DASHBOARD)
