"""Owns the constants that stand inside a template's tags: where each is, and what it is."""

from __future__ import annotations

import functools
import re
from typing import Any

import jinja2
from jinja2 import nodes

from superset_gitops.core.compile.template_environment import TemplateEnvironment, located_tokens
from superset_gitops.core.documents.place import original_offset, with_unix_newlines

_WORDS = {"true": True, "false": False, "none": None, "True": True, "False": False, "None": None}
_PAIRS = {"[": "]", "{": "}"}

# Start, end (excluded) and value, in the text as it is on disk.
Constant = tuple[int, int, Any]


@functools.lru_cache(maxsize=512)
def constants(text: str) -> tuple[Constant, ...]:
    """Every string, number, true, false, none, and every list and mapping of nothing but these, in the text's order."""
    plain = with_unix_newlines(text)
    found: list[tuple[int, int]] = []
    open_brackets: list[tuple[str, int]] = []
    try:
        for position, kind, value in located_tokens(TemplateEnvironment({}, {}), plain, None):
            start, end = position - 1, position - 1 + len(value)
            if kind in ("string", "integer", "float") or (kind == "name" and value in _WORDS):
                found.append((start, end))
            elif kind == "operator" and value in _PAIRS:
                open_brackets.append((_PAIRS[value], start))
            elif kind == "operator" and open_brackets and value == open_brackets[-1][0]:
                found.append((open_brackets.pop()[1], end))
    except jinja2.TemplateError:
        return ()
    known = []
    for start, end in sorted(found):
        constant = _constant(plain[start:end])
        if constant is not None:
            known.append((original_offset(text, start), original_offset(text, end), constant[0]))
    return tuple(known)


def tag_body(tag: str) -> tuple[str, str, str] | None:
    """A `{{ … }}` tag as its opening, its expression and its closing; None for any other tag."""
    match = re.fullmatch(r"(\{\{[-+]?\s*)(.*?)(\s*[-+]?\}\})", tag, re.DOTALL)
    return (match[1], match[2], match[3]) if match else None


def _constant(source: str) -> tuple[Any] | None:
    try:
        tree = TemplateEnvironment({}, {}).parse("{{ " + source + " }}")
        output = tree.body[0]
        if isinstance(output, nodes.Output) and len(output.nodes) == 1:
            return (output.nodes[0].as_const(),)
    except (jinja2.TemplateError, nodes.Impossible):
        return None
    return None
