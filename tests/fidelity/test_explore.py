"""Saving a chart in Explore changes exactly what a person changed: the controls' defaults are no drift."""

from __future__ import annotations

from moved_assets import moved
from playwright.sync_api import Page

from fixtures import explore
from fixtures.browser import log_in
from fixtures.world import Api, World

SAVED = ["All rows", "Births", "Births by state", "Girls and boys", "Names by state"]


def test_saving_unchanged_is_no_drift_and_a_change_is_exactly_that_change(
    deployed: World, admin: Api, page: Page
) -> None:
    log_in(page, deployed.base_url, deployed.user, deployed.password)
    filled = {}
    for name in SAVED:
        before = admin.chart_params(name)
        explore.save(page, deployed.base_url, admin.by_name("chart", name)["id"])
        filled[name] = len(admin.chart_params(name).keys() - before.keys())
    assert min(filled.values()) > 20, filled
    assert moved(deployed) == []

    admin.edit_chart("Girls and boys", show_labels_threshold=7)
    (drift,) = moved(deployed)
    assert [(field["path"], field["live"]) for field in drift["fields"]] == [(["params", "show_labels_threshold"], 7)]
    assert deployed.deploy().code == 0


def test_what_git_names_after_explore_filled_it_in_is_pending_and_no_conflict(
    deployed: World, admin: Api, page: Page
) -> None:
    log_in(page, deployed.base_url, deployed.user, deployed.password)
    explore.save(page, deployed.base_url, admin.by_name("chart", "Girls and boys")["id"])
    file = deployed.root / "superset_assets/templates/charts/births_by_gender.yaml.j2"
    text = file.read_text()
    assert "show_labels_threshold" not in text
    file.write_text(text.replace("params:\n", "params:\n  show_labels_threshold: 9\n", 1))
    (item,) = moved(deployed)
    assert item["state"] == "pending"
    assert [field["path"] for field in item["fields"]] == [["params", "show_labels_threshold"]]
    assert deployed.deploy().code == 0
    assert admin.chart_params("Girls and boys")["show_labels_threshold"] == 9
