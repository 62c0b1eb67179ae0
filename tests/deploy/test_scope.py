"""A run about some assets only, and exactly the plan that was saved: on a real Superset."""

from __future__ import annotations

import json

from fixtures.between import Between
from fixtures.world import Api, World

CHARTS = "superset_assets/templates/charts"
BY_STATE, BY_GENDER = f"{CHARTS}/births_by_state.yaml.j2", f"{CHARTS}/births_by_gender.yaml.j2"
STATE, GENDER = "Births by state", "Girls and boys"


def test_what_is_out_of_scope_is_neither_gated_nor_written(world: World, admin: Api, colleague: Api) -> None:
    world.publish()
    assert world.deploy("staging").code == 0
    world.edit(BY_STATE, f"slice_name: {STATE}", "slice_name: Renamed in Git")
    world.edit(f"{CHARTS}/names.yaml.j2", "slice_name: Names", "slice_name: All names")
    world.push()
    colleague.edit_chart(GENDER, row_limit=7)
    assert world.deploy("staging").code == 4

    plan = json.loads(
        world.run("hybrid", "drift-plan", "--env", "staging", "--asset", "chart:All names", "--format", "json").out
    )
    assert [(item["name"], item["state"]) for item in plan["items"]] == [("All names", "pending")]
    assert len(plan["out_of_scope"]) == 15
    done = world.deploy("staging", "--asset", "chart:All names")
    assert done.code == 0, done.err
    assert (
        "only chart 'All names'; out of scope, neither gated nor written: 15 assets (1 drifted, 13 in sync, 1 pe"
        in (done.err)
    )
    assert admin.by_name("chart", "All names")
    assert admin.by_name("chart", STATE)
    assert admin.chart_params(GENDER)["row_limit"] == 7
    assert world.run("hybrid", "drift-plan", "--env", "staging", "--asset", "chart:All names", "--exit-code").code == 0

    dashboard = world.deploy("staging", "--dashboard", "births")
    assert dashboard.code == 4
    assert GENDER in dashboard.err


def test_a_scope_may_not_leave_out_what_it_needs(world: World, admin: Api) -> None:
    refused = world.deploy("dev", "--asset", f"chart:{STATE}")
    assert refused.code == 2, refused.err
    assert f"chart '{STATE}' needs dataset 'birth_names'" in refused.err
    assert admin.rows("chart") == []
    unknown = world.deploy("dev", "--dashboard", "Brths")
    assert unknown.code == 2
    assert "neither Git nor the ledger names dashboard 'Brths'" in unknown.err
    whole = world.deploy("dev", "--dashboard", "births")
    assert whole.code == 0, whole.err
    assert len(admin.rows("chart")) == 12


def test_exactly_the_saved_plan_is_applied_or_nothing(
    world: World, admin: Api, colleague: Api, between: Between
) -> None:
    assert world.deploy(BASE_URL=between.base_url).code == 0
    world.edit(BY_STATE, f"slice_name: {STATE}", "slice_name: Renamed in Git")
    colleague.edit_chart(GENDER, row_limit=7)
    saved = world.run("hybrid", "drift-plan", "--out", "plan.json", BASE_URL=between.base_url)
    assert saved.code == 0, saved.err
    assert "1 pending, 1 drifted" in saved.out

    over = world.run("hybrid", "drift-plan", "--out", "policy.yaml", BASE_URL=between.base_url)
    assert over.code == 2
    assert "this file exists already, and is no saved plan" in over.err
    assert (world.root / "policy.yaml").read_text().startswith("#")

    # Superset moved on.
    colleague.edit_chart("Names", row_limit=9)
    stale = world.run("hybrid", "apply", "--plan", "plan.json", BASE_URL=between.base_url)
    assert stale.code == 2
    assert "the plan is stale: Superset moved on: chart 'Names'" in stale.err
    assert admin.by_name("chart", STATE)

    # Git moved on.
    assert world.run("hybrid", "drift-plan", "--out", "plan.json", BASE_URL=between.base_url).code == 0
    world.edit(BY_GENDER, f"slice_name: {GENDER}", "slice_name: Boys and girls")
    stale = world.run("hybrid", "apply", "--plan", "plan.json", BASE_URL=between.base_url)
    assert stale.code == 2
    assert "Git moved on: chart 'Boys and girls'" in stale.err
    world.edit(BY_GENDER, "slice_name: Boys and girls", f"slice_name: {GENDER}")

    # Another Superset.
    other = world.run("hybrid", "apply", "--plan", "plan.json", BASE_URL="http://127.0.0.1:9")
    assert other.code in (2, 3)

    # Nothing moved on, but somebody saves right before the write: that is not in the plan.
    reads: list[str] = []

    def after(request: str) -> None:
        if request.startswith("GET /api/v1/assets/export/"):
            reads.append(request)
            if len(reads) == 2:
                colleague.edit_chart(STATE, row_limit=3)

    between.after = after
    late = world.run("hybrid", "apply", "--plan", "plan.json", BASE_URL=between.base_url)
    assert late.code == 4, late.err
    assert admin.chart_params(STATE)["row_limit"] == 3
    between.after = lambda _: None

    assert world.run("hybrid", "drift-plan", "--out", "plan.json", BASE_URL=between.base_url).code == 0
    done = world.run("hybrid", "apply", "--plan", "plan.json", BASE_URL=between.base_url)
    assert done.code == 0, done.err
    assert admin.by_name("chart", "Renamed in Git")
    assert admin.chart_params(GENDER)["row_limit"] != 7

    # What was applied moved the ledger and Superset on: a plan serves once.
    again = world.run("hybrid", "apply", "--plan", "plan.json", BASE_URL=between.base_url)
    assert again.code == 2
    assert "is stale" in again.err
