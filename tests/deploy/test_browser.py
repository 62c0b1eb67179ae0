"""What a person sees in a browser after `tools/deploy`: every chart drawn, with the numbers of the database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Response, expect, sync_playwright

from fixtures.world import Api, World

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A browser of the distribution, in a container, with nothing to fetch from outside.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


@pytest.fixture
def page() -> Iterator[Page]:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.fail("no Chromium on this machine; Debian: apt install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser, args=ARGUMENTS)
        try:
            yield running.new_page(viewport={"width": 1600, "height": 2400})
        finally:
            running.close()


def log_in(page: Page, world: World) -> None:
    page.goto(f"{world.base_url}/login/")
    page.get_by_label("Username").or_(page.locator("#username")).first.fill(world.user)
    page.get_by_label("Password").or_(page.locator("#password")).first.fill(world.password)
    page.get_by_role("button", name="Sign in").first.click()
    page.wait_for_url(lambda url: "/login" not in url)


def test_the_deployed_dashboard_draws_its_charts_with_the_seeded_numbers(world: World, admin: Api, page: Page) -> None:
    assert world.deploy().code == 0
    ((births, names),) = world.sql("SELECT sum(num), count(DISTINCT name) FROM examples.birth_names")
    ((name, most),) = world.sql("SELECT name, num FROM examples.birth_names ORDER BY num DESC LIMIT 1")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer) if "/api/v1/chart/data" in answer.url else None)
    log_in(page, world)
    page.goto(f"{world.base_url}/superset/dashboard/births/")

    numbers = page.locator(".superset-legacy-chart-big-number")
    expect(numbers.filter(has_text=f"{births:,}").first).to_be_visible(timeout=60_000)
    expect(numbers.filter(has_text=str(names)).first).to_be_visible()
    tabs = page.locator("[role=tab]")
    for number in range(tabs.count()):
        tabs.nth(number).click()
        page.wait_for_timeout(500)
    expect(page.locator("td:visible", has_text=name).first).to_be_visible(timeout=60_000)
    expect(page.locator("td:visible", has_text=f"{most:,}").first).to_be_visible()

    charts = len(admin.rows("chart"))
    wait_until(page, lambda: len(answers) >= charts)
    expect(page.locator('[data-test="loading-indicator"]:visible')).to_have_count(0, timeout=60_000)
    assert {answer.status for answer in answers} == {200}, [answer.url for answer in answers if answer.status != 200]
    assert page.locator('[data-test="chart-container"] .ant-alert-error, .alert-danger').count() == 0


def wait_until(page: Page, true: Callable[[], bool]) -> None:
    """Let the page work until it is true, a minute at most."""
    for _ in range(300):
        if true():
            return
        page.wait_for_timeout(200)
    pytest.fail("not within a minute")
