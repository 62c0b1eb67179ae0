"""Ignore rules on a real Superset: gate and apply alike leave to it what policy says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from fixtures.between import Between
from fixtures.world import Api, World

TEMPLATES = "superset_assets/templates"
STAGING = """\
  staging:
    mode: strict_fail_on_drift
    drift_gate: fail
    ignore:
      - {kind: database, fields: [expose_in_sqllab, extra.metadata_cache_timeout]}
      - {kind: dataset, name: birth_*, fields: [cache_timeout, metrics.*.d3format]}
      - {kind: chart, fields: [params.row_limit]}
      - uuid: 42339185-0abb-48de-991f-6b89e6255397
        fields: [metadata.color_scheme, position.*.meta.height]
"""
EVERYWHERE = """\
drift:
  ignore:
    - {kind: chart, name: Names by gender}
"""
CHART, WHOLE = "Births by state", "Names by gender"


def with_rules(world: World) -> str:
    """Puts the rules into the policy; returns it as it was."""
    file = world.root / "policy.yaml"
    before = file.read_text()
    (line,) = [line for line in before.splitlines(keepends=True) if line.startswith("  staging:")]
    file.write_text(before.replace(line, STAGING) + EVERYWHERE)
    return before


def metrics_of(api: Api, dataset: int) -> list[dict[str, Any]]:
    metrics = api.request("GET", f"dataset/{dataset}")["result"]["metrics"]
    names = ("id", "metric_name", "expression", "verbose_name", "description", "d3format")
    return [{name: metric[name] for name in names} for metric in metrics]


def connection_of(api: Api) -> dict[str, Any]:
    (database,) = api.rows("database")
    connection: dict[str, Any] = api.request("GET", f"database/{database['id']}/connection")["result"]
    return connection


def save_after_the_gate(between: Between, save: Callable[[], None]) -> None:
    """Right after the second export of a deployment: the first one is the preflight's."""
    reads: list[str] = []

    def after(request: str) -> None:
        if request.startswith("GET /api/v1/assets/export/"):
            reads.append(request)
            if len(reads) == 2:
                save()

    between.after = after


