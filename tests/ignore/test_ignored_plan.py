"""A plan with ignore rules: what they hide, what they do not, and what is recorded."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from superset_gitops.core.drift import Kept, Named, drift_digest, make_plan
from superset_gitops.core.drift.limits import plan_digest
from superset_gitops.core.ignore import Ignoring, ignoring_of, recorded
from superset_gitops.core.ignore.overlay import overlay
from superset_gitops.core.report.ignored_text import ignored_lines
from superset_gitops.core.report.plan_data import plan_json
from superset_gitops.core.report.plan_markdown import plan_markdown
from superset_gitops.core.report.plan_text import plan_lines
from superset_gitops.model.asset import AssetId, Document, Kind
from superset_gitops.model.plan import Plan, PlanItem, State
from superset_gitops.model.policy import IgnoreRule
from superset_gitops.model.pruning import Pruning

KEY = AssetId(Kind.CHART, "33333333-3333-4333-8333-333333333333")
FIELDS = IgnoreRule(kind=Kind.CHART, fields=("params.x", "cache_timeout"), line=7, col=9)
WHOLE = IgnoreRule(name="Births*", line=8, col=9)

values = st.sampled_from([None, 1, 2, 3])


@st.composite
def charts(draw: st.DrawFn) -> Document:
    params = draw(st.dictionaries(st.sampled_from(["x", "y"]), values))
    return {"slice_name": "Births", "cache_timeout": draw(values), "params": params}


def chart(x: int = 0, y: int = 0, **fields: Any) -> Document:
    return {"slice_name": "Births", "params": {"x": x, "y": y}, **fields}


def item_of(
    base: Document | None, desired: Document | None, live: Document | None, *rules: IgnoreRule
) -> tuple[PlanItem, Ignoring]:
    ignoring = ignoring_of(rules, KEY, "Births")

    def side(normal: Document | None) -> dict[AssetId, Named]:
        return {} if normal is None else {KEY: Named(normal, "Births", "births.yaml.j2")}

    # What the workflow does with documents, in normal form.
    sent = None if desired is None else overlay(desired, live or desired, ignoring.patterns)
    kept = {KEY: Kept(ignoring, sent)} if ignoring else {}
    (item,) = make_plan(side(base), side(desired), side(live), {}, kept)
    return item, ignoring


def plan_of(*items: PlanItem, pruning: Pruning | None = None) -> Plan:
    return Plan("dev", items, based=1, pruning=pruning)


@given(charts(), charts(), charts())
def test_an_ignored_field_is_never_in_a_plan(base: Document, desired: Document, live: Document) -> None:
    item, _ignoring = item_of(base, desired, live, FIELDS)
    paths = {change.dotted for change in item.fields}
    assert not paths & {"params.x", "cache_timeout"}
    # What is hidden and what is shown is, together, all that differs.
    full, _ = item_of(base, desired, live)
    hidden = {each.change.dotted for each in item.ignored}
    assert hidden | paths >= {change.dotted for change in full.fields if change.side.value != "agreed"}
    assert {each.rule for each in item.ignored} <= {"policy.yaml:7:9"}


@given(charts(), charts(), charts(), values, values)
def test_a_digest_does_not_depend_on_an_ignored_field(
    base: Document, desired: Document, live: Document, x: Any, timeout: Any
) -> None:
    moved = {**live, "cache_timeout": timeout, "params": {**live["params"], "x": x}}
    (one, _), (two, _) = (item_of(base, desired, each, FIELDS) for each in (live, moved))
    assert one.state is two.state
    assert drift_digest([one]) == drift_digest([two])
    assert plan_digest(plan_of(one)) == plan_digest(plan_of(two))


@given(st.none() | charts(), st.none() | charts(), charts())
def test_a_whole_asset_that_is_live_is_neither_drift_nor_pending(
    base: Document | None, desired: Document | None, live: Document
) -> None:
    if base is None and desired is None:
        return
    item, _ = item_of(base, desired, live, WHOLE)
    assert item.state is (State.PRUNE if desired is None else State.IN_SYNC)
    assert (item.fields, item.ignored_by) == ((), "policy.yaml:8:9")


def test_what_is_not_live_is_git_s_whatever_the_rules_say() -> None:
    for rules in ((), (FIELDS,), (WHOLE,)):
        assert item_of(None, chart(), None, *rules)[0].state is State.CREATE
        assert item_of(chart(), chart(), None, *rules)[0].state is State.DELETED
        deleted, _ = item_of(chart(), chart(x=1), None, *rules)
        assert (deleted.state, deleted.desired, deleted.ignored) == (State.DELETED_CONFLICT, chart(x=1), ())


def test_pending_and_drift_beside_an_ignored_field() -> None:
    pending, _ = item_of(chart(), chart(y=1), chart(x=7), FIELDS)
    assert (pending.state, [change.dotted for change in pending.fields]) == (State.PENDING, ["params.y"])
    drift, _ = item_of(chart(), chart(x=1), chart(x=7, y=7), FIELDS)
    assert (drift.state, [change.dotted for change in drift.fields]) == (State.DRIFT, ["params.y"])
    pruned, _ = item_of(chart(), None, chart(x=7), FIELDS)
    assert (pruned.state, [each.change.dotted for each in pruned.ignored]) == (State.PRUNE, ["params.x"])


@given(charts(), charts(), charts())
def test_the_day_a_rule_goes_its_values_are_what_moved(base: Document, desired: Document, live: Document) -> None:
    """The record keeps what was applied last in ignored fields: live values there are drift, and no one's pending."""
    _, ignoring = item_of(base, desired, live, FIELDS)
    shown = overlay(desired, live, ignoring.patterns)  # as live is after an apply
    noted = recorded(shown, desired, base, ignoring)
    assert overlay(noted, base, ignoring.patterns) == noted
    after, _ = item_of(noted, desired, shown)
    full, _ = item_of(base, overlay(base, desired, ignoring.patterns), overlay(base, live, ignoring.patterns))
    assert after.state is full.state


