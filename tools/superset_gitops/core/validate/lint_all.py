"""Owns linting a project's texts: the files that are YAML, and each distinct text that templates render to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from superset_gitops.core.compile.compile_bundle import CompileResult
from superset_gitops.core.compile.finding import Finding
from superset_gitops.core.documents.place import line_and_column
from superset_gitops.core.validate.lint_text import lint_text
from superset_gitops.model.problem import Problem
from superset_gitops.model.sources import Sources

LINT_FILES = (".yamllint", ".yamllint.yaml", ".yamllint.yml")


def lint_all(results: Mapping[str, CompileResult], sources: Sources) -> Iterator[Problem]:
    """Every complaint of yamllint, at its place in the sources."""
    config_file = next((name for name in LINT_FILES if name in sources.texts), None)
    config = sources.texts[config_file] if config_file else None
    try:
        yield from _files(results, sources, config)
        for result in results.values():
            yield from _rendered(result, config)
    except ValueError as error:
        yield Problem(config_file or "", 1, 1, f"not a configuration of yamllint: {error}", "yamllint")


def _files(results: Mapping[str, CompileResult], sources: Sources, config: str | None) -> Iterator[Problem]:
    for path in (*map(sources.environment_path, results), "policy.yaml"):
        text = sources.texts.get(path)
        for fault, level in lint_text(text, config) if text is not None else ():
            yield Problem(path, *line_and_column(text or "", fault.offset), fault.message, fault.rule, level)


def _rendered(result: CompileResult, config: str | None) -> Iterator[Problem]:
    for name, rendered in result.locator.rendered.items():
        if rendered.parsed.faults:
            continue
        for fault, level in lint_text(rendered.text, config):
            yield result.locator.problem(Finding(name, fault.offset, fault.message, fault.rule, level))
