"""Owns `hybrid validate`: everything that is wrong with a project's sources, at once and offline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.ignore import unmatched_rules
from superset_gitops.core.policy.load_policy import assets_dir_of, load_policy
from superset_gitops.core.sql.refuse import check_files
from superset_gitops.core.validate import validate
from superset_gitops.edges.files.project import POLICY_FILE, read_policy_text, read_sources
from superset_gitops.edges.files.sql import read_sql_files
from superset_gitops.errors import SourceProblems
from superset_gitops.model.problem import Problem
from superset_gitops.workflows.choose_environments import chosen_environments


def check(project_root: Path, environments: Sequence[str] | None) -> tuple[Problem, ...]:
    """All problems of the policy, the SQL files and these environments (None: all), in the order of the files.

    Raises:
        ConfigurationError: there is no such environment.
    """
    text = read_policy_text(project_root)
    sources = read_sources(project_root, assets_dir_of(text))
    names = chosen_environments(sources, environments)
    results = {name: compile_bundle(sources, name) for name in names}
    problems: set[Problem] = set()
    try:
        policy = load_policy(text, POLICY_FILE, sources.environments)
    except SourceProblems as error:
        problems |= set(error.problems)
    else:
        for name in names:
            problems |= set(check_files(read_sql_files(project_root, policy.environments[name].db)))
        problems |= set(unmatched_rules(policy.environments, {name: each.bundle for name, each in results.items()}))
    problems |= set(validate(results, sources))
    return tuple(sorted(problems))
