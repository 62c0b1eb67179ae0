"""What the tools promise, on each release: deploy, drift, apply, prune, export; what one cannot do is said."""

from __future__ import annotations

import json
import os
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import yaml
from playwright.sync_api import Page

from fixtures import explore
from fixtures.browser import log_in
from fixtures.releases import Seen
from fixtures.second_set import EXTRA, PruningWorld, standing
from fixtures.superset import RunningSuperset
from fixtures.world import Api, Done
from superset_gitops import schemas
from superset_gitops.edges.sandbox.state import METADATA_DATABASE, METADATA_ROLE
from superset_gitops.schemas import schema, unknown_fields

# HYBRID_CONTROL_DEFAULTS=check reads the controls of every chart type, =write makes the shipped tables anew.
MODE = os.environ.get("HYBRID_CONTROL_DEFAULTS", "")
SOME = ["big_number", "echarts_timeseries_bar", "pie", "rose", "table"]
DASHBOARD = "superset_assets/templates/dashboards/births.yaml.j2"
DATASET = "superset_assets/templates/datasets/examples/birth_names.yaml.j2"
CHART = "superset_assets/templates/charts/births_by_state.yaml.j2"
DATABASE = "superset_assets/templates/databases/examples.yaml.j2"
SECOND_DASHBOARD = "superset_assets/templates/dashboards/extra.yaml.j2"
PLACE_OF_NAMES = '    meta: {uuid: {{ ref("charts/names") }}, width: 3, height: 20}\n'


def test_it_refuses_exactly_the_fields_that_validate_refuses(released: RunningSuperset, boss: Api, seen: Seen) -> None:
    """The import of dashboards checks files of all kinds before it writes any, and answers with all errors."""
    version = released.state.superset_version
    sent = {f"{kind}s/every.yaml": every_field(kind) for kind in ("database", "dataset", "chart", "dashboard")}
    known = {path: sorted(unknown_in(path, version)) for path in sent}
    assert refused(boss, sent) == {path: fields for path, fields in known.items() if fields}
    count = sum(map(len, known.values()))
    seen("fields that validate refuses, as the server does", str(count) if count else "none: it knows all")


def test_the_shipped_control_defaults_are_those_of_explore(
    released: RunningSuperset, deployed: PruningWorld, boss: Api, page: Page, seen: Seen
) -> None:
    version = released.state.superset_version
    log_in(page, deployed.base_url, deployed.user, deployed.password)
    row = boss.by_name("dataset", "birth_names")
    dataset = boss.request("GET", f"dataset/{row['id']}")["result"]
    columns = [column["column_name"] for column in dataset["columns"]]
    every = explore.chart_types(released.package / "static/assets")
    assert set(SOME) <= set(every)
    found, beside = {}, {}
    for viz_type in every if MODE else SOME:
        values = explore.controls(page, deployed.base_url, viz_type, row["id"])
        found[viz_type] = explore.defaults(values, dataset["main_dttm_col"], columns)
        beside[viz_type] = explore.others(explore.names(page), found[viz_type])
    if MODE == "write":
        file = Path(schemas.__file__).parent / version / "control_defaults.json"
        file.write_text(json.dumps(explore.table(found, beside), indent=1, ensure_ascii=False) + "\n")
    shipped = schemas.control_defaults(version)
    assert sorted(shipped["by_viz_type"]) == every
    assert {viz_type: shipped["others"][viz_type] for viz_type in beside} == beside
    assert {viz_type: shipped["every"] | shipped["by_viz_type"][viz_type] for viz_type in found} == {
        viz_type: {"extra_form_data": {}} | each for viz_type, each in found.items()
    }
    seen("chart types whose Explore fills in what is no drift", str(len(every)))


def test_a_second_deployment_writes_nothing(deployed: PruningWorld, boss: Api, seen: Seen) -> None:
    before = boss.changed_on()
    done = deployed.deploy()
    assert "nothing to do" in synced(done)
    assert boss.changed_on() == before
    seen("deploy, and deploy again: nothing is written", "yes")


