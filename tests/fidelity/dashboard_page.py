"""Superset's dashboard page and its dataset editor, as people save in them."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, Response, expect


def edit(page: Page, base_url: str, dashboard: int) -> None:
    """Open a dashboard for editing."""
    page.goto(f"{base_url}/superset/dashboard/{dashboard}/")
    page.locator('[data-test="edit-dashboard-button"]').click()
    page.locator('[data-test="header-save-button"]').wait_for()


def retitle(page: Page, title: str) -> None:
    """Type another title over the dashboard's."""
    field = page.locator('[data-test="editable-title-input"]').first
    field.click()
    field.fill(title)
    field.press("Enter")
    page.wait_for_timeout(200)


def save(page: Page, dashboard: int) -> None:
    """Press Save."""
    button = page.locator('[data-test="header-save-button"]')
    _saving(page, button, lambda answer: f"/api/v1/dashboard/{dashboard}" in answer.url)


def stretch(page: Page, chart: int, pixels: int) -> None:
    """Pull the lower edge of a chart that is shown down."""
    page.locator(".dashboard-component-chart-holder[draggable=true]").nth(chart).hover()
    box = page.locator(".resizable-container-handle--bottom").nth(chart).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + pixels, steps=10)
    page.mouse.up()
    page.wait_for_timeout(300)


def rename_filter(page: Page, base_url: str, dashboard: int, old: str, new: str) -> None:
    """Give a filter another name in the filters' dialog, and save it there."""
    page.goto(f"{base_url}/superset/dashboard/{dashboard}/")
    page.locator('[data-test="filterbar-orientation-icon"]').first.click()
    page.get_by_text("Add or edit filters").first.click()
    page.locator(".ant-modal").get_by_text(old, exact=True).first.click()
    page.locator('[data-test="filters-config-modal__name-input"]:visible').first.fill(new)
    button = page.locator('[data-test="native-filter-modal-save-button"]')
    _saving(page, button, lambda answer: f"/api/v1/dashboard/{dashboard}/filters" in answer.url)


def edit_dataset(page: Page, base_url: str, name: str) -> None:
    """Open a dataset's editor from the list of datasets."""
    page.goto(f"{base_url}/tablemodelview/list/")
    row = page.locator("tr", has_text=name).first
    row.hover()
    row.locator('[data-test="edit-dataset"], [aria-label="edit"]').first.click()
    page.locator('[data-test="datasource-modal-save"]').wait_for()


def label_column(page: Page, column: str, label: str) -> None:
    """Give a column another label, in the open editor."""
    page.get_by_role("tab", name="Columns").first.click()
    row = page.locator(".ant-modal tr", has_text=column).first
    row.locator(".ant-table-row-expand-icon, [aria-label*=xpand]").first.click()
    page.locator('.ant-modal input[placeholder="Label"]:visible').first.fill(label)


def save_dataset(page: Page, dataset: int, *, offers_sync: bool) -> None:
    """Press Save, and OK where it asks; "Automatically sync columns" is unticked.

    Args:
        page: with the open editor.
        dataset: its number.
        offers_sync: whether the dialog has that box. 6.1.0 shows it, ticked, at the first change of a dataset without
            SQL: its editor takes no SQL and an empty one for different. A sync is more than what a person sees
            changed: it adds a metric `count` and makes numbers dimensions. On a busy machine the box comes a quarter
            of a second after the dialog (measured).
    """
    page.locator('[data-test="datasource-modal-save"]').click()
    dialog = page.locator('.ant-modal:has-text("Confirm save")')
    if offers_sync:
        box = dialog.locator("input[type=checkbox]")
        box.uncheck()
        expect(box).not_to_be_checked()
    confirm = dialog.get_by_role("button", name="OK")
    saved = _saving(page, confirm, lambda answer: f"/api/v1/dataset/{dataset}" in answer.url)
    assert "override_columns=false" in saved.url


def _saving(page: Page, button: Locator, ours: Callable[[Response], bool]) -> Response:
    with page.expect_response(lambda answer: answer.request.method == "PUT" and ours(answer)) as saved:
        button.click()
    assert saved.value.ok, saved.value.text()
    page.wait_for_timeout(300)
    return saved.value
