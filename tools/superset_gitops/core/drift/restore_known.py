"""Owns what an escaped export cannot say: a value that superset-cli writes like others is the one that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from superset_gitops.core.documents.superset_cli_escapes import EMPTY, as_read
from superset_gitops.core.same import same
from superset_gitops.model.asset import Document
from superset_gitops.model.plan import FieldPath


@dataclass(frozen=True, slots=True)
class Restored:
    """A normal form that was read from an escaped export.

    Attributes:
        normal: with what is known where the export says the same for it.
        doubtful: paths that changed to what the export writes for several values; `normal` has what was known there,
            or `{}` where nothing was.
    """

    normal: Document = field(repr=False)
    doubtful: tuple[FieldPath, ...] = ()


def restore_known(live: Document, known: Sequence[Document]) -> Restored:
    """Undo what exporting did to the values of an asset; one of which nothing is known stays as it was read.

    Args:
        live: as it was read.
        known: what was last applied and what Git says, as far as there is any.
    """
    doubtful: list[FieldPath] = []
    return Restored(_restored(live, known, (), doubtful), tuple(doubtful)) if known else Restored(live)


def _restored(now: Any, olds: Sequence[Any], path: FieldPath, doubtful: list[FieldPath]) -> Any:
    if any(same(old, now) for old in olds):
        return now
    for old in olds:
        if same(as_read(old), now):
            return old
    if isinstance(now, dict):
        mappings = [old for old in olds if isinstance(old, dict)]
        return {
            name: _restored(entry, [old[name] for old in mappings if name in old], (*path, str(name)), doubtful)
            for name, entry in now.items()
        }
    if isinstance(now, list):
        lists = [old for old in olds if isinstance(old, list)]
        return [
            _restored(item, [*_beside(item, index, lists)], (*path, str(index)), doubtful)
            for index, item in enumerate(now)
        ]
    if isinstance(now, str) and now == EMPTY:
        doubtful.append(path)
        return next((old for old in olds if isinstance(old, str)), now)
    return now


def _beside(item: Any, index: int, lists: Sequence[list[Any]]) -> Iterator[Any]:
    """What an item of a list may have been: one that is exported like it, or the one in its place."""
    for old in lists:
        yield from [each for each in old if same(as_read(each), item)][:1]
    yield from (old[index] for old in lists if index < len(old))
