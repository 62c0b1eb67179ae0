"""Owns what of one asset's edits main does not say yet, as one item to be translated: all of them taken together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from superset_gitops.core.drift import compare_fields
from superset_gitops.core.runtime_branch.merge_fields import Fields, is_listing, merge_fields, without_fields
from superset_gitops.core.same import same
from superset_gitops.model.plan import FieldChange, FieldPath, PlanItem, Side, State
from superset_gitops.model.runtime_branch import Change
from superset_gitops.model.runtime_edit import RuntimeEdit

# What main says of an asset as a whole is what it was to be: it is there, or it is gone.
_SAID = frozenset({State.IN_SYNC, State.PRUNE, State.FORGET})


@dataclass(frozen=True, slots=True)
class Compared:
    """An edit beside what main says: its base, main, and what it made of the asset, as the three sides of an item."""

    edit: RuntimeEdit
    item: PlanItem = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settled:
    """What one asset's edits come to.

    Attributes:
        contained: the numbers of those that main says, or that a later one of them replaced.
        item: all others together, changed fields alone; None where nothing is left.
        edits: those that `item` is made of, oldest first.
    """

    contained: tuple[int, ...]
    item: PlanItem | None = field(repr=False)
    edits: tuple[RuntimeEdit, ...]


def settle(opened: Sequence[Compared], refused: Sequence[Compared] = ()) -> Settled:
    """Take one asset's edits together.

    Args:
        opened: the open ones, oldest first.
        refused: of the refused ones those that Superset shows still: what they changed is not brought up again by an
            edit that came on top of them.
    """
    if not opened:
        return Settled((), None, ())
    last = opened[-1]
    if last.edit.seen.change is not Change.CHANGED or last.item.desired is None:
        return _as_a_whole(opened)
    kind, covered = last.edit.asset.kind, set[FieldPath]()
    refusals: dict[FieldPath, FieldChange] = {path: c for each in refused for path, c in _fields(each.item).items()}
    left: list[tuple[Compared, Fields]] = []
    contained: list[int] = []
    for each in reversed(opened):
        changed = _fields(each.item) if each.edit.seen.change is Change.CHANGED else {}
        own = {path: change for path, change in changed.items() if change.side is not Side.AGREED}
        own = {path: change for path, change in own.items() if path not in covered}
        covered |= {path for path in changed if not is_listing(kind, path)}
        if not own:
            if each.edit.seen.change is Change.CHANGED or each.item.state in _SAID or not left:
                contained.append(each.edit.number)
            continue
        shown = without_fields(kind, own, refusals) if each.edit.overwritten_by is None else own
        if shown:
            left.append((each, shown))
    if not left:
        return Settled(tuple(sorted(contained)), None, ())
    left.reverse()
    fields = merge_fields(kind, [own for _, own in left])
    return Settled(tuple(sorted(contained)), _together(left[-1][0], fields), tuple(each.edit for each, _ in left))


def _as_a_whole(opened: Sequence[Compared]) -> Settled:
    """Of an asset that came or went, or that main does not name, the last edit alone says what it is to be."""
    last = opened[-1]
    if last.item.state in _SAID:
        return Settled(tuple(each.edit.number for each in opened), None, ())
    return Settled((), replace(last.item, edited=last.edit.seen.edited), (last.edit,))


def _fields(item: PlanItem) -> dict[FieldPath, FieldChange]:
    """What people changed, also what main says by now; what is only pending in Git is not theirs."""
    if item.base is None or item.desired is None or item.live is None:
        return {}
    changes = compare_fields(item.base, item.desired, item.live)
    return {change.path: change for change in changes if not same(change.base, change.live)}


def _together(last: Compared, fields: Fields) -> PlanItem:
    item = last.item
    live = {**(item.live or {})}
    if ("charts",) in fields:
        live["charts"] = fields["charts",].live
    conflict = any(change.side is Side.BOTH for change in fields.values())
    return replace(
        item,
        state=State.CONFLICT if conflict else State.DRIFT,
        fields=tuple(fields.values()),
        live=live,
        edited=last.edit.seen.edited,
    )
