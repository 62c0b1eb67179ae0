"""Owns `hybrid translate`: what was changed in a running Superset, or in an export of it, as edits of the sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from superset_gitops.core import settings
from superset_gitops.core.choose_asset import AssetChoice, choose_asset
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.drift import Named, make_plan
from superset_gitops.core.drift.restore_known import restore_known
from superset_gitops.core.placeholders import Lookup
from superset_gitops.core.translate.translate import Request, translate
from superset_gitops.core.translate.verify_whole import faults_of
from superset_gitops.core.validate import validate
from superset_gitops.edges.files.write_sources import write_sources
from superset_gitops.edges.postgres.ledger import Ledger
from superset_gitops.edges.retry import Retries
from superset_gitops.edges.superset.export_folder import ExportFolder, read_export
from superset_gitops.edges.superset.live import LiveState
from superset_gitops.errors import ConfigurationError, HybridError, SourceProblems
from superset_gitops.model.asset import AssetId, Bundle, Document
from superset_gitops.model.plan import PlanItem
from superset_gitops.model.policy import ApplyMode, EnvironmentPolicy
from superset_gitops.model.problem import Level, Problem
from superset_gitops.model.progress import Progress
from superset_gitops.model.sources import Sources
from superset_gitops.model.translation import Scope, Translation
from superset_gitops.workflows.load_project import Project, load_project
from superset_gitops.workflows.prepare import prepare
from superset_gitops.workflows.settle_release import settle_release
from superset_gitops.workflows.survey import applied_bases, ignored_by, kept_sides, live_normal, survey
from superset_gitops.workflows.wanted import Wanted, resolve_bundle


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes:
        folder: an export to read in place of the running Superset; None for that.
        assets: `KIND:NAME`, `KIND:UUID` or `UUID`; empty for all managed ones.
        scope: whom edits may reach; None for what the environment's mode suggests.
        dry_run: work everything out, and write nothing.
    """

    environment: str
    folder: Path | None = None
    assets: tuple[str, ...] = ()
    scope: Scope | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Translated:
    """What was translated.

    Attributes:
        problems: the errors that validation finds in the edited sources and not in those before.
        names: what people call each asset, by its uuid.
    """

    translation: Translation
    problems: tuple[Problem, ...]
    names: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Sides:
    """The plan of an environment, and its live side."""

    items: tuple[PlanItem, ...]
    live: LiveState = field(repr=False)


def translate_runtime(root: Path, wish: Wish, environ: Mapping[str, str], progress: Progress) -> Translated:
    """Translate, prove and (unless dry) write.

    Raises:
        SourceProblems: the sources have errors.
        ConfigurationError: an unknown environment or asset, an unreadable export.
        Unavailable: Superset or the ledger cannot be read.
    """
    project = load_project(root)
    policy = project.environment(wish.environment)
    if wish.folder is None:
        sides = _running(root, wish.environment, environ, progress)
    else:
        sides = _exported(project, wish.environment, wish.folder, environ, progress)
    request = _request(sides, wish, wish.scope or default_scope(policy))
    translation = translate(project.sources, request)
    refuse_unproven(translation)
    problems = new_errors(translation)
    if not wish.dry_run:
        write_sources(root, project.sources.texts, translation.files)
    names = {item.id.uuid: item.name for item in sides.items}
    names |= {asset.uuid: asset.name for asset in sides.live.assets.values()}
    return Translated(translation, problems, names)


def refuse_unproven(translation: Translation) -> None:
    """Stop where the edits, taken together, are not what each of them was proven to be.

    Raises:
        HybridError: it is a bug; nothing may be written.
    """
    faults = faults_of(translation)
    if faults:
        raise HybridError(
            f"the edits did not prove to be what they should: {faults[0]}",
            where=translation.environment,
            remedy="nothing was written; please report it, with the templates and the lines of `hybrid drift-plan -v`",
        )


def default_scope(policy: EnvironmentPolicy) -> Scope:
    """Where Git wins, people build: their edits are for all. Where drift is refused, they are for that one alone."""
    return Scope.PROMOTE if policy.mode is ApplyMode.OVERWRITE_GIT_WINS else Scope.ONLY_HERE


def _running(root: Path, environment: str, environ: Mapping[str, str], progress: Progress) -> _Sides:
    from superset_gitops.edges.superset import SupersetClient

    ready = prepare(root, environment, environ, progress, start_sandbox=False)
    retries = Retries(attempts=ready.policy.attempts, report=progress)
    with (
        SupersetClient(ready.target.base_url, ready.target.credentials, retries=retries) as client,
        Ledger.open(ready.target.ledger_url, environment, create=False) as ledger,
    ):
        ledger.check_stamp(client.base_url, beside_data=ready.target.ledger_beside_data)
        ready = settle_release(ready, client.release, client.probe().version, progress)
        found = survey(environment, ready.wanted, ledger, client, ignore=ready.environment.ignore)
    return _Sides(found.plan.items, found.live)


