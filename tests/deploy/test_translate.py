"""What a colleague does in a real Superset, brought back into the templates: a small diff, valid, and in sync."""

from __future__ import annotations

import json
from typing import Any

from fixtures.world import Api, World

TEMPLATES = "superset_assets/templates"


def changed_lines(world: World) -> dict[str, list[str]]:
    """File → its removed and added lines, as git sees them."""
    lines: dict[str, list[str]] = {}
    file = ""
    for line in world.git("diff", "-U0", "--no-color").splitlines():
        if line.startswith("+++ "):
            file = line.removeprefix("+++ b/")
        elif line.startswith(("+", "-")) and not line.startswith("---"):
            lines.setdefault(file, []).append(line)
    return lines


def edit_dataset(api: Api, name: str, column: str, **fields: Any) -> None:
    """Save a dataset with one column changed, as the dataset's editor does: all columns are sent."""
    row = api.by_name("dataset", name)
    columns = api.request("GET", f"dataset/{row['id']}")["result"]["columns"]
    kept = ("id", "column_name", "type", "verbose_name", "description", "expression", "filterable", "groupby",
            "is_active", "is_dttm", "extra", "uuid")  # fmt: skip
    sent = [{key: each.get(key) for key in kept} for each in columns]
    for each in sent:
        if each["column_name"] == column:
            each.update(fields)
    api.request("PUT", f"dataset/{row['id']}", json={"columns": sent})


def place_chart(api: Api, dashboard: int, uuid: str, chart: int, row: str) -> None:
    """Put a chart at the end of a row and save the dashboard, as its editor does."""
    found = api.request("GET", f"dashboard/{dashboard}")["result"]
    position, metadata = json.loads(found["position_json"]), json.loads(found["json_metadata"])
    parents = [*position[row]["parents"], row]
    meta = {"chartId": chart, "uuid": uuid, "sliceName": "Mine", "width": 4, "height": 30}
    position["CHART-mine"] = {"type": "CHART", "id": "CHART-mine", "children": [], "parents": parents, "meta": meta}
    position[row]["children"].append("CHART-mine")
    for key in [each for each in position[row]["children"] if each != "CHART-mine"]:
        position[key]["meta"]["width"] = 4
    metadata["positions"] = position
    sent = {"position_json": json.dumps(position), "json_metadata": json.dumps(metadata)}
    api.request("PUT", f"dashboard/{dashboard}", json=sent)


def new_chart_for_old(api: Api, *, saved_last: bool = False) -> str:
    """Put a new chart on the dashboard, and delete another one, before or after that; the uuid of the new one."""
    dataset = api.by_name("dataset", "birth_names")["id"]
    params = {"metric": "births", "viz_type": "big_number_total", "y_axis_format": ",d"}
    chart = {"slice_name": "Mine", "viz_type": "big_number_total", "datasource_id": dataset, "datasource_type": "table"}
    new = api.request("POST", "chart/", json=chart | {"params": json.dumps(params)})["id"]
    uuid: str = api.by_name("chart", "Mine")["uuid"]
    dashboard = api.by_name("dashboard", "Births and names [dev]")["id"]
    old = f"chart/{api.by_name('chart', 'States by year')['id']}"
    if saved_last:
        api.request("DELETE", old)
    place_chart(api, dashboard, uuid, new, "ROW-trend")
    if not saved_last:
        api.request("DELETE", old)
    return uuid