def test_an_edit_of_each_kind_in_superset_is_drift_and_git_wins(
    deployed: PruningWorld, boss: Api, ann: Api, seen: Seen
) -> None:
    database, dataset = boss.rows("database")[0]["id"], boss.by_name("dataset", "birth_names")["id"]
    chart, dashboard = boss.by_name("chart", "Births by state")["id"], boss.rows("dashboard")[0]["id"]
    ann.request("PUT", f"database/{database}", json={"cache_timeout": 77})
    stored = ann.request("GET", f"dataset/{dataset}")["result"]
    columns = [{"id": c["id"], "column_name": c["column_name"], "verbose_name": "Hers"} for c in stored["columns"]]
    ann.request("PUT", f"dataset/{dataset}", json={"description": "Hers", "columns": columns})
    ann.request("PUT", f"chart/{chart}", json={"slice_name": "Hers"})
    ann.request("PUT", f"dashboard/{dashboard}", json={"css": ".hers {}"})
    plan = plan_of(deployed)
    assert {item["kind"]: item["state"] for item in plan} == dict.fromkeys(EXTRA, "drift")
    fields = {".".join(field["path"]) for item in plan for field in item["fields"]}
    assert {"cache_timeout", "description", "columns.gender.verbose_name", "slice_name", "css"} <= fields
    synced(deployed.deploy())
    assert boss.request("GET", f"dashboard/{dashboard}")["result"]["css"] != ".hers {}"
    seen("an edit of each kind in Superset is drift; apply overwrites it", "yes")


def test_git_changes_exactly_what_it_names(
    released: RunningSuperset, deployed: PruningWorld, boss: Api, seen: Seen
) -> None:
    """Also where each kind is imported beside its parents, and where a chart leaves a dashboard."""
    files = {path: (deployed.root / path).read_text() for path in (DASHBOARD, DATASET, CHART)}
    dataset, chart = boss.by_name("dataset", "birth_names")["id"], boss.by_name("chart", "Births by state")["id"]
    dashboard, empty = boss.rows("dashboard")[0]["id"], empty_links(released)
    currency = 'd3format: ",.0f"\n    currency: {symbol: USD, symbolPosition: prefix}'
    deployed.edit(DATASET, 'd3format: ",.0f"', currency)
    assert written(deployed, boss) == {("dataset", dataset)}
    deployed.edit(CHART, "slice_name: Births by state", "slice_name: Renamed")
    deployed.edit(DASHBOARD, "[CHART-births, CHART-names, ", "[CHART-births, ")
    deployed.edit(DASHBOARD, f"  CHART-names:\n{PLACE_OF_NAMES}", "")
    assert written(deployed, boss) == {("chart", chart), ("dashboard", dashboard)}
    linked = {row["slice_name"] for row in boss.request("GET", f"dashboard/{dashboard}/charts")["result"]}
    assert (len(linked), "Names" in linked) == (11, False)
    for path, text in files.items():
        (deployed.root / path).write_text(text)
    assert written(deployed, boss) == {("chart", chart), ("dataset", dataset), ("dashboard", dashboard)}
    seen("apply writes exactly what differs: `changed_on` of all else stays", "yes")
    seen("a chart that leaves a dashboard leaves its list of charts", "yes")
    left = empty_links(released) - empty
    seen("rows of NULLs that 2 imports of a dashboard leave in `dashboard_slices`", str(left))


def test_one_that_loses_its_last_chart_and_what_left_git(deployed: PruningWorld, boss: Api, seen: Seen) -> None:
    deployed.add_second()
    synced(deployed.deploy())
    text = (deployed.root / SECOND_DASHBOARD).read_text().replace("children: [CHART-extra]", "children: []")
    (deployed.root / SECOND_DASHBOARD).write_text(text[: text.index("  CHART-extra:")])
    extra = boss.by_name("dashboard", EXTRA["dashboard"])["id"]
    assert written(deployed, boss) == {("dashboard", extra)}
    assert boss.request("GET", f"dashboard/{extra}/charts")["result"] == []
    seen("a dashboard that loses its last chart", "yes")
    deployed.remove_second()
    policy = (deployed.root / "policy.yaml").read_text()
    deployed.let("dev", "prune: true")
    synced(deployed.deploy())
    (deployed.root / "policy.yaml").write_text(policy)
    assert standing(boss) == set()
    assert {kind for kind, _, reason in deployed.saved() if reason == "no longer in Git"} == set(EXTRA)
    seen("prune what left Git, each saved first", "yes")


