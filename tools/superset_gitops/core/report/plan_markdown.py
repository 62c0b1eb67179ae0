"""Owns a plan as Markdown for a pull request's comment: a table, and each asset's diff to be unfolded."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from itertools import islice

from superset_gitops.core.drift import drift_digest
from superset_gitops.core.drift.limits import plan_digest, suspicion
from superset_gitops.core.report.asset_diff import asset_diff, has_diff
from superset_gitops.core.report.comment_text import plan_marker
from superset_gitops.core.report.group_plan import group_plan
from superset_gitops.core.report.ignored_text import ignored_counts
from superset_gitops.core.report.markdown_code import cell, code, cut, fence_for, length
from superset_gitops.core.report.plan_text import baseless_text, plan_counts
from superset_gitops.core.report.printable import printable
from superset_gitops.core.report.saved_by import saved_by
from superset_gitops.core.report.scope_text import scope_text
from superset_gitops.model.plan import Plan, PlanItem, State

# GitHub takes 65,536 characters a comment; a job may want to add a line of its own.
LIMIT = 65_000
_TABLE_LIMIT = 40_000
_DIFF_LIMIT = 12_000
_LEAST_LINES = 8  # of a diff that is cut
_FIELDS_NAMED = 6
_SCOPE_SHOWN = 2_000
_COLLISIONS_SHOWN = 20
_RULES_SHOWN = 20


def plan_markdown(plan: Plan) -> str:
    """The plan as GitHub-flavoured Markdown of at most `LIMIT` characters.

    Its first line is a hidden comment by which a job finds the comment that it wrote before. Names stand in code spans
    and blocks, in which nothing is a mention, a link or HTML.
    """
    lines = [*_head(plan), *_table(plan)]
    for place, count in islice(ignored_counts(plan), _RULES_SHOWN):
        lines += ["", f"Policy ({code(place)}) leaves {count} to Superset."]
    if plan.unmanaged:
        lines += ["", f"{len(plan.unmanaged)} unmanaged assets are never touched."]
    room = LIMIT - length(lines)
    return "\n".join([*lines, *_details(plan, room)]) + "\n"


def _head(plan: Plan) -> Iterator[str]:
    yield plan_marker(plan.environment)
    yield f"### Plan for {code(plan.environment)}"
    yield ""
    yield f"{plan_counts(plan)}."
    if plan.scope:
        yield ""
        yield code(cut(scope_text(plan), _SCOPE_SHOWN))
    digests = {"drift": drift_digest(plan.drifted), "plan": plan_digest(plan) if plan.pruning is not None else ""}
    told = [f"{name} digest {code(digest)}" for name, digest in digests.items() if digest]
    if told:
        yield ""
        yield ", ".join(told)
    for collision in plan.collisions[:_COLLISIONS_SHOWN]:
        yield ""
        yield (
            f"> **Collision**: {collision.id.kind} {code(cut(collision.name))} is live under uuid "
            f"{code(cut(collision.live_uuid))}."
        )
    more = len(plan.collisions) - _COLLISIONS_SHOWN
    if more > 0:
        yield f"> … and {more} more"
    notices = [baseless_text(plan) if plan.baseless else "", suspicion(plan) or ""]
    for notice in filter(None, notices):
        yield ""
        yield f"> {code(notice)}"


def _table(plan: Plan) -> Iterator[str]:
    groups = group_plan(plan)
    rows: list[tuple[str, bool]] = []  # the line, and whether it is an asset's
    for group in groups:
        if len(groups) > 1:
            rows.append((f"| **{group.title(cell)}** | | | | |", False))
        rows += [(_row(plan, item), True) for item in group.items]
    if not rows:
        return
    yield ""
    yield "| asset | state | fields | last saved in Superset | template |"
    yield "|---|---|---|---|---|"
    room = _TABLE_LIMIT
    for position, (row, _) in enumerate(rows):
        room -= length([row])
        if room < 0:
            yield ""
            yield _and_more(plan, sum(is_asset for _, is_asset in rows[position:]))
            return
        yield row


def _row(plan: Plan, item: PlanItem) -> str:
    names = [cell(change.dotted) for change in item.fields[:_FIELDS_NAMED]]
    more = len(item.fields) - len(names)
    fields = ", ".join(names) + (f" and {more} more" if more > 0 else "")
    known = item.state.is_drift and (item.edited.by or item.edited.at)
    saved = cell(saved_by(item.edited).removeprefix("saved ").removeprefix("by ")) if known else ""
    template = cell(item.template) if item.template else ""
    return f"| {item.id.kind} {cell(item.name)} | {_state(plan, item)} | {fields} | {saved} | {template} |"


def _state(plan: Plan, item: PlanItem) -> str:
    """The state, and what prune does with it."""
    if plan.pruning is None:
        return item.state.value
    if item.id in plan.pruning.deletes:
        return f"{item.state.value}, would be deleted"
    if item.ignored_by:
        return f"{item.state.value}, kept, ignored by {cell(item.ignored_by)}"
    users = plan.pruning.kept.get(item.id)
    return f"{item.state.value}, kept for {cell(', '.join(users))}" if users else item.state.value


def _details(plan: Plan, room: int) -> Iterator[str]:
    """The diffs that fit, in the order of the table; what is only created is the pull request itself."""
    names = {item.id.uuid: item.name for item in plan.everything}
    told = [
        item for group in group_plan(plan) for item in group.items if has_diff(item) and item.state is not State.CREATE
    ]
    for position, item in enumerate(told):
        left = _and_more(plan, len(told) - position, what="diffs")
        # The diffs that do not fit are not made: there may be thousands.
        block = _unfolding(item, asset_diff(item, names), min(_DIFF_LIMIT, room - length(["", left])))
        if not block:
            yield ""
            yield left
            return
        room -= length(block)
        yield from block


def _unfolding(item: PlanItem, diff: Sequence[str], room: int) -> list[str]:
    """A block that shows the diff when it is unfolded, cut to the room; nothing where not even a part fits."""
    name = html.escape(cut(printable(item.name)))
    fence = fence_for(diff)
    head = ["", f"<details><summary>{item.id.kind} <code>{name}</code>: {item.state.value}</summary>", ""]
    head.append(f"{fence}diff")
    tail = [fence, "", "</details>"]
    room -= length([*head, *tail, f"… and {len(diff)} more lines"])
    shown = []
    for line in diff:
        room -= length([line])
        if room < 0:
            break
        shown.append(line)
    if len(shown) < min(len(diff), _LEAST_LINES):
        return []
    more = len(diff) - len(shown)
    return [*head, *shown, *([f"… and {more} more lines"] if more else []), *tail]


def _and_more(plan: Plan, number: int, what: str = "assets") -> str:
    return f"… and {number} more {what}: {code(f'tools/hybrid drift-plan --env {plan.environment} -v')} shows them"
