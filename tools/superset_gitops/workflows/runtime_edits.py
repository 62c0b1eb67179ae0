"""Owns what the ledger's edits are against a commit's sources, whatever the working tree has: settled, translated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.drift import Named, plan_item
from superset_gitops.core.normal_form import digest, normalize
from superset_gitops.core.placeholders import Lookup
from superset_gitops.core.policy.load_policy import load_policy
from superset_gitops.core.runtime_branch.settle import Compared, Settled, settle
from superset_gitops.core.translate.translate import Request, translate
from superset_gitops.core.validate import validate
from superset_gitops.core.versions import Release
from superset_gitops.edges.files.project import POLICY_FILE
from superset_gitops.edges.git.commit_sources import read_commit_sources
from superset_gitops.edges.superset.live import LiveAsset, LiveState
from superset_gitops.errors import SourceProblems
from superset_gitops.model.asset import AssetId
from superset_gitops.model.plan import PlanItem, State
from superset_gitops.model.problem import Level
from superset_gitops.model.runtime_branch import Change
from superset_gitops.model.runtime_edit import EditState, RuntimeEdit, by_asset
from superset_gitops.model.sources import Sources
from superset_gitops.model.translation import Scope, Translation
from superset_gitops.workflows.load_project import Project
from superset_gitops.workflows.survey import applied_bases, base_of, ignored_by, kept_sides, live_normal
from superset_gitops.workflows.translate import default_scope, refuse_unproven
from superset_gitops.workflows.wanted import Wanted, resolve_bundle

if TYPE_CHECKING:
    from superset_gitops.model.ledger import Applied

_DIGITS = 12  # as `drift_digest` has


@dataclass(frozen=True, slots=True)
class Sides:
    """An environment's two sides that are not Git's, read at one time under the lease."""

    environment: str
    live: LiveState = field(repr=False)
    applied: Mapping[AssetId, Applied] = field(repr=False)
    release: Release
    placeholders: Lookup


@dataclass(frozen=True, slots=True)
class Translated:
    """Open edits as edits of a commit's sources.

    Attributes:
        edits: of each asset those that its translation is made of, oldest first.
        digests: of each asset that has one, 12 hex digits.
        names: what people call each asset, by its uuid.
    """

    translation: Translation
    edits: Mapping[AssetId, tuple[RuntimeEdit, ...]] = field(repr=False)
    digests: Mapping[AssetId, str] = field(repr=False)
    names: Mapping[str, str] = field(repr=False)


def project_at(root: Path, commit: str) -> Project:
    """Policy and sources of a commit.

    Raises:
        SourceProblems: that policy is wrong.
        ConfigurationError: no such commit, or no project in it.
    """
    sources = read_commit_sources(root, commit).sources
    policy = load_policy(sources.texts[POLICY_FILE], POLICY_FILE, sources.environments.keys())
    return Project(root, policy, sources)


def wanted_at(project: Project, environment: str, placeholders: Lookup, commit: str) -> dict[AssetId, Wanted]:
    """What a commit's sources want of an environment's assets.

    Raises:
        SourceProblems: they have errors.
        ConfigurationError: a variable is not set.
    """
    result = compile_bundle(project.sources, environment)
    problems = validate({environment: result}, project.sources)
    errors = tuple(problem for problem in problems if problem.level is Level.ERROR)
    if errors:
        raise SourceProblems(errors, remedy=f"these are the files of commit {commit[:12]}: mend them there")
    return resolve_bundle(result.bundle, placeholders)


def nothing_translated(environment: str) -> Translated:
    """What there is where no edit is open."""
    nothing = Sources({})
    return Translated(Translation(environment, Scope.PROMOTE, nothing, nothing, ()), {}, {}, {})


class Against:
    """Edits against a commit: of each its base, the commit, and what it made of the asset, as three sides."""

    def __init__(self, root: Path, commit: str, sides: Sides) -> None:
        """Compile the commit's sources.

        Raises:
            SourceProblems: they have errors.
            ConfigurationError: the commit's policy does not have the environment, or a variable is not set.
        """
        self._project = project_at(root, commit)
        self._sides = sides
        self._policy = self._project.environment(sides.environment)
        self._wanted = wanted_at(self._project, sides.environment, sides.placeholders, commit)
        self._desired = {
            k: Named(want.normal, want.asset.name, want.asset.template) for k, want in self._wanted.items()
        }
        self._bases = applied_bases(sides.applied, sides.live)
        self._lives = {k: Named(live_normal(sides.live, k), asset.name) for k, asset in sides.live.assets.items()}

    def contained(self, edits: Iterable[RuntimeEdit]) -> tuple[int, ...]:
        """The numbers of the open ones that the commit's sources say already."""
        return tuple(n for of_asset in by_asset(edits).values() for n in self._settle(of_asset).contained)

    def translate(self, edits: Iterable[RuntimeEdit]) -> Translated:
        """Put the open ones into the sources; those that were refused stay out."""
        items: list[PlanItem] = []
        made_of: dict[AssetId, tuple[RuntimeEdit, ...]] = {}
        documents = {key: asset.document for key, asset in self._sides.live.assets.items()}
        for asset, of_asset in by_asset(edits).items():
            settled = self._settle(of_asset)
            if any(edit.state is EditState.REFUSED and edit.seen.change is Change.ADDED for edit in of_asset):
                documents.pop(asset, None)  # what shows it must not bring it along
            if settled.item is not None:
                items.append(settled.item)
                made_of[asset] = settled.edits
                last = settled.edits[-1].seen
                if last.document is not None:
                    documents[asset] = last.document
        new = tuple(item.id for item in items if item.state is State.UNMANAGED)
        changed = tuple(item for item in items if item.state is not State.UNMANAGED)
        scope = default_scope(self._policy)
        request = Request(self._sides.environment, changed, documents, new, scope)
        translation = translate(self._project.sources, request)
        refuse_unproven(translation)
        digests = {
            asset.id: made_of[asset.id][-1].seen.digest
            if asset.id in made_of
            else digest(normalize(asset.id.kind, documents[asset.id]))[:_DIGITS]
            for asset in translation.assets
        }
        names = {item.id.uuid: item.name for item in items}
        names |= {key.uuid: named.name for key, named in {**self._desired, **self._lives}.items()}
        return Translated(translation, made_of, digests, names)

    def _settle(self, edits: Iterable[RuntimeEdit]) -> Settled:
        """One asset's edits, oldest first."""
        opened, refused = [], []
        for edit in edits:
            if edit.is_open:
                opened.append(Compared(edit, self._item(edit)))
            elif edit.overwritten_by is None:
                refused.append(Compared(edit, self._item(edit)))
        return settle(opened, refused)

    def _item(self, edit: RuntimeEdit) -> PlanItem:
        asset, seen, sides = edit.asset, edit.seen, self._sides
        if seen.base is None:
            state = State.IN_SYNC if asset in self._wanted else State.UNMANAGED
            return PlanItem(asset, seen.name, state, edited=seen.edited, live=seen.live)
        base = Named(base_of(asset, seen.base, sides.applied, sides.live), seen.name)
        lives = {key: named for key, named in self._lives.items() if key != asset}
        assets = {key: each for key, each in sides.live.assets.items() if key != asset}
        if seen.live is not None and seen.document is not None:
            lives[asset] = Named(seen.live, seen.name)
            assets[asset] = LiveAsset(asset, seen.name, seen.document, "", "")
        ignoring = ignored_by(self._policy.ignore, {asset: self._desired.get(asset, base)})
        kept = kept_sides(ignoring, self._wanted, replace(sides.live, assets=assets))
        return plan_item(asset, {**self._bases, asset: base}, self._desired, lives, kept, sides.release)