def test_the_first_record_has_git_s_value_in_an_ignored_field() -> None:
    ignoring = ignoring_of([FIELDS], KEY, "Births")
    assert recorded(chart(7, 1), chart(0, 1), None, ignoring) == chart(0, 1)


def test_a_whole_asset_s_record_stays() -> None:
    ignoring = ignoring_of([WHOLE], KEY, "Births")
    assert recorded(chart(7), chart(1), chart(), ignoring) == chart()
    assert recorded(chart(7), chart(1), None, ignoring) == chart(1)


def test_what_is_ignored_is_told() -> None:
    item, _ = item_of(chart(), chart(y=1), chart(x=7, cache_timeout=5), FIELDS)
    plan = plan_of(item)
    assert list(ignored_lines(plan)) == [
        "  ignored by policy.yaml:7:9 (2 fields of 1 asset): chart 'Births' cache_timeout, params.x"
    ]
    assert list(ignored_lines(plan, every_field=True))[1:] == [
        "      chart 'Births' cache_timeout: Git has (absent), Superset keeps 5",
        "      chart 'Births' params.x: Git has 0, Superset keeps 7",
    ]
    assert next(iter(ignored_lines(plan))) in list(plan_lines(plan))
    found = json.loads(json.dumps(plan_json(plan)))
    assert found["ignored"] == [{"rule": "policy.yaml:7:9", "assets": 1, "fields": 2}]
    assert found["items"][0]["ignored"][1] == {
        "path": ["params", "x"], "side": "drift", "base": 0, "desired": 0, "live": 7, "rule": "policy.yaml:7:9",
    }  # fmt: skip
    assert "Policy (`policy.yaml:7:9`) leaves 2 fields of 1 asset to Superset." in plan_markdown(plan).splitlines()
    assert list(ignored_lines(plan_of(item_of(chart(), chart(y=1), chart(), FIELDS)[0]))) == []


def test_an_asset_that_is_kept_from_prune_says_by_which_rule() -> None:
    item, _ = item_of(chart(), None, chart(x=7), WHOLE)
    lines = list(plan_lines(plan_of(item, pruning=Pruning())))
    assert "  - no longer in Git (kept, ignored by policy.yaml:8:9): chart 'Births'  [births.yaml.j2]" in lines
