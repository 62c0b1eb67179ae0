"""Owns what a deployment or a comparison needs before it talks to anything: sources compiled, target found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from superset_gitops import __version__
from superset_gitops.core.compile.compile_bundle import CompileResult, compile_bundle
from superset_gitops.core.ignore import unmatched_rules
from superset_gitops.core.validate import validate
from superset_gitops.core.versions import Release
from superset_gitops.edges.files.sql import read_sql_files
from superset_gitops.edges.git import Checkout, read_checkout, unpushed_reason
from superset_gitops.edges.postgres.database import SqlDatabase
from superset_gitops.errors import ConfigurationError, SourceProblems
from superset_gitops.model.asset import AssetId
from superset_gitops.model.policy import EnvironmentPolicy, Policy, Tree
from superset_gitops.model.problem import Level
from superset_gitops.model.progress import Progress
from superset_gitops.model.sql import SqlFiles
from superset_gitops.workflows.load_project import Project, load_project
from superset_gitops.workflows.target import Target, find_target
from superset_gitops.workflows.wanted import Wanted, resolve_bundle


@dataclass(frozen=True, slots=True)
class Prepared:
    """One environment, ready to be compared or deployed."""

    root: Path
    policy: Policy = field(repr=False)
    environment: EnvironmentPolicy
    wanted: Mapping[AssetId, Wanted] = field(repr=False)
    files: SqlFiles = field(repr=False)
    target: Target
    database: SqlDatabase = field(repr=False)
    checkout: Checkout | None
    project: Project = field(repr=False)
    release: Release
    tool_version: str = __version__


def prepare(
    root: Path, environment: str, environ: Mapping[str, str], progress: Progress, *, start_sandbox: bool
) -> Prepared:
    """Read, compile and validate the sources, and find the environment's addresses; nothing is written.

    The sandbox is started only here, where policy lets the environment use it and no URL is set.

    Raises:
        SourceProblems: the sources have errors.
        ConfigurationError: an unknown environment, or a variable that is not set.
        Unavailable: the sandbox could not be started.
    """
    project = load_project(root)
    policy = project.environment(environment)
    result = compile_bundle(project.sources, environment)
    stop_at_errors(project, result, progress)
    files = read_sql_files(root, policy.db)
    target = find_target(root, policy, environ, progress, start=start_sandbox)
    if target.sandboxed:
        progress(f"using the local sandbox of {environment}: {target.base_url}")
    return Prepared(
        root=root,
        policy=project.policy,
        environment=policy,
        wanted=resolve_bundle(result.bundle, target.placeholders),
        files=files,
        target=target,
        database=target.sql_database(policy.db),
        checkout=read_checkout(root, project.policy.dirty_paths),
        project=project,
        release=result.release,
    )


def check_tree(ready: Prepared) -> None:
    """Refuse to deploy what nobody else has, where policy asks for a clean and pushed tree.

    Raises:
        ConfigurationError: there are changes that are not committed, or a commit that is not on the remote's main.
    """
    if ready.environment.tree is Tree.ANY:
        return
    name = ready.environment.name
    way_out = f"; or let {name} be deployed from any tree (policy.yaml: apply.{name}.tree: any)"
    if ready.checkout is not None and ready.checkout.dirty:
        shown = ", ".join(ready.checkout.dirty[:5]) + (" …" if len(ready.checkout.dirty) > 5 else "")
        raise ConfigurationError(
            f"{name} is deployed from committed files only, and these have changes: {shown}",
            where=str(ready.root),
            remedy=f"commit and push them, or put them away (git stash){way_out}",
        )
    reason = unpushed_reason(ready.root, ready.policy.main_branch)
    if reason is not None:
        raise ConfigurationError(
            f"{name} is deployed from the remote's {ready.policy.main_branch} only: {reason}",
            where=str(ready.root),
            remedy=f"merge and push first, then deploy{way_out}",
        )


def stop_at_errors(project: Project, result: CompileResult, progress: Progress) -> None:
    """Tell the warnings about what was compiled.

    Raises:
        SourceProblems: there are errors.
    """
    problems = validate({result.environment: result}, project.sources)
    errors = tuple(problem for problem in problems if problem.level is Level.ERROR)
    if errors:
        raise SourceProblems(errors, remedy="mend them and run it again; nothing was written")
    bundles = {result.environment: result.bundle}
    for warning in (*unmatched_rules(project.policy.environments, bundles), *problems):
        progress(str(warning))
