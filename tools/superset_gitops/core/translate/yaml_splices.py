"""Owns editing a YAML text: from its value to another one by splices that leave everything else as it stands."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from typing import Any

import yaml

from superset_gitops.core.documents.read_yaml import DocumentPath, Parsed
from superset_gitops.core.same import same
from superset_gitops.core.translate.edit_scalar import edit_scalar
from superset_gitops.core.translate.extent import after_line, is_flow, line_start, true_end
from superset_gitops.core.translate.splice import CannotEdit, Splice
from superset_gitops.core.translate.write_node import after_key, flow_text, item_text, pair_text

_IDENTITIES = ("uuid", "id", "column_name", "metric_name", "optionName")
_Pair = tuple[yaml.Node, yaml.Node]


def yaml_splices(text: str, parsed: Parsed, new: Any, atoms: Sequence[tuple[int, int]] = ()) -> tuple[Splice, ...]:
    """The splices that make a parsed text say `new`.

    Args:
        text: the text that was parsed.
        parsed: what it says, with its nodes.
        new: what it is to say.
        atoms: ranges of the text that an edit inside a string should leave whole.

    Raises:
        CannotEdit: the text has no place for it (a merge key, a list inside a list's dash).
    """
    if parsed.root is None:
        raise CannotEdit("there is no document to edit")
    editor = _Editor(text, atoms)
    editor.node(parsed.root, parsed.value, new, (), head=parsed.root.start_mark.index, flow=False)
    return tuple(editor.splices)


class _Editor:
    """Walks the nodes beside the old and the new value."""

    def __init__(self, text: str, atoms: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self.atoms = atoms
        self.splices: list[Splice] = []

    def node(self, node: yaml.Node, old: Any, new: Any, path: DocumentPath, *, head: int, flow: bool) -> None:
        """Edit one node; `head` is where the text after its `key:` or dash begins."""
        if same(old, new):
            return
        if isinstance(node, yaml.MappingNode) and isinstance(new, dict) and new and old:
            self._mapping(node, old, new, path, head=head, flow=flow)
        elif isinstance(node, yaml.SequenceNode) and isinstance(new, list) and new and old:
            self._sequence(node, old, new, path, head=head, flow=flow)
        elif isinstance(node, yaml.ScalarNode) and not isinstance(new, (dict, list)):
            self.splices += edit_scalar(self.text, node, old, new, path, flow=flow, atoms=self.atoms)
        else:
            self._replace(node, new, head=head, flow=flow)

    def _replace(self, node: yaml.Node, new: Any, *, head: int, flow: bool) -> None:
        start, end = node.start_mark.index, true_end(self.text, node)
        if flow or is_flow(node) or not isinstance(new, (dict, list)):
            block_before = not flow and not is_flow(node) and not isinstance(node, yaml.ScalarNode)
            lead = " " if block_before else ""
            self.splices.append(Splice(head if block_before else start, end, lead + flow_text(new), whole=True))
            return
        begin = line_start(self.text, head)
        key = self.text[begin:head]
        indent = len(key) - len(key.lstrip(" -"))
        self.splices.append(Splice(head, end, after_key(new, indent), whole=True))

    def _mapping(
        self,
        node: yaml.MappingNode,
        old: dict[str, Any],
        new: dict[str, Any],
        path: DocumentPath,
        *,
        head: int,
        flow: bool,
    ) -> None:
        inside, flow = flow, bool(node.flow_style)
        pairs: list[_Pair] = node.value
        by_key = {key.value: (key, value) for key, value in pairs}
        for name in new.keys() & old.keys():
            if not same(old[name], new[name]):
                if name not in by_key:
                    raise CannotEdit(f"{name} comes out of a merge key")
                key, value = by_key[name]
                colon = self.text.find(":", key.end_mark.index) + 1
                self.node(value, old[name], new[name], (*path, name), head=colon, flow=flow)
        gone = [name for name in old if name not in new]
        if any(name not in by_key for name in gone):
            raise CannotEdit("what is gone comes out of a merge key")
        kept = [pair for pair in pairs if pair[0].value in new]
        if not kept and not path:
            raise CannotEdit("nothing of the document stays")
        if not kept:
            self._replace(node, new, head=head, flow=inside)
            return
        removed = [pair[0].value in gone for pair in pairs]
        self._remove(pairs, removed, flow=flow)
        self._add_pairs(kept, list(new), {name: new[name] for name in new if name not in old}, flow=flow)

    def _add_pairs(self, kept: list[_Pair], order: list[str], added: dict[str, Any], *, flow: bool) -> None:
        names = [pair[0].value for pair in kept]
        runs: dict[str | None, list[str]] = {}
        before: str | None = None
        for name in order:
            if name in added:
                runs.setdefault(before, []).append(name)
            elif name in names:
                before = name
        for before, run in runs.items():
            index = names.index(before) if before is not None else 0
            rest = [i for i in reversed(range(len(kept))) if i != index]
            entries = {name: added[name] for name in run}
            choices = [self._after_pair(kept[i], entries, flow=flow) for i in (index, *rest)]
            first = choices[0]
            self.splices.append(Splice(first.start, first.end, first.text, tuple(choices[1:])))

    def _after_pair(self, pair: _Pair, entries: dict[str, Any], *, flow: bool) -> Splice:
        key, value = pair
        end = max(true_end(self.text, value), key.end_mark.index)
        if flow:
            return Splice(end, end, ", " + flow_text(entries)[1:-1])
        indent = key.start_mark.column
        return self._whole_lines(end, [pair_text(name, entry, indent) for name, entry in entries.items()])

    def _whole_lines(self, end: int, lines: list[str]) -> Splice:
        at = after_line(self.text, end)
        text = "\n".join(lines)
        if at > 0 and self.text[at - 1] != "\n":
            return Splice(at, at, "\n" + text)
        return Splice(at, at, text + "\n")

    def _sequence(
        self, node: yaml.SequenceNode, old: list[Any], new: list[Any], path: DocumentPath, *, head: int, flow: bool
    ) -> None:
        items: list[yaml.Node] = node.value
        before, after = [_token(each) for each in old], [_token(each) for each in new]
        removed = [False] * len(old)
        added: list[tuple[int, list[Any]]] = []
        for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            paired = i2 - i1 if tag == "equal" else min(i2 - i1, j2 - j1) if _alike(old[i1:i2], new[j1:j2]) else 0
            for k in range(paired):
                item = items[i1 + k]
                here = (*path, i1 + k)
                place, inside = item.start_mark.index, bool(node.flow_style)
                self.node(item, old[i1 + k], new[j1 + k], here, head=place, flow=inside)
            removed[i1 + paired : i2] = [True] * (i2 - i1 - paired)
            if j1 + paired < j2:
                added.append((i1 + paired, new[j1 + paired : j2]))
        if all(removed):
            self.splices = [s for s in self.splices if not node.start_mark.index <= s.start < node.end_mark.index]
            self._replace(node, new, head=head, flow=flow)
            return
        self._remove([(item, item) for item in items], removed, flow=bool(node.flow_style), dash=True)
        for at, values in added:
            self._add_items(items, removed, at, values, flow=bool(node.flow_style))

    def _add_items(
        self, items: list[yaml.Node], removed: list[bool], at: int, values: list[Any], *, flow: bool
    ) -> None:
        before = next((i for i in reversed(range(at)) if not removed[i]), None)
        after = next((i for i in range(at, len(items)) if not removed[i]), None)
        choices = []
        if flow:
            text = ", ".join(map(flow_text, values))
            if before is not None:
                end = true_end(self.text, items[before])
                choices.append(Splice(end, end, f", {text}"))
            if after is not None:
                start = items[after].start_mark.index
                choices.append(Splice(start, start, f"{text}, "))
        else:
            sibling = items[before if before is not None else after or 0]
            dash = self._dash(sibling)
            lines = [item_text(value, dash - line_start(self.text, dash), flow=is_flow(sibling)) for value in values]
            if before is not None:
                choices.append(self._whole_lines(true_end(self.text, items[before]), lines))
            if after is not None:
                start = line_start(self.text, self._dash(items[after]))
                choices.append(Splice(start, start, "\n".join(lines) + "\n"))
        self.splices.append(Splice(choices[0].start, choices[0].end, choices[0].text, tuple(choices[1:])))

    def _dash(self, item: yaml.Node) -> int:
        begin = line_start(self.text, item.start_mark.index)
        lead = self.text[begin : item.start_mark.index]
        if lead.strip() != "-":
            raise CannotEdit("the list's item does not begin on a line of its own")
        return begin + lead.index("-")

    def _remove(self, pairs: list[_Pair], removed: list[bool], *, flow: bool, dash: bool = False) -> None:
        """Take runs of neighbours out: whole lines of a block, entries with their comma of a flow collection."""
        index = 0
        while index < len(pairs):
            if not removed[index]:
                index += 1
                continue
            stop = index
            while stop < len(pairs) and removed[stop]:
                stop += 1
            first, last = pairs[index], pairs[stop - 1]
            following = pairs[stop][0].start_mark.index if stop < len(pairs) else None
            previous = true_end(self.text, pairs[index - 1][1]) if index else None
            self.splices.append(self._removal(first, last, previous, following, flow=flow, dash=dash))
            index = stop

    def _removal(
        self, first: _Pair, last: _Pair, previous: int | None, following: int | None, *, flow: bool, dash: bool
    ) -> Splice:
        start, end = first[0].start_mark.index, max(true_end(self.text, node) for node in last)
        if flow:
            if following is not None:
                return Splice(start, following, "")
            return Splice(start if previous is None else previous, end, "")
        begin = line_start(self.text, self._dash(first[0]) if dash else start)
        if self.text[begin:start].strip() and not dash:
            if following is None:
                raise CannotEdit("nothing of the mapping stays")
            return Splice(start, following, "")  # the first key stands behind a dash, which stays
        return Splice(begin, after_line(self.text, end), "")


def _token(value: Any) -> str:
    """What makes an item the same item: its name, or all of it."""
    if isinstance(value, dict):
        name = next((name for name in _IDENTITIES if name in value), None)
        if name is not None:
            return f"{name} {json.dumps(value[name], sort_keys=True)}"
    return json.dumps(value, sort_keys=True)


def _alike(old: list[Any], new: list[Any]) -> bool:
    """Whether items that differ can be edited in their places, one by one."""
    return len(old) == len(new) and all(type(a) is type(b) for a, b in zip(old, new, strict=True))
