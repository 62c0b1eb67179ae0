"""Owns strict YAML reading: a value that JSON could hold, its places in the text, and every fault at once.

YAML 1.1 as Superset's own `yaml.safe_load` reads it, minus what surprises people: duplicate keys, keys that are no
strings, dates, octal and base-60 numbers, `yes`/`on`, NaN, aliases that blow up.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from superset_gitops.core.documents.place import Fault

MAX_ALIASED_NODES = 20_000
MAX_DEPTH = 100
_SAFE_DEPTH = 1_000
_TAG = "tag:yaml.org,2002:"
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,300})|0x[0-9a-fA-F]{1,300}")
_BOOLEANS = {"true": True, "false": False}
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# A key of a mapping or an index of a list, from the root down.
DocumentPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed text.

    Attributes:
        value: the document; None when it is empty or could not be read.
        faults: all that is wrong, by offset; with a syntax error there is exactly that one.
        empty: the text holds nothing but blanks and comments.
    """

    value: Any
    faults: tuple[Fault, ...]
    empty: bool
    _root: yaml.Node | None = field(repr=False, compare=False)

    @property
    def root(self) -> yaml.Node | None:
        """The document's node, with its marks in the text; None where there is no document."""
        return self._root

    def offset(self, path: Sequence[str | int], *, on_key: bool = False) -> int:
        """Where a path's value (or its key) starts; the nearest parent that stands in the text, else 0."""
        node, offset = self._root, self._root.start_mark.index if self._root is not None else 0
        for step in path:
            found = _child(node, step)
            if found is None:
                return offset
            key, node = found
            offset = (key if on_key and key is not None else node).start_mark.index
        return offset

    def range(self, path: Sequence[str | int]) -> tuple[int, int] | None:
        """The offsets of the node at a path (quotes included); None where it does not stand in the text."""
        node = self._root
        for step in path:
            found = _child(node, step)
            if found is None:
                return None
            node = found[1]
        return None if node is None else (node.start_mark.index, node.end_mark.index)

    def scalars(self) -> Iterator[tuple[DocumentPath, Any, int]]:
        """Every leaf with its path, value and offset."""
        yield from ((path, value, self.offset(path)) for path, value in leaves(self.value))


