"""Prune on a real Superset: off unless policy says so, nothing that others need, and never without a copy."""

from __future__ import annotations

import re

import yaml

from fixtures.second_set import EXTRA, PruningWorld, own_chart, standing
from fixtures.world import Api


def digest_in(text: str) -> str:
    return re.findall(r"--confirm ([0-9a-f]{12})", text)[-1]


def test_off_unless_policy_says_so_and_never_what_policy_ignores(
    world: PruningWorld, admin: Api, colleague: Api
) -> None:
    world.left()
    done = world.deploy()
    assert done.code == 0, done.err
    assert standing(admin) == set(EXTRA)
    plan = world.run("hybrid", "drift-plan").out
    assert "- no longer in Git: chart 'Extra chart'" in plan
    assert "would be deleted" not in plan

    world.let("dev", "prune: true, ignore: [{kind: chart, name: Extra chart}]")
    colleague.request("PUT", f"chart/{colleague.by_name('chart', EXTRA['chart'])['id']}", json={"cache_timeout": 7})
    done = world.deploy()
    assert (done.code, "✅ No drift detected (policy: warn)" in done.lines) == (0, True), done.err
    assert "kept chart 'Extra chart', no longer in Git: policy.yaml:8:81 ignores it" in done.err
    assert standing(admin) == {"chart", "dataset", "database"}


def test_on_it_deletes_in_order_and_saves_each_first(world: PruningWorld, admin: Api) -> None:
    world.left()
    world.let("dev", "prune: true")
    before = admin.changed_on()
    asked = world.run("hybrid", "drift-plan")
    assert asked.code == 0, asked.err
    plan = asked.out
    assert "- no longer in Git (would be deleted): chart 'Extra chart'" in plan
    assert "plan digest: " in plan
    pull_request = world.deploy(GITHUB_EVENT_NAME="pull_request")
    merge_request = world.deploy(CI_MERGE_REQUEST_IID="7")
    told = world.deploy("dev", "--no-prune")
    for done, why in (
        (pull_request, "GITHUB_EVENT_NAME"),
        (merge_request, "CI_MERGE_REQUEST_IID"),
        (told, "--no-prune"),
    ):
        assert done.code == 0, done.err
        assert f"prune is off for this run: {why}" in done.err or why in done.err
    assert standing(admin) == set(EXTRA)
    done = world.deploy()
    assert done.code == 0, done.err
    assert standing(admin) == set()
    assert world.saved() == [
        (kind, EXTRA[kind], "no longer in Git") for kind in ("dashboard", "chart", "dataset", "database")
    ]
    ((raw,),) = world.sql("SELECT raw_yaml FROM hybrid.saved_copy WHERE kind = 'dataset'")
    assert yaml.safe_load(raw)["sql"] == "SELECT 1 AS one"
    assert world.sql("SELECT count(*) FROM hybrid.applied") == [(16,)]
    after = admin.changed_on()
    assert {key: before[key] for key in after} == after
    again = world.deploy()
    assert (again.code, "nothing to do" in again.err) == (0, True)


def test_what_an_unmanaged_chart_needs_is_kept_and_said(world: PruningWorld, admin: Api, colleague: Api) -> None:
    world.left()
    world.let("dev", "prune: true")
    own = own_chart(colleague, "extra")
    plan = world.run("hybrid", "drift-plan").out
    assert "- no longer in Git (kept, used by chart \"Ann's own\"): dataset 'extra'" in plan
    assert "- no longer in Git (kept, used by dataset 'extra'): database 'Second'" in plan
    done = world.deploy()
    assert done.code == 0, done.err
    assert "kept dataset 'extra', no longer in Git: chart \"Ann's own\"" in done.err
    assert standing(admin) == {"dataset", "database"}
    admin.request("DELETE", f"chart/{own}")
    assert world.deploy().code == 0
    assert standing(admin) == set()


def test_what_a_dashboard_of_somebody_shows_or_filters_by_is_kept(world: PruningWorld, colleague: Api) -> None:
    world.left()
    world.let("dev", "prune: true")
    dashboard = colleague.request("POST", "dashboard/", json={"dashboard_title": "Ann's board"})["id"]
    chart = colleague.by_name("chart", EXTRA["chart"])["id"]
    colleague.request("PUT", f"chart/{chart}", json={"dashboards": [dashboard]})
    done = world.deploy()
    assert done.code == 0, done.err
    assert "kept chart 'Extra chart', no longer in Git: dashboard \"Ann's board\"" in done.err
    assert standing(colleague) == {"chart", "dataset", "database"}


