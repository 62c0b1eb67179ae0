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
        paths = (*map(sources.environment_path, results), "policy.yaml")
        yield from lint_files({path: sources.texts[path] for path in paths if path in sources.texts}, config)
        seen: set[Hashable] = set()
        for result in results.values():
            yield from _rendered(result, config, seen)
    except ValueError as error:
        yield broken_config(config_file or "", error)


def broken_config(path: str, error: ValueError) -> Problem:
    """The problem that a file with yamllint's configuration is none."""
    return Problem(path, 1, 1, f"not a configuration of yamllint: {error}", "yamllint")


def lint_files(texts: Mapping[str, str], config: str | None) -> Iterator[Problem]:
    """Complaints about YAML files, by path; see `lint_text` for the configuration and what is raised."""
    for path, text in texts.items():
        for fault, level in lint_text(text, config):
            yield Problem(path, *line_and_column(text, fault.offset), fault.message, fault.rule, level)


def _rendered(result: CompileResult, config: str | None, seen: set[Hashable]) -> Iterator[Problem]:
    """Complaints about rendered texts; `seen` are those of earlier environments."""
    for name in result.locator.rendered:
        key = style_key(result, name, config)
        if key not in seen:
            seen.add(key)
            yield from lint_rendered(result, name, config)


def style_key(result: CompileResult, name: str, config: str | None) -> Hashable:
    """What yamllint's answer for a template depends on.

    yamllint takes its time. Its default rules say the same of a template that differs between environments in its
    values only, so that one is read once; a project's own rules may look at values.
    """
    text = result.locator.rendered[name].text
    return name, text if config else style_of(text)


def lint_rendered(result: CompileResult, name: str, config: str | None) -> Iterator[Problem]:
    """Complaints about what one template renders to; one that is no YAML has been told."""
    rendered = result.locator.rendered[name]
    for fault, level in () if rendered.parsed.faults else lint_text(rendered.text, config):
        problem = result.locator.problem(Finding(name, fault.offset, fault.message, fault.rule, level))
        yield replace(problem, environment="")  # style is the template's: it is not told for each environment
