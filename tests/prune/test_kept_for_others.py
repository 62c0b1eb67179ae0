"""Alerts, reports, embeddings and other people's filters on a real Superset with alerts on: prune keeps what they need.

The sandbox has no alerts: a second server on the same metadata does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fixtures.second_set import EXTRA, PruningWorld, standing
from fixtures.second_superset import second_superset
from fixtures.superset import RunningSuperset
from fixtures.world import Api


@pytest.fixture
def alerting(superset: RunningSuperset, tmp_path: Path) -> Iterator[str]:
    """The address of a server that has alerts."""
    flag = 'FEATURE_FLAGS["ALERT_REPORTS"] = True\n'
    with second_superset(superset, tmp_path / "alerting", flag) as base_url:
        yield base_url


def schedule(by: Api, kind: str, **about: Any) -> int:
    """An alert or report of Ann's."""
    mail = [{"type": "Email", "recipient_config_json": {"target": "ann@example.com"}}]
    named = {"type": kind, "name": f"Ann's {kind.lower()}", "crontab": "0 9 * * *", "recipients": mail}
    return int(by.request("POST", "report/", json=named | about)["id"])


def filter_by(by: Api, dashboard: int, *datasets: int) -> None:
    """Let a dashboard have a filter for each dataset."""
    filters = [
        {
            "id": f"NATIVE_FILTER-{dataset}",
            "name": "One",
            "filterType": "filter_select",
            "type": "NATIVE_FILTER",
            "targets": [{"datasetId": dataset, "column": {"name": "one"}}],
            "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
        }
        for dataset in datasets
    ]
    metadata = json.dumps({"native_filter_configuration": filters})
    by.request("PUT", f"dashboard/{dashboard}", json={"json_metadata": metadata})


def test_what_alerts_reports_embeddings_and_filters_need_is_kept(
    world: PruningWorld, superset: RunningSuperset, alerting: str
) -> None:
    world = replace(world, base_url=alerting)
    admin = Api(alerting, world.user, world.password)
    world.left()
    world.let("dev", "prune: true")
    dashboard, dataset, database = (
        admin.by_name(kind, EXTRA[kind])["id"] for kind in ("dashboard", "dataset", "database")
    )
    asks = {"database": database, "sql": "SELECT 1", "validator_type": "not null", "validator_config_json": {}}
    report = schedule(admin, "Report", dashboard=dashboard)
    admin.request("POST", f"dashboard/{dashboard}/embedded", json={"allowed_domains": []})
    own = admin.request("POST", "dashboard/", json={"dashboard_title": "Ann's board"})["id"]
    filter_by(admin, own, dataset)
    schedule(admin, "Alert", chart=admin.by_name("chart", "Births by state")["id"], **asks)
    try:
        done = world.deploy()
        assert done.code == 0, done.err
        assert standing(admin) == set(EXTRA)
        assert (
            "kept dashboard 'Extra dashboard', no longer in Git: report \"Ann's report\"; pages that embed" in done.err
        )
        assert "kept chart 'Extra chart', no longer in Git: dashboard 'Extra dashboard'" in done.err
        assert "kept dataset 'extra', no longer in Git: dashboard \"Ann's board\"" in done.err
        assert "kept database 'Second', no longer in Git: dataset 'extra'" in done.err

        admin.request("DELETE", f"report/{report}")
        admin.request("DELETE", f"dashboard/{dashboard}/embedded")
        plan = world.run("hybrid", "drift-plan").out
        assert "(would be deleted): dashboard 'Extra dashboard'" in plan
        assert "(kept, used by dashboard \"Ann's board\"): dataset 'extra'" in plan

        filter_by(admin, own)
        done = world.deploy()
        assert done.code == 0, done.err
        assert standing(admin) == {"database"}
        assert "kept database 'Second', no longer in Git: Superset refuses:" in done.err
    finally:
        for row in admin.request("GET", "report/")["result"]:
            admin.request("DELETE", f"report/{row['id']}")
