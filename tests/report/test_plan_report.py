"""A plan as people and programs read it."""

from __future__ import annotations

import json
from typing import Any

from superset_gitops.core.drift import Named, drift_digest, find_collisions, make_plan
from superset_gitops.core.report.plan_data import plan_json
from superset_gitops.core.report.plan_markdown import plan_markdown
from superset_gitops.core.report.plan_text import plan_lines
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import Edited, Plan

ONE = AssetId(Kind.CHART, "00000000-0000-4000-8000-000000000001")
TWO = AssetId(Kind.DASHBOARD, "00000000-0000-4000-8000-000000000002")


def side(normal: dict[str, Any]) -> Named:
    return Named(normal, normal.get("slice_name", "Births"), "charts/x.yaml.j2")


def drifted(live: Any, base: Any = "SELECT 1\nFROM t\n") -> Plan:
    chart = {"slice_name": "A | B", "params": {"sql": base}}
    items = make_plan(
        {ONE: side(chart)},
        {ONE: side(chart)},
        {ONE: side({**chart, "params": {"sql": live}})},
        {ONE: Edited("Ann Lee", "2026-01-01T10:00:00+00:00")},
    )
    return Plan("dev", items, unmanaged=(("chart", "Own"),))


def test_text_says_who_when_and_shows_long_strings_as_a_diff() -> None:
    text = "\n".join(plan_lines(drifted("SELECT 2\nFROM t\n")))
    assert "Plan for dev: 1 drifted" in text
    assert "saved by Ann Lee at 2026-01-01 10:00 UTC" in text
    assert "-SELECT 1" in text
    assert "+SELECT 2" in text
    assert "unmanaged (1, never touched): chart 'Own'" in text


def test_short_values_stand_on_one_line() -> None:
    text = "\n".join(plan_lines(drifted(live=7, base=None)))
    assert "params.sql: null → 7 (changed in Superset)" in text


def test_json_is_json_and_leaves_absent_values_out() -> None:
    chart = {"slice_name": "A", "params": {"x": 1}}
    items = make_plan({ONE: side(chart)}, {ONE: side(chart)}, {ONE: side({"slice_name": "A", "params": {"y": 1}})}, {})
    document = json.loads(json.dumps(plan_json(Plan("dev", items))))
    fields = {field["path"][-1]: field for field in document["items"][0]["fields"]}
    assert "live" not in fields["x"]
    assert "base" not in fields["y"]
    assert document["in_sync"] is False


def test_markdown_cells_do_not_break_the_table() -> None:
    rows = [line for line in plan_markdown(drifted(1)).splitlines() if line.startswith("| chart")]
    assert rows == [
        "| chart `A \\| B` | drift | `params.sql` | `Ann Lee at 2026-01-01 10:00 UTC` | `charts/x.yaml.j2` |"
    ]


def test_the_digest_names_this_very_drift() -> None:
    one, same, other = (drift_digest(drifted(live).items) for live in ("a", "a", "b"))
    assert one == same != other
    assert drift_digest(()) == ""


def test_a_dashboards_slug_under_another_uuid_collides() -> None:
    mine = {TWO: Named({"slug": "births"}, "Births", "dashboards/b.yaml.j2")}
    theirs = {AssetId(Kind.DASHBOARD, "other"): Named({"slug": "births"}, "Births")}
    (hit,) = find_collisions(mine, theirs)
    assert (hit.key, hit.live_uuid) == ("births", "other")
    assert find_collisions(mine, {TWO: Named({"slug": "births"})}) == ()


def test_a_long_list_shows_only_what_came_and_went() -> None:
    before = [f"00000000-0000-4000-8000-0000000000{n:02}" for n in range(12)]
    text = list(plan_lines(drifted(live=[*before[1:], "new"], base=before)))
    assert f'        -"{before[0]}"' in text
    assert '        +"new"' in text
    assert not any(before[5] in line for line in text)
