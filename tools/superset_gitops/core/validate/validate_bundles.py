"""Owns validating: everything that is wrong with the compiled sources, at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType

from superset_gitops.core.compile.compile_bundle import CompileResult
from superset_gitops.core.validate.lint_all import lint_all
from superset_gitops.core.validate.merge_problems import merge_problems
from superset_gitops.core.validate.project_view import View
from superset_gitops.core.validate.rules import (
    clear_text_secret,
    columns,
    connection,
    empty_dashboard,
    filters,
    layout,
    references,
    same_uuid,
    unique_names,
    viz_type,
)
from superset_gitops.model.problem import Problem
from superset_gitops.model.sources import Sources

RULES: tuple[ModuleType, ...] = (
    unique_names,
    references,
    layout,
    filters,
    viz_type,
    columns,
    connection,
    clear_text_secret,
    empty_dashboard,
)


def validate(results: Mapping[str, CompileResult], sources: Sources) -> tuple[Problem, ...]:
    """All problems of the compiled environments and their sources, sorted, each told once.

    Args:
        results: environment → what its templates compile to, from these sources.
        sources: all texts.
    """
    return merge_problems(_problems(results, sources), list(results))


def _problems(results: Mapping[str, CompileResult], sources: Sources) -> Iterator[Problem]:
    for result in results.values():
        yield from result.problems
        view = View(result)
        for rule in RULES:
            yield from map(result.locator.problem, rule.check(view))
    for environment, finding in same_uuid.check_across(results):
        yield results[environment].locator.problem(finding)
    yield from clear_text_secret.check_texts(sources)
    yield from lint_all(results, sources)
