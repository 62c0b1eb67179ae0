"""Owns deploying what a merge brought: whether it may be done here and now, and doing it for a limited time.

It runs where nobody asked for it: it starts nothing, waits for nobody, and reaches only what policy says a hook may.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from superset_gitops.bootstrap.head_moves import (
    POST_REWRITE,
    SOURCES_ANYWHERE,
    Event,
    find_comparison,
    is_rebasing,
    touches,
)
from superset_gitops.core import settings
from superset_gitops.core.hook_variables import hook_variables, unnamed_addresses
from superset_gitops.core.report.hook_text import deployed_line
from superset_gitops.edges.files.project import POLICY_FILE
from superset_gitops.edges.git import read_checkout
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.policy import Hooks, Policy, SandboxUse
from superset_gitops.model.progress import Progress
from superset_gitops.workflows.load_project import load_policy_alone

_LEASE_WAIT = 3.0  # seconds: whoever deploys right now deploys no older tree than most merges bring


def find_merge_work(root: Path, event: Event, environ: Mapping[str, str]) -> Hooks | None:
    """The policy for what a hook's call makes necessary; None where it brought nothing, or policy says no.

    Raises:
        SourceProblems: the policy is wrong.
        ConfigurationError: it cannot be done here and now; says why, and what does it.
    """
    comparison = find_comparison(root, event)
    if comparison is None or not touches(root, comparison, SOURCES_ANYWHERE):
        return None
    policy = load_policy_alone(root)
    if not policy.hooks.post_merge or not touches(root, comparison, _source_paths(policy)):
        return None
    name = policy.hooks.environment
    if name not in policy.environments:
        raise ConfigurationError(
            f"{POLICY_FILE} has no environment {name}",
            remedy="name another one (hooks.environment), or switch this off (hooks.post_merge.enabled: false)",
        )
    if event[0] != POST_REWRITE and is_rebasing(root):
        raise ConfigurationError("a rebase is under way", remedy="what it ends with is deployed at its end")
    variables = hook_variables(environ, name, shared=policy.hooks.shared)
    if any(settings.variable(variables, each, name) for each in (settings.BASE_URL, settings.POSTGRES_URL)):
        _check_shared(root, policy)
    else:
        _check_sandbox(root, policy, environ)
    return policy.hooks


def deploy_merged(root: Path, environ: Mapping[str, str], progress: Progress) -> list[str]:
    """Deploy to the hooks' environment; returns the lines to tell.

    Raises:
        HybridError: the first thing that stopped it.
    """
    from superset_gitops.workflows.deploy import Deployment
    from superset_gitops.workflows.prepare import check_tree, prepare
    from superset_gitops.workflows.run_options import Options, Outlets

    hooks = load_policy_alone(root).hooks
    variables = hook_variables(environ, hooks.environment, shared=hooks.shared)
    warnings: list[str] = []

    def say(line: str) -> None:
        progress(line)
        if line.startswith("⚠️"):
            warnings.append(f"  {line}")

    ready = prepare(root, hooks.environment, variables, progress, start_sandbox=False)
    check_tree(ready)
    with Deployment(ready, Outlets(say, progress), Options(lease_wait=_LEASE_WAIT, stay_local=True)) as deployment:
        deployment.preflight()
        deployment.run()
    done = deployment.summary
    counts = (len(done.files), len(done.written), len(done.deleted))
    lines = [deployed_line(hooks.environment, ready.target.base_url, *counts, sum(done.seconds.values()))]
    if done.saved_copies:
        branches = f"; on the branch {', '.join(done.branches)} as edits of the templates" if done.branches else ""
        lines.append(f"  kept what Git overwrote: tools/hybrid saved list --env {hooks.environment}{branches}")
    return lines + warnings


def _source_paths(policy: Policy) -> list[str]:
    environment = next(iter(policy.environments.values()))
    folders = (f"{policy.assets_dir}/templates", f"{policy.assets_dir}/environments")
    return [
        f":(literal){path}" for path in (POLICY_FILE, *folders, environment.db.migrations_dir, environment.db.seed_dir)
    ]


def _check_shared(root: Path, policy: Policy) -> None:
    """Others look at a shared server: it gets what is committed on a branch, never a state that only this tree has."""
    checkout = read_checkout(root, policy.dirty_paths)
    name = policy.hooks.environment
    if checkout is None or checkout.branch is None:
        raise ConfigurationError(
            "HEAD is on no branch, and a shared server gets branches only",
            remedy=f"git switch to one, or deploy it yourself: tools/deploy {name}",
        )
    if checkout.dirty:
        shown = ", ".join(checkout.dirty[:3]) + (" …" if len(checkout.dirty) > 3 else "")
        raise ConfigurationError(
            f"a shared server gets committed files only, and these have changes: {shown}",
            remedy=f"commit them, then: tools/deploy {name}",
        )


def _check_sandbox(root: Path, policy: Policy, environ: Mapping[str, str]) -> None:
    from superset_gitops.edges.sandbox import Condition, Sandbox

    name = policy.hooks.environment
    ignored = unnamed_addresses(environ)
    told = (
        f" ({' and '.join(ignored)} in this shell count only for commands that name an environment)" if ignored else ""
    )
    if policy.environments[name].sandbox is SandboxUse.NEVER:
        raise ConfigurationError(
            f"{POLICY_FILE} lets {name} use no sandbox{told}",
            remedy="allow its shared server (hooks.post_merge.shared), or switch this off (hooks.post_merge.enabled)",
        )
    condition = Sandbox(root, name).status().condition
    if condition is Condition.PARTLY:
        raise ConfigurationError(
            f"the sandbox of {name} is only partly up{told}",
            remedy=f"tools/sandbox up --env {name} mends it, then: tools/deploy {name}",
        )
    if condition is not Condition.UP:
        raise ConfigurationError(f"the sandbox of {name} is not up{told}", remedy=f"tools/deploy {name} starts it")
