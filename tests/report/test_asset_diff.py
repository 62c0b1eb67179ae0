"""An asset's diff: which versions are compared in which state, every difference seen, no secret in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from plans import plans, unhurried

from superset_gitops.core.drift import Named, make_plan
from superset_gitops.core.normal_form import normalize
from superset_gitops.core.placeholders import resolve_database
from superset_gitops.core.report.asset_diff import asset_diff, has_diff
from superset_gitops.core.report.plan_data import plan_text_json
from superset_gitops.core.report.plan_markdown import plan_markdown
from superset_gitops.core.report.plan_text import plan_lines
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import Edited, Plan, State

CHART = AssetId(Kind.CHART, "00000000-0000-4000-8000-000000000001")
DATABASE = AssetId(Kind.DATABASE, "00000000-0000-4000-8000-000000000002")


def diff(**sides: dict[str, Any]) -> list[str]:
    base, desired, live = ({CHART: Named(sides[n])} if n in sides else {} for n in ("base", "desired", "live"))
    (item,) = make_plan(base, desired, live, {CHART: Edited("Ann", "2026-01-31T09:30:00+00:00")})
    return asset_diff(item, {})


def headers(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith(("--- ", "+++ "))]


A, B, C = {"x": "a"}, {"x": "b"}, {"x": "c"}
SAVED = "+++ in Superset, saved by Ann at 2026-01-31 09:30 UTC"


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ({"base": A, "desired": B, "live": A}, ["--- in Superset", "+++ in Git"]),
        ({"base": A, "desired": A, "live": B}, ["--- last applied", SAVED]),
        ({"base": A, "desired": B, "live": C}, ["--- last applied", SAVED, "--- last applied", "+++ in Git"]),
        ({"desired": A, "live": B}, ["--- in Git", SAVED]),
        ({"desired": A}, ["--- (nothing)", "+++ in Git"]),
        ({"base": A, "desired": B}, ["--- last applied", "+++ in Git"]),
        ({"base": A, "live": B}, ["--- last applied", SAVED]),
        ({"base": A, "desired": A}, []),
        ({"base": A, "live": A}, []),
        ({"base": A}, []),
        ({"base": A, "desired": A, "live": A}, []),
    ],
)
def test_each_state_compares_its_versions(sides: dict[str, Any], expected: list[str]) -> None:
    assert headers(diff(**sides)) == expected


def test_a_hunk_says_where_it_is() -> None:
    old = {"params": {"a": 1, "b": 2, "sql": "SELECT 1\nFROM t\n"}, "x": 1}
    new = {**old, "params": {**old["params"], "sql": "SELECT 2\nFROM t\n"}}
    assert diff(base=old, desired=old, live=new)[2:] == [
        "@@ -2,6 +2,6 @@ params.sql",
        "   a: 1",
        "   b: 2",
        "   sql: |",
        "-    SELECT 1",
        "+    SELECT 2",
        "     FROM t",
        " x: 1",
    ]


def test_it_is_the_place_of_the_first_change() -> None:
    assert diff(base={"a": 1, "b": 1}, desired={"a": 1, "b": 1}, live={"a": 1, "b": 2})[2] == "@@ -1,2 +1,2 @@ b"


@unhurried
@given(plans())
def test_what_differs_is_seen(plan: Plan) -> None:
    silent = {State.IN_SYNC, State.DELETED, State.PRUNE, State.FORGET}
    for item in plan.items:
        lines = asset_diff(item, {})
        assert (not lines) == (not has_diff(item)) == (item.state in silent)
        assert not any("\x1b" in line or "\n" in line for line in lines)


URIS = (
    "postgresql://owner:{}@host/db",
    "postgresql://host/db?user=owner&password={}",
    "postgresql://owner:half@{}@host/db",
    "snowflake://owner@account/db?private_key={}&warehouse=w",
    "databricks://token:{}@host:443/default?http_path=x",
)


@pytest.mark.parametrize("uri", URIS)
def test_no_form_shows_a_secret(uri: str) -> None:
    def side(secret: str, name: str) -> Named:
        document = {
            "database_name": name,
            "sqlalchemy_uri": "${URI}",
            "encrypted_extra": {"credentials": secret},
            "ssh_tunnel": {"server_address": "jump", "password": secret, "private_key": secret},
        }
        resolved = resolve_database(document, lambda _: uri.format(secret), where="")
        return Named(normalize(Kind.DATABASE, resolved.document), name)

    sides = [side(secret, secret[0]) for secret in ("applied5ecret", "git5ecret", "live5ecret")]
    items = make_plan(*({DATABASE: one} for one in sides), {})
    plan = Plan("dev", items, based=1)
    for text in (plan_text_json(plan), plan_markdown(plan), *("\n".join(plan_lines(plan, verbose=v)) for v in (0, 1))):
        assert "conflict" in text
        assert "5ecret" not in text
