"""Owns reading an environment's changes in Superset against a commit's sources, whatever the working tree has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from superset_gitops.core.compile.compile_bundle import CompileResult, compile_bundle
from superset_gitops.core.drift import drift_digest
from superset_gitops.core.normal_form import digest, normalize
from superset_gitops.core.policy.load_policy import load_policy
from superset_gitops.core.report.plan_text import baseless_text
from superset_gitops.core.translate.translate import Request, translate
from superset_gitops.core.validate import validate
from superset_gitops.edges.files.project import POLICY_FILE
from superset_gitops.edges.git.commit_sources import read_commit_sources
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.edges.retry import Retries
from superset_gitops.errors import ConfigurationError, SourceProblems
from superset_gitops.model.asset import AssetId
from superset_gitops.model.ledger import Applied
from superset_gitops.model.plan import Edited, State
from superset_gitops.model.policy import EnvironmentPolicy, Policy
from superset_gitops.model.problem import Level, Problem
from superset_gitops.model.progress import Progress
from superset_gitops.model.translation import Translation
from superset_gitops.workflows.load_project import Project
from superset_gitops.workflows.survey import Survey, survey
from superset_gitops.workflows.target import Target, find_target
from superset_gitops.workflows.translate import default_scope, refuse_unproven
from superset_gitops.workflows.wanted import resolve_bundle

if TYPE_CHECKING:
    from superset_gitops.edges.superset import SupersetClient

_DIGITS = 12  # as `drift_digest` has


@dataclass(frozen=True, slots=True)
class Edits:
    """What people changed.

    Attributes:
        translation: as edits of the commit's sources.
        digests: of each asset in it as Superset shows it, 12 hex digits.
        edited: who saved the assets that Git does not name, and when.
        names: what people call each asset, by its uuid.
    """

    translation: Translation
    digests: Mapping[AssetId, str] = field(repr=False)
    edited: Mapping[AssetId, Edited] = field(repr=False)
    names: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Runtime:
    """An environment as a commit's policy describes it, found but not asked yet."""

    root: Path
    policy: Policy = field(repr=False)
    environment: EnvironmentPolicy
    target: Target

    @contextmanager
    def opened(self, progress: Progress) -> Iterator[OpenRuntime]:
        """Log in to Superset and open the ledger; nothing is written there.

        Raises:
            ConfigurationError: this is another environment's Superset.
            Unavailable: one of them cannot be read.
        """
        from superset_gitops.edges.superset import SupersetClient

        retries = Retries(attempts=self.policy.attempts, report=progress)
        name = self.environment.name
        with (
            SupersetClient(self.target.base_url, self.target.credentials, retries=retries) as client,
            Ledger.open(self.target.ledger_url, name, create=False) as ledger,
        ):
            ledger.check_stamp(client.base_url, beside_data=self.target.ledger_beside_data)
            yield OpenRuntime(self, client, ledger, ledger.applied())


@dataclass(frozen=True, slots=True)
class OpenRuntime:
    """An environment that answers, and what was applied to it."""

    found: Runtime
    client: SupersetClient
    ledger: Ledger
    applied: Mapping[AssetId, Applied] = field(repr=False)


def find_runtime(root: Path, environment: str, commit: str, environ: Mapping[str, str], progress: Progress) -> Runtime:
    """The environment by the policy that a commit has.

    Raises:
        SourceProblems: that policy is wrong.
        ConfigurationError: it does not name the environment, or there is no address.
    """
    project = _project(root, commit)
    policy = project.environment(environment)
    target = find_target(root, policy, environ, progress, start=False)
    return Runtime(root, project.policy, policy, target)


def refuse_push(environment: str, remote: str, *, sandboxed: bool) -> None:
    """Stop where the branch must not, or cannot, leave this machine.

    Raises:
        ConfigurationError: why.
    """
    remedy = "run it without --push: the branch is made here"
    if sandboxed:
        raise ConfigurationError(
            f"the changes of a sandbox are not pushed: every machine has a {environment} of its own", remedy=remedy
        )
    if not remote:
        raise ConfigurationError("this repository has no remote to push to", remedy=f"git remote add; or {remedy}")


def read_edits(opened: OpenRuntime, commit: str, added: Collection[AssetId], progress: Progress) -> Edits:
    """Compare Superset and the ledger with a commit's sources, and translate what people changed.

    What was never applied has no base: who changed it, Git or Superset, cannot be told, and taking Superset's side
    could revert what is only pending. So it is told, and left.

    Args:
        opened: whose.
        commit: full hash.
        added: assets that the commit took from Superset itself: of those, Superset's side is known to be the later one.
        progress: told what is left.

    Raises:
        SourceProblems: the commit's sources have errors.
        Unavailable: Superset or the ledger cannot be read.
    """
    found, project = opened.found, _project(opened.found.root, commit)
    name = found.environment.name
    result = compile_bundle(project.sources, name)
    errors = _errors(project, result)
    if errors:
        raise SourceProblems(
            errors,
            remedy=f"mend them on main (commit {commit[:12]} is main with what the branch keeps); nothing was written",
        )
    wanted = resolve_bundle(result.bundle, found.target.placeholders)
    seen = survey(name, wanted, opened.ledger, opened.client, ignore=found.environment.ignore)
    live = {key: asset.document for key, asset in seen.live.assets.items()}
    items = tuple(i for i in seen.plan.items if i.state is not State.UNADOPTED or i.id in added)
    if seen.plan.baseless:
        progress(baseless_text(seen.plan))
    for item in () if seen.plan.baseless else seen.plan.items:
        if item not in items:
            progress(f"left out: {item.id.kind} {item.name!r} was never deployed by us, so nobody knows who changed it")
    request = Request(name, items, live, scope=default_scope(found.environment))
    translation = translate(project.sources, request)
    refuse_unproven(translation)
    names = {item.id.uuid: item.name for item in seen.plan.items}
    names |= {asset.uuid: asset.name for asset in seen.live.assets.values()}
    return Edits(translation, _digests(seen), _unnamed(opened, seen, translation), names)


def source_errors(opened: OpenRuntime, commit: str) -> tuple[Problem, ...]:
    """The errors that validation finds in a commit's sources, for this environment."""
    project = _project(opened.found.root, commit)
    return _errors(project, compile_bundle(project.sources, opened.found.environment.name))


def _errors(project: Project, result: CompileResult) -> tuple[Problem, ...]:
    problems = validate({result.environment: result}, project.sources)
    return tuple(problem for problem in problems if problem.level is Level.ERROR)


def _digests(seen: Survey) -> dict[AssetId, str]:
    digests = {key: digest(normalize(key.kind, asset.document))[:_DIGITS] for key, asset in seen.live.assets.items()}
    return digests | {item.id: drift_digest([item]) for item in seen.plan.items if item.digest}


def _unnamed(opened: OpenRuntime, seen: Survey, translation: Translation) -> dict[AssetId, Edited]:
    """Who saved what Git does not name: the plan does not say it."""
    planned = {item.id for item in seen.plan.items}
    new = {asset.id for asset in translation.assets} - planned
    if not new:
        return {}
    changes = opened.client.changes()
    return {
        key: Edited(change.changed_by, change.changed_on_utc, change.url)
        for key, change in changes.items()
        if key in new
    }


def _project(root: Path, commit: str) -> Project:
    sources = read_commit_sources(root, commit).sources
    policy = load_policy(sources.texts[POLICY_FILE], POLICY_FILE, sources.environments.keys())
    return Project(root, policy, sources)
