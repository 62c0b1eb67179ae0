"""Owns where YAML nodes end and lines begin: marks of blocks point behind the blank lines and comments after them."""

from __future__ import annotations

import yaml


def line_start(text: str, offset: int) -> int:
    """Where the line of an offset begins."""
    return text.rfind("\n", 0, offset) + 1


def after_line(text: str, offset: int) -> int:
    """Where the line after an offset's begins; the text's end where there is none."""
    found = text.find("\n", offset)
    return len(text) if found < 0 else found + 1


def is_flow(node: yaml.Node) -> bool:
    """Whether a collection stands in brackets."""
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def true_end(text: str, node: yaml.Node) -> int:
    """Where the last character of a node is, plus one."""
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return max(true_end(text, each) for each in last) if isinstance(last, tuple) else true_end(text, last)
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return start + len(text[start:end].rstrip("\n\r "))
    return int(end)
