"""Owns a deployment: preflight, which writes nothing, and then the marked steps in their fixed order."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from superset_gitops.core.report.scope_text import scope_text
from superset_gitops.edges.postgres.failures import transient
from superset_gitops.edges.postgres.lease import Lease
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.edges.retry import Retries, retrying
from superset_gitops.edges.superset import SupersetClient
from superset_gitops.edges.who import actor, holder
from superset_gitops.errors import DriftRefused, HybridError
from superset_gitops.model.ledger import Deployment as LedgerEntry
from superset_gitops.model.policy import ExportBranch, Gate, Step
from superset_gitops.model.runtime_branch import branch_of
from superset_gitops.model.sql import SyncReport
from superset_gitops.workflows import db_sync
from superset_gitops.workflows.apply import Applying, apply_survey, refuse_collisions
from superset_gitops.workflows.check_scope import refuse_unmet
from superset_gitops.workflows.connection_secrets import refuse_unsendable
from superset_gitops.workflows.first_time import refuse_anothers
from superset_gitops.workflows.gate import post_gate, pre_gate, refuse_drift, tell_plan
from superset_gitops.workflows.keep_edits import keep_edits
from superset_gitops.workflows.keep_in_git import keeping_in_git
from superset_gitops.workflows.limits import check_limits, refuse_suspicious
from superset_gitops.workflows.others_at_work import LOOKS, at_work, check_in_peace
from superset_gitops.workflows.prepare import Prepared, check_tree, prepare
from superset_gitops.workflows.prune import prune, prunes, with_pruning
from superset_gitops.workflows.record_deployment import recorded
from superset_gitops.workflows.rollback import Position, find_position, refuse_rollback
from superset_gitops.workflows.run_options import Options, Outlets
from superset_gitops.workflows.saved_plan import refuse_moved
from superset_gitops.workflows.settle_release import settle_release
from superset_gitops.workflows.summary import Summary, summary_lines
from superset_gitops.workflows.survey import Survey, survey

T = TypeVar("T")
_LEASE_WAIT_TO_NOTE = 10.0  # seconds: the deployment has failed, and whoever deploys now notes the same drift


def deploy(root: Path, environment: str, environ: Mapping[str, str], outlets: Outlets, options: Options) -> None:
    """Deploy one environment: preflight, then the steps.

    Raises:
        HybridError: the first thing that stopped it; its exit code says whether anything was written.
    """
    ready = prepare(root, environment, environ, outlets.progress, start_sandbox=not options.dry_run)
    check_tree(ready)
    with Deployment(ready, outlets, options) as deployment:
        deployment.preflight()
        if options.dry_run:
            return
        deployment.run()
    if options.steps is None:
        outlets.say(f"DEPLOY_OK ({environment})")


class Deployment:
    """One run. Construct it with what `prepare` made ready, then `preflight`, then `run`."""

    def __init__(self, ready: Prepared, outlets: Outlets, options: Options) -> None:
        self.ready = ready
        self.steps = ready.policy.steps if options.steps is None else options.steps
        self.consent = options.consent
        self.scope, self.saved, self.rotate = options.scope, options.saved, options.rotate
        self.dry_run, self.stay_local = options.dry_run, options.stay_local
        self.say = outlets.say
        self.progress = outlets.progress
        self.lease_wait = ready.policy.lease_wait_seconds if options.lease_wait is None else options.lease_wait
        self.environment = ready.environment.name
        self.branch = "" if ready.policy.export_branch is ExportBranch.OFF else branch_of(self.environment)
        self.who = actor(ready.target.variables)
        self.retries = Retries(attempts=ready.policy.attempts, report=outlets.progress)
        self.client = SupersetClient(ready.target.base_url, ready.target.credentials, retries=self.retries)
        self.prunes = prunes(ready.environment, options.consent, ready.target.variables, outlets.progress)
        self.position = Position()
        self.latest: tuple[LedgerEntry, ...] = ()
        self.drifted = False
        self.started = time.monotonic()
        self.sync_report = SyncReport((), 0)
        self.summary = Summary()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()

    def preflight(self) -> None:
        """Check everything that can be checked without writing: the database, Superset, the stamp, strict drift.

        A dry run's result is what this finds: it is told also where the deployment would stop. Where drift stops it,
        what was changed in Superset is noted in the ledger, and brought on a branch, unless this is a dry run.

        Raises:
            HybridError: whatever would stop the deployment later, before anything was written.
        """
        looks = 1 if self.dry_run else LOOKS
        try:
            check_in_peace(self._check, self._others_at_work, self._wait_for_others, self.progress, looks)
        except DriftRefused:
            if self.drifted and not self.dry_run:
                self._keep_what_stopped()
            raise

    def _check(self) -> None:
        ready = self.ready
        tell = self.say if self.dry_run else self.progress
        with self._ledger() as ledger:
            self.latest = ledger.deployments(1)
            ledger.check_stamp(self.client.base_url, beside_data=ready.target.ledger_beside_data)
            self.position = find_position(ready, ledger)
            refuse_rollback(self.position, ready, self.consent, self.progress)
            if Step.DB_SYNC in self.steps:
                plan = self._retrying(
                    lambda: db_sync.preflight(ready.files, ready.environment.db, ready.database), "read the database"
                )
                for planned in plan.to_run:
                    tell(f"pending: {planned.path}")
            self._probe()
            found = self._survey(ledger)
            self.drifted = bool(found.plan.drifted)
            stamp = ledger.stamp()
        watch = self.progress
        if self.dry_run:
            tell_plan(found.plan, tell)
            watch = _unheard  # a refusal need not show the plan once more
        elif found.plan.scope:
            self.progress(scope_text(found.plan))
        if Step.APPLY_ASSETS in self.steps:
            refuse_anothers(stamp, found, self.client.base_url, self.consent)
            refuse_moved(self.saved, found.plan, self.client.base_url)
            refuse_collisions(found)
            refuse_unmet(found.plan)
            secrets = refuse_unsendable(found, rotate=self.rotate)
            if self.dry_run:
                for each in secrets:
                    tell(f"secrets to be sent: {each}")
            refuse_suspicious(found.plan, self.consent, watch)
            refuse_drift(found.plan, ready.environment.drift_gate, self.consent, watch, branch=self.branch)
            check_limits(found.plan, ready.environment, self.consent, watch)

    def run(self) -> None:
        """Take the lease and do the steps.

        Raises:
            HybridError: the first step that failed; what was done stays done, and a re-run converges.
        """
        with self._lease(self.lease_wait) as lease, self._ledger(lease) as ledger:
            self._look_again(ledger)
            ledger.bind(self.client.base_url)
            note = {"scope": str(self.scope), "rotate_secrets": self.rotate, **self.position.note}
            with (
                recorded(ledger, self.ready, self.who, note, self.summary) as number,
                keeping_in_git(self.ready.root, ledger, number, self.who, self.progress),
            ):
                self._steps(ledger, lease, number)
        for line in summary_lines(self.summary, self.ready.target, time.monotonic() - self.started):
            self.progress(line)

    def _look_again(self, ledger: Ledger) -> None:
        """Whoever had the lease before may have deployed a newer commit while we waited for it."""
        now = find_position(self.ready, ledger)
        if now != self.position:
            refuse_rollback(now, self.ready, self.consent, self.progress)
        self.position = now

    def _steps(self, ledger: Ledger, lease: Lease, number: int) -> None:
        steps = self.steps
        self.say(f"=== ENV={self.environment} ===")
        if Step.DB_SYNC in steps:
            self.say("=== 1) DB sync ===")
            with self.summary.timed("DB sync"):
                self._sync(lease)
            self.say("✅ DB_SYNC_OK")
        self.say("=== 2) Compile+Validate ===")
        # Both were done in the preflight, from the same files.
        self.progress(f"{len(self.ready.wanted)} assets" if self.ready.wanted else "no templates: nothing to do")
        self.say("✅ Compilation complete")
        self.say("✅ Validation complete")
        if Step.APPLY_ASSETS in steps:
            self._apply(ledger, lease, number)
        if Step.DRIFT_CHECK in steps:
            self.say("=== 5) Drift gate (post) ===")
            with self.summary.timed("drift gate (post)"):
                found = self._survey(ledger)
            post_gate(found.plan, self.ready.environment.drift_gate, self.say, self.progress)

    def _sync(self, lease: Lease) -> None:
        ready = self.ready
        self.sync_report = self._retrying(
            lambda: db_sync.sync(ready.files, ready.environment.db, ready.database, self.progress, lease.check),
            "sync the database",
        )
        self.summary.files = [run.path for run in self.sync_report.runs if run.ran]
        if not self.sync_report.runs:
            self.progress(f"nothing to do: {self.sync_report.unchanged} files applied before")

    def _apply(self, ledger: Ledger, lease: Lease, number: int) -> None:
        self.say("=== 3) Drift gate (pre) ===")
        with self.summary.timed("drift gate (pre)"):
            found = self._survey(ledger)
        refuse_moved(self.saved, found.plan, self.client.base_url)
        refuse_suspicious(found.plan, self.consent, self.progress)
        try:
            gate = self.ready.environment.drift_gate
            pre_gate(found.plan, gate, self.consent, self.say, self.progress, branch=self.branch)
        except DriftRefused:
            self._keep_edits(found, ledger, None)
            raise
        check_limits(found.plan, self.ready.environment, self.consent, self.progress)
        with self.summary.timed("changes in Superset"):
            self.summary.branches = list(self._keep_edits(found, ledger, number))
        self.say("=== 4) Apply (Git wins for managed assets) ===")
        checkout = self.ready.checkout
        work = Applying(
            client=self.client,
            ledger=ledger,
            lease=lease,
            deployment=number,
            commit=checkout.commit if checkout and not checkout.dirty else None,
            keep_query_context=self.ready.environment.keep_query_context,
            # Exactly a saved plan: what somebody saves meanwhile is not in it.
            git_wins=self.ready.environment.drift_gate is Gate.WARN and self.saved is None,
            progress=self.progress,
            rotate=self.rotate,
        )
        with self.summary.timed("apply"):
            done = apply_survey(found, work)
        self.summary.take(done, found)
        if found.plan.pruning is not None:
            with self.summary.timed("prune"):
                self.summary.take_pruned(prune(found, work))
        if not done.written and not self.summary.deleted:
            about = f" for {found.plan.scope}" if found.plan.scope else ""
            self.progress(f"nothing to do{about}: Superset shows what Git says")
        self.say("✅ Apply complete")

    def _keep_edits(self, found: Survey, ledger: Ledger, overwriting: int | None) -> tuple[str, ...]:
        return keep_edits(
            self.ready, found, ledger, self.client, self.progress, overwriting=overwriting, stay_local=self.stay_local
        )

    def _keep_what_stopped(self) -> None:
        """The drift that the gate stopped at, read anew under the lease; this never hides the gate's own words."""
        try:
            with self._lease(min(self.lease_wait, _LEASE_WAIT_TO_NOTE)) as lease, self._ledger(lease) as ledger:
                self._keep_edits(self._survey(ledger), ledger, None)
        except HybridError as error:
            self.progress(
                f"warning: what was changed in Superset is not noted in the ledger yet: {error}; "
                f"then: tools/hybrid drift-branch --env {self.environment}"
            )

    def _others_at_work(self) -> bool:
        return self._retrying(
            lambda: at_work(self.ready.target.ledger_url, self.environment, self.latest), "see who else deploys"
        )

    def _wait_for_others(self) -> None:
        self._lease(self.lease_wait).release()

    def _probe(self) -> None:
        info = self.client.probe()
        for warning in info.warnings:
            self.progress(f"warning: {warning}")
        self.progress(f"Superset {info.version or '(version unknown)'} at {self.client.base_url}, as {info.user}")
        self.ready = settle_release(self.ready, self.client.release, info.version, self.progress)

    def _survey(self, ledger: Ledger) -> Survey:
        found = self._retrying(
            lambda: survey(
                self.environment,
                self.ready.wanted,
                ledger,
                self.client,
                self.scope,
                ignore=self.ready.environment.ignore,
            ),
            "compare Git, ledger and Superset",
        )
        return with_pruning(found, self.client) if self.prunes else found

    def _ledger(self, lease: Lease | None = None) -> Ledger:
        url = self.ready.target.ledger_url
        return self._retrying(
            lambda: Ledger.open(url, self.environment, create=lease is not None, lease=lease), "open the ledger"
        )

    def _lease(self, wait: float) -> Lease:
        url, me = self.ready.target.ledger_url, holder(self.ready.target.variables)
        return self._retrying(lambda: Lease.acquire(url, self.environment, me, wait, self.progress), "take the lease")

    def _retrying(self, call: Callable[[], T], doing: str) -> T:
        return retrying(call, transient=transient, retries=self.retries, doing=doing, where=self.environment)


def _unheard(_: str) -> None:
    return None
