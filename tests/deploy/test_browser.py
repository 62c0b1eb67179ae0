"""What a person sees in a browser after `tools/deploy`: every chart drawn, with the numbers of the database."""

from __future__ import annotations

from playwright.sync_api import Page, Response, expect

from fixtures.browser import log_in, wait_until
from fixtures.world import Api, World


def test_the_deployed_dashboard_draws_its_charts_with_the_seeded_numbers(world: World, admin: Api, page: Page) -> None:
    assert world.deploy().code == 0
    ((births, names),) = world.sql("SELECT sum(num), count(DISTINCT name) FROM examples.birth_names")
    ((name, most),) = world.sql("SELECT name, num FROM examples.birth_names ORDER BY num DESC LIMIT 1")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer) if "/api/v1/chart/data" in answer.url else None)
    log_in(page, world.base_url, world.user, world.password)
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