def test_a_dataset_inherits_its_databases_cache_timeout(deployed: PruningWorld, boss: Api, seen: Seen) -> None:
    """In sync at once, and after the database's value changed; a value of its own still counts."""
    files = {path: (deployed.root / path).read_text() for path in (DATASET, DATABASE)}
    database, dataset = boss.rows("database")[0]["id"], boss.by_name("dataset", "birth_names")["id"]
    deployed.edit(DATASET, "cache_timeout: {{ cache_timeout }}\n", "")
    deployed.edit(DATABASE, "cache_timeout: {{ cache_timeout }}", "cache_timeout: 777")
    assert written(deployed, boss) == {("database", database), ("dataset", dataset)}
    deployed.edit(DATABASE, "cache_timeout: 777", "cache_timeout: 778")
    assert written(deployed, boss) == {("database", database)}
    boss.request("PUT", f"dataset/{dataset}", json={"cache_timeout": 7})
    assert [item["kind"] for item in plan_of(deployed)] == ["dataset"]
    deployed.edit(DATASET, "main_dttm_col: birth_year\n", "main_dttm_col: birth_year\ncache_timeout: 778\n")
    synced(deployed.deploy())
    boss.request("PUT", f"database/{database}", json={"cache_timeout": 779})
    assert [item["kind"] for item in plan_of(deployed)] == ["database"]
    for path, text in files.items():
        (deployed.root / path).write_text(text)
    synced(deployed.deploy())
    seen("a dataset without a cache timeout beside a database with one", "in sync")


def test_a_changed_password_is_sent_on_request(deployed: PruningWorld, boss: Api, seen: Seen) -> None:
    """What a release says of a stored password is what it connects with."""
    server = urlsplit(deployed.database)
    role = f"reader_{uuid4().hex[:8]}"

    def deployed_with(password: str, *options: str) -> str:
        netloc = f"{role}:{password}@{server.hostname}:{server.port}"
        return synced(deployed.deploy("dev", *options, SUPERSET_DATA_URL=server._replace(netloc=netloc).geturl()))

    def connects() -> bool:
        answer = boss.session.get(
            f"{boss.base_url}/api/v1/database/{boss.rows('database')[0]['id']}/schemas/?q=(force:!t)", timeout=60
        )
        return answer.ok and "examples" in answer.json()["result"]

    deployed.sql(f"CREATE ROLE {role} LOGIN PASSWORD 'one'")
    deployed_with("one")
    assert connects()
    deployed.sql(f"ALTER ROLE {role} PASSWORD 'two'")
    assert "nothing to do" in deployed_with("two")
    assert not connects()
    deployed_with("two", "--rotate-secrets")
    assert connects()
    synced(deployed.deploy())
    seen("a connection's changed password, sent by --rotate-secrets", "yes")


def test_an_export_holds_everything(deployed: PruningWorld, seen: Seen) -> None:
    done = deployed.run("export_runtime", "exported")
    assert done.code == 0, done.err
    folders = [
        path.relative_to(deployed.root / "exported").parts[0] for path in deployed.root.rglob("exported/*/**/*.yaml")
    ]
    assert [folders.count(f"{kind}s") for kind in EXTRA] == [1, 2, 12, 1]
    seen("export", "yes")


def test_what_the_release_does_not_know_is_refused_at_its_line(
    released: RunningSuperset, deployed: PruningWorld, boss: Api, seen: Seen
) -> None:
    """By a deployment before anything is written, and offline where policy names the release."""
    version = released.state.superset_version
    text, policy = (deployed.root / DATASET).read_text(), (deployed.root / "policy.yaml").read_text()
    line = text[: text.index("main_dttm_col")].count("\n") + 1
    (deployed.root / DATASET).write_text(text.replace("main_dttm_col", "currency_code_column: name\nmain_dttm_col"))
    told = f"{DATASET}:{line}:1: [error] unknown field: Superset {version} would refuse 'currency_code_column'"
    knows = "currency_code_column" not in unknown_fields("dataset", version)[""]
    before = boss.changed_on()
    done = deployed.deploy("dev", "--dry-run")
    assert (done.code, told in done.out + done.err) == ((0, False) if knows else (1, True)), done.err
    deployed.let("dev", f'superset_version: "{version}"')
    checked = deployed.run("hybrid", "validate", "--env", "dev")
    assert (checked.code, told in checked.out) == ((0, False) if knows else (1, True)), checked.out + checked.err
    assert boss.changed_on() == before
    (deployed.root / DATASET).write_text(text)
    synced(deployed.deploy())
    (deployed.root / "policy.yaml").write_text(policy)
    seen("`currency_code_column`, which came with 6.1.0", "taken" if knows else "refused, with its line")