def test_a_colleague_s_work_comes_back_as_a_small_edit(world: World, colleague: Api) -> None:
    world.publish()
    assert world.deploy().code == 0
    colleague.edit_chart("Births by state", metrics=["births", "names"], row_limit=7)
    chart = colleague.by_name("chart", "Names")["id"]
    colleague.request("PUT", f"chart/{chart}", json={"slice_name": "Different names"})
    dashboard = colleague.by_name("dashboard", "Births and names [dev]")["id"]
    colleague.request("PUT", f"dashboard/{dashboard}", json={"dashboard_title": "Names and births [dev]"})
    edit_dataset(colleague, "birth_names", "num", verbose_name="Children")
    dataset = colleague.by_name("dataset", "popular_names")
    sql = colleague.request("GET", f"dataset/{dataset['id']}")["result"]["sql"]
    changed = sql.replace("WHERE TRUE", "WHERE name <> 'Unknown'").replace("LIMIT 10", "LIMIT 12")
    colleague.request("PUT", f"dataset/{dataset['id']}", json={"sql": changed})

    dry = world.run("hybrid", "translate", "--env", "dev", "--dry-run")
    assert dry.code == 0, dry.err
    assert "+slice_name: Different names" in dry.lines
    assert changed_lines(world) == {}

    done = world.run("hybrid", "translate", "--env", "dev")
    assert done.code == 0, done.err
    assert "for the reviewer" not in done.out
    assert "(saved by Ann Lee)" in done.out
    lines = changed_lines(world)
    assert lines.pop(f"{TEMPLATES}/charts/names.yaml.j2") == ["-slice_name: Names", "+slice_name: Different names"]
    assert lines.pop(f"{TEMPLATES}/dashboards/births.yaml.j2") == [
        "-dashboard_title: Births and names{{ title_suffix }}",
        "+dashboard_title: Names and births{{ title_suffix }}",
    ]
    assert lines.pop(f"{TEMPLATES}/charts/births_by_state.yaml.j2") == [
        "-  metrics: [births]",
        "+  metrics: [births, names]",
        "+{% set row_limit = births_by_state_row_limit | default(row_limit) %}",
    ]
    assert lines.pop(f"{TEMPLATES}/datasets/examples/birth_names.yaml.j2") == [
        "-    verbose_name: Births in the row",
        "+    verbose_name: Children",
    ]
    assert lines.pop(f"{TEMPLATES}/datasets/examples/popular_names.yaml.j2") == [
        "-  WHERE TRUE",
        "+  WHERE name <> 'Unknown'",
        "-  LIMIT {{ names_shown }}",
        "+  LIMIT {{ popular_names_names_shown | default(names_shown) }}",
    ]
    assert lines.pop("superset_assets/environments/dev.yaml") == [
        "+popular_names_names_shown: 12",
        "+births_by_state_row_limit: 7",
    ]
    assert lines == {}
    assert world.run("hybrid", "validate").code == 0
    plan = world.run("hybrid", "drift-plan", "--env", "dev", "--exit-code")
    assert plan.code == 0, plan.out
    assert "16 in sync" in plan.out
    again = world.run("hybrid", "translate", "--env", "dev")
    assert again.out == "dev: nothing was changed in Superset that is not in Git\n"


def test_new_and_deleted_charts_come_back_as_templates(world: World, colleague: Api) -> None:
    world.publish()
    assert world.deploy().code == 0
    uuid = new_chart_for_old(colleague)

    done = world.run("hybrid", "translate", "--env", "dev")
    assert done.code == 0, done.out + done.err
    assert (world.root / f"{TEMPLATES}/charts/mine.yaml.j2").read_text() == (
        f'uuid: {uuid}\nslice_name: Mine\ndataset_uuid: {{{{ ref("datasets/examples/birth_names") }}}}\n'
        'viz_type: big_number_total\nparams:\n  metric: births\n  y_axis_format: ",d"\n'
    )
    assert not (world.root / f"{TEMPLATES}/charts/states_by_year.yaml.j2").exists()
    lines = changed_lines(world)[f"{TEMPLATES}/dashboards/births.yaml.j2"]
    assert [line for line in lines if "ref(" in line or "children" in line] == [
        "-    children: [CHART-births_per_year, CHART-births_by_gender]",
        "+    children: [CHART-births_per_year, CHART-births_by_gender, CHART-mine]",
        '-    meta: {uuid: {{ ref("charts/births_per_year") }}, width: 8, height: 46}',
        '+    meta: {uuid: {{ ref("charts/births_per_year") }}, width: 4, height: 46}',
        '+    meta: {uuid: {{ ref("charts/mine") }}, width: 4, height: 30}',
        "-    children: [CHART-births_by_state, CHART-states_by_year]",
        "+    children: [CHART-births_by_state]",
        '-    meta: {uuid: {{ ref("charts/states_by_year") }}, width: 7, height: 45}',
    ]
    assert world.run("hybrid", "validate").code == 0
    plan = json.loads(world.run("hybrid", "drift-plan", "--env", "dev", "--format", "json").out)
    states = {item["name"]: item["state"] for item in plan["items"] if item["state"] != "in_sync"}
    # The layout still names the dead chart in Superset: deploying takes it out there, too.
    assert states.pop("Births and names [dev]") in ("conflict", "drift", "pending")
    assert states == {"States by year": "forget"}
    assert world.deploy().code == 0
    assert world.run("hybrid", "drift-plan", "--env", "dev", "--exit-code").code == 0
