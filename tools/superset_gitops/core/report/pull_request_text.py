"""Owns the title and the text of a runtime branch's pull request: what its reviewer must know to decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from superset_gitops.core.report.markdown_code import code, cut, fence_for, length, unlinked
from superset_gitops.core.report.open_edit_markdown import TABLE_HEAD, block, row, short_row, way_to_refuse
from superset_gitops.core.report.own_part import LONGEST
from superset_gitops.core.report.printable import printable
from superset_gitops.core.report.translation_text import asset_lines
from superset_gitops.model.problem import Problem
from superset_gitops.model.pull_request import OpenEdit
from superset_gitops.model.translation import Translation

_TITLE = 100  # characters
_BLOCK = 8_000
_LEFT = 8_000
_NAME_WIDTHS = (200, 60, 30)
_MORE = 80  # the words behind names that do not fit
_MARKS = 200  # what `own_part` puts around it


@dataclass(frozen=True, slots=True)
class Review:
    """All that a reviewer is told.

    Attributes:
        environment: in whose Superset it was changed.
        edits: one a commit, in the branch's order.
        translation: what Superset shows now: has what could not be edited.
        problems: the errors that validation finds in the branch's sources and not in those before.
    """

    environment: str
    edits: tuple[OpenEdit, ...]
    translation: Translation = field(repr=False)
    problems: tuple[Problem, ...] = ()


def title_of(review: Review) -> str:
    """One line; the same for the same edits."""
    first, more = review.edits[0], len(review.edits) - 1
    kind = f"{first.asset.kind} " if first.asset else ""
    head, tail = f"Changed in Superset ({review.environment}): {kind}'", f"' and {more} more" if more else "'"
    return f"{head}{unlinked(cut(printable(first.name), max(_TITLE - len(head) - len(tail), 20)))}{tail}"


def text_of(review: Review, room: int = LONGEST) -> str:
    """Markdown of at most `room` characters, counted as `length` does; the same for the same edits.

    What does not fit is left out from the end: first the commits' details, then the table's columns. Each asset's name
    stays, shortened where there are hundreds.
    """
    room -= _MARKS
    head = list(_head(review))
    left = [*_unsettled(review, min(_LEFT, room // 6)), *_problems(review, min(_LEFT, room // 6))]
    table, tail = _table_and_tail(review, room - length([*head, *left]))
    blocks = _blocks(review.edits, room - length([*head, *table, *left, *tail]))
    return "\n".join([*head, *table, *left, *blocks, *tail]) + "\n"


def closing_text(branch: str, base: str) -> str:
    """Why we close it."""
    return (
        f"Nothing of it is open any more: {code(base)} has each of its edits, or somebody undid it in Superset, or it "
        f"was refused. {code(branch)} is removed; the next change in Superset makes it again, with a new pull request."
    )


def _head(review: Review) -> Iterator[str]:
    count = len(review.edits)
    what = "1 asset was" if count == 1 else f"{count} assets were"
    yield (
        f"{what} changed in the Superset of {code(review.environment)}. Each commit puts one into the templates, "
        "authored by who changed it; each edit was proven by compiling it for every environment."
    )
    yield ""


def _table_and_tail(review: Review, room: int) -> tuple[list[str], list[str]]:
    """The fullest that leave some room for the commits' details; the names alone where not even short rows fit."""
    long, short = list(_tail(review, details=True)), list(_tail(review, details=False))
    full = [*TABLE_HEAD, *map(row, review.edits)]
    for tail in (long, short):
        if length([*full, *tail]) <= room * 2 // 3:
            return full, tail
    for width in _NAME_WIDTHS:
        table = [*TABLE_HEAD, *(short_row(edit, width) for edit in review.edits)]
        if length([*table, *short]) <= room:
            return table, short
    return _names(review.edits, room - length(short)), short


def _names(edits: Sequence[OpenEdit], room: int) -> list[str]:
    """The names alone, for more assets than any reviewer looks at."""
    width = max(8, room // len(edits) - 6)
    names: list[str] = []
    for edit in edits:
        told = code(cut(edit.name, width))
        room -= length([told]) + 1
        if room < _MORE:
            break
        names.append(told)
    left = len(edits) - len(names)
    return [", ".join([*names, *([f"and {left} more: `git log` names them"] if left else [])])]


def _unsettled(review: Review, room: int) -> list[str]:
    """What no commit settles: fields that Git changed as well, say."""
    lines: list[str] = []
    for asset in review.translation.assets:
        if asset.unsettled:
            lines.append(f"{asset.id.kind} {asset.name!r}  [{asset.template}]")
            lines += [f"  {line}" for line in asset_lines(replace(asset, fields=()), review.environment)]
            name = f"{asset.id.kind}:{asset.id.uuid}"
            lines.append(f"  let Git's stay: tools/hybrid edits refuse --env {review.environment} {name}")
    told = (
        "The branch leaves these as they are in Git. Put what it is to be into the template, or let Git's stay, with "
        "the command below each: until then it is asked for again."
    )
    return _section(["### For you to decide", "", told], lines, room)


def _problems(review: Review, room: int) -> list[str]:
    lines = [str(problem) for problem in review.problems]
    return _section(["### To mend", "", "With the branch's edits, validation finds these errors:"], lines, room)


def _section(title: Sequence[str], lines: Sequence[str], room: int) -> list[str]:
    """A title and a block of foreign text, cut to the room; nothing without lines."""
    if not lines:
        return []
    lines = [printable(line) for line in lines]
    fence = fence_for(lines)
    head = ["", *title, "", f"{fence}text"]
    more = "… and more: tools/hybrid drift-branch prints all of it"
    room -= length([*head, more, fence])
    shown: list[str] = []
    for line in lines:
        room -= length([line])
        if room < 0:
            return [*head, *shown, more, fence]
        shown.append(line)
    return [*head, *shown, fence]


def _blocks(edits: Sequence[OpenEdit], room: int) -> list[str]:
    told = ["", "### What each commit does"]
    more = ["", f"… and more: each commit's message says it (`git log -{len(edits)}`)"]
    room -= length([*told, *more])
    if room < 0:
        return []
    for edit in edits:
        lines = block(edit, min(_BLOCK, room))
        if not lines:
            return told + more
        room -= length(lines)
        told += lines
    return told


def _next_deployment(edits: Sequence[OpenEdit], name: str) -> str:
    if all(edit.kept for edit in edits):
        return f"The next deployment of {name} puts these edits back."
    if any(edit.kept for edit in edits):
        return f"The next deployment of {name} puts back what Git has overwritten; Superset has the others already."
    return f"Superset of {name} has these edits already: its next deployment finds nothing to do."


def _tail(review: Review, *, details: bool) -> Iterator[str]:
    name = review.environment
    digest = next((edit.digest for edit in review.edits if edit.digest), "DIGEST")
    yield ""
    yield "### To accept"
    yield ""
    yield (
        f"Merge it. {_next_deployment(review.edits, code(name))} The other environments get what stands under each "
        "commit."
    )
    yield ""
    yield "### To refuse"
    yield ""
    yield (
        "Close it, which refuses all of it, or take single commits off the branch. Git then wins over exactly what is "
        f"shown here by its digest, such as {code(f'--overwrite-drift {digest}')}; where anything was saved in "
        "Superset since, that is refused."
    )
    if details:
        yield ""
        yield "<details><summary>Each asset's command</summary>"
        yield ""
        yield from (way_to_refuse(edit, name) for edit in review.edits)
        yield ""
        yield "</details>"
