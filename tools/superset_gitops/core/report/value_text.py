"""Owns telling how one value differs from another: short ones side by side, long ones by what came and went."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from typing import Any

from superset_gitops.model.plan import Missing

_WIDTH = 72  # of one value beside another
_ELEMENT_WIDTH = 400  # of one element of a list, on a line of its own
_BEFORE = 20  # characters shown in front of the first difference of two long values
_NO_NAMES: Mapping[str, str] = {}


def difference(before: Any, after: Any, names: Mapping[str, str] = _NO_NAMES) -> str | list[str]:
    """The difference: a text `before → after`, or the lines of a diff.

    Args:
        before: a JSON value, or `ABSENT`.
        after: likewise.
        names: what is put beside an element of a list that is an asset's uuid.
    """
    if isinstance(before, list) and isinstance(after, list) and max(map(_length, (before, after))) > _WIDTH // 2:
        diff = difflib.unified_diff(_elements(before, names), _elements(after, names), lineterm="", n=0)
        return [_cut(line, _ELEMENT_WIDTH) for line in diff if not line.startswith(("---", "+++", "@@"))]
    if _has_lines(before) or _has_lines(after):
        diff = difflib.unified_diff(_lines(before), _lines(after), lineterm="", n=1)
        lines = [line for line in diff if not line.startswith(("---", "+++"))]
        if lines:
            return lines  # else only the last line's end differs
    one, other = _text(before), _text(after)
    start = _first_difference(one, other) if max(len(one), len(other)) > _WIDTH else 0
    return f"{_window(one, start)} → {_window(other, start)}"


def shown(value: Any) -> str:
    """A value on one line, as JSON, cut where it is long."""
    return _cut(_text(value), _WIDTH)


def _text(value: Any) -> str:
    return "(absent)" if isinstance(value, Missing) else json.dumps(value, ensure_ascii=False)


def _length(value: Any) -> int:
    return len(_text(value))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _window(text: str, start: int) -> str:
    """What stands around the first difference: two long values must never look the same."""
    begin = max(0, start - _BEFORE)
    return _cut(f"…{text[begin:]}" if begin else text, _WIDTH)


def _first_difference(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _elements(values: list[Any], names: Mapping[str, str]) -> list[str]:
    return [f"{_text(v)} ({names[v]})" if isinstance(v, str) and v in names else _text(v) for v in values]


def _has_lines(value: Any) -> bool:
    return isinstance(value, str) and "\n" in value


def _lines(value: Any) -> list[str]:
    return value.splitlines() if isinstance(value, str) else [] if isinstance(value, Missing) else [shown(value)]
