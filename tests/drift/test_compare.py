"""The table of three-way states, each row, and the laws of the field comparison."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.core.drift import compare_fields, state_of
from superset_gitops.model.plan import Side, State

X: dict[str, Any] = {"title": "x"}
Y: dict[str, Any] = {"title": "y"}
Z: dict[str, Any] = {"title": "z"}


def documents(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(["p", "q", "r"]), inner, max_size=3)


scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(0, 2, width=16) | st.sampled_from(["", "a", "b"])
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=2) | documents(inner), max_leaves=6)


@pytest.mark.parametrize(
    ("base", "desired", "live", "state"),
    [
        (None, X, X, State.IN_SYNC),
        (X, X, X, State.IN_SYNC),
        (Y, X, X, State.IN_SYNC),
        (X, Y, X, State.PENDING),
        (X, X, Y, State.DRIFT),
        (X, Y, Z, State.CONFLICT),
        (None, X, None, State.CREATE),
        (None, X, Y, State.UNADOPTED),
        (X, None, X, State.PRUNE),
        (X, None, Y, State.PRUNE_DRIFT),
        (X, None, None, State.FORGET),
        (X, X, None, State.DELETED),
        (X, Y, None, State.DELETED_CONFLICT),
        (None, None, X, State.UNMANAGED),
    ],
)
def test_each_row_of_the_table(base: Any, desired: Any, live: Any, state: State) -> None:
    assert state_of(base, desired, live) is state


def test_true_is_not_one() -> None:
    assert state_of({"cache": 1}, {"cache": 1}, {"cache": True}) is State.DRIFT
    assert state_of({"on": [1]}, {"on": [1]}, {"on": [True]}) is State.DRIFT


def test_each_field_says_who_moved() -> None:
    base = {"a": 1, "b": 1, "c": 1, "d": 1, "e": {"f": 1}}
    desired = {"a": 2, "b": 1, "c": 2, "d": 2, "e": {"f": 1}}
    live = {"a": 1, "b": 2, "c": 3, "d": 2, "e": {"f": 1, "g": 1}}
    sides = {change.dotted: change.side for change in compare_fields(base, desired, live)}
    assert sides == {"a": Side.GIT, "b": Side.RUNTIME, "c": Side.BOTH, "d": Side.AGREED, "e.g": Side.RUNTIME}


@given(documents(values), documents(values), documents(values))
def test_fields_differ_exactly_where_the_asset_is_not_in_sync(base: Any, desired: Any, live: Any) -> None:
    changes = compare_fields(base, desired, live)
    unagreed = [change for change in changes if change.side is not Side.AGREED]
    assert (state_of(base, desired, live) is State.IN_SYNC) == (not unagreed)


@given(documents(values), documents(values), documents(values))
def test_the_state_follows_from_the_fields(base: Any, desired: Any, live: Any) -> None:
    sides = {change.side for change in compare_fields(base, desired, live)}
    state = state_of(base, desired, live)
    if state is State.PENDING:
        assert sides == {Side.GIT}
    if state is State.DRIFT:
        assert sides == {Side.RUNTIME}
    if sides == {Side.RUNTIME}:
        assert state is State.DRIFT
    if sides == {Side.GIT}:
        assert state is State.PENDING
