"""Owns a unit: one template in one environment that has no error of its own, and how to see that it still has none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, cast

from superset_gitops.core.compile.noting_environment import Reads
from superset_gitops.core.hooks.facts import Facts
from superset_gitops.model.problem import Level, Problem


class Unit(TypedDict):
    """As JSON holds it: thousands of them are read at every commit.

    Keys:
        templates: each template that the render read → the hash of its text; empty for one that did not exist.
        variables: each variable that it looked up → the digest of its value; empty for one that was not defined.
        references: what it called `ref()` with → the uuid.
        facts: None where it renders to nothing.
        warnings: the fields of each.
    """

    templates: dict[str, str]
    variables: dict[str, str]
    references: dict[str, str]
    facts: Facts | None
    warnings: list[list[Any]]


# Template → environment → its unit.
Units = dict[str, dict[str, Unit]]


def make_unit(
    reads: Reads,
    oids: Mapping[str, str],
    digests: Mapping[str, str],
    facts: Facts | None,
    warnings: list[Problem],
) -> Unit:
    """The unit of a render.

    Args:
        reads: what it read.
        oids: template → the hash of its text.
        digests: variable → the digest of its value.
        facts: of the asset that it gave, if any.
        warnings: what is to be told of it, each time.
    """
    return {
        "templates": {name: oids.get(name, "") for name in sorted(reads.templates)},
        "variables": {name: digests.get(name, "") for name in sorted(reads.variables)},
        "references": reads.references,
        "facts": facts,
        "warnings": [[p.path, p.line, p.col, p.message, p.rule, str(p.level), p.environment] for p in warnings],
    }


def sharing(unit: Unit, others: Iterable[Unit]) -> Unit:
    """The same unit, made of the others' parts where they are equal: what is kept once is read once."""
    parts: dict[str, Any] = dict(unit)
    for other in others:
        parts = {name: known if parts[name] == known else parts[name] for name, known in other.items()}
    return cast("Unit", parts)


def still_holds(unit: Unit, oids: Mapping[str, str], digests: Mapping[str, str], uuids: Mapping[str, str]) -> bool:
    """Whether everything that the render read is as it was."""
    for known, now in ((unit["templates"], oids), (unit["variables"], digests), (unit["references"], uuids)):
        for name, value in known.items():
            if now.get(name, "") != value:
                return False
    return True


def warnings_of(unit: Unit) -> list[Problem]:
    """The unit's warnings."""
    return [
        Problem(path, line, col, message, rule, Level(level), environment)
        for path, line, col, message, rule, level, environment in unit["warnings"]
    ]


def digest(value: Any) -> str:
    """A variable's value in a few characters; the order of a mapping's keys counts, since a template may print it."""
    text = json.dumps(value, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
