"""Partial scope: what is chosen, what stays outside, what may not be left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.core.choose_asset import choose_asset
from superset_gitops.core.drift import Named, Scope, choose_scope, make_plan, needs, unmet_needs
from superset_gitops.core.report.scope_text import scope_text
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import Plan


def key(kind: Kind, number: int) -> AssetId:
    return AssetId(kind, f"00000000-0000-4000-8000-{kind.order}{number:011}")


DATABASE, DATASET, OTHER_DATASET = key(Kind.DATABASE, 1), key(Kind.DATASET, 1), key(Kind.DATASET, 2)
CHART, OTHER_CHART, DASHBOARD = key(Kind.CHART, 1), key(Kind.CHART, 2), key(Kind.DASHBOARD, 1)


def named(asset: AssetId, name: str, **normal: Any) -> Named:
    columns: dict[str, Any] = {"columns": {}} if asset.kind is Kind.DATASET else {}
    return Named({asset.kind.title_field: name, **columns, **normal}, name, f"{name}.yaml.j2")


def filters(*datasets: AssetId) -> dict[str, Any]:
    targets = [{"datasetUuid": dataset.uuid} for dataset in datasets]
    return {"native_filters": {"by_id": {"F": {"targets": targets}}}}


GIT = {
    DATABASE: named(DATABASE, "Main"),
    DATASET: named(DATASET, "births", database_uuid=DATABASE.uuid),
    OTHER_DATASET: named(OTHER_DATASET, "names", database_uuid=DATABASE.uuid),
    CHART: named(CHART, "Births", dataset_uuid=DATASET.uuid),
    OTHER_CHART: named(OTHER_CHART, "Names", dataset_uuid=OTHER_DATASET.uuid),
    DASHBOARD: named(DASHBOARD, "Board", slug="board", charts=[CHART.uuid], metadata=filters(OTHER_DATASET)),
}


def scope(*assets: str, dashboards: tuple[str, ...] = ()) -> Scope:
    return Scope(tuple(map(choose_asset, assets)), dashboards)


@pytest.mark.parametrize("name", ["Board", "board", DASHBOARD.uuid.upper()])
def test_a_dashboard_comes_with_all_that_it_needs_and_nothing_else(name: str) -> None:
    assert choose_scope(scope(dashboards=(name,)), GIT, {}) == set(GIT) - {OTHER_CHART}


@pytest.mark.parametrize("asked", ["chart:Births", f"chart:{CHART.uuid}", CHART.uuid])
def test_an_asset_is_exactly_that_asset(asked: str) -> None:
    assert choose_scope(scope(asked), GIT, {}) == {CHART}


def test_an_asset_that_left_git_is_known_from_the_ledger() -> None:
    gone = key(Kind.CHART, 9)
    assert choose_scope(scope("chart:Gone"), GIT, {gone: named(gone, "Gone")}) == {gone}


def test_a_renamed_asset_is_known_by_both_names() -> None:
    base = {CHART: named(CHART, "Old births", dataset_uuid=DATASET.uuid)}
    assert choose_scope(scope("chart:Births"), GIT, base) == {CHART}
    assert choose_scope(scope("chart:Old births"), GIT, base) == {CHART}


def test_only_names_of_the_kind_are_suggested() -> None:
    with pytest.raises(ConfigurationError) as refused:
        choose_scope(scope(dashboards=("Births",)), GIT, {})
    assert "did you mean" not in refused.value.what


def test_what_is_not_there_or_ambiguous_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"neither Git nor the ledger names chart 'Birts' \(did you mean"):
        choose_scope(scope("chart:Birts"), GIT, {})
    twin = key(Kind.CHART, 7)
    with pytest.raises(ConfigurationError, match=f"could be any of .*{CHART.uuid}.*{twin.uuid}"):
        choose_scope(scope("chart:Births"), {**GIT, twin: named(twin, "Births")}, {})
    with pytest.raises(ConfigurationError, match="dashboard 'Bord'"):
        choose_scope(scope(dashboards=("Bord",)), GIT, {})


@given(st.sets(st.sampled_from(list(GIT))), st.sets(st.sampled_from(list(GIT))))
def test_what_is_unmet_is_exactly_what_is_needed_absent_and_outside(chosen: set[AssetId], live: set[AssetId]) -> None:
    lives = {asset: GIT[asset] for asset in live}
    items = make_plan({}, GIT, lives, {})
    inside = tuple(item for item in items if item.id in chosen)
    outside = tuple(item for item in items if item.id not in chosen)
    plan = Plan("dev", inside, scope="some", outside=outside)
    unmet = {(item.id, need.id) for item, need in unmet_needs(plan)}
    expected = {
        (asset, need)
        for asset in chosen - live
        for need in needs(asset, GIT[asset].normal)
        if need not in chosen and need not in live
    }
    assert unmet == expected


def test_the_text_counts_what_is_outside() -> None:
    items = make_plan({}, GIT, {CHART: GIT[CHART]}, {})
    plan = Plan("dev", (), scope="chart 'X'", outside=items)
    assert scope_text(plan) == "only chart 'X'; out of scope, neither gated nor written: 6 assets (5 create, 1 in sync)"
    assert scope_text(Plan("dev", items)) == ""
