"""Owns telling each problem once: one that all environments have is a problem of the template."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from superset_gitops.model.problem import Problem


def merge_problems(problems: Iterable[Problem], environments: Collection[str]) -> tuple[Problem, ...]:
    """The problems in the order of the files; those that differ in nothing but the environment become one.

    `environment` then names all of them, comma-separated, in the given order; it is empty when that is every one.
    """
    order = list(environments)
    found: dict[Problem, set[str]] = {}
    for problem in problems:
        found.setdefault(replace(problem, environment=""), set()).add(problem.environment)
    merged = []
    for problem, where in found.items():
        everywhere = "" in where or where.issuperset(order)
        named = "" if everywhere else ", ".join(sorted(where, key=order.index))
        merged.append(replace(problem, environment=named))
    return tuple(sorted(merged))
