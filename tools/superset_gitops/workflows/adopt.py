"""Owns `hybrid adopt`: a running Superset's assets, or those of an export, as templates of the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from superset_gitops.core import settings
from superset_gitops.core.adopt.adopt import adopt
from superset_gitops.core.adopt.choose import Wanted, choose, decide
from superset_gitops.core.adopt.request import Request
from superset_gitops.core.compile.asset_templates import reference_name
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.policy.declared_release import declared_release
from superset_gitops.core.validate import validate
from superset_gitops.core.versions import NEWEST, Release
from superset_gitops.edges.files.write_sources import write_sources
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.edges.retry import Retries
from superset_gitops.edges.superset.export_folder import read_export
from superset_gitops.edges.superset.export_zip import unpacked
from superset_gitops.edges.superset.live import LiveState
from superset_gitops.edges.superset.settle_layout import settle_layout
from superset_gitops.errors import ConfigurationError, SourceProblems
from superset_gitops.model.adoption import Adoption
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.problem import Level
from superset_gitops.model.progress import Progress
from superset_gitops.model.translation import Scope
from superset_gitops.workflows.load_project import Project, load_project
from superset_gitops.workflows.target import Target, find_target
from superset_gitops.workflows.translate import default_scope


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes:
        source: an export, a folder or a zip, to read in place of the running Superset; None for that.
        dashboards: titles, slugs or uuids: each with all that it needs.
        assets: `KIND:NAME`, with `*` and `?`, or uuids: each with all that it needs.
        owners: full names, user names or e-mail addresses of the people whose assets are meant.
        matches: `TEMPLATE=UUID`: which asset is which template's.
        scope: where new templates are assets; None for what the environment's mode suggests.
        dry_run: work everything out, and write nothing.
    """

    environment: str
    source: Path | None = None
    dashboards: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    scope: Scope | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What was adopted, and what people call each asset, by its uuid."""

    adoption: Adoption
    names: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Runtime:
    """What an environment's Superset holds, and what is known of it."""

    live: LiveState = field(repr=False)
    applied: frozenset[AssetId]
    owned: frozenset[AssetId] | None
    target: Target
    release: Release


def adopt_runtime(root: Path, wish: Wish, environ: Mapping[str, str], progress: Progress) -> Done:
    """Adopt, prove and (unless dry) write: all of it or nothing.

    Raises:
        SourceProblems: the sources have errors, or would get one that no adopted asset brought.
        ConfigurationError: an unknown environment or asset, an unreadable export, a file that changed meanwhile.
        Unavailable: Superset or the ledger cannot be read.
    """
    project = load_project(root)
    policy = project.environment(wish.environment)
    _refuse_broken(project)
    runtime = _exported(project, wish, environ, progress) if wish.source else _running(project, wish, environ, progress)
    documents = {key: asset.document for key, asset in runtime.live.assets.items()}
    templates = _templates(project, wish.environment) if wish.matches else {}
    request = Request(
        environment=wish.environment,
        live=documents,
        chosen=choose(documents, Wanted(wish.dashboards, wish.assets, runtime.owned)),
        applied=runtime.applied,
        scope=wish.scope or default_scope(policy),
        variables=project.policy.adopt_variables,
        decisions=decide(documents, templates, wish.matches),
        charts_on=runtime.live.charts_on,
        lookup=runtime.target.placeholders,
        release=runtime.release,
    )
    adoption = adopt(project.sources, request)
    if not wish.dry_run:
        write_sources(root, project.sources.texts, adoption.files)
    return Done(adoption, {asset.uuid: asset.name for asset in runtime.live.assets.values()})


def _refuse_broken(project: Project) -> None:
    """Errors that are there already would be taken for an adopted asset's."""
    results = {name: compile_bundle(project.sources, name) for name in project.sources.environments}
    errors = tuple(each for each in validate(results, project.sources) if each.level is Level.ERROR)
    if errors:
        raise SourceProblems(errors, remedy="mend them and run it again; nothing was written")


def _templates(project: Project, environment: str) -> dict[str, AssetId]:
    prefix = project.sources.template_path("")
    assets = compile_bundle(project.sources, environment).bundle.assets.items()
    return {reference_name(asset.template.removeprefix(prefix)): key for key, asset in assets}


def _running(project: Project, wish: Wish, environ: Mapping[str, str], progress: Progress) -> _Runtime:
    from superset_gitops.edges.superset import SupersetClient

    policy = project.environment(wish.environment)
    target = find_target(project.root, policy, environ, progress, start=False)
    retries = Retries(attempts=project.policy.attempts, report=progress)
    with (
        SupersetClient(target.base_url, target.credentials, retries=retries) as client,
        _ledger(target, progress) as ledger,
    ):
        if ledger is not None:
            ledger.check_stamp(client.base_url, beside_data=target.ledger_beside_data)
        for warning in client.probe().warnings:
            progress(warning)
        owned = client.owned_by(wish.owners) if wish.owners else None
        live = client.export_assets()
        applied = frozenset(ledger.applied()) if ledger is not None else frozenset()
        return _Runtime(live, applied, owned, target, client.release)


def _exported(project: Project, wish: Wish, environ: Mapping[str, str], progress: Progress) -> _Runtime:
    if wish.owners:
        raise ConfigurationError(
            "an export does not say who owns what", remedy="leave --owner out, or adopt from the running Superset"
        )
    release = declared_release(project.sources, wish.environment) or NEWEST
    target = Target(wish.environment, sandboxed=False, variables=environ)
    with _ledger(target, progress) as ledger:
        applied = frozenset(ledger.applied()) if ledger is not None else frozenset()
    with unpacked(wish.source or Path()) as folder:
        live = read_export(folder).live
    # As the running Superset is read: the endings that each export makes up anew are no difference.
    settled = {
        key: replace(asset, document=settle_layout(asset.document)) if key.kind is Kind.DASHBOARD else asset
        for key, asset in live.assets.items()
    }
    return _Runtime(replace(live, assets=settled), applied, None, target, release)


@contextmanager
def _ledger(target: Target, progress: Progress) -> Iterator[Ledger | None]:
    """The environment's ledger; None where the variables name none, as before a first deployment."""
    names = (settings.LEDGER_URL, settings.POSTGRES_URL)
    if not any(settings.variable(target.variables, name, target.environment) for name in names):
        progress("no ledger is named, so nothing counts as applied from Git")
        yield None
        return
    with Ledger.open(target.ledger_url, target.environment, create=False) as ledger:
        yield ledger
