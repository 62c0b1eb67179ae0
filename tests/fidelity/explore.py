"""Superset's Explore page, as the shipped table of control defaults is measured on it and as people save in it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

# Every control's value, from the page's own store; a control without one is left out.
_CONTROLS = """() => {
  const app = document.getElementById('app');
  const key = Object.keys(app).find(name => name.startsWith('__reactContainer'));
  const fibers = [app._reactRootContainer ? app._reactRootContainer._internalRoot.current : app[key]];
  for (let count = 0; fibers.length && count < 200000; count++) {
    const fiber = fibers.pop();
    const store = fiber && fiber.memoizedProps && fiber.memoizedProps.store;
    if (store && store.getState) {
      const explore = store.getState().explore;
      if (explore && explore.controls && Object.keys(explore.controls).length)
        return Object.fromEntries(Object.entries(explore.controls)
          .filter(([_, control]) => control && control.value !== undefined)
          .map(([name, control]) => [name, control.value]));
    }
    if (fiber && fiber.sibling) fibers.push(fiber.sibling);
    if (fiber && fiber.child) fibers.push(fiber.child);
  }
  return null;
}"""
# Of one chart, or handled by a rule of its own in `core.normal_form`.
_LEFT_OUT = {"viz_type", "url_params", "datasource", "slice_id", "cache_timeout", "temporal_columns_lookup",
             "adhoc_filters", "adhoc_filters_b", "annotation_layers", "undefined"}  # fmt: skip


def chart_types(assets: Path) -> list[str]:
    """The chart types that a Superset's front end registers, read from its scripts."""
    registered: set[str] = set()
    keys: dict[str, str] = {}
    for file in assets.glob("*.js"):
        text = file.read_text(encoding="utf-8", errors="replace")
        if '.BigNumberTotal="big_number_total"' in text:
            keys |= dict(re.findall(r'\.([A-Za-z]+)="([\w-]+)"', text))
        for literal, member in re.findall(r'configure\(\{key:(?:"([^"]+)"|\w+\.\w+\.([A-Za-z]+))\}', text):
            registered.add(literal or f".{member}")
    return sorted(
        keys[name[1:]] if name[0] == "." else name for name in registered if name[0] != "." or name[1:] in keys
    )


def controls(page: Page, base_url: str, viz_type: str, dataset: int) -> dict[str, Any]:
    """What the controls of a new chart of this type hold, on this dataset."""
    page.goto(f"{base_url}/explore/?viz_type={viz_type}&datasource_id={dataset}&datasource_type=table")
    page.locator('[data-test="query-save-button"]').wait_for()
    for _ in range(100):
        if (found := page.evaluate(_CONTROLS)) is not None:
            return dict(found)
        page.wait_for_timeout(100)
    raise AssertionError(viz_type)


def defaults(found: Mapping[str, Any], main_dttm: str, columns: Iterable[str]) -> dict[str, Any]:
    """The controls' values as the table has them: without what belongs to one dataset or one chart."""
    others = {json.dumps(name) for name in columns if name != main_dttm}
    kept = {}
    for name, value in found.items():
        text = json.dumps(value)
        if name in _LEFT_OUT or name.startswith("matrixify_") or any(other in text for other in others):
            continue
        kept[name] = json.loads(text.replace(json.dumps(main_dttm), '"${main_dttm_col}"'))
    return kept


def table(by_viz_type: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The table's file: what all chart types share stands once."""
    counted = Counter((name, json.dumps(value)) for each in by_viz_type.values() for name, value in each.items())
    every = {name: json.loads(text) for (name, text), count in counted.items() if count == len(by_viz_type)}
    # Explore adds this to every chart that it saves; it is no control.
    every["extra_form_data"] = {}
    own = {
        viz_type: {name: value for name, value in sorted(found.items()) if name not in every}
        for viz_type, found in sorted(by_viz_type.items())
    }
    return {"every": dict(sorted(every.items())), "by_viz_type": own}


def save(page: Page, base_url: str, chart: int) -> dict[str, Any]:
    """Open a chart in Explore and save it over itself, as people do; returns the body of the request that did it."""
    page.goto(f"{base_url}/explore/?slice_id={chart}")
    button = page.locator('[data-test="query-save-button"]')
    button.wait_for()
    page.wait_for_function("() => !document.querySelector('[data-test=\"query-save-button\"]').disabled")
    page.wait_for_timeout(500)
    button.click()
    confirm = page.locator('[data-test="btn-modal-save"]')
    confirm.wait_for()
    with page.expect_response(
        lambda answer: (
            answer.request.method == "PUT"
            and f"/api/v1/chart/{chart}" in answer.url
            and "slice_name" in (answer.request.post_data or "")
        )
    ) as saved:
        confirm.click()
    assert saved.value.ok, saved.value.text()
    body: dict[str, Any] = json.loads(saved.value.request.post_data or "{}")
    return body
