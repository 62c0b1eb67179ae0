"""One asset's edits taken together, and what main says of them by now: no server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.core.drift import edit_digest
from superset_gitops.core.drift.compare import compare_fields, leaves, state_of
from superset_gitops.core.runtime_branch.merge_fields import merge_fields
from superset_gitops.core.runtime_branch.settle import Compared, Settled, settle
from superset_gitops.core.same import same
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import ABSENT, Edited, FieldChange, FieldPath, PlanItem, Side, State
from superset_gitops.model.runtime_branch import Change
from superset_gitops.model.runtime_edit import EditState, RuntimeEdit, Sighting

UUID = "33333333-3333-4333-8333-333333333333"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANN, BOB = Edited("Ann Lee", "2026-01-01T00:00:00+00:00"), Edited("Bob Lee", "2026-01-02T00:00:00+00:00")
BASE: Document = {"title": "A", "limit": 1, "metrics": ["m"]}
# An edit without, and one with, a field of its own; a field with the same name means the same.
documents = st.fixed_dictionaries({"title": st.sampled_from("ABC"), "limit": st.integers(1, 3)})


def compared(
    number: int,
    base: Document | None,
    live: Document | None,
    main: Document | None,
    *,
    kind: Kind = Kind.CHART,
    by: Edited = ANN,
    **more: Any,
) -> Compared:
    asset = AssetId(kind, UUID)
    change = Change.ADDED if base is None else Change.DELETED if live is None else Change.CHANGED
    seen = Sighting(asset, change, "An asset", base, live, live, edit_digest(asset, live), by)
    state = state_of(base, main, live)
    fields = compare_fields(base, main, live) if main is not None and live is not None else ()
    item = PlanItem(asset, "An asset", state, fields, base=base, desired=main, live=live)
    return Compared(replace(RuntimeEdit(number, seen, NOW, NOW), **more), item)


def goal(settled: Settled) -> dict[str, Any]:
    assert settled.item is not None
    return {change.dotted: change.live for change in settled.item.fields}


def test_two_edits_with_a_deployment_between_them_are_both_there_and_the_later_one_wins() -> None:
    first = compared(1, BASE, BASE | {"title": "B", "limit": 2}, BASE, by=ANN, overwritten_by=7)
    second = compared(2, BASE, BASE | {"metrics": ["m", "n"], "limit": 3}, BASE, by=BOB)
    settled = settle([first, second])
    assert goal(settled) == {"title": "B", "limit": 3, "metrics": ["m", "n"]}
    assert settled.item is not None
    assert (settled.item.state, settled.item.edited) == (State.DRIFT, BOB)
    assert [edit.number for edit in settled.edits] == [1, 2]


def test_what_git_changed_since_goes_to_the_reviewer_and_what_is_only_pending_does_not_appear() -> None:
    main = BASE | {"title": "By Git", "limit": 9}
    settled = settle([compared(1, BASE, BASE | {"title": "B", "metrics": []}, main)])
    assert settled.item is not None
    assert settled.item.state is State.CONFLICT
    assert {change.dotted: change.side for change in settled.item.fields} == {
        "title": Side.BOTH, "metrics": Side.RUNTIME,
    }  # fmt: skip


def test_an_edit_leaves_when_main_says_it_and_takes_along_what_it_replaced() -> None:
    first = compared(1, BASE, BASE | {"title": "B"}, BASE | {"title": "C"}, overwritten_by=7)
    second = compared(2, BASE, BASE | {"title": "C"}, BASE | {"title": "C"})
    assert settle([first, second]) == Settled((1, 2), None, ())
    partly = compared(1, BASE, BASE | {"title": "B", "limit": 2}, BASE | {"title": "C"}, overwritten_by=7)
    settled = settle([partly, second])
    assert (settled.contained, goal(settled)) == ((2,), {"limit": 2})


def test_assets_that_came_and_went() -> None:
    gone = compared(1, BASE, None, BASE)
    assert settle([gone]).item == replace(gone.item, edited=ANN)
    assert settle([compared(1, BASE, None, None)]).contained == (1,)
    conflict = settle([compared(1, BASE, None, BASE | {"limit": 2})]).item
    assert conflict is not None
    assert conflict.state is State.DELETED_CONFLICT
    back = compared(2, BASE, BASE | {"limit": 2}, BASE)
    assert goal(settle([compared(1, BASE, None, BASE, overwritten_by=7), back])) == {"limit": 2}
    unnamed = settle([compared(1, BASE, BASE | {"limit": 2}, None)]).item
    assert unnamed is not None
    assert unnamed.state is State.PRUNE_DRIFT


def test_what_was_refused_does_not_come_back_with_what_came_on_top_of_it() -> None:
    refused = compared(1, BASE, BASE | {"title": "B"}, BASE, state=EditState.REFUSED)
    more = compared(2, BASE, BASE | {"title": "B", "limit": 2}, BASE)
    assert goal(settle([more], [refused])) == {"limit": 2}
    other = compared(2, BASE, BASE | {"title": "C"}, BASE)
    assert goal(settle([other], [refused])) == {"title": "C"}


@given(documents, documents, documents, documents)
def test_only_what_people_changed_and_main_does_not_say_is_left(
    base: Document, one: Document, between: Document, two: Document
) -> None:
    """Main has gone on to `between`; the first edit was overwritten with it before the second one was made."""
    edits = [compared(1, base, one, between, overwritten_by=7), compared(2, between, two, between)]
    settled = settle(edits)
    wanted = {name: one[name] for name in one if one[name] != base[name]}
    wanted |= {name: two[name] for name in two if two[name] != between[name]}
    left = {name: value for name, value in wanted.items() if value != between[name]}
    assert (goal(settled) if settled.item else {}) == left
    assert bool(settled.contained) == (len(settled.edits) < 2)
    assert not {edit.number for edit in settled.edits} & set(settled.contained)


def dashboard(rows: dict[str, list[str]], charts: list[str]) -> Document:
    return {"charts": sorted(charts), "position": {row: {"children": names} for row, names in rows.items()}}


def fields(base: Document, live: Document) -> dict[FieldPath, FieldChange]:
    return {change.path: change for change in compare_fields(base, base, live)}


def applied(base: Document, merged: dict[FieldPath, FieldChange]) -> dict[FieldPath, Any]:
    after = dict(leaves(base)) | {path: change.live for path, change in merged.items()}
    return {path: value for path, value in after.items() if value is not ABSENT}


def test_two_charts_that_were_put_on_a_dashboard_one_after_the_other_are_both_on_it() -> None:
    base = dashboard({"R1": ["a"], "R2": ["b"]}, ["a", "b"])
    first = fields(base, dashboard({"R1": ["a", "c"], "R2": ["b"]}, ["a", "b", "c"]))
    second = fields(base, dashboard({"R1": ["a", "d"], "R2": []}, ["a", "d"]))
    merged = applied(base, merge_fields(Kind.DASHBOARD, [first, second]))
    assert merged == dict(leaves(dashboard({"R1": ["a", "d", "c"], "R2": []}, ["a", "c", "d"])))


def test_a_layout_in_which_something_would_stand_twice_is_the_later_one() -> None:
    base = dashboard({"R1": ["a"], "R2": [], "R3": []}, ["a"])
    first = fields(base, dashboard({"R1": [], "R2": ["a"], "R3": []}, ["a"]))
    second = fields(base, dashboard({"R1": [], "R2": [], "R3": ["a"]}, ["a"]))
    merged = applied(base, merge_fields(Kind.DASHBOARD, [first, second]))
    assert merged == dict(leaves(dashboard({"R1": [], "R2": [], "R3": ["a"]}, ["a"])))


layouts = st.permutations(["a", "b", "c", "d"]).flatmap(
    lambda names: st.tuples(st.integers(0, 4), st.integers(0, 4)).map(
        lambda cuts: dashboard({"R1": names[: min(cuts)], "R2": names[min(cuts) : max(cuts)]}, list(names[: max(cuts)]))
    )
)


@given(layouts, layouts, layouts)
def test_no_merged_layout_has_anything_twice_and_a_single_edit_is_what_it_was(
    base: Document, one: Document, two: Document
) -> None:
    alone = merge_fields(Kind.DASHBOARD, [fields(base, two)])
    assert applied(base, alone) == dict(leaves(two))
    merged = applied(base, merge_fields(Kind.DASHBOARD, [fields(base, one), fields(base, two)]))
    standing = [name for path, value in merged.items() if path[-1] == "children" for name in value]
    assert len(standing) == len(set(standing))
    assert all(
        same(value, merged[path])
        for path, value in leaves(base)
        if path not in {**fields(base, one), **fields(base, two)}
    )