def _exported(
    project: Project, environment: str, folder: Path, environ: Mapping[str, str], progress: Progress
) -> _Sides:
    """The sides with an export as the live one; the base is the ledger's where one is named, else what Git says."""
    result = compile_bundle(project.sources, environment)
    problems = validate({environment: result}, project.sources)
    errors = tuple(problem for problem in problems if problem.level is Level.ERROR)
    if errors:
        raise SourceProblems(errors, remedy="mend them and run it again; nothing was written")
    export = read_export(folder)
    lives = {key: Named(live_normal(export.live, key), asset.name) for key, asset in export.live.assets.items()}
    wanted = _wanted(result.bundle, lives, environ, environment, progress)
    desired = {key: Named(want.normal, want.asset.name, want.asset.template) for key, want in wanted.items()}
    named = any(settings.variable(environ, name, environment) for name in (settings.LEDGER_URL, settings.POSTGRES_URL))
    if named:
        with Ledger.open(settings.ledger_url(environ, environment), environment, create=False) as ledger:
            base = applied_bases(ledger.applied(), export.live)
    else:
        progress("no ledger is named, so all that differs from Git counts as changed in Superset")
        base = desired
    lives = _restored(export, lives, base, desired, progress)
    if not export.complete:
        missing = [key for key in (*base, *desired) if key not in lives]
        base, desired = ({k: v for k, v in side.items() if k not in missing} for side in (base, desired))
        if missing:
            progress(f"managed assets that are not in this folder and are passed over: {len(set(missing))}")
    rules = project.environment(environment).ignore
    kept = kept_sides(ignored_by(rules, {**base, **desired}), wanted, export.live)
    return _Sides(make_plan(base, desired, lives, {}, kept), export.live)


def _restored(
    export: ExportFolder,
    lives: Mapping[AssetId, Named],
    base: Mapping[AssetId, Named],
    desired: Mapping[AssetId, Named],
    progress: Progress,
) -> dict[AssetId, Named]:
    """The live side, where superset-cli's escaping wrote several values alike."""
    found = dict(lives)
    for key in sorted(export.escaped & lives.keys(), key=str):
        known = [side[key].normal for side in (base, desired) if key in side]
        restored = restore_known(lives[key].normal, known)
        found[key] = replace(lives[key], normal=restored.normal)
        if restored.doubtful:
            fields = ", ".join(".".join(path) for path in restored.doubtful)
            progress(
                f"{key.kind} {lives[key].name!r}: {fields} changed, and the export does not say to what: "
                'superset-cli writes the texts [], 0, false, null and "" all as {}; --disable-jinja-escaping keeps them'
            )
    return found


def _wanted(
    bundle: Bundle,
    lives: Mapping[AssetId, Named],
    environ: Mapping[str, str],
    environment: str,
    progress: Progress,
) -> dict[AssetId, Wanted]:
    """What Git wants; a connection whose variables are not set here is taken to be as it is."""
    wanted: dict[AssetId, Wanted] = {}
    lookup = _lookup(environ, environment)
    for key, asset in bundle.assets.items():
        alone = Bundle(environment, {key: asset})
        try:
            wanted[key] = resolve_bundle(alone, lookup)[key]
        except ConfigurationError as error:
            progress(f"the connection of {asset.name!r} is not compared: {error.what}")
            want = resolve_bundle(alone, lambda _: "unknown://")[key]
            shown = lives[key].normal if key in lives else want.normal
            known: Document = {n: shown[n] for n in ("sqlalchemy_uri", "encrypted_extra", "ssh_tunnel") if n in shown}
            wanted[key] = replace(want, normal={**want.normal, **known})
    return wanted


def _lookup(environ: Mapping[str, str], environment: str) -> Lookup:
    from superset_gitops.workflows.target import Target

    return Target(environment, sandboxed=False, variables=environ).placeholders


def _request(sides: _Sides, wish: Wish, scope: Scope) -> Request:
    choices = [choose_asset(text) for text in wish.assets]
    live = {key: asset.document for key, asset in sides.live.assets.items()}
    if not choices:
        return Request(wish.environment, sides.items, live, scope=scope)
    known = {item.id for item in sides.items}
    items = tuple(item for item in sides.items if any(choice.matches(item.id, item.name) for choice in choices))
    others = [(key, asset.name) for key, asset in sides.live.assets.items() if key not in known]
    new = tuple(key for key, name in others if any(choice.matches(key, name) for choice in choices))
    named = [(item.id, item.name) for item in sides.items] + others
    for text, choice in zip(wish.assets, choices, strict=True):
        _refuse_unknown(text, choice, named)
    return Request(wish.environment, items, live, new, scope)


def _refuse_unknown(text: str, choice: AssetChoice, named: Sequence[tuple[AssetId, str]]) -> None:
    if not any(choice.matches(key, name) for key, name in named):
        raise ConfigurationError(
            f"neither Git nor Superset has {text!r}", remedy="take a name or uuid from `hybrid drift-plan`"
        )


def new_errors(translation: Translation) -> tuple[Problem, ...]:
    """Errors that the edits brought in: what Superset takes and our rules do not."""
    if not translation.files:
        return ()
    before, after = (_errors(each) for each in (translation.before, translation.after))
    told = {(problem.path, problem.rule, problem.message) for problem in before}
    return tuple(p for p in after if (p.path, p.rule, p.message) not in told)


def _errors(sources: Sources) -> tuple[Problem, ...]:
    results = {name: compile_bundle(sources, name) for name in sources.environments}
    return tuple(problem for problem in validate(results, sources) if problem.level is Level.ERROR)
