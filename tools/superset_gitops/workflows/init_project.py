"""Owns `hybrid init`: a repository that deploys at once; what is there already stays as it is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from superset_gitops.core.scaffold.starter_files import Starter, Tools, check_environments, starter_files
from superset_gitops.edges.files.project import POLICY_FILE
from superset_gitops.edges.files.starter import read_starter_texts, write_new_files
from superset_gitops.edges.git.begin_repository import begin_repository, enclosing_repository
from superset_gitops.edges.git.tools_origin import ToolsOrigin, tools_origin
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.policy import Policy
from superset_gitops.model.problem import Problem
from superset_gitops.workflows.load_project import load_project
from superset_gitops.workflows.validate import check

DEFAULT_ENVIRONMENTS = ("dev", "staging", "prod")
DEFAULT_MAIN = "main"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for; None takes what is found.

    Attributes:
        environments: in the order of deployment.
        main: the branch that is deployed.
        repository: where the tools can be cloned from.
        revision: which of its revisions.
    """

    environments: Sequence[str] | None = None
    main: str | None = None
    repository: str | None = None
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """What was made.

    Attributes:
        made: paths, relative to the folder.
        kept: those that were there before.
        environments: in the order of deployment.
        repository: whether the folder became a repository.
        origin: where the hooks and pipelines take the tools from.
        problems: what is wrong with the sources now; nothing, unless what was kept does not fit.
    """

    made: tuple[str, ...]
    kept: tuple[str, ...]
    environments: tuple[str, ...]
    repository: bool
    origin: ToolsOrigin
    problems: tuple[Problem, ...]


def init_project(folder: Path, wanted: Wanted) -> Begun:
    """Make what a project's repository needs and does not have.

    A folder that has a policy.yaml keeps its sources and gets only what stands around them.

    Args:
        folder: made where it is missing.
        wanted: what was asked for.

    Raises:
        ConfigurationError: a name that is none, a folder inside of another repository, or tools of unknown origin.
        SourceProblems: the policy that is there has problems.
    """
    folder = folder.resolve()
    known = load_project(folder).policy if (folder / POLICY_FILE).exists() else None
    names = _environments(folder, known, wanted.environments)
    enclosing = enclosing_repository(folder)
    if enclosing not in {None, folder}:
        raise ConfigurationError(
            f"this folder is inside of the repository {enclosing}",
            where=str(folder),
            remedy="hooks and workflows only work at a repository's root: choose that, or a folder outside of it",
        )
    origin = _origin(wanted.repository, wanted.revision)
    main = wanted.main or (known.main_branch if known else DEFAULT_MAIN)
    starter = Starter(folder.name, names, Tools(origin.repository, origin.revision), main)
    files = starter_files(starter, read_starter_texts(), lambda: str(uuid.uuid4()), sources=known is None)
    made = write_new_files(folder, files)
    if enclosing is None:
        begin_repository(folder, starter.main)
    return Begun(
        made=tuple(made),
        kept=tuple(path for path in files if path not in made),
        environments=tuple(names),
        repository=enclosing is None,
        origin=origin,
        problems=check(folder, None),
    )


def _environments(folder: Path, known: Policy | None, wanted: Sequence[str] | None) -> Sequence[str]:
    if wanted is not None:
        check_environments(wanted)
    if known is None:
        return wanted or DEFAULT_ENVIRONMENTS
    if wanted is not None and list(wanted) != list(known.environments):
        raise ConfigurationError(
            f"the policy that is here names {', '.join(known.environments)}",
            where=str(folder / POLICY_FILE),
            remedy="leave --environments out, or change the policy first",
        )
    return list(known.environments)


def _origin(repository: str | None, revision: str | None) -> ToolsOrigin:
    found = tools_origin()
    if repository and revision:
        return ToolsOrigin(repository, revision)
    if found is None or repository:
        raise ConfigurationError(
            "it is not known which revision the hooks and pipelines should use"
            if repository
            else "it is not known where the hooks and pipelines can get these tools",
            remedy="name both: --tools-repo URL --tools-rev TAG",
        )
    return ToolsOrigin(found.repository, revision or found.revision, found.doubt)
