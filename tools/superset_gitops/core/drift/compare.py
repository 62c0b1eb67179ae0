"""Owns the table of three-way states, and the same question asked of each field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from superset_gitops.core.same import same
from superset_gitops.model.asset import Document
from superset_gitops.model.plan import ABSENT, FieldChange, FieldPath, Side, State


def state_of(base: Document | None, desired: Document | None, live: Document | None) -> State:
    """The row of the table that three normal forms (or their absence) fall in.

    `live` is expected to be projected onto `desired` (see `normal_form.project`), and so is `base`.
    """
    if desired is None:
        return _unnamed(base, live)
    if live is None:
        if base is None:
            return State.CREATE
        return State.DELETED if same(base, desired) else State.DELETED_CONFLICT
    if same(live, desired):
        return State.IN_SYNC
    if base is None:
        return State.UNADOPTED
    if same(live, base):
        return State.PENDING
    return State.DRIFT if same(base, desired) else State.CONFLICT


def compare_fields(base: Document | None, desired: Document, live: Document) -> tuple[FieldChange, ...]:
    """The leaves in which desired and live differ, and who moved; without a base the runtime is held to have moved.

    Leaves that both sides changed to the same value are listed as agreed.
    """
    bases, wanted, lives = (dict(leaves(side or {})) for side in (base, desired, live))
    changes = []
    for path in sorted(bases.keys() | wanted.keys() | lives.keys()):
        old, new, now = bases.get(path, ABSENT), wanted.get(path, ABSENT), lives.get(path, ABSENT)
        if base is None:
            old = new
        side = _side(old, new, now)
        if side is not None:
            changes.append(FieldChange(path, side, old, new, now))
    return tuple(changes)


def _side(old: Any, new: Any, now: Any) -> Side | None:
    if same(new, now):
        return None if same(old, new) else Side.AGREED
    if same(old, now):
        return Side.GIT
    return Side.RUNTIME if same(old, new) else Side.BOTH


def _unnamed(base: Document | None, live: Document | None) -> State:
    if base is None:
        return State.UNMANAGED
    if live is None:
        return State.FORGET
    return State.PRUNE if same(live, base) else State.PRUNE_DRIFT


def leaves(value: Document, path: FieldPath = ()) -> Iterator[tuple[FieldPath, Any]]:
    """The leaves of a normal form: mappings are walked through; lists, scalars and empty mappings are leaves."""
    for name, entry in value.items():
        here = (*path, str(name))
        if isinstance(entry, dict) and entry:
            yield from leaves(entry, here)
        else:
            yield here, entry
