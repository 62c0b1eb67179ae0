"""Ways out that a person opens: exactly what was shown, and nothing newer; and who saves while we deploy."""

from __future__ import annotations

import re

import yaml

from fixtures.between import Between
from fixtures.world import Api, World

CHART = "superset_assets/templates/charts/births_by_state.yaml.j2"
NAME = "Births by state"
EXPORT = "GET /api/v1/assets/export/"


def staged(world: World, **extra: str) -> World:
    world.publish()
    assert world.deploy("staging", **extra).code == 0
    return world


def digest_in(text: str) -> str:
    found = re.search(r"--overwrite-drift ([0-9a-f]{12})", text)
    assert found, text
    return found[1]


def test_git_wins_over_exactly_the_drift_that_was_shown(world: World, admin: Api, colleague: Api) -> None:
    staged(world)
    colleague.edit_chart(NAME, row_limit=7)
    shown = digest_in(world.deploy("staging").err)
    colleague.edit_chart(NAME, row_limit=8)
    newer = world.deploy("staging", "--overwrite-drift", shown)
    assert newer.code == 4
    assert f"({shown} names another drift)" in newer.err
    assert admin.chart_params(NAME)["row_limit"] == 8
    done = world.deploy("staging", "--overwrite-drift", digest_in(newer.err))
    assert done.code == 0, done.err
    assert admin.chart_params(NAME)["row_limit"] not in (7, 8)
    ((raw,),) = world.sql("SELECT raw_yaml FROM hybrid.saved_copy")
    assert yaml.safe_load(raw)["params"]["row_limit"] == 8


def test_a_lost_ledger_is_one_thing_to_say_and_adopt_takes_over(world: World, admin: Api, colleague: Api) -> None:
    staged(world)
    colleague.edit_chart(NAME, row_limit=7)
    world.sql("DELETE FROM hybrid.applied")
    refused = world.deploy("staging")
    assert refused.code == 4
    assert "the ledger of staging is empty, but 16 managed assets are live and 1 of them differ" in refused.err
    assert "ledger rebuild" in refused.err
    done = world.deploy("staging", "--adopt")
    assert done.code == 0, done.err
    assert admin.chart_params(NAME)["row_limit"] != 7
    assert world.sql("SELECT count(*) FROM hybrid.applied") == [(16,)]
    assert world.sql("SELECT count(*) FROM hybrid.saved_copy") == [(1,)]


def save_after_the_gate(between: Between, colleague: Api) -> None:
    """A colleague saves the chart right after the gate has read everything: the second export of a deployment."""
    reads: list[str] = []

    def after(request: str) -> None:
        if request.startswith(EXPORT):
            reads.append(request)
            if len(reads) == 2:
                colleague.edit_chart(NAME, row_limit=7)

    between.after = after


def test_what_is_saved_between_gate_and_import_is_kept_in_dev(world: World, between: Between, colleague: Api) -> None:
    assert world.deploy(BASE_URL=between.base_url).code == 0
    world.edit(CHART, "slice_name: Births by state", "slice_name: Renamed in Git")
    save_after_the_gate(between, colleague)
    done = world.deploy(BASE_URL=between.base_url)
    assert done.code == 0, done.err
    assert "was saved in Superset at this moment" in done.err
    ((raw, why),) = world.sql("SELECT raw_yaml, reason FROM hybrid.saved_copy")
    assert yaml.safe_load(raw)["params"]["row_limit"] == 7
    assert why == "saved while deploying"
    edits = world.sql(
        "SELECT change, changed_by, overwritten_by, live->'params'->>'row_limit' FROM hybrid.runtime_edit"
    )
    assert edits == [("changed", "Ann Lee", 2, "7")]


def test_what_is_saved_between_gate_and_import_stops_staging(
    world: World, between: Between, admin: Api, colleague: Api
) -> None:
    staged(world, BASE_URL=between.base_url)
    world.edit(CHART, "slice_name: Births by state", "slice_name: Renamed in Git")
    world.push()
    save_after_the_gate(between, colleague)
    done = world.deploy("staging", BASE_URL=between.base_url)
    assert done.code == 4, done.err
    assert "saved in Superset while this deployment ran: chart 'Renamed in Git'" in done.err
    assert admin.chart_params(NAME)["row_limit"] == 7
