"""Owns the unified diff of one asset of a plan: the YAML of its normal forms, and who made which version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from superset_gitops.core.report.document_lines import Line, document_lines
from superset_gitops.core.report.printable import printable
from superset_gitops.core.report.saved_by import saved_by
from superset_gitops.model.asset import Document
from superset_gitops.model.plan import PlanItem, State

_CONTEXT = 3
_APPLIED, _SUPERSET, _GIT = "last applied", "in Superset", "in Git"

# An opcode of difflib: tag, and the ranges of lines before and after.
_Opcode = tuple[str, int, int, int, int]


def asset_diff(item: PlanItem, names: Mapping[str, str]) -> list[str]:
    """The lines of the diff, headers included; none where there is nothing to compare.

    What Superset changed is told from what was last applied, what Git changed from what Superset shows; a conflict has
    both, from what was last applied. Behind a hunk's line numbers stands where in the asset its first change is.

    Args:
        item: its normal forms, in which secrets are masked.
        names: uuid → name, put beside a uuid as a comment.
    """
    lines: list[str] = []
    for (before, one), (after, other) in _pairs(item):
        hunks = list(_hunks(_lines(one, names), _lines(other, names)))
        if hunks:
            lines += [f"--- {before}", f"+++ {after}", *hunks]
    return lines


def has_diff(item: PlanItem) -> bool:
    """Whether `asset_diff` has something to compare."""
    return bool(_pairs(item))


def _pairs(item: PlanItem) -> list[tuple[tuple[str, Document | None], tuple[str, Document | None]]]:
    saved = f", {saved_by(item.edited)}" if item.edited.by or item.edited.at else ""
    applied, live, git = (_APPLIED, item.base), (f"{_SUPERSET}{saved}", item.live), (_GIT, item.desired)
    match item.state:
        case State.CREATE:
            return [(("(nothing)", None), git)]
        case State.PENDING:
            return [((_SUPERSET, item.live), git)]
        case State.DRIFT | State.PRUNE_DRIFT:
            return [(applied, live)]
        case State.CONFLICT:
            return [(applied, live), (applied, git)]
        case State.UNADOPTED:
            return [(git, live)]
        case State.DELETED_CONFLICT:
            return [(applied, git)]
        case _:
            return []


def _lines(document: Document | None, names: Mapping[str, str]) -> list[Line]:
    return [] if document is None else document_lines(document, names)


def _hunks(before: Sequence[Line], after: Sequence[Line]) -> Iterator[str]:
    one, other = [line.text for line in before], [line.text for line in after]
    for group in SequenceMatcher(None, one, other).get_grouped_opcodes(_CONTEXT):
        yield _head(group, before, after)
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (f" {text}" for text in one[i1:i2])
            else:
                yield from (f"-{text}" for text in one[i1:i2])
                yield from (f"+{text}" for text in other[j1:j2])


def _head(group: Sequence[_Opcode], before: Sequence[Line], after: Sequence[Line]) -> str:
    """`@@ -10,7 +10,7 @@ params.row_limit`."""
    old, new = _range(group[0][1], group[-1][2]), _range(group[0][3], group[-1][4])
    _, i1, i2, j1, _ = next(opcode for opcode in group if opcode[0] != "equal")
    path = before[i1].path if i2 > i1 else after[j1].path
    return f"@@ -{old} +{new} @@ {printable('.'.join(path))}"


def _range(start: int, stop: int) -> str:
    """As diff(1) counts: from 1; an empty range names the line before it."""
    length = stop - start
    return f"{start + 1 if length else start},{length}"
