"""Owns the text of new YAML nodes, as people write them: short lists and mappings on one line, the rest in blocks."""

from __future__ import annotations

from typing import Any

from superset_gitops.core.translate.scalar_text import write_block, write_scalar

_WIDTH = 110


def flow_text(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(k)}: {flow_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow_text, value)) + "]"
    return write_scalar(value, flow=True)


def after_key(value: Any, indent: int, *, blocks: bool = False) -> str:
    """What follows `key:` whose column is `indent`, without the last newline; `blocks` opens the outer mapping."""
    lines = _block_lines(value, indent + 2, blocks=blocks)
    if lines is not None:
        return "\n" + "\n".join(lines)
    return f" {_inline(value, ' ' * (indent + 2))}"


def pair_text(key: str, value: Any, indent: int) -> str:
    """A whole entry of a block mapping, without the last newline."""
    return f"{' ' * indent}{_key(key)}:{after_key(value, indent)}"


def item_text(value: Any, indent: int, *, flow: bool = False) -> str:
    """A whole item of a block list whose dash is at `indent`, without the last newline."""
    lines = None if flow else _block_lines(value, indent + 2, blocks=True)
    if lines is None:
        return f"{' ' * indent}- {flow_text(value) if flow else _inline(value, ' ' * (indent + 2))}"
    return "\n".join([f"{' ' * indent}- {lines[0].lstrip(' ')}", *lines[1:]])


def document_text(value: dict[str, Any]) -> str:
    """A whole document."""
    return "".join(pair_text(key, entry, 0) + "\n" for key, entry in value.items())


def _inline(value: Any, indent: str) -> str:
    if isinstance(value, (dict, list)):
        return flow_text(value)
    block = write_block(value, indent) if isinstance(value, str) else None
    return block if block is not None else write_scalar(value)


def _block_lines(value: Any, indent: int, *, blocks: bool = False) -> list[str] | None:
    """The lines of a collection that is worth a block of its own; None for all that fits on one line."""
    if not isinstance(value, (dict, list)) or not value or (not blocks and _is_short(value, indent)):
        return None
    if isinstance(value, list):
        if blocks and _is_short(value, indent):
            return None
        return [line for item in value for line in item_text(item, indent).split("\n")]
    return [line for key, entry in value.items() for line in pair_text(key, entry, indent).split("\n")]


def _is_short(value: Any, indent: int) -> bool:
    entries = list(value.values()) if isinstance(value, dict) else value
    plain = not any(isinstance(each, (dict, list)) and each for each in entries)
    no_lines = not any(isinstance(each, str) and "\n" in each for each in entries)
    return plain and no_lines and len(flow_text(value)) + indent <= _WIDTH


def _key(key: str) -> str:
    return write_scalar(key, flow=True)
