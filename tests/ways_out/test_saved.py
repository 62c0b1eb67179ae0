"""What Git overwrote is listed, read, compared and put back into a real Superset."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from fixtures.world import Api, Done, World

NAME = "Births by state"


def saved(world: World, *arguments: str) -> Done:
    return world.run("hybrid", "saved", *arguments)


def states(world: World) -> dict[str, str]:
    plan = json.loads(world.run("hybrid", "drift-plan", "--format", "json").out)
    return {item["name"]: item["state"] for item in plan["items"] if item["state"] != "in_sync"}


def overwrite(world: World) -> None:
    done = world.deploy()
    assert done.code == 0, done.err


def test_a_chart_s_overwritten_version_is_read_compared_and_put_back(world: World, admin: Api, colleague: Api) -> None:
    world.publish()
    index = (world.root / ".git/index").read_bytes()
    overwrite(world)
    assert saved(world, "list").out == ""
    assert world.git("for-each-ref", "refs/superset-gitops") == ""
    ours = admin.chart_params(NAME)["row_limit"]
    colleague.edit_chart(NAME, row_limit=7)
    overwrite(world)

    (line,) = saved(world, "list", "--asset", f"chart:{NAME}").lines
    assert f"chart '{NAME}'  drift  (deployment 2)" in line
    assert saved(world, "list", "--asset", "chart:Nobody's").out == ""
    (copy,) = json.loads(saved(world, "list", "--format", "json").out)["copies"]
    number = str(copy["number"])
    assert yaml.safe_load(saved(world, "show", number).out)["params"]["row_limit"] == 7
    in_git = f"refs/superset-gitops/saved/dev:charts/Births_by_state.{copy['uuid']}.yaml"
    assert world.git("show", in_git) == saved(world, "show", number).out.strip()
    assert saved(world, "diff", number).lines == [
        f"copy {number} of chart '{NAME}' → live:",
        f"  params.row_limit: 7 → {ours}",
    ]

    base = world.sql("SELECT uuid, digest, applied_at FROM hybrid.applied ORDER BY uuid")
    done = saved(world, "restore", number)
    assert (done.code, done.out) == (0, f"restored chart '{NAME}' from copy {number}\n"), done.err
    assert admin.chart_params(NAME)["row_limit"] == 7
    assert world.sql("SELECT uuid, digest, applied_at FROM hybrid.applied ORDER BY uuid") == base
    assert states(world) == {NAME: "drift"}
    assert world.sql("SELECT count(*) FROM hybrid.lease") == [(0,)]

    assert "has a place for it" not in done.err
    replaced = str(json.loads(saved(world, "list", "--format", "json").out)["copies"][0]["number"])
    assert f"the version that it replaced is copy {replaced}" in done.err
    assert world.git("show", in_git) == saved(world, "show", replaced).out.strip()
    assert world.git("log", "--format=%s", "refs/superset-gitops/saved/dev").splitlines() == [
        f"Save 1 asset of dev before a restore of copy {number} replaced it",
        "Save 1 asset of dev before deployment 2 replaced it",
    ]
    assert (world.root / ".git/index").read_bytes() == index
    assert f"  params.row_limit: 7 → {ours}" in saved(world, "diff", number, replaced).lines
    again = saved(world, "restore", number)
    assert again.out.startswith("nothing to do")
    assert world.sql("SELECT count(*) FROM hybrid.saved_copy") == [(2,)]

    admin.request("DELETE", f"chart/{admin.by_name('chart', NAME)['id']}")
    gone = saved(world, "diff", number)
    assert (gone.code, "not in Superset any more" in gone.err) == (3, True)
    back = saved(world, "restore", number)
    assert back.code == 0, back.err
    assert "replaced" not in back.err
    assert "dashboard 'Births and names [dev]' has a place for it, but does not show it yet" in back.err
    assert admin.chart_params(NAME)["row_limit"] == 7


def test_a_copy_goes_to_a_new_file_only(world: World, admin: Api, colleague: Api) -> None:
    overwrite(world)
    colleague.edit_chart(NAME, row_limit=7)
    overwrite(world)
    before = admin.changed_on()
    done = saved(world, "restore", "1", "--out", "copy.yaml")
    assert done.code == 0, done.err
    assert (world.root / "copy.yaml").read_text() == saved(world, "show", "1").out
    assert saved(world, "restore", "1", "--out", "copy.yaml").code == 2
    assert admin.changed_on() == before
    unknown = saved(world, "show", "99")
    assert unknown.code == 2
    assert "tools/hybrid saved list" in unknown.err
    assert saved(world, "show", "1", "--env", "staging").code == 2


def test_a_dashboard_needs_its_charts(world: World, admin: Api, colleague: Api) -> None:
    overwrite(world)
    dashboard = admin.rows("dashboard")[0]
    colleague.request("PUT", f"dashboard/{dashboard['id']}", json={"dashboard_title": "Ann's births"})
    overwrite(world)
    linked = {row["slice_name"] for row in admin.request("GET", f"dashboard/{dashboard['id']}/charts")["result"]}
    chart = admin.by_name("chart", NAME)
    admin.request("DELETE", f"chart/{chart['id']}")
    refused = saved(world, "restore", "1")
    assert refused.code == 3
    assert f"chart '{NAME}' ({chart['uuid']})" in refused.err
    assert "tools/deploy dev" in refused.err
    assert admin.rows("dashboard")[0]["dashboard_title"] == dashboard["dashboard_title"]
    assert world.sql("SELECT count(*) FROM hybrid.saved_copy") == [(1,)]

    overwrite(world)
    done = saved(world, "restore", "1")
    assert done.code == 0, done.err
    assert admin.rows("dashboard")[0]["dashboard_title"] == "Ann's births"
    now = {row["slice_name"] for row in admin.request("GET", f"dashboard/{dashboard['id']}/charts")["result"]}
    assert now == linked

    admin.request("DELETE", f"dashboard/{dashboard['id']}")
    admin.request("POST", "dashboard/", json={"dashboard_title": "Another", "slug": dashboard["slug"]})
    taken = saved(world, "restore", "1")
    assert (taken.code, "under another uuid" in taken.err) == (4, True)
    assert [row["dashboard_title"] for row in admin.rows("dashboard")] == ["Another"]


def test_a_database_and_a_dataset_come_back_with_the_stored_password(world: World, admin: Api, colleague: Api) -> None:
    overwrite(world)
    (database,), dataset = admin.rows("database"), admin.by_name("dataset", "birth_names")
    colleague.request("PUT", f"database/{database['id']}", json={"expose_in_sqllab": False})
    colleague.request("PUT", f"dataset/{dataset['id']}", json={"description": "Ann's words"})
    overwrite(world)
    assert answers(admin, database["id"])
    copies = {row["kind"]: row["number"] for row in json.loads(saved(world, "list", "--format", "json").out)["copies"]}
    password = world.database.partition("@")[0].rpartition(":")[2]
    for kind, number in copies.items():
        assert password not in saved(world, "show", str(number)).out
        done = saved(world, "restore", str(number))
        assert done.code == 0, (kind, done.err)
    assert set(states(world).values()) == {"drift"}
    assert len(states(world)) == 2
    assert admin.request("GET", f"database/{database['id']}")["result"]["expose_in_sqllab"] is False
    assert admin.request("GET", f"dataset/{dataset['id']}")["result"]["description"] == "Ann's words"
    admin.request("PUT", f"database/{database['id']}", json={"expose_in_sqllab": True})
    assert answers(admin, database["id"])

    admin.delete_all()
    alone = saved(world, "restore", str(copies["database"]))
    assert (alone.code, "its password went with it" in alone.err) == (3, True)
    orphan = saved(world, "restore", str(copies["dataset"]))
    assert orphan.code == 3
    assert f"database {database['database_name']!r} ({database['uuid']}), of which copy" in orphan.err
    assert admin.rows("database") == []


def answers(admin: Api, database: int) -> Any:
    """Whether Superset still reaches the database, with the password that it has."""
    question = {"database_id": database, "sql": "SELECT count(*) AS n FROM examples.birth_names", "runAsync": False}
    return admin.request("POST", "sqllab/execute/", json=question)["data"] == [{"n": 10}]


@pytest.mark.parametrize("text", ["births", "table:x", "chart:"])
def test_what_names_no_asset_is_refused(bare_world: World, text: str) -> None:
    done = saved(bare_world, "list", "--asset", text)
    assert done.code == 2
    assert "KIND:NAME" in done.err
