"""Owns linting a project's texts: the files that are YAML, and each distinct text that templates render to."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace

from superset_gitops.core.compile.compile_bundle import CompileResult
from superset_gitops.core.compile.finding import Finding
from superset_gitops.core.documents.place import line_and_column
from superset_gitops.core.validate.lint_text import lint_text, style_of
from superset_gitops.model.problem import Problem
from superset_gitops.model.sources import Sources

LINT_FILES = (".yamllint", ".yamllint.yaml", ".yamllint.yml")


def lint_all(results: Mapping[str, CompileResult], sources: Sources) -> Iterator[Problem]:
    """Every complaint of yamllint, at its place in the sources."""
    config_file = next((name for name in LINT_FILES if name in sources.texts), None)
    config = sources.texts[config_file] if config_file else None
    try:
        yield from _files(results, sources, config)
        seen: set[Hashable] = set()
        for result in results.values():
            yield from _rendered(result, config, seen)
    except ValueError as error:
        yield Problem(config_file or "", 1, 1, f"not a configuration of yamllint: {error}", "yamllint")


def _files(results: Mapping[str, CompileResult], sources: Sources, config: str | None) -> Iterator[Problem]:
    for path in (*map(sources.environment_path, results), "policy.yaml"):
        text = sources.texts.get(path)
        for fault, level in lint_text(text, config) if text is not None else ():
            yield Problem(path, *line_and_column(text or "", fault.offset), fault.message, fault.rule, level)


def _rendered(result: CompileResult, config: str | None, seen: set[Hashable]) -> Iterator[Problem]:
    """Complaints about rendered texts; `seen` are those of earlier environments.

    yamllint takes its time. Its default rules say the same of a template that differs between
    environments in its values only, so that one is read once; a project's own rules may look at values.
    """
    for name, rendered in result.locator.rendered.items():
        key = (name, rendered.text if config else style_of(rendered.text))
        if rendered.parsed.faults or key in seen:
            continue
        seen.add(key)
        for fault, level in lint_text(rendered.text, config):
            problem = result.locator.problem(Finding(name, fault.offset, fault.message, fault.rule, level))
            yield replace(problem, environment="")  # style is the template's: it is not told for each environment
