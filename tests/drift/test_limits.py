"""When a plan is too large to pass unseen, when a runtime is too empty to be true, and what a digest identifies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.core.drift.compare import state_of
from superset_gitops.core.drift.limits import deletions, excess, plan_digest, suspicion
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import Plan, PlanItem, State
from superset_gitops.model.policy import Limits
from superset_gitops.model.pruning import Pruning

X: dict[str, Any] = {"title": "x"}
Y: dict[str, Any] = {"title": "y"}
IN_SYNC, PENDING, CREATE, GONE, PRUNE = (X, X, X), (X, Y, X), (None, X, None), (X, X, None), (X, None, X)


def plan(*sides: tuple[Any, Any, Any], prune: bool = True) -> Plan:
    items = tuple(
        PlanItem(AssetId(Kind.CHART, str(number)), "", state_of(*each), base=each[0], desired=each[1], live=each[2])
        for number, each in enumerate(sides)
    )
    deletes = frozenset(item.id for item in items if item.state in {State.PRUNE, State.PRUNE_DRIFT})
    return Plan("dev", items, pruning=Pruning(deletes) if prune else None)


@pytest.mark.parametrize(
    ("sides", "stops"),
    [
        ([CREATE] * 50, False),
        ([CREATE] * 50 + [IN_SYNC], False),
        ([PENDING] * 9, False),
        ([PENDING] * 10, True),
        ([PENDING] * 10 + [IN_SYNC] * 24, False),
        ([PENDING] * 10 + [IN_SYNC] * 23, True),
        ([PENDING] * 5 + [PRUNE] * 5, True),
        ([GONE] * 10, True),
        ([PRUNE], True),
        ([PRUNE, IN_SYNC], False),
    ],
)
def test_a_plan_beyond_both_numbers_stops(sides: list[Any], stops: bool) -> None:
    assert (excess(plan(*sides), Limits()) is not None) == stops


def test_what_is_not_pruned_does_not_count() -> None:
    sides = [IN_SYNC, *[PRUNE] * 20]
    assert excess(plan(*sides), Limits())
    assert excess(plan(*sides, prune=False), Limits()) is None
    assert not deletions(plan(*sides, prune=False))


def test_taking_over_what_was_asked_for_does_not_count() -> None:
    many = plan(*[(None, X, Y)] * 20)
    assert excess(many, Limits())
    assert excess(many, Limits(), adopts=True) is None


@pytest.mark.parametrize(
    ("sides", "doubted"),
    [([GONE] * 9, False), ([GONE] * 6 + [IN_SYNC] * 4, True), ([GONE] * 5 + [IN_SYNC] * 5, False)],
)
def test_fewer_than_half_of_ten_is_not_believed(sides: list[Any], doubted: bool) -> None:
    assert (suspicion(plan(*sides)) is not None) == doubted
    assert suspicion(plan(*sides, *[CREATE] * 30)) == suspicion(plan(*sides))


def test_the_digest_is_of_what_is_written_and_deleted() -> None:
    one = plan(PENDING, IN_SYNC, PRUNE)
    assert len(plan_digest(one)) == 12
    assert plan_digest(plan(IN_SYNC)) == ""
    assert plan_digest(plan(PENDING, IN_SYNC, PRUNE, IN_SYNC)) == plan_digest(one)
    kept = replace(one, pruning=Pruning(frozenset(), {AssetId(Kind.CHART, "2"): ("somebody",)}))
    assert plan_digest(kept) != plan_digest(one)


normals = st.sampled_from([None, X, Y])
triples = st.lists(st.tuples(normals, normals, normals), max_size=4)


@given(triples, triples)
def test_two_plans_have_one_digest_only_when_they_do_the_same(one: Any, other: Any) -> None:
    def work(of: Plan) -> list[Any]:
        return [
            *(("write", item.id, item.desired, item.live) for item in of.written),
            *(("delete", item.id, item.live) for item in deletions(of)),
        ]

    first, second = plan(*one), plan(*other)
    assert (plan_digest(first) == plan_digest(second)) == (work(first) == work(second))
