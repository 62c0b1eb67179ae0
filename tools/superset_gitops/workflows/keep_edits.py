"""Owns what a deployment does with changes made in Superset: note them, put them on a branch, publish it.

Noting comes first and counts: what cannot be noted is not overwritten. The rest never changes how a deployment ends:
the ledger has the edits, and the next run goes on with them.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING

from superset_gitops.core import settings
from superset_gitops.core.report.branch_text import outcome, refused_lines
from superset_gitops.edges.git.keep_copies import has_project
from superset_gitops.edges.git.tree import open_repository
from superset_gitops.errors import HybridError, LeaseLost
from superset_gitops.model.policy import ExportBranch
from superset_gitops.model.progress import Progress
from superset_gitops.workflows.export_branch import Exported
from superset_gitops.workflows.export_edits import Publishing, export_edits
from superset_gitops.workflows.note_edits import note_edits
from superset_gitops.workflows.prepare import Prepared
from superset_gitops.workflows.pull_request import forge_for, keep_pull_request, what_to_open
from superset_gitops.workflows.runtime_edits import Sides
from superset_gitops.workflows.survey import Survey

if TYPE_CHECKING:
    from superset_gitops.edges.postgres.ledger import Ledger
    from superset_gitops.edges.superset import SupersetClient


def keep_edits(
    ready: Prepared,
    found: Survey,
    ledger: Ledger,
    client: SupersetClient,
    progress: Progress,
    *,
    overwriting: int | None,
    stay_local: bool,
) -> tuple[str, ...]:
    """Note what people changed in Superset, and bring the branches to it; where nothing is open, nothing is asked.

    Args:
        ready: what is deployed.
        found: all three sides, read under the lease.
        ledger: opened under the lease.
        client: of the environment's Superset.
        progress: told what became of it.
        overwriting: the deployment that is about to let Git win; None where the gate stopped it.
        stay_local: publish nothing, whatever policy says.

    Returns:
        The branches that have open edits now.

    Raises:
        LeaseLost: somebody else deploys by now.
        Unavailable: the ledger cannot be written.
    """
    name, again = ready.environment.name, f"tools/hybrid drift-branch --env {ready.environment.name}"
    due = ledger.edits.any_to_export()
    note_edits(found, ledger, client, overwriting)
    if not due and not ledger.edits.any_to_export():
        return ()
    if ready.policy.export_branch is ExportBranch.OFF:
        progress(f"what was changed in Superset is noted in the ledger alone (export.branch: off): {_listed(name)}")
        return ()
    sides = Sides(name, found.live, ledger.applied(), client.release, ready.target.placeholders)
    try:
        publishing = _publishing(ready, progress, stay_local=stay_local)
        if publishing is None:
            progress(f"what was changed in Superset is noted in the ledger: {_listed(name)}")
            return ()
        return _publish(ready, sides, ledger, publishing, progress)
    except LeaseLost:
        raise
    except HybridError as error:
        progress(
            f"warning: what was changed in Superset is noted in the ledger, but is on no branch yet: {error}; "
            f"then: {again}"
        )
    except Exception as error:  # noqa: BLE001 - whatever a change in Superset does to the translation, Git is deployed
        progress(
            f"warning: what was changed in Superset is noted in the ledger, but is on no branch yet, by a bug "
            f"({type(error).__name__}: {error}); see it with: {again}"
        )
    return ()


def _publish(
    ready: Prepared, sides: Sides, ledger: Ledger, publishing: Publishing, progress: Progress
) -> tuple[str, ...]:
    """Make and publish the branches; returns those that have open edits."""
    root, main_branch, sandboxed = ready.root, ready.policy.main_branch, ready.target.sandboxed
    with ExitStack() as stack:
        token = settings.variable(publishing.environ, settings.GITHUB_TOKEN, sides.environment)
        if publishing.propose and token:
            forge = stack.enter_context(forge_for(sides.environment, publishing.environ, progress))
            publishing = replace(publishing, forge=forge)
        done = export_edits(root, sides, ledger, progress, publishing, main_branch, sandboxed=sandboxed)
        for exported in done:
            _tell(exported, progress)
        for exported in done if publishing.propose else ():
            if publishing.forge:
                keep_pull_request(publishing.forge, exported, progress)
            elif told := what_to_open(exported, publishing.environ):
                progress(told)
    return tuple(exported.branch for exported in done if exported.tip)


def _publishing(ready: Prepared, progress: Progress, *, stay_local: bool) -> Publishing | None:
    """How far the branches go; None where there is no repository that has the project."""
    repository = open_repository(ready.root)
    if repository is None or ready.checkout is None or ready.checkout.commit is None:
        return None
    with closing(repository):
        ours, remotes = has_project(repository, ready.root), bool(repository.remotes)
    if not ours:
        return None
    if stay_local or ready.target.sandboxed or ready.policy.export_branch is ExportBranch.LOCAL:
        return Publishing(fetch=False)
    if not remotes:
        progress("this repository has no remote: what was changed in Superset goes on a branch here")
        return Publishing(fetch=False)
    variables = ready.target.variables
    propose = ready.policy.export_branch is ExportBranch.PULL_REQUEST
    return Publishing(push=True, propose=propose, environ=variables)


def _tell(exported: Exported, progress: Progress) -> None:
    count = len(exported.edits)
    if exported.before or exported.tip:
        what = f"{count} commit{'' if count == 1 else 's'} of what was changed in Superset; " if count else ""
        progress(f"{exported.branch}: {what}{outcome(exported.before, exported.tip, exported.pushed)}")
    left = [asset for asset in exported.translation.assets if asset.unsettled]
    if left:
        names = ", ".join(f"{asset.id.kind} {asset.name!r}" for asset in left[:5]) + (" …" if len(left) > 5 else "")
        name, asset = exported.environment, left[0].id
        progress(
            f"left for a reviewer, in Git as it was: {names}. tools/hybrid drift-branch --env {name} shows the fields: "
            "put what it is to be into the template, or let Git's stay: "
            f"tools/hybrid edits refuse --env {name} {asset.kind}:{asset.uuid}{' …' if len(left) > 1 else ''}"
        )
    for problem in exported.problems:
        progress(f"on {exported.branch}: {problem}")
    for line in refused_lines(exported.refused):
        progress(line)


def _listed(environment: str) -> str:
    return f"tools/hybrid edits list --env {environment}"