def leaves(value: Any, path: DocumentPath = ()) -> Iterator[tuple[DocumentPath, Any]]:
    """Every scalar of a document with its path, in the document's order."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path, value


def read_yaml(text: str) -> Parsed:
    """Parse one YAML document; nothing is raised for what the text holds."""
    try:
        if _may_nest_deeply(text) and _nests_deeply(text):
            return Parsed(None, (Fault(0, "nested too deeply", "yaml-size"),), empty=False, _root=None)
        root = _compose(text)
    except yaml.MarkedYAMLError as error:
        return Parsed(None, (_syntax_fault(error),), empty=False, _root=None)
    except yaml.reader.ReaderError as error:
        offset = len(text.encode("utf-8", "surrogatepass")[: error.position].decode("utf-8", "ignore"))
        message = f"character {error.character!r} is not allowed in YAML" if error.character != "?" else error.reason
        return Parsed(None, (Fault(offset, message, "yaml-syntax"),), empty=False, _root=None)
    except (RecursionError, UnicodeEncodeError) as error:
        return Parsed(None, (Fault(0, f"cannot be read: {error}", "yaml-syntax"),), empty=False, _root=None)
    if root is None:
        return Parsed(None, (), empty=True, _root=None)
    builder = _Builder()
    value = builder.build(root, 0)
    return Parsed(value, tuple(sorted(builder.faults)), empty=False, _root=root)


def _may_nest_deeply(text: str) -> bool:
    """A cheap bound: a level takes a bracket, or a column of some line."""
    return text.count("[") + text.count("{") > _SAFE_DEPTH or max(map(len, text.split("\n"))) > _SAFE_DEPTH


def _nests_deeply(text: str) -> bool:
    # libyaml's composer recurses in C without a limit and takes the interpreter down with it; its events do not.
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return False


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()


def _syntax_fault(error: yaml.MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    opened, noticed = error.context_mark, error.problem_mark
    unclosed = "expected ',' or" in (error.problem or "") and opened and noticed and opened.line < noticed.line
    if unclosed or "end of stream" in (error.problem or ""):
        mark = opened or mark  # where the bracket or quote was opened tells more than where that was noticed
    parts = [part for part in (error.context, error.problem) if part]
    message = " ".join(", ".join(parts).split()) or "not valid YAML"
    return Fault(mark.index if mark is not None else 0, message, "yaml-syntax")


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        pairs: list[tuple[yaml.Node, yaml.Node]] = node.value
        return next(((key, value) for key, value in reversed(pairs) if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None


class _Builder:
    """Turns nodes into plain values and collects what it refuses."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._seen: set[int] = set()
        self._open: set[int] = set()
        self._aliased = 0

    def build(self, node: yaml.Node, depth: int) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if not self._enter(node, depth):
            return None
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, depth)
            if node.tag != f"{_TAG}seq":
                self._refuse(node, f"the tag {node.tag} is not allowed here", "yaml-tag")
            return [self.build(item, depth + 1) for item in node.value]
        finally:
            self._open.discard(id(node))

    def _enter(self, node: yaml.Node, depth: int) -> bool:
        if id(node) in self._seen:
            self._aliased += 1 + len(node.value)
        if id(node) in self._open or self._aliased > MAX_ALIASED_NODES or depth > MAX_DEPTH:
            if not any(fault.rule == "yaml-size" for fault in self.faults):
                self._refuse(node, "nested too deeply, or its aliases expand too far", "yaml-size")
            return False
        self._seen.add(id(node))
        self._open.add(id(node))
        return True

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Any]:
        if node.tag != f"{_TAG}map":
            self._refuse(node, f"the tag {node.tag} is not allowed here", "yaml-tag")
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == f"{_TAG}merge":
                for part in self._merge_parts(value_node, depth):
                    merged = {**part, **merged}
                continue
            key = self._key(key_node)
            value = self.build(value_node, depth + 1)
            if key is None:
                continue
            if key in own:
                self._refuse(key_node, f"the key {key!r} stands twice in this mapping", "yaml-duplicate-key")
            own[key] = value
        return {**merged, **own} if merged else own

    def _merge_parts(self, node: yaml.Node, depth: int) -> list[dict[str, Any]]:
        value = self.build(node, depth + 1)
        parts = value if isinstance(value, list) else [value]
        if all(isinstance(part, dict) for part in parts):
            return parts
        self._refuse(node, "<< takes a mapping or a list of mappings", "yaml-merge")
        return []

    def _key(self, node: yaml.Node) -> str | None:
        if isinstance(node, yaml.ScalarNode) and node.tag in (f"{_TAG}str", f"{_TAG}value"):
            return str(node.value)
        if isinstance(node, yaml.ScalarNode):
            self._refuse(node, f"keys are strings here: write '{node.value}' in quotes", "yaml-key")
        else:
            self._refuse(node, "keys are strings here", "yaml-key")
        return None

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        text: str = node.value
        match node.tag.removeprefix(_TAG):
            case "str" | "value":
                return self._string(node, text)
            case "null":
                return None
            case "bool" if text.lower() in _BOOLEANS:
                return _BOOLEANS[text.lower()]
            case "int" if _DECIMAL.fullmatch(text):
                return int(text, 0) if text.startswith("0x") else int(text)
            case "float" if "_" not in text and ":" not in text:
                return self._float(node, text)
            case "timestamp":
                self._refuse(node, f"{text} reads as a date: write it in quotes", "yaml-ambiguous")
            case "bool" | "int" | "float" as kind:
                meant = f"{text} reads as {'true or false' if kind == 'bool' else 'another number'} in YAML 1.1"
                self._refuse(node, f"{meant}: write it in quotes, or as what is meant", "yaml-ambiguous")
            case tag:
                self._refuse(node, f"the tag {tag} is not allowed here", "yaml-tag")
        return None

    def _float(self, node: yaml.ScalarNode, text: str) -> float | None:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
        self._refuse(node, f"{text} is not a number that JSON can hold: write it in quotes", "yaml-ambiguous")
        return None

    def _string(self, node: yaml.ScalarNode, text: str) -> str:
        if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
            self._refuse(node, "half of a surrogate pair is no character", "yaml-syntax")
            return ""
        return text

    def _refuse(self, node: yaml.Node, message: str, rule: str) -> None:
        self.faults.append(Fault(node.start_mark.index, message, rule))