def test_another_release_than_policy_says_is_refused(
    released: RunningSuperset, deployed: PruningWorld, seen: Seen
) -> None:
    version = released.state.superset_version
    policy = (deployed.root / "policy.yaml").read_text()
    other = "6.0.0" if version != "6.0.0" else "5.0.0"
    deployed.let("dev", f'superset_version: "{other}"')
    for command in (("deploy", "dev"), ("hybrid", "drift-plan", "--env", "dev")):
        done = deployed.run(*command)
        assert (done.code, f"dev is said to run Superset {other}, but it runs {version}" in done.err) == (2, True), done
    (deployed.root / "policy.yaml").write_text(policy)
    seen("another release than policy names", "refused")


def plan_of(world: PruningWorld) -> list[dict[str, Any]]:
    """The plan's items that are not in sync."""
    plan = json.loads(world.run("hybrid", "drift-plan", "--format", "json").out)
    return [item for item in plan["items"] if item["state"] != "in_sync"]


def synced(done: Done) -> str:
    """What a deployment said on the way, which ended with everything in sync."""
    assert (done.code, done.lines[-2:]) == (0, ["✅ No drift detected (policy: warn)", "DEPLOY_OK (dev)"]), done.err
    return done.err


def written(world: PruningWorld, boss: Api) -> set[tuple[str, int]]:
    """What a deployment writes, as Superset's own `changed_on` says it; afterwards everything is in sync."""
    before = boss.changed_on()
    synced(world.deploy())
    return {key for key, moment in boss.changed_on().items() if before.get(key) != moment}


def every_field(kind: str) -> dict[str, Any]:
    """A document of this kind with every field that the newest release knows; the values do not matter."""
    properties = schema(kind)["properties"]
    document = {name: None for name, each in properties.items() if "not" not in each}
    for name in ("columns", "metrics"):
        if name in document:
            inside = properties[name]["items"]["properties"]
            document[name] = [{field: None for field, each in inside.items() if "not" not in each}]
    if kind == "database":
        document["extra"] = dict.fromkeys(properties["extra"]["properties"])
    return document


def unknown_in(path: str, version: str) -> set[str]:
    """The dotted fields that validate refuses in such a document."""
    places = unknown_fields(path.split("s/", maxsplit=1)[0], version)
    return {
        ".".join(filter(None, (place, "0" if place in ("columns", "metrics") else "", field)))
        for place, fields in places.items()
        for field in fields
    }


def refused(boss: Api, documents: dict[str, Any]) -> dict[str, list[str]]:
    """The unknown fields that the server's import names, by file."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, document in {"metadata.yaml": {"version": "1.0.0", "type": "Dashboard"}, **documents}.items():
            archive.writestr(f"export/{path}", yaml.safe_dump(document))
    url = f"{boss.base_url}/api/v1/dashboard/import/"
    answer = boss.session.post(url, files={"formData": ("a.zip", packed.getvalue(), "application/zip")}, timeout=60)
    assert answer.status_code == 422, answer.text
    found: dict[str, list[str]] = {}
    for error in answer.json()["errors"]:
        for path, fields in error["extra"].items():
            if path in documents and (unknown := sorted(leaves(fields))):
                found[path] = unknown
    return found


def leaves(errors: Any, path: tuple[str, ...] = ()) -> list[str]:
    """Dotted paths of what marshmallow calls an unknown field."""
    if isinstance(errors, dict):
        return [leaf for name, each in errors.items() for leaf in leaves(each, (*path, str(name)))]
    return [".".join(path)] if errors == ["Unknown field."] else []


def empty_links(released: RunningSuperset) -> int:
    """Rows that link no dashboard to no chart, in Superset's own database."""
    url = released.state.url(METADATA_ROLE, released.state.credentials.metadata, METADATA_DATABASE)
    with psycopg.connect(url) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM dashboard_slices WHERE dashboard_id IS NULL").fetchall()
    return int(count)
