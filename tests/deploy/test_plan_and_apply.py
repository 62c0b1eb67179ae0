"""`drift-plan` and `apply`: what they print and write, and an importer that only says that it worked."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess

from click import unstyle
from jsonschema import Draft202012Validator

from fixtures.between import Between
from fixtures.world import ROOT, Api, World
from superset_gitops.schemas import schema

CHART = "superset_assets/templates/charts/births_by_state.yaml.j2"
NAME = "Births by state"


def test_pending_drift_and_conflict_are_told_apart(world: World, colleague: Api) -> None:
    assert world.deploy().code == 0
    colleague.edit_chart(NAME, row_limit=7)
    colleague.edit_chart("Girls and boys", row_limit=7)
    world.edit(CHART, "slice_name: Births by state", "slice_name: Renamed in Git")
    world.edit("superset_assets/templates/charts/names.yaml.j2", "slice_name: Names", "slice_name: All names")
    plan = json.loads(world.run("hybrid", "drift-plan", "--format", "json").out)
    states = {item["name"]: item["state"] for item in plan["items"] if item["state"] != "in_sync"}
    assert states == {"Renamed in Git": "conflict", "Girls and boys": "drift", "All names": "pending"}
    conflict = next(item for item in plan["items"] if item["state"] == "conflict")
    sides = {".".join(field["path"]): field["side"] for field in conflict["fields"]}
    assert sides == {"slice_name": "pending", "params.row_limit": "drift"}
    assert conflict["saved_by"] == "Ann Lee"
    assert conflict["saved_at"].startswith("20")
    assert world.run("hybrid", "drift-plan", "--exit-code").code == 4
    assert world.run("hybrid", "drift-plan").code == 0


def test_the_plan_in_three_formats(world: World) -> None:
    text = world.run("hybrid", "drift-plan")
    markdown = world.run("hybrid", "drift-plan", "--format", "markdown")
    data = world.run("hybrid", "drift-plan", "--format", "json", "--exit-code")
    assert text.out.startswith("Plan for dev: 16 to create")
    assert "Dashboard 'Births and names [dev]'" in text.lines
    assert markdown.lines[0] == "<!-- superset-gitops plan: dev -->"
    assert "| chart `Births by state` | create |" in markdown.out
    assert json.loads(data.out)["summary"] == {"create": 16}
    Draft202012Validator(schema("plan")).validate(json.loads(data.out))
    assert (text.code, markdown.code, data.code) == (0, 0, 6)


def test_verbose_is_a_diff_of_each_asset(world: World, colleague: Api) -> None:
    assert world.deploy().code == 0
    colleague.edit_chart(NAME, row_limit=7)
    lines = world.run("hybrid", "drift-plan", "-v").lines
    start = lines.index("      --- last applied")
    assert lines[start + 1].startswith("      +++ in Superset, saved by Ann Lee at 20")
    assert lines[start + 2].endswith(" @@ params.row_limit")
    assert [line.strip() for line in lines if line.startswith(("      -  ", "      +  "))] == [
        "-  row_limit: 100",
        "+  row_limit: 7",
    ]


def test_colour_is_for_terminals(world: World) -> None:
    plain = world.run("hybrid", "drift-plan").out
    forced = world.run("hybrid", "drift-plan", "--color", NO_COLOR="1").out
    assert "\x1b" not in plain
    assert "\x1b[32m+ create:\x1b[0m chart" in forced
    assert unstyle(forced) == plain
    assert "\x1b[32m+ create:" in world.run("hybrid", "apply", "--dry-run", FORCE_COLOR="1").out
    assert "\x1b[32m+ create:" in world.run("deploy", "dev", "--dry-run", "--color").out
    assert "\x1b" not in world.run("hybrid", "drift-plan", "--format", "json", "--color").out
    assert unstyle(on_a_terminal(world)) == plain
    assert on_a_terminal(world) == forced
    assert on_a_terminal(world, NO_COLOR="1") == plain
    assert on_a_terminal(world, CI="true") == plain


def on_a_terminal(world: World, **extra: str) -> str:
    """What the plan looks like there."""
    ours, theirs = pty.openpty()
    environ = world.environ | {"CI": "", "NO_COLOR": "", "FORCE_COLOR": "", "TERM": "xterm"} | extra
    command = [str(ROOT / "tools/hybrid"), "drift-plan"]
    with subprocess.Popen(command, cwd=world.root, env=environ, stdout=theirs, stderr=subprocess.DEVNULL) as process:
        os.close(theirs)
        text = b""
        with contextlib.suppress(OSError):  # Linux ends a terminal without a writer so
            while chunk := os.read(ours, 65536):
                text += chunk
    os.close(ours)
    assert process.returncode == 0
    return text.decode().replace("\r\n", "\n")


def test_unmanaged_assets_and_kinds_are_listed_and_left_alone(world: World, admin: Api) -> None:
    assert world.deploy().code == 0
    dataset = admin.by_name("dataset", "birth_names")["id"]
    chart = {"slice_name": "Somebody's own", "viz_type": "table", "datasource_id": dataset, "datasource_type": "table"}
    admin.request("POST", "chart/", json=chart | {"params": "{}"})
    css = admin.request("POST", "css_template/", json={"template_name": "Somebody's css", "css": "p {}"})["id"]
    try:
        plan = json.loads(world.run("hybrid", "drift-plan", "--format", "json").out)
        unmanaged = {(item["kind"], item["name"]) for item in plan["unmanaged"]}
        assert {("chart", "Somebody's own"), ("css template", "Somebody's css")} <= unmanaged
        assert plan["in_sync"] is True
        assert world.deploy().code == 0
        assert [row["slice_name"] for row in admin.rows("chart")].count("Somebody's own") == 1
    finally:
        admin.request("DELETE", f"css_template/{css}")


def test_apply_alone_leaves_the_database(world: World, admin: Api) -> None:
    dry = world.run("hybrid", "apply", "--dry-run")
    assert dry.code == 0
    assert "+ create" in dry.out
    assert admin.rows("chart") == []
    done = world.run("hybrid", "apply", "--env", "dev")
    assert done.code == 0, done.err
    assert "DB sync" not in done.out
    assert "DEPLOY_OK" not in done.out
    assert len(admin.rows("chart")) == 12
    assert world.sql("SELECT to_regclass('examples.birth_names')") == [(None,)]


def test_an_asset_that_left_git_is_told_and_left_alone(world: World, admin: Api) -> None:
    assert world.deploy().code == 0
    uuid = admin.by_name("chart", "Girls")["uuid"]
    (world.root / "superset_assets/templates/charts/share_of_girls.yaml.j2").unlink()
    dashboard = world.root / "superset_assets/templates/dashboards/births.yaml.j2"
    text = dashboard.read_text()
    assert 'ref("charts/share_of_girls")' in text
    dashboard.write_text(text.replace('ref("charts/share_of_girls")', 'ref("charts/births")'))
    plan = json.loads(world.run("hybrid", "drift-plan", "--format", "json").out)
    assert {item["uuid"]: item["state"] for item in plan["items"]}[uuid] == "prune"
    assert world.deploy().code == 0
    assert admin.by_name("chart", "Girls")["uuid"] == uuid


def test_a_token_a_session_and_a_password_each_deploy(world: World, admin: Api) -> None:
    token = str(admin.session.headers["Authorization"]).removeprefix("Bearer ")
    first = world.deploy(SUPERSET_ACCESS_TOKEN=token, SUPERSET_ADMIN_USER="", SUPERSET_ADMIN_PASS="")
    assert first.code == 0, first.err
    second = world.deploy(SUPERSET_ACCESS_TOKEN="not.a.token", SUPERSET_ADMIN_USER="", SUPERSET_ADMIN_PASS="")
    assert second.code in (2, 3)
    assert "SUPERSET_ACCESS_TOKEN" in second.err


def test_an_importer_that_answers_200_and_does_nothing_is_caught(world: World, between: Between) -> None:
    assert world.deploy(BASE_URL=between.base_url).code == 0
    world.edit(CHART, "slice_name: Births by state", "slice_name: Renamed in Git")
    between.swallow = "/api/v1/assets/import/"
    done = world.deploy(BASE_URL=between.base_url)
    assert done.code == 5, done.err
    assert "does not show what Git says" in done.err
    assert "'Renamed in Git': slice_name" in done.err
    between.swallow = ""
    assert world.deploy(BASE_URL=between.base_url).code == 0


def test_a_rejected_import_names_asset_and_field(world: World, admin: Api) -> None:
    """A server older than the sources: its importer refuses a field, and the message says which."""
    assert world.deploy().code == 0
    world.edit(
        "superset_assets/templates/databases/examples.yaml.j2", "sqlalchemy_uri: ${SUPERSET_DATA_URL}",
        "sqlalchemy_uri: nosuchengine://user@host/db",
    )  # fmt: skip
    done = world.deploy()
    assert done.code in (3, 5), done.err
    assert "sqlalchemy_uri" in done.err
    assert "Examples" in done.err
