"""Saving a dashboard or a dataset in a browser changes exactly what a person changed."""

from __future__ import annotations

import dashboard_page as pages
from moved_assets import moved
from playwright.sync_api import Page

from fixtures.browser import log_in
from fixtures.world import Api, World

TITLE = "Births and names [dev]"


def test_a_dashboard_that_is_saved_in_the_browser(deployed: World, admin: Api, page: Page) -> None:
    log_in(page, deployed.base_url, deployed.user, deployed.password)
    number = admin.by_name("dashboard", TITLE)["id"]
    pages.edit(page, deployed.base_url, number)
    pages.retitle(page, "Another title")
    pages.retitle(page, TITLE)
    pages.save(page, number)
    assert moved(deployed) == []

    pages.edit(page, deployed.base_url, number)
    pages.retitle(page, "Another title")
    pages.stretch(page, 5, 90)
    pages.save(page, number)
    pages.rename_filter(page, deployed.base_url, number, "State", "State of birth")
    (drift,) = moved(deployed)
    assert drift["state"] == "drift"
    assert {".".join(field["path"]): (field["desired"], field["live"]) for field in drift["fields"]} == {
        "dashboard_title": (TITLE, "Another title"),
        "metadata.native_filters.by_id.NATIVE_FILTER-state.name": ("State", "State of birth"),
        "position.CHART-births_per_year.meta.height": (46, 57),
    }
    assert deployed.deploy().code == 0


def test_a_dataset_that_is_saved_in_its_editor(deployed: World, admin: Api, page: Page) -> None:
    log_in(page, deployed.base_url, deployed.user, deployed.password)
    number = admin.by_name("dataset", "birth_names")["id"]
    pages.edit_dataset(page, deployed.base_url, "birth_names")
    pages.save_dataset(page, number, offers_sync=False)
    assert moved(deployed) == []

    pages.edit_dataset(page, deployed.base_url, "birth_names")
    pages.label_column(page, "gender", "Sex")
    pages.save_dataset(page, number, offers_sync=True)
    (drift,) = moved(deployed)
    assert [(field["path"], field.get("live")) for field in drift["fields"]] == [
        (["columns", "gender", "verbose_name"], "Sex")
    ]
    assert deployed.deploy().code == 0
