"""What somebody builds in Superset is a pull request by itself, and after its merge in every environment."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from forge_team import TEMPLATES, Team

from fixtures.world import Api

ALL = ("dev", "staging", "prod")
ANN = "Ann Lee"
CHART, DATASET = "charts/births_by_state.yaml.j2", "datasets/examples/birth_names.yaml.j2"
QUERY, DASHBOARD = "datasets/examples/popular_names.yaml.j2", "dashboards/births.yaml.j2"
EDITS = {
    DATASET: (ANN, ["-    verbose_name: Births in the row", "+    verbose_name: Children"]),
    QUERY: (
        ANN,
        [
            "-  WHERE TRUE",
            "+  WHERE name <> 'Unknown'",
            "-  LIMIT {{ names_shown }}",
            "+  LIMIT {{ popular_names_names_shown | default(names_shown) }}",
        ],
    ),
    "superset_assets/environments/dev.yaml": (ANN, ["+popular_names_names_shown: 12"]),
    CHART: (ANN, ["-  metrics: [births]", "+  metrics: [births, names]"]),
    DASHBOARD: (
        ANN,
        [
            "-dashboard_title: Births and names{{ title_suffix }}",
            "+dashboard_title: Names and births{{ title_suffix }}",
            '-    meta: {uuid: {{ ref("charts/popular_names") }}, width: 5, height: 50}',
            '+    meta: {uuid: {{ ref("charts/popular_names") }}, width: 6, height: 50}',
            '-    meta: {uuid: {{ ref("charts/names_by_gender") }}, width: 7, height: 50}',
            '+    meta: {uuid: {{ ref("charts/names_by_gender") }}, width: 6, height: 50}',
        ],
    ),
}
MORE_EDITS = {
    "charts/share_of_girls.yaml.j2": (ANN, ["-  subtitle: of all births", "+  subtitle: of all children"]),
    # What it is called, Git changed, too: that is left to the reviewer.
    "charts/rows.yaml.j2": (
        ANN,
        ["-description: What every other chart is drawn from.", "+description: Ann's own."],
    ),
}


@pytest.mark.takes(150)
def test_from_an_edit_in_dev_to_every_environment(team_with_all: Team, colleague: Api) -> None:
    team = team_with_all
    for environment in ALL:
        done = team.deploy(environment)
        assert done.code == 0, done.err
    build(colleague)
    overwritten = team.deploy("dev")
    assert (overwritten.code, overwritten.lines[-1]) == (0, "DEPLOY_OK (dev)"), overwritten.err
    [pull] = team.pulls.all
    assert (team.commits(pull), pull.base, pull.head) == (EDITS, "main", "runtime-export/dev")

    # Git goes on: something that dev does not show yet, and something that is changed there, too.
    team.world.edit(f"{TEMPLATES}/charts/names.yaml.j2", "slice_name: Names", "slice_name: Given names")
    team.world.edit(f"{TEMPLATES}/charts/rows.yaml.j2", "slice_name: ", "slice_name: Git's ")
    team.commit("Rename two charts")
    rename(colleague, "All rows", "Ann's rows", description="Ann's own.")
    colleague.edit_chart("Girls", subtitle="of all children")
    again = team.deploy("dev")
    assert again.code == 0, again.err
    assert team.commits(pull) == EDITS | MORE_EDITS
    assert "for the reviewer" in pull.body
    assert "Ann's rows" in pull.body
    tip = pull.head_oid
    assert "slice_name: Given names" in team.pulls.git("show", f"{tip}:{TEMPLATES}/charts/names.yaml.j2")
    assert "slice_name: Git's " in team.pulls.git("show", f"{tip}:{TEMPLATES}/charts/rows.yaml.j2")

    team.pulls.merge(pull.number)
    team.take_main()
    for environment in ALL:
        done = team.deploy(environment)
        assert (done.code, done.lines[-1]) == (0, f"DEPLOY_OK ({environment})"), done.err
        assert team.plan(environment) == []
    is_everywhere(team)
    lets_git_stay(team)
    after = team.deploy("dev").err
    assert "nothing to do" in after
    assert "runtime-export" not in after
    assert [(each.number, each.state, each.merged) for each in team.pulls.all] == [(pull.number, "closed", True)]
    assert team.pulls.tip("runtime-export/dev") == ""


@pytest.mark.takes(50)
def test_an_edit_in_prod_stops_the_deployment_until_it_is_merged(team: Team, colleague: Api, admin: Api) -> None:
    assert team.deploy("prod").code == 0
    others = {name: team.compiled(name) for name in ("dev", "staging")}
    colleague.edit_chart("Births by state", row_limit=7)
    rename(colleague, "Girls", "Share of girls")
    stopped = team.deploy("prod")
    assert stopped.code == 4, stopped.err
    [pull] = team.pulls.all
    assert (pull.base, pull.head) == ("main", "runtime-export/prod")
    assert stopped.err.count(f"https://github.example/octo/boards/pull/{pull.number}") >= 1
    assert {author for author, _ in team.commits(pull).values()} == {ANN}
    assert set(team.commits(pull)) == {CHART, "charts/share_of_girls.yaml.j2", "superset_assets/environments/prod.yaml"}
    assert team.deploy("prod").code == 4

    team.pulls.merge(pull.number)
    team.take_main()
    passed = team.deploy("prod")
    assert (passed.code, passed.lines[-1]) == (0, "DEPLOY_OK (prod)"), passed.err
    assert team.plan("prod") == []
    assert (admin.chart_params("Births by state")["row_limit"], len(admin.rows("chart"))) == (7, 11)
    assert admin.by_name("chart", "Share of girls")
    assert {name: team.compiled(name) for name in others} == others


def lets_git_stay(team: Team) -> None:
    """What the reviewer was left to decide is asked for until it is decided."""
    asked = re.search(r"tools/hybrid (edits refuse --env dev chart:[-0-9a-f]+)\n", team.deploy("dev").err)
    assert asked
    refused = team.world.run("hybrid", *asked[1].split(" "), **team.variables)
    assert refused.code == 0, refused.err
    assert "left for a reviewer" not in team.deploy("dev").err


def build(api: Api) -> None:
    """Ann's afternoon: a query, a column, a metric, and a dashboard's title and layout."""
    change_dataset(api, "popular_names", ("WHERE TRUE", "WHERE name <> 'Unknown'"), ("LIMIT 10", "LIMIT 12"))
    row = api.by_name("dataset", "birth_names")
    kept = ("id", "column_name", "type", "verbose_name", "description", "expression", "filterable", "groupby",
            "is_active", "is_dttm", "extra", "uuid")  # fmt: skip
    stored = api.request("GET", f"dataset/{row['id']}")["result"]["columns"]
    columns: list[dict[str, Any]] = [{key: each.get(key) for key in kept} for each in stored]
    for each in columns:
        if each["column_name"] == "num":
            each["verbose_name"] = "Children"
    api.request("PUT", f"dataset/{row['id']}", json={"columns": columns})
    api.edit_chart("Births by state", metrics=["births", "names"])
    dashboard = api.by_name("dashboard", "Births and names [dev]")["id"]
    position = positions(api, dashboard)
    for chart in ("CHART-popular_names", "CHART-names_by_gender"):
        position[chart]["meta"]["width"] = 6
    stored = api.request("GET", f"dashboard/{dashboard}")["result"]
    metadata = json.loads(stored["json_metadata"]) | {"positions": position}
    sent = {"position_json": json.dumps(position), "json_metadata": json.dumps(metadata)}
    api.request("PUT", f"dashboard/{dashboard}", json=sent | {"dashboard_title": "Names and births [dev]"})


def is_everywhere(team: Team) -> None:
    """All of it in each environment, and what was only about dev's own value nowhere else."""
    for environment, limit, suffix in (("dev", 12, " [dev]"), ("staging", 5, " [staging]"), ("prod", 8, "")):
        api = team.supersets[environment]
        query = api.request("GET", f"dataset/{api.by_name('dataset', 'popular_names')['id']}")["result"]["sql"]
        assert "WHERE name <> 'Unknown'" in query
        assert query.rstrip().endswith(f"LIMIT {limit}")
        columns = api.request("GET", f"dataset/{api.by_name('dataset', 'birth_names')['id']}")["result"]["columns"]
        assert {each["column_name"]: each["verbose_name"] for each in columns}["num"] == "Children"
        assert api.chart_params("Births by state")["metrics"] == ["births", "names"]
        assert api.chart_params("Girls")["subtitle"] == "of all children"
        dashboard = api.by_name("dashboard", f"Names and births{suffix}")["id"]
        assert positions(api, dashboard)["CHART-popular_names"]["meta"]["width"] == 6
        assert api.by_name("chart", "Given names")
        charts = {row["slice_name"] for row in api.rows("chart")}
        assert "Ann's rows" not in charts
        assert ("Git's All rows" in charts) == (environment != "prod")


def rename(api: Api, old: str, new: str, **more: str) -> None:
    api.request("PUT", f"chart/{api.by_name('chart', old)['id']}", json={"slice_name": new, **more})


def change_dataset(api: Api, name: str, *changes: tuple[str, str]) -> None:
    row = api.by_name("dataset", name)
    query = api.request("GET", f"dataset/{row['id']}")["result"]["sql"]
    for old, new in changes:
        assert old in query
        query = query.replace(old, new)
    api.request("PUT", f"dataset/{row['id']}", json={"sql": query})


def positions(api: Api, dashboard: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(api.request("GET", f"dashboard/{dashboard}")["result"]["position_json"])
    return found
