"""What `drift-plan --exit-code` says: drift wins over pending, and what nothing would change is in sync."""

from __future__ import annotations

from typing import Any

import pytest

from superset_gitops.core.drift.compare import state_of
from superset_gitops.core.drift.verdict import verdict
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import Collision, Plan, PlanItem, State
from superset_gitops.model.pruning import Pruning

X, Y, Z = ({"title": title} for title in "xyz")
IN_SYNC, CREATE, PENDING, DRIFT, CONFLICT = (X, X, X), (None, X, None), (X, Y, X), (X, X, Y), (X, Y, Z)
UNADOPTED, DELETED, PRUNE, PRUNE_DRIFT, FORGET = (None, X, Y), (X, X, None), (X, None, X), (X, None, Y), (X, None, None)


def plan(*sides: Any, prune: bool = False, kept: bool = False, collides: bool = False) -> Plan:
    items = tuple(
        PlanItem(AssetId(Kind.CHART, str(number)), "", state_of(*each), base=each[0], desired=each[1], live=each[2])
        for number, each in enumerate(sides)
    )
    gone = frozenset(item.id for item in items if item.state in {State.PRUNE, State.PRUNE_DRIFT})
    pruning = Pruning(frozenset() if kept else gone) if prune else None
    collisions = (Collision(AssetId(Kind.CHART, "c"), "", "", "", ""),) if collides else ()
    return Plan("dev", items, collisions, pruning=pruning)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (plan(), 0),
        (plan(IN_SYNC), 0),
        (plan(IN_SYNC, CREATE), 6),
        (plan(IN_SYNC, PENDING), 6),
        (plan(DRIFT, IN_SYNC), 4),
        (plan(PENDING, DRIFT), 4),
        (plan(CREATE, CONFLICT), 4),
        (plan(UNADOPTED), 4),
        (plan(DELETED), 4),
        (plan(PENDING, collides=True), 4),
        (plan(PRUNE), 0),
        (plan(PRUNE, prune=True), 6),
        (plan(PRUNE, prune=True, kept=True), 0),
        (plan(PRUNE_DRIFT), 0),
        (plan(PRUNE_DRIFT, prune=True), 4),
        (plan(FORGET, prune=True), 0),
    ],
)
def test_the_worst_that_is_there_decides(found: Plan, code: int) -> None:
    assert verdict(found) == code
