"""Which assets may go: those on which nothing depends but others that go too."""

from __future__ import annotations

from typing import Any

from superset_gitops.core.drift.dependents import Runtime, choose, users_of
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.pruning import Pruning

DATABASE, DATASET = AssetId(Kind.DATABASE, "db"), AssetId(Kind.DATASET, "ds")
CHART, LAYERED, DASHBOARD = AssetId(Kind.CHART, "c"), AssetId(Kind.CHART, "l"), AssetId(Kind.DASHBOARD, "da")
ALL = {DATABASE, DATASET, CHART, LAYERED, DASHBOARD}
NAMES = {key: key.uuid for key in ALL}


def runtime(**params: Any) -> Runtime:
    documents: dict[AssetId, Any] = {
        DATABASE: {},
        DATASET: {"database_uuid": "db"},
        CHART: {"dataset_uuid": "ds", "params": {}},
        LAYERED: {"dataset_uuid": "other", "params": params},
        DASHBOARD: {"metadata": {"native_filter_configuration": [{"targets": [{"datasetUuid": "ds"}, {}]}]}},
    }
    return Runtime(documents, charts_on={"da": ["c"]}, chart_ids={7: "c", 8: "l"})


def test_every_way_to_use_an_asset() -> None:
    plain = {DATABASE: {DATASET}, DATASET: {CHART, DASHBOARD}, CHART: {DASHBOARD}}
    users = users_of(runtime())
    assert {key: users[key] for key in plain} == plain
    assert users_of(runtime(deck_slices=[7, 8, 99]))[CHART] == {DASHBOARD, LAYERED}
    assert users_of(runtime(annotation_layers=[{"sourceType": "line", "value": 7}]))[CHART] == {DASHBOARD, LAYERED}
    assert users_of(runtime(annotation_layers=[{"sourceType": "NATIVE", "value": 7}]))[CHART] == {DASHBOARD}


def test_all_may_go_together() -> None:
    assert choose(ALL, users_of(runtime()), NAMES, {}) == Pruning(frozenset(ALL), {})


def test_what_is_kept_keeps_what_it_needs() -> None:
    chosen = choose(ALL, users_of(runtime()), NAMES, {CHART: ["report 'r'"]})
    assert chosen.deletes == {LAYERED, DASHBOARD}
    assert chosen.kept == {CHART: ("report 'r'",), DATASET: ("chart 'c'",), DATABASE: ("dataset 'ds'",)}


def test_an_unmanaged_user_keeps_and_an_ignored_one_does_not() -> None:
    users = users_of(runtime())
    assert choose({CHART}, users, NAMES, {}).kept == {CHART: ("dashboard 'da'",)}
    assert choose({CHART}, users, NAMES, {}, ignored={DASHBOARD}).deletes == {CHART}
