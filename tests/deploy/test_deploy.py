"""`tools/deploy`, end to end on a real PostgreSQL and a real Superset."""

from __future__ import annotations

import yaml

from fixtures.world import Api, World

MARKS = [
    "=== ENV=dev ===",
    "=== 1) DB sync ===",
    "✅ DB_SYNC_OK",
    "=== 2) Compile+Validate ===",
    "✅ Compilation complete",
    "✅ Validation complete",
    "=== 3) Drift gate (pre) ===",
    "✅ No drift detected (policy: warn)",
    "=== 4) Apply (Git wins for managed assets) ===",
    "✅ Apply complete",
    "=== 5) Drift gate (post) ===",
    "✅ No drift detected (policy: warn)",
    "DEPLOY_OK (dev)",
]
CHART = "superset_assets/templates/charts/births_by_state.yaml.j2"
NAME = "Births by state"


def test_the_first_deployment_makes_everything_and_the_second_writes_nothing(world: World, admin: Api) -> None:
    first = world.deploy()
    assert (first.code, first.lines) == (0, MARKS), first.err
    assert world.sql("SELECT count(*) FROM examples.birth_names") == [(10,)]
    assert len(admin.rows("chart")) >= 6
    before = admin.changed_on()
    second = world.deploy()
    assert (second.code, second.lines) == (0, MARKS), second.err
    assert admin.changed_on() == before


def test_an_edited_template_changes_exactly_one_asset(world: World, admin: Api) -> None:
    world.deploy()
    before = admin.changed_on()
    world.edit(CHART, "slice_name: Births by state", "slice_name: Births by federal state")
    done = world.deploy()
    assert done.code == 0, done.err
    after = admin.changed_on()
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {("chart", admin.by_name("chart", "Births by federal state")["id"])}


def test_a_colleagues_edit_is_told_saved_and_overwritten_in_dev(world: World, admin: Api, colleague: Api) -> None:
    world.deploy()
    colleague.edit_chart(NAME, row_limit=7)
    plan = world.run("hybrid", "drift-plan", "--env", "dev", "--exit-code")
    assert plan.code == 4
    assert "Ann Lee" in plan.out
    assert "params.row_limit" in plan.out
    done = world.deploy()
    assert done.code == 0, done.err
    assert "⚠️ Drift detected: 1 asset (policy: warn)" in done.lines
    assert admin.chart_params(NAME)["row_limit"] != 7
    ((name, raw),) = world.sql("SELECT name, raw_yaml FROM hybrid.saved_copy")
    assert name == NAME
    assert yaml.safe_load(raw)["params"]["row_limit"] == 7


def test_a_deleted_chart_is_drift_and_restored_in_dev(world: World, admin: Api) -> None:
    world.deploy()
    admin.request("DELETE", f"chart/{admin.by_name('chart', NAME)['id']}")
    plan = world.run("hybrid", "drift-plan", "--exit-code")
    assert plan.code == 4
    assert f"deleted in Superset: chart '{NAME}'" in plan.out
    done = world.deploy()
    assert done.code == 0, done.err
    chart = admin.by_name("chart", NAME)["id"]
    dashboard = admin.rows("dashboard")[0]["id"]
    linked = {row["id"] for row in admin.request("GET", f"dashboard/{dashboard}/charts")["result"]}
    assert chart in linked


def test_staging_refuses_drift_before_anything_is_written(world: World, admin: Api, colleague: Api) -> None:
    world.publish()
    assert world.deploy("staging").code == 0
    colleague.edit_chart(NAME, row_limit=7)
    (world.root / "db/migrations/003_more.sql").write_text("CREATE TABLE examples.more (id integer PRIMARY KEY);\n")
    world.edit(CHART, "slice_name: Births by state", "slice_name: Renamed in Git")
    world.push()
    before = admin.changed_on()
    done = world.deploy("staging")
    assert (done.code, done.out) == (4, "")
    assert NAME in done.err
    assert "Ann Lee" in done.err
    assert admin.changed_on() == before
    assert world.sql("SELECT to_regclass('examples.more')") == [(None,)]


def test_staging_takes_what_is_only_pending(world: World) -> None:
    world.publish()
    assert world.deploy("staging").code == 0
    world.edit(CHART, "slice_name: Births by state", "slice_name: Renamed in Git")
    world.push()
    done = world.deploy("staging")
    assert done.code == 0, done.err
    assert done.lines[-1] == "DEPLOY_OK (staging)"


def test_staging_refuses_what_is_not_committed_or_not_pushed(world: World) -> None:
    world.publish()
    world.edit(CHART, "slice_name: Births by state", "slice_name: Not committed")
    dirty = world.deploy("staging")
    assert dirty.code == 2
    assert "births_by_state.yaml.j2" in dirty.err
    world.git("commit", "-qam", "Commit it")
    unpushed = world.deploy("staging")
    assert unpushed.code == 2
    assert "not on main of origin" in unpushed.err
    assert world.sql("SELECT to_regclass('hybrid.stamp')") == [(None,)]


def test_a_dry_run_prints_the_plan_and_writes_nothing(world: World, admin: Api) -> None:
    done = world.deploy("dev", "--dry-run")
    assert done.code == 0, done.err
    assert f"+ create: chart '{NAME}'" in done.out
    assert admin.rows("chart") == []
    assert world.sql("SELECT to_regclass('hybrid.stamp')") == [(None,)]


def test_another_environment_on_the_same_superset_is_refused(world: World, postgres: object) -> None:
    world.publish()
    assert world.deploy("dev").code == 0
    wrong = world.deploy("staging")
    assert wrong.code == 2
    assert "rebind" in wrong.err


def test_a_natural_key_under_another_uuid_stops_the_run(world: World, admin: Api) -> None:
    assert world.deploy().code == 0
    world.edit(
        "superset_assets/templates/dashboards/births.yaml.j2",
        "uuid: " + admin.rows("dashboard")[0]["uuid"],
        "uuid: 0f6ac9b8-54b1-4d2c-8a49-3f0d7a3a9c11",
    )
    done = world.deploy()
    assert done.code == 4
    assert "under another uuid" in done.err


def test_owners_that_people_set_stay(world: World, admin: Api, colleague: Api) -> None:
    world.deploy()
    chart = admin.by_name("chart", NAME)["id"]
    ann = colleague.request("GET", "me/")["result"]["id"]
    admin.request("PUT", f"chart/{chart}", json={"owners": [ann]})
    world.edit(CHART, "slice_name: Births by state", "slice_name: Renamed in Git")
    assert world.deploy().code == 0
    owners = {owner["id"] for owner in admin.request("GET", f"chart/{chart}")["result"]["owners"]}
    assert ann in owners
