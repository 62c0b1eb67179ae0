"""Owns the edit of one scalar: its characters where they can be told apart, its quotes where it now needs some."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from superset_gitops.core.documents.read_yaml import DocumentPath, read_yaml
from superset_gitops.core.same import same
from superset_gitops.core.translate.extent import line_start, true_end
from superset_gitops.core.translate.hunks import Hunk, hunks
from superset_gitops.core.translate.scalar_text import block_indent, char_map, encode, write_block, write_scalar
from superset_gitops.core.translate.splice import CannotEdit, Splice, apply_splices

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CHOMPS = {0: "-", 1: ""}
Atoms = Sequence[tuple[int, int]]


def edit_scalar(
    text: str, node: yaml.ScalarNode, old: Any, new: Any, path: DocumentPath, *, flow: bool, atoms: Atoms
) -> list[Splice]:
    """The splices that make a scalar say `new`: the first way that reads back.

    Args:
        text: the whole text.
        node: the scalar's node in it.
        old: its value now.
        new: its value afterwards.
        path: where it stands in the document.
        flow: whether it stands in brackets.
        atoms: ranges of the text that should stay whole.

    Raises:
        CannotEdit: no way reads back.
    """
    for splices in _ways(text, node, old, new, flow=flow, atoms=atoms):
        if splices and _says(text, splices, path, new):
            return splices
    raise CannotEdit("no way to write this value here reads back")


def _ways(text: str, node: yaml.ScalarNode, old: Any, new: Any, *, flow: bool, atoms: Atoms) -> Iterator[list[Splice]]:
    start, end = node.start_mark.index, true_end(text, node)
    if isinstance(old, str) and isinstance(new, str) and not _UUID.fullmatch(old) and not _UUID.fullmatch(new):
        places = char_map(text, node)
        if places is not None and old == node.value:
            yield from _by_hunks(text, node, new, places, atoms)
    gap = " " if start == end and text[start - 1 : start] in (":", "-") else ""
    style = node.style if node.style in ("'", '"') and isinstance(new, str) else None
    if isinstance(new, str) and "\n" in new and not flow:
        lead = text[line_start(text, start) : start]
        block = write_block(new, " " * (len(lead) - len(lead.lstrip(" -")) + 2))
        if block is not None:
            yield [Splice(start, end, gap + block, whole=True)]
    yield [Splice(start, end, gap + write_scalar(new, flow=flow, style=style), whole=True)]
    if isinstance(new, str):
        yield [Splice(start, end, gap + write_scalar(new, flow=flow, style='"'), whole=True)]


def _by_hunks(
    text: str, node: yaml.ScalarNode, new: str, places: list[tuple[int, int]], atoms: Atoms
) -> Iterator[list[Splice]]:
    old: str = node.value
    inside = [_atom(places, atom) for atom in atoms]
    header: list[Splice] = []
    if node.style in ("|", ">"):
        ends, wanted = len(old) - len(old.rstrip("\n")), len(new) - len(new.rstrip("\n"))
        if ends != wanted:
            if ends > 1 or wanted > 1:
                return
            header = [_chomped(text, node, _CHOMPS[wanted])]
            old, new = old.rstrip("\n"), new.rstrip("\n")
    found = list(hunks(old, new, filter(None, inside)))
    styles = [node.style] if node.style else [None, '"', "'"]
    for style in styles:
        splices = _encoded(text, node, found, places, style)
        if splices is not None:
            yield [*header, *splices]


def _encoded(
    text: str, node: yaml.ScalarNode, found: list[Hunk], places: list[tuple[int, int]], style: str | None
) -> list[Splice] | None:
    start, end = node.start_mark.index, node.end_mark.index
    indent = block_indent(text, node) if node.style in ("|", ">") else ""
    splices = []
    if style and not node.style:
        plain = text[start:end]
        if "\n" in plain or style in plain or "\\" in plain:
            return None
        splices += [Splice(start, start, style), Splice(end, end, style)]
    for hunk in found:
        if style == "|" and places and _of_whole_lines(node.value, hunk):
            lines = _lines_splice(text, hunk, places, indent)
            if lines is None:
                return None
            splices.append(lines)
            continue
        written = encode(hunk.text, style, indent)
        if written is None:
            return None
        first = _place(places, hunk.start, node)
        last = places[hunk.end - 1][1] if hunk.end > hunk.start else first
        splices.append(Splice(first, last, written))
    return sorted(splices, key=lambda each: (each.start, each.end))


def _place(places: list[tuple[int, int]], index: int, node: yaml.ScalarNode) -> int:
    if index < len(places):
        return places[index][0]
    if places:
        return places[-1][1]
    return int(node.start_mark.index) + (1 if node.style in ("'", '"') else 0)


def _of_whole_lines(old: str, hunk: Hunk) -> bool:
    """Whether only whole lines of a text come, go or change."""
    starts = hunk.start == 0 or old[hunk.start - 1] == "\n"
    ends = hunk.end == 0 or old[hunk.end - 1] == "\n"
    return starts and ends and (not hunk.text or hunk.text.endswith("\n")) and old.endswith("\n")


def _lines_splice(text: str, hunk: Hunk, places: list[tuple[int, int]], indent: str) -> Splice | None:
    """Whole lines of a literal block, with their indentation."""
    first, last = (
        line_start(text, places[index][0]) if index < len(places) else places[-1][0] + 1
        for index in (hunk.start, hunk.end)
    )
    lines = hunk.text.split("\n")[:-1]
    if encode(hunk.text, "|", indent) is None:
        return None
    return Splice(first, last, "".join(f"{indent}{line}\n" if line.strip() else f"{line}\n" for line in lines))


def _atom(places: list[tuple[int, int]], atom: tuple[int, int]) -> tuple[int, int] | None:
    """A range of the text as a range of the value's characters."""
    inside = [index for index, (start, end) in enumerate(places) if atom[0] <= start and end <= atom[1]]
    return (inside[0], inside[-1] + 1) if inside else None


def _chomped(text: str, node: yaml.ScalarNode, chomp: str) -> Splice:
    start = node.start_mark.index
    stop = start + 1
    while text[stop : stop + 1] in ("+", "-"):
        stop += 1
    return Splice(start + 1, stop, chomp)


def _says(text: str, splices: list[Splice], path: DocumentPath, new: Any) -> bool:
    """Whether the text then reads as `new` at the scalar's path."""
    parsed = read_yaml(apply_splices(text, splices))
    if parsed.faults:
        return False
    value = parsed.value
    for step in path:
        inside = step in value if isinstance(value, dict) else isinstance(value, list) and step in range(len(value))
        if not inside:
            return False
        value = value[step]
    return same(value, new)
