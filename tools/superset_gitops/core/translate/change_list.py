"""Owns the candidates for a list that a loop makes: edits of the list that it runs over."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from superset_gitops.core.same import same
from superset_gitops.core.translate.constants import constants
from superset_gitops.core.translate.context import Context, Proposal, jinja_literal, nested
from superset_gitops.core.translate.place_splice import TextEdit
from superset_gitops.model.translation import Way

_MOST = 16


@dataclass(frozen=True, slots=True)
class ListChange:
    """What happened to the entries of a list or mapping of the rendered document, in order.

    Attributes:
        old: the entries as they were; of a mapping, pairs of key and value.
        new: as they are to be.
    """

    old: tuple[Any, ...]
    new: tuple[Any, ...]


def list_changes(old: Any, new: Any) -> Iterator[ListChange]:
    """Every list and mapping of a document in which entries came, went or changed, the innermost last."""
    if isinstance(old, dict) and isinstance(new, dict):
        if not same(old, new):
            yield ListChange(tuple(map(list, old.items())), tuple(map(list, new.items())))
        for name in old.keys() & new.keys():
            yield from list_changes(old[name], new[name])
    elif isinstance(old, list) and isinstance(new, list) and not same(old, new):
        yield ListChange(tuple(old), tuple(new))
        if len(old) == len(new):
            for before, after in zip(old, new, strict=True):
                yield from list_changes(before, after)


def change_list(changes: Iterator[ListChange], context: Context) -> Iterator[Proposal]:
    """Lists in variables and templates, edited as the rendered entries were.

    A list is tried where it has as many elements as there are entries, or where a run of entries has.
    """
    found: list[Proposal] = []
    for change in changes:
        for name in context.variables_used(iter(())):
            for path, value in nested(context.frame.variables[name], (name,)):
                if isinstance(value, list):
                    found += [Proposal(Way.VARIABLE, values=((path, v),)) for v in _edited(value, change)]
        for template in context.used():
            for start, end, value in constants(context.texts[template]):
                if isinstance(value, (list, tuple)):
                    for edited in _edited(list(value), change):
                        edit = TextEdit(template, start, end, jinja_literal(edited), ready=True)
                        found.append(Proposal(Way.CONSTANT, (edit,)))
    yield from found[:_MOST]


def _edited(elements: list[Any], change: ListChange) -> Iterator[list[Any]]:
    """The elements after the entries' change, wherever they can be laid beside the entries."""
    if len(elements) < 1:
        return
    for shift in range(max(len(change.old) - len(elements), 0) + 1):
        edited = _aligned(elements, change, shift)
        if edited is not None and not same(edited, elements):
            yield edited


def _aligned(elements: list[Any], change: ListChange, shift: int) -> list[Any] | None:
    """Elements beside the entries from `shift` on: those whose entry is gone go, new entries get elements."""
    beside = list(change.old[shift : shift + len(elements)])
    if len(beside) != len(elements):
        return None
    outside = [*change.old[:shift], *change.old[shift + len(elements) :]]
    wanted = [entry for entry in change.new if not any(same(entry, other) for other in outside)]
    edited = []
    model, example = copy.deepcopy(elements[-1]), beside[-1]
    for position, entry in enumerate(wanted):
        at = next((i for i, old in enumerate(beside) if same(old, entry)), None)
        if at is not None:
            edited.append(elements[at])
            continue
        if len(wanted) == len(beside):
            model, example = copy.deepcopy(elements[position]), beside[position]
        element = _substituted(model, example, entry)
        if element is None:
            return None
        edited.append(element)
    return edited


def _substituted(model: Any, example: Any, entry: Any) -> Any | None:
    """An element made from another one: what its entry printed of it, replaced by what the new entry has there."""
    pairs = list(_pairs(example, entry))
    if not pairs:
        return None
    return _replaced(model, pairs)


def _pairs(old: Any, new: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in old.keys() & new.keys():
            yield from _pairs(old[name], new[name])
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for one, other in zip(old, new, strict=True):
            yield from _pairs(one, other)
    elif not same(old, new) and not isinstance(old, (dict, list)) and not isinstance(new, (dict, list)):
        yield old, new


def _replaced(model: Any, pairs: list[tuple[Any, Any]]) -> Any:
    if isinstance(model, Mapping):
        return {name: _replaced(value, pairs) for name, value in model.items()}
    if isinstance(model, (list, tuple)):
        return [_replaced(value, pairs) for value in model]
    for old, new in pairs:
        if same(old, model):
            return new
        if isinstance(old, str) and isinstance(new, str) and isinstance(model, str) and model and model in old:
            lead, tail = old.split(model, 1)
            if new.startswith(lead) and new.endswith(tail) and len(new) >= len(lead) + len(tail):
                return new[len(lead) : len(new) - len(tail)]
    return model
