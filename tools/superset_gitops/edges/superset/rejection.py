"""Owns why an import was refused, asset by asset and field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from superset_gitops.errors import EXIT_PARTIAL, EXIT_UNAVAILABLE, HybridError


@dataclass(frozen=True, slots=True, order=True)
class ImportProblem:
    """One reason.

    Attributes:
        path: the file in the bundle.
        field: dotted path inside the document, `columns.0.nope`; empty where the whole file is meant.
        message: what is wrong, in the server's words where it said something.
        name: the asset's title; empty where the file has none.
    """

    path: str
    field: str
    message: str
    name: str = ""

    def __str__(self) -> str:
        title = f" ({self.name})" if self.name else ""
        field = f" {self.field}:" if self.field else ""
        return f"{self.path}{title}:{field} {self.message}"


class ImportRejected(HybridError):
    """Superset did not take an import, or we did not send it because it would have done harm; nothing was written.

    Args:
        what: one sentence.
        problems: the reasons that are known; may be none.
        tried: what was tried to find them, in order.
        where: the server's address.
        remedy: what the reader does next.
    """

    exit_code: ClassVar[int] = EXIT_UNAVAILABLE

    def __init__(
        self, what: str, problems: tuple[ImportProblem, ...], *, tried: tuple[str, ...] = (), where: str, remedy: str
    ) -> None:
        lines = [what, *(f"  {problem}" for problem in problems), *(f"  tried: {step}" for step in tried)]
        super().__init__("\n".join(lines), where=where, remedy=remedy)
        self.problems = problems
        self.tried = tried


class ImportHalfDone(ImportRejected):
    """As above, but the server kept the databases: it commits them before it looks at the rest (measured on 6.1.0)."""

    exit_code: ClassVar[int] = EXIT_PARTIAL


def flatten(errors: Any, field: str = "") -> list[tuple[str, str]]:
    """Marshmallow's nested errors as (dotted field, message); `_schema` is the level above it."""
    if isinstance(errors, Mapping):
        return [found for key, inner in errors.items() for found in flatten(inner, _deeper(field, str(key)))]
    if isinstance(errors, list):
        return [(field, str(message)) for message in errors]
    return [(field, str(errors))]


def _deeper(field: str, key: str) -> str:
    if key == "_schema":
        return field
    return f"{field}.{key}" if field else key
