"""Owns reading a project: its policy, checked, and its sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from superset_gitops.core.policy.load_policy import assets_dir_of, load_policy
from superset_gitops.edges.files.project import POLICY_FILE, environment_names, read_policy_text, read_sources
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.policy import EnvironmentPolicy, Policy
from superset_gitops.model.sources import Sources


@dataclass(frozen=True, slots=True)
class Project:
    """A project's folder with what its files say."""

    root: Path
    policy: Policy = field(repr=False)
    sources: Sources = field(repr=False)

    def environment(self, name: str) -> EnvironmentPolicy:
        """One environment's policy.

        Raises:
            ConfigurationError: policy.yaml does not name it; lists those that it names.
        """
        known = self.policy.environments
        if name not in known:
            raise ConfigurationError(
                f"there is no environment {name!r}",
                where=POLICY_FILE,
                remedy=f"use one of {', '.join(known)}, or add it under apply: and environments/{name}.yaml",
            )
        return known[name]


def load_policy_alone(root: Path) -> Policy:
    """Read the policy, and no template.

    Raises:
        SourceProblems: it is wrong; every problem with its line.
    """
    text = read_policy_text(root)
    return load_policy(text, POLICY_FILE, environment_names(root, assets_dir_of(text)))


def load_project(root: Path) -> Project:
    """Read policy and sources.

    Raises:
        SourceProblems: the policy is wrong; every problem with its line.
    """
    text = read_policy_text(root)
    sources = read_sources(root, assets_dir_of(text))
    return Project(root, load_policy(text, POLICY_FILE, sources.environments.keys()), sources)