def test_rules_and_queries_of_others_keep_what_they_need(world: PruningWorld, admin: Api, colleague: Api) -> None:
    world.left()
    world.let("dev", "prune: true")
    dataset, database = admin.by_name("dataset", "extra")["id"], admin.by_name("database", "Second")["id"]
    role = admin.request("GET", "security/roles/?q=(filters:!((col:name,opr:eq,value:Gamma)))")["ids"]
    rule = {"name": "Ann's rule", "filter_type": "Regular", "tables": [dataset], "roles": role, "clause": "1 = 1"}
    number = admin.request("POST", "rowlevelsecurity/", json=rule)["id"]
    try:
        done = world.deploy()
        assert done.code == 0, done.err
        assert "kept dataset 'extra', no longer in Git: row level security \"Ann's rule\"" in done.err
        assert standing(admin) == {"dataset", "database"}
    finally:
        admin.request("DELETE", f"rowlevelsecurity/{number}")
    colleague.request("POST", "sqllab/execute/", json={"database_id": database, "sql": "SELECT 1", "runAsync": False})
    done = world.deploy()
    assert done.code == 0, done.err
    assert "kept database 'Second', no longer in Git: 1 query in SQL Lab's history" in done.err
    assert standing(admin) == {"database"}


def test_drift_on_what_left_git_is_saved_in_dev(world: PruningWorld, admin: Api, colleague: Api) -> None:
    world.left()
    world.let("dev", "prune: true")
    colleague.edit_chart(EXTRA["chart"], subtitle="hers")
    done = world.deploy()
    assert done.code == 0, done.err
    assert standing(admin) == set()
    assert ("chart", EXTRA["chart"], "no longer in Git, changed in Superset") in world.saved()
    ((raw,),) = world.sql("SELECT raw_yaml FROM hybrid.saved_copy WHERE kind = 'chart'")
    assert yaml.safe_load(raw)["params"]["subtitle"] == "hers"


def test_strict_deletes_only_what_was_confirmed(world: PruningWorld, admin: Api, colleague: Api) -> None:
    world.let("staging", "prune: true")
    world.left("staging")
    refused = world.deploy("staging")
    assert (refused.code, refused.out) == (2, "")
    assert "(would be deleted): chart 'Extra chart'" in refused.err
    shown = digest_in(refused.err)
    colleague.edit_chart(EXTRA["chart"], subtitle="hers")
    drifted = world.deploy("staging", "--confirm", shown)
    assert drifted.code == 4
    assert "to be deleted, but changed in Superset since the last deployment: chart 'Extra chart'" in drifted.err
    assert standing(admin) == set(EXTRA)
    assert world.saved() == []
    done = world.deploy("staging", "--confirm", digest_in(drifted.err))
    assert done.code == 0, done.err
    assert standing(admin) == set()
    assert len(world.saved()) == 4


def test_a_plan_beyond_the_limits_needs_its_own_digest(world: PruningWorld, admin: Api) -> None:
    assert world.deploy().code == 0
    charts = sorted((world.root / "superset_assets/templates/charts").glob("*.j2"))
    for file in charts[:10]:
        file.write_text(re.sub(r"slice_name: (.*)", r"slice_name: \1 anew", file.read_text()))
    before = admin.changed_on()
    refused = world.deploy()
    assert (refused.code, refused.out) == (2, "")
    assert "the plan changes 10 and deletes 0 of 16 managed assets" in refused.err
    charts[10].write_text(re.sub(r"slice_name: (.*)", r"slice_name: \1 anew", charts[10].read_text()))
    newer = world.deploy("dev", "--confirm", digest_in(refused.err))
    assert newer.code == 2
    assert "is of another plan" in newer.err
    assert admin.changed_on() == before
    done = world.deploy("dev", "--confirm", digest_in(newer.err))
    assert done.code == 0, done.err


def test_a_runtime_that_lost_most_is_not_believed(world: PruningWorld, admin: Api) -> None:
    assert world.deploy().code == 0
    for kind in ("dashboard", "chart"):
        for row in admin.rows(kind):
            admin.request("DELETE", f"{kind}/{row['id']}")
    doubted = world.deploy()
    assert (doubted.code, doubted.out) == (3, "")
    assert "Superset shows only 3 of the 16 assets that were applied to it" in doubted.err
    assert admin.rows("chart") == []
    done = world.deploy("dev", "--confirm", digest_in(doubted.err))
    assert done.code == 0, done.err
    assert len(admin.rows("chart")) == 12
