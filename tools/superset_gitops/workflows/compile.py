"""Owns `hybrid compile`: the templates of some environments, compiled and written as bundles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from superset_gitops.core.compile.bundle_files import bundle_files
from superset_gitops.core.compile.compile_bundle import CompileResult, compile_bundle
from superset_gitops.core.validate.merge_problems import merge_problems
from superset_gitops.edges.files.bundle import write_bundle
from superset_gitops.errors import SourceProblems
from superset_gitops.model.problem import Level, Problem
from superset_gitops.workflows.choose_environments import chosen_environments
from superset_gitops.workflows.load_project import load_project


@dataclass(frozen=True, slots=True)
class Written:
    """A bundle on disk."""

    environment: str
    assets: int
    folder: Path
    warnings: tuple[Problem, ...]


def compile_to_disk(
    root: Path, environments: Sequence[str] | None, out: Path | None, *, superset_cli: bool = False
) -> Iterator[Written]:
    """Compile the environments and write each bundle; nothing is written unless all of them compile.

    Args:
        root: the project's folder.
        environments: their names; None for all.
        out: the bundle's folder for one environment, the parent of `<environment>/` for several; None for
            `bundles/<environment>/` beside the templates.
        superset_cli: write files that superset-cli renders.

    Raises:
        SourceProblems: all problems of all environments.
        ConfigurationError: superset-cli cannot be given what a placeholder stands for.
    """
    project = load_project(root)
    names = chosen_environments(project.sources, environments)
    results = [compile_bundle(project.sources, name) for name in names]
    warnings = refuse_errors(results)
    for result in results:
        name = result.environment
        if out is None:
            folder = root / project.policy.assets_dir / "bundles" / name
        else:
            folder = out if environments is not None and len(names) == 1 else out / name
        write_bundle(folder, bundle_files(result.bundle, superset_cli=superset_cli))
        own = tuple(w for w in warnings if not w.environment or name in w.environment.split(", "))
        yield Written(name, len(result.bundle.assets), folder, own)


def refuse_errors(results: Sequence[CompileResult]) -> tuple[Problem, ...]:
    """The warnings of the results, each told once.

    Raises:
        SourceProblems: there are errors; holds the warnings too.
    """
    found = (problem for result in results for problem in result.problems)
    problems = merge_problems(found, [result.environment for result in results])
    if any(problem.level is Level.ERROR for problem in problems):
        raise SourceProblems(problems)
    return problems
