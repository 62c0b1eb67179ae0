"""A saved plan: written, read back, and stale as soon as any side moved on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.core.choose_asset import choose_asset
from superset_gitops.core.drift import Named, Scope, make_plan
from superset_gitops.core.drift.saved_plan import moved_on, save_plan
from superset_gitops.core.report.saved_plan import read_saved_plan, saved_plan_text
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import Plan
from superset_gitops.model.pruning import Pruning

KEYS = [AssetId(Kind.CHART, f"00000000-0000-4000-8000-00000000000{number}") for number in range(3)]
VALUES = st.none() | st.integers(0, 2)
SIDES = st.tuples(*[st.tuples(VALUES, VALUES, VALUES)] * len(KEYS))


def plan_of(sides: tuple[tuple[int | None, ...], ...], pruning: Pruning | None = None) -> Plan:
    def side(index: int) -> dict[AssetId, Named]:
        return {
            key: Named({"slice_name": "Births", "params": {"x": three[index]}}, "Births", "x.yaml.j2")
            for key, three in zip(KEYS, sides, strict=True)
            if three[index] is not None
        }

    return Plan("staging", make_plan(side(0), side(1), side(2), {}), pruning=pruning)


def saved_text(plan: Plan) -> str:
    scope = Scope((choose_asset("chart:Births"), choose_asset(KEYS[0].uuid)), ("Board",))
    return saved_plan_text(plan, save_plan(plan, scope, "https://bi.example.com", "abc"))


@given(SIDES, SIDES)
def test_a_plan_is_stale_exactly_where_a_side_that_is_planned_moved_on(one: Any, two: Any) -> None:
    then, now = plan_of(one), plan_of(two)
    saved = read_saved_plan(saved_text(then), "plan.json")
    planned = [item.id for item in (*then.items, *now.items)]
    moved = [key for key, before, after in zip(KEYS, one, two, strict=True) if key in planned and before != after]
    # An asset that only Superset has is unmanaged: no plan is about it.
    unmanaged = {key for key, three in zip(KEYS, one, strict=True) if three[:2] == (None, None)} & {
        key for key, three in zip(KEYS, two, strict=True) if three[:2] == (None, None)
    }
    assert len(list(moved_on(saved, now))) == len([key for key in moved if key not in unmanaged])


def test_it_is_said_who_moved_on() -> None:
    saved = read_saved_plan(saved_text(plan_of(((1, 1, 1), (1, 2, 1), (1, 1, 1)))), "plan.json")
    now = plan_of(((2, 1, 1), (1, 1, 1), (1, 2, 2)))
    assert list(moved_on(saved, now)) == [
        "the ledger moved on: chart 'Births'",
        "Git moved on: chart 'Births'",
        "Git and Superset moved on: chart 'Births'",
    ]


def test_what_prune_would_delete_belongs_to_the_plan() -> None:
    sides = ((1, None, 1), (1, 1, 1), (1, 1, 1))
    saved = read_saved_plan(saved_text(plan_of(sides, Pruning(frozenset({KEYS[0]})))), "plan.json")
    assert not list(moved_on(saved, plan_of(sides, Pruning(frozenset({KEYS[0]})))))
    assert list(moved_on(saved, plan_of(sides, Pruning())))
    assert list(moved_on(saved, plan_of(sides)))


def test_everything_comes_back_as_it_was() -> None:
    plan = plan_of(((1, 2, 1), (None, 1, None), (1, 1, 2)), Pruning())
    saved = save_plan(plan, Scope((choose_asset("chart:Births"),), ("Board",)), "https://bi.example.com", None)
    assert read_saved_plan(saved_plan_text(plan, saved), "plan.json") == saved


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"schema_version": 1, "environment": "dev"}', "\x00"])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="this is no saved plan"):
        read_saved_plan(text, "plan.json")


def test_another_version_is_refused() -> None:
    document = json.loads(saved_text(plan_of(((1, 1, 1),) * 3))) | {"schema_version": 99}
    with pytest.raises(ConfigurationError, match="a plan of version 99"):
        read_saved_plan(json.dumps(document), "plan.json")
