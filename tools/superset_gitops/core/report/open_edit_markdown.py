"""Owns one edit of a runtime branch as Markdown: its row in the table, and what there is to know about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from superset_gitops.core.report.markdown_code import cell, code, cut, fence_for, length
from superset_gitops.core.report.printable import printable
from superset_gitops.model.pull_request import OpenEdit
from superset_gitops.model.runtime_branch import Change

_FIELDS_NAMED = 4
_FIELD_WIDTH = 120
_REJECTED_NAMED = 30
_SHORT = 12  # hex digits of a commit
TABLE_HEAD = ("| asset | changed | by | when | digest |", "|---|---|---|---|---|")
_WHOLE = {Change.ADDED: "new", Change.DELETED: "deleted"}


def row(edit: OpenEdit) -> str:
    """What was changed, by whom and when, in one line."""
    if edit.asset is None:
        return f"| {cell(edit.name)} | a person's commit | {cell(edit.by)} | {_when(edit.at)} | |"
    whole = _WHOLE.get(edit.change or Change.CHANGED, "")
    fields = [] if edit.change is Change.DELETED else list(_fields(edit.lines))
    more = len(fields) - _FIELDS_NAMED
    told = [whole, *(cell(field, _FIELD_WIDTH) for field in fields[:_FIELDS_NAMED]), f"and {more} more"]
    changed = "<br>".join(each for each in told[: None if more > 0 else -1] if each)
    return (
        f"| {edit.asset.kind} {_linked(edit)} | {changed} | {cell(edit.by)} | {_when(edit.at)} | {code(edit.digest)} |"
    )


def short_row(edit: OpenEdit, width: int) -> str:
    """The asset and its digest alone, where there is no room for more."""
    return f"| {_titled(edit, width)} | | | | {code(edit.digest) if edit.digest else ''} |"


def block(edit: OpenEdit, room: int) -> list[str]:
    """What the edit's commit says, cut to the room; nothing where not even a part fits."""
    kept = " Git has overwritten it in Superset meanwhile: merged, it comes back." if edit.kept else ""
    page = _address(edit.page)
    link = f" · [in Superset]({page})" if page else ""
    head = ["", f"#### {_titled(edit, 200)}", "", f"Commit {edit.commit[:_SHORT]}{link}.{kept}", ""]
    fence = fence_for(edit.lines)
    tail = [fence, *_rejected(edit)]
    lines = [printable(line) for line in edit.lines]
    if length([*head, fence, *tail, *lines]) <= room:
        return [*head, f"{fence}text", *lines, *tail] if lines else head
    more = f"… and more: git show {edit.commit[:_SHORT]}"
    room -= length([*head, f"{fence}text", more, fence])
    shown: list[str] = []
    for line in lines:
        room -= length([line])
        if room < 0:
            break
        shown.append(line)
    return [*head, f"{fence}text", *shown, more, fence] if shown else []


def way_to_refuse(edit: OpenEdit, environment: str) -> str:
    """What a person runs, or does, so that Git wins over this edit for good."""
    name = _titled(edit, 80)
    if edit.asset is None:
        return f"* {name}: take the commit off the branch"
    if edit.change is Change.ADDED:
        return f"* {name}: delete it in Superset, or leave it there: nothing deploys over it"
    command = f"tools/deploy {environment} --asset {edit.asset.kind}:{edit.asset.uuid} --overwrite-drift {edit.digest}"
    return f"* {name}: {code(command)}"


def _titled(edit: OpenEdit, width: int) -> str:
    """The kind, and the name in a code span that serves in a table as well."""
    return f"{edit.asset.kind if edit.asset else 'commit'} {cell(edit.name, width)}"


def _linked(edit: OpenEdit) -> str:
    page = _address(edit.page)
    return f"[{cell(edit.name)}]({page})" if page else cell(edit.name)


def _address(page: str) -> str:
    """A web address that ends no link and no cell, and logs nobody in; empty for anything else."""
    try:
        parts = urlsplit(page)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return ""
    return quote(page, safe="/:?&=%#,;~+-._[]").replace("[", "%5B").replace("]", "%5D")


def _fields(lines: Sequence[str]) -> Iterator[str]:
    """Each field's line; where a diff stands below it, how many lines came and went."""
    for position, line in enumerate(lines):
        if not line or line.startswith(" "):
            continue
        if not line.endswith(":"):
            yield line
            continue
        below = []
        for each in lines[position + 1 :]:
            if each and not each.startswith("    "):
                break
            below.append(each[4:5])
        more, less = below.count("+"), below.count("-")
        yield f"{line} {more} line{'' if more == 1 else 's'} more, {less} less" if below else line


def _rejected(edit: OpenEdit) -> Iterator[str]:
    if not edit.rejected:
        return
    count = len(edit.rejected)
    yield ""
    summary = f"{count} candidate{'' if count == 1 else 's'} before that {'was' if count == 1 else 'were'} rejected"
    yield f"<details><summary>{summary}</summary>"
    yield ""
    for name, way, fault in edit.rejected[:_REJECTED_NAMED]:
        yield f"* {code(cut(name or 'the whole'))}: {way} ({code(cut(fault))})"
    if count > _REJECTED_NAMED:
        yield f"* … and {count - _REJECTED_NAMED} more"
    yield ""
    yield "</details>"


def _when(at: int | None) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC" if at is not None else ""
