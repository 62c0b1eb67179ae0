"""Owns restoring a lost base: what a commit compiles to is recorded as what was last applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.drift import state_of
from superset_gitops.core.ignore import Ignoring, ignoring_of, recorded, watched
from superset_gitops.core.normal_form import digest, project
from superset_gitops.edges.git.commit_sources import CommitSources, read_commit_sources
from superset_gitops.errors import ConfigurationError, SourceProblems
from superset_gitops.model.asset import AssetId, Bundle, Document, Kind
from superset_gitops.model.plan import State
from superset_gitops.model.problem import Level
from superset_gitops.workflows.runtime import Runtime
from superset_gitops.workflows.survey import live_normal
from superset_gitops.workflows.wanted import Wanted, resolve_bundle, sent_over

if TYPE_CHECKING:
    from superset_gitops.edges.postgres.ledger import Ledger
    from superset_gitops.edges.superset.live import LiveState

_SHORT = 12  # hex digits of a commit that people can tell apart
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did with each asset that the commit names.

    Attributes:
        commit: full hash.
        as_live: recorded; Superset shows what the commit says.
        as_drift: recorded; Superset shows something else, which is drift from now on.
        absent: not in Superset, so nothing was recorded.
        kept: had a base already, which stays.
    """

    commit: str
    as_live: tuple[Wanted, ...]
    as_drift: tuple[Wanted, ...]
    absent: tuple[Wanted, ...]
    kept: tuple[Wanted, ...]


def rebuild_ledger(runtime: Runtime, revision: str, *, everything: bool, lease_wait: float | None) -> Rebuilt:
    """Record what a commit says as the base of every asset of its that is live.

    Args:
        runtime: the environment; its policy and addresses are those of the tree at hand.
        revision: what was last deployed: a hash, a tag or a branch.
        everything: also replace the bases that the ledger has.
        lease_wait: seconds to wait while somebody deploys; None for policy's.

    Raises:
        SourceProblems: that commit does not compile.
        ConfigurationError: there is no such commit, no such environment in it, or BASE_URL is another Superset's.
        Unavailable: Superset or the ledger cannot be reached, or the lease is held.
    """
    target = runtime.target
    found = read_commit_sources(runtime.project.root, revision)
    wanted = resolve_bundle(_bundle(found, runtime), target.placeholders)
    with runtime.client() as client:
        with runtime.ledger() as ledger:
            ledger.check_stamp(client.base_url, beside_data=target.ledger_beside_data)
        client.probe()
        with runtime.lease(lease_wait) as lease, runtime.ledger(lease) as ledger:
            live = client.export_assets()
            ledger.bind(client.base_url)
            kept = frozenset(() if everything else ledger.applied())
            ignoring = _ignoring(runtime, wanted)
            sorted_out = _sort_out(found.commit, wanted, live, kept, ignoring)
            _record(sorted_out, live, ledger, ignoring)
    return sorted_out


def rebuilt_lines(done: Rebuilt) -> Iterator[str]:
    """What a rebuild did, a line at a time; what differs or is missing is named."""
    recorded = len(done.as_live) + len(done.as_drift)
    noun = f"asset{'' if recorded == 1 else 's'}"
    yield f"recorded as last applied, from commit {done.commit[:_SHORT]}: {recorded} {noun}"
    if done.as_live:
        yield f"  in Superset as the commit says: {len(done.as_live)}"
    if done.as_drift:
        yield f"  different in Superset, so drift unless Git says the same by now: {_names(done.as_drift)}"
    if done.absent:
        yield f"not in Superset, so not recorded: {_names(done.absent)}"
    if done.kept:
        yield f"kept as they were in the ledger: {len(done.kept)} (--all replaces them)"


def _bundle(found: CommitSources, runtime: Runtime) -> Bundle:
    sources, name = found.sources, runtime.environment
    if name not in sources.environments:
        raise ConfigurationError(
            f"commit {found.commit[:_SHORT]} has no {sources.environment_path(name)}",
            where=name,
            remedy="name a commit from which this environment was deployed",
        )
    result = compile_bundle(sources, name)
    errors = tuple(problem for problem in result.problems if problem.level is Level.ERROR)
    if errors:
        raise SourceProblems(
            errors, remedy=f"these are the files of commit {found.commit[:_SHORT]}: name one that was deployed"
        )
    return result.bundle


def _ignoring(runtime: Runtime, wanted: Mapping[AssetId, Wanted]) -> dict[AssetId, Ignoring]:
    rules = runtime.project.environment(runtime.environment).ignore
    return {key: ignoring_of(rules, key, want.asset.name) for key, want in wanted.items()}


def _sort_out(
    commit: str,
    wanted: Mapping[AssetId, Wanted],
    live: LiveState,
    kept: frozenset[AssetId],
    ignoring: Mapping[AssetId, Ignoring],
) -> Rebuilt:
    sorts: dict[str, list[Wanted]] = {"as_live": [], "as_drift": [], "absent": [], "kept": []}
    for key in sorted(wanted, key=lambda key: (key.kind.order, wanted[key].asset.path)):
        if key in kept:
            sorts["kept"].append(wanted[key])
        elif key not in live.assets:
            sorts["absent"].append(wanted[key])
        else:
            sent = sent_over(wanted[key], live, ignoring[key], wanted.keys())
            sorts["as_live" if _in_sync(sent, live, ignoring[key]) else "as_drift"].append(wanted[key])
    return Rebuilt(commit, **{name: tuple(found) for name, found in sorts.items()})


def _in_sync(want: Wanted, live: LiveState, ignoring: Ignoring) -> bool:
    key = want.asset.id
    normal = live_normal(live, key)
    shown = project(key.kind, normal, want.normal, _above(normal, live))
    return state_of(None, watched(want.normal, ignoring), watched(shown, ignoring)) is State.IN_SYNC


def _above(normal: Document, live: LiveState) -> Document | None:
    """What a chart or a dataset is made on, as it is live."""
    keys = (
        AssetId(Kind.DATASET, str(normal.get("dataset_uuid"))),
        AssetId(Kind.DATABASE, str(normal.get("database_uuid"))),
    )
    return next((live_normal(live, key) for key in keys if key in live.assets), None)


def _record(done: Rebuilt, live: LiveState, ledger: Ledger, ignoring: Mapping[AssetId, Ignoring]) -> None:
    def record(want: Wanted, base: Document) -> None:
        ledger.record(want.asset.id, base, digest(base), done.commit, want.asset.template, None)

    for want in done.as_live:
        key = want.asset.id
        record(want, recorded(live_normal(live, key), want.normal, None, ignoring[key]))
    for want in done.as_drift:
        record(want, want.normal)


def _names(wants: tuple[Wanted, ...]) -> str:
    more = len(wants) - _NAMED
    shown = ", ".join(f"{want.asset.id.kind} {want.asset.name!r}" for want in wants[:_NAMED])
    return f"{shown} and {more} more" if more > 0 else shown