def dashboard_of(api: Api) -> tuple[int, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The dashboard's number, fields, metadata and layout."""
    number = api.rows("dashboard")[0]["id"]
    result = api.request("GET", f"dashboard/{number}")["result"]
    return number, result, json.loads(result["json_metadata"]), json.loads(result["position_json"])


def save_layout(api: Api, change: Any) -> None:
    """As the browser saves a dashboard: metadata and layout in one."""
    number, _, metadata, layout = dashboard_of(api)
    change(metadata, layout)
    api.request("PUT", f"dashboard/{number}", json={"json_metadata": json.dumps(metadata | {"positions": layout})})


def test_a_strict_environment_keeps_ignored_fields_and_applies_the_others(
    world: World, between: Between, admin: Api, colleague: Api
) -> None:
    world.base_url = between.base_url
    without_rules = with_rules(world)
    world.publish()
    first = world.deploy("staging")
    assert first.code == 0, first.err
    dataset = admin.by_name("dataset", "birth_names")["id"]
    whole = admin.by_name("chart", WHOLE)["id"]

    def theirs(metadata: dict[str, Any], layout: dict[str, Any]) -> None:
        metadata["color_scheme"] = "supersetColors"
        layout["CHART-births_by_state"]["meta"]["height"] = 77

    before = connection_of(admin)
    cached = json.dumps(json.loads(before["extra"]) | {"metadata_cache_timeout": {"schema_cache_timeout": 9}})
    sql_lab = not before["expose_in_sqllab"]
    colleague.request("PUT", f"database/{before['id']}", json={"expose_in_sqllab": sql_lab, "extra": cached})
    formats = [metric | {"d3format": ".3f"} for metric in metrics_of(admin, dataset)]
    colleague.request("PUT", f"dataset/{dataset}", json={"cache_timeout": 77, "metrics": formats})
    save_layout(colleague, theirs)
    colleague.request("PUT", f"chart/{whole}", json={"slice_name": "Ann's", "cache_timeout": 77})

    world.edit(f"{TEMPLATES}/databases/examples.yaml.j2", "connect_timeout: 10", "connect_timeout: 11")
    world.edit(f"{TEMPLATES}/datasets/examples/birth_names.yaml.j2", "Births per year by", "Git says by")
    world.edit(f"{TEMPLATES}/charts/births_by_state.yaml.j2", "description: Births by state", "description: Git says")
    world.edit(f"{TEMPLATES}/charts/names_by_gender.yaml.j2", "\ndescription: ", "\ndescription: Git says ")
    world.edit(f"{TEMPLATES}/dashboards/births.yaml.j2", "margin-top: 0", "margin-top: 1px")
    world.push()
    # The chart is saved after the gate has read everything: in an ignored field nobody's save stops a deployment.
    save_after_the_gate(between, lambda: colleague.edit_chart(CHART, row_limit=7))
    done = world.deploy("staging")
    assert done.code == 0, done.err
    assert done.lines.count("✅ No drift detected (policy: fail)") == 2
    assert f"(3 fields of 1 asset): chart '{WHOLE}' cache_timeout, description, slice_name" in done.err

    after = connection_of(admin)
    extra = json.loads(after["extra"])
    assert (after["expose_in_sqllab"], extra["metadata_cache_timeout"]) == (sql_lab, {"schema_cache_timeout": 9})
    assert extra["engine_params"]["connect_args"]["connect_timeout"] == 11
    assert admin.request("GET", f"database/{after['id']}/schemas/")["result"], "the stored password is gone"
    births = admin.request("GET", f"dataset/{dataset}")["result"]
    assert births["description"].startswith("Git says by")
    assert (births["cache_timeout"], {metric["d3format"] for metric in births["metrics"]}) == (77, {".3f"})
    assert admin.chart_params(CHART)["row_limit"] == 7
    assert admin.by_name("chart", CHART)["description"].startswith("Git says")
    _, dashboard, metadata, layout = dashboard_of(admin)
    assert "margin-top: 1px" in dashboard["css"]
    assert metadata["color_scheme"] == "supersetColors"
    assert layout["CHART-births_by_state"]["meta"]["height"] == 77
    assert "Git says" not in str(admin.by_name("chart", "Ann's")["description"])

    # Without the rules the same values are drift again: nothing was taken for something that Git said.
    (world.root / "policy.yaml").write_text(without_rules)
    found = json.loads(world.run("hybrid", "drift-plan", "--env", "staging", "--format", "json").out)
    assert found["summary"] == {"drift": 4, "conflict": 1, "in_sync": 11}
    paths = {".".join(change["path"]) for item in found["items"] for change in item["fields"]}
    assert {"params.row_limit", "metadata.color_scheme", "metrics.births.d3format", "expose_in_sqllab"} <= paths
    sides = {change["side"] for item in found["items"] for change in item["fields"]}
    assert sides == {"drift", "pending"}


def test_a_layout_that_is_ignored_is_kept_with_its_charts(world: World, admin: Api, colleague: Api) -> None:
    file = world.root / "policy.yaml"
    file.write_text(file.read_text() + "drift: {ignore: [{kind: dashboard, fields: [position]}]}\n")
    assert world.deploy().code == 0
    number = dashboard_of(admin)[0]
    model = admin.request("GET", f"chart/{admin.by_name('chart', CHART)['id']}")["result"]
    mine = {"slice_name": "Ann's", "viz_type": "table", "datasource_type": "table", "params": model["params"]}
    dataset = admin.by_name("dataset", "birth_names")["id"]
    chart = colleague.request("POST", "chart/", json=mine | {"datasource_id": dataset, "dashboards": [number]})["id"]
    uuid = admin.by_name("chart", "Ann's")["uuid"]

    def theirs(_: dict[str, Any], layout: dict[str, Any]) -> None:
        meta = {"chartId": chart, "uuid": uuid, "width": 4, "height": 50, "sliceName": "Ann's"}
        layout["CHART-anns"] = {"id": "CHART-anns", "type": "CHART", "children": [], "meta": meta}
        layout["ROW-about"]["children"].append("CHART-anns")

    def linked() -> set[str]:
        return {row["slice_name"] for row in admin.request("GET", f"dashboard/{number}/charts")["result"]}

    save_layout(colleague, theirs)
    template = f"{TEMPLATES}/dashboards/births.yaml.j2"
    world.edit(template, "margin-top: 0", "margin-top: 1px")
    done = world.deploy()
    assert (done.code, done.lines.count("✅ No drift detected (policy: warn)")) == (0, 2), done.err
    _, dashboard, _, layout = dashboard_of(admin)
    assert "margin-top: 1px" in dashboard["css"]
    assert "CHART-anns" in layout["ROW-about"]["children"]
    assert {"Ann's", CHART} <= linked()

    # Their chart goes, and one of Git's is deleted: the latter is made again and linked, the former is let go.
    admin.request("DELETE", f"chart/?q=!({chart},{admin.by_name('chart', CHART)['id']})")
    done = world.deploy()
    assert done.code == 0, done.err
    layout = dashboard_of(admin)[3]
    assert CHART in linked()
    assert ("CHART-anns" in layout, layout["ROW-about"]["children"]) == (False, ["MARKDOWN-about"])
    assert layout["CHART-births_by_state"]["meta"]["chartId"] == admin.by_name("chart", CHART)["id"]
