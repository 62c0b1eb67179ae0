"""Owns telling how one version of an asset differs from another, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from superset_gitops.core.report.value_text import difference
from superset_gitops.model.plan import FieldChange


def difference_lines(changes: Iterable[FieldChange]) -> Iterator[str]:
    """From each field's base to its live value: `params.row_limit: 10 → 7`."""
    for change in changes:
        told = difference(change.base, change.live)
        if isinstance(told, str):
            yield f"  {change.dotted}: {told}"
        else:
            yield f"  {change.dotted}:"
            yield from (f"    {line}" for line in told)
