"""Owns telling how one version of an asset differs from another: a line a field, a diff where it has many lines."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from superset_gitops.model.plan import FieldChange, Missing

_WIDTH = 72


def difference_lines(changes: Iterable[FieldChange]) -> Iterator[str]:
    """From each field's base to its live value: `params.row_limit: 10 → 7`."""
    for change in changes:
        before, after = change.base, change.live
        if _is_long(before) or _is_long(after):
            yield f"  {change.dotted}:"
            diff = difflib.unified_diff(_lines(before), _lines(after), lineterm="", n=1)
            yield from (f"    {line}" for line in diff if not line.startswith(("---", "+++")))
        else:
            yield f"  {change.dotted}: {_shown(before)} → {_shown(after)}"


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and "\n" in value


def _lines(value: Any) -> list[str]:
    return value.splitlines() if isinstance(value, str) else [] if isinstance(value, Missing) else [_shown(value)]


def _shown(value: Any) -> str:
    if isinstance(value, Missing):
        return "(absent)"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
