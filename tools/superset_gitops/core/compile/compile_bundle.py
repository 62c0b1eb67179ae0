"""Owns compiling: templates and one environment's variables in, a complete bundle and problems out. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from superset_gitops.core.compile.asset_templates import is_asset, kind_of, reference_name, stray_files
from superset_gitops.core.compile.bundle_files import bundle_paths
from superset_gitops.core.compile.complete_asset import complete_asset
from superset_gitops.core.compile.finding import Finding
from superset_gitops.core.compile.locate import Locator, Rendered
from superset_gitops.core.compile.noting_environment import NotingEnvironment, Reads
from superset_gitops.core.compile.overlays import overlaid, read_as, read_overlays
from superset_gitops.core.compile.references import UNKNOWN_UUID, find_uuids, make_ref
from superset_gitops.core.compile.render_asset import render_asset
from superset_gitops.core.compile.template_environment import TemplateEnvironment
from superset_gitops.core.compile.template_failure import Failure
from superset_gitops.core.compile.variables import read_variables
from superset_gitops.core.documents.check_schema import check_schema
from superset_gitops.core.documents.read_yaml import read_yaml
from superset_gitops.core.policy.declared_release import declared_release
from superset_gitops.core.versions import NEWEST, Release
from superset_gitops.model.asset import Asset, AssetId, Bundle, Document, Kind
from superset_gitops.model.problem import Problem
from superset_gitops.model.sources import Sources


@dataclass(frozen=True, slots=True)
class CompileResult:
    """What the templates compile to in one environment.

    Attributes:
        environment: its name.
        bundle: every asset that has no problem of its own; complete, placeholders not resolved.
        problems: sorted; empty means that the bundle is all that the templates say.
        sources: asset → its document as the template renders it, before it was completed.
        locator: the rendered texts, and the way back to the templates' own lines.
        broken: the uuids of assets that have problems and are not in the bundle, as far as they are known.
        release: of the Superset that it is meant for.
    """

    environment: str
    bundle: Bundle
    problems: tuple[Problem, ...]
    sources: Mapping[AssetId, Document] = field(repr=False)
    locator: Locator = field(repr=False)
    broken: frozenset[str] = frozenset()
    release: Release = NEWEST


def compile_bundle(sources: Sources, environment: str, release: Release | None = None) -> CompileResult:
    """Compile all templates for one environment whose variables file exists in the sources.

    A template that renders to nothing but blanks and comments is no asset of this environment.

    Args:
        sources: all texts.
        environment: the environment's name.
        release: of its Superset; None for policy's, and the newest where policy names none.
    """
    variables, variable_problems = read_variables(sources, environment)
    _, overlay_problems = read_overlays(sources, environment)
    problems = (*sources.unreadable, *stray_files(sources), *variable_problems, *overlay_problems)
    templates = sources.templates
    uuids = {} if variables_are_broken(variable_problems) else find_uuids(templates, {**variables, "env": environment})
    names = tuple(filter(is_asset, templates)) if uuids else ()
    result = compile_assets(sources, environment, variables, uuids, names, release=release)
    return replace(result, problems=tuple(sorted({*problems, *result.problems})))


def compile_assets(
    sources: Sources,
    environment: str,
    variables: Mapping[str, Any],
    uuids: Mapping[str, str],
    names: Collection[str],
    reads: dict[str, Reads] | None = None,
    release: Release | None = None,
) -> CompileResult:
    """Compile some of the templates.

    Args:
        sources: all texts; only those that these templates need are read.
        environment: its name.
        variables: its variables, without `env`.
        uuids: what `ref()` knows; see `find_uuids`.
        names: the templates to compile.
        reads: filled with what each of them read, when given.
        release: as `compile_bundle` takes it.
    """
    release = release or declared_release(sources, environment) or NEWEST
    templates = sources.templates
    scope: dict[str, Any] = {**variables, "env": environment}
    overlays, _ = read_overlays(sources, environment)
    failures: list[Failure] = []
    scope["ref"] = ref = make_ref(uuids, templates, failures)
    rendered: dict[str, Rendered] = {}
    locator = Locator(sources, environment, {**scope, "ref": make_ref(uuids, templates, [])}, rendered)
    jinja = TemplateEnvironment(templates, scope) if reads is None else NotingEnvironment(templates, scope, ref, uuids)
    for name in names:
        if isinstance(jinja, NotingEnvironment) and reads is not None:
            reads[name] = jinja.note_anew()
            reads[name].templates.add(read_as(environment, name))
        text, failed = render_asset(jinja, name, templates, scope)
        failures.extend(failed)
        if text is not None:
            parsed = read_yaml(text)
            rendered[name] = Rendered(text, parsed, overlaid(parsed.value, overlays.get(name)))
    found = [finding for name in rendered for finding in _shape_findings(name, rendered[name], release)]
    failed_templates = {failure.template for failure in failures} | {finding.template for finding in found}
    whole = {n: r for n, r in rendered.items() if n not in failed_templates and not r.parsed.empty}
    documents, twice = _unique(whole)
    bundle = _bundle(sources, environment, documents, release)
    problems = {*map(locator.failure, failures), *map(locator.problem, (*found, *twice))}
    in_bundle = {asset_id.uuid for asset_id in bundle.assets}
    compiled = {uuids[reference_name(n)] for n in names}
    broken = frozenset(uuid for uuid in (*compiled, UNKNOWN_UUID) if uuid not in in_bundle)
    present = {n for n, r in rendered.items() if r.parsed.empty}
    broken -= {uuids[reference_name(n)] for n in present}
    by_id = {asset_id: document for asset_id, (_, document) in documents.items()}
    return CompileResult(environment, bundle, tuple(sorted(problems)), by_id, locator, broken, release)


def variables_are_broken(problems: tuple[Problem, ...]) -> bool:
    """Whether a variables file could not be read: rendering would only repeat that for every template."""
    return any(problem.rule.startswith(("yaml-", "variables")) for problem in problems)


def _shape_findings(name: str, rendered: Rendered, release: Release) -> Iterator[Finding]:
    """What is wrong with one document by itself: its YAML, or its schema."""
    parsed = rendered.parsed
    if parsed.faults:
        yield from (Finding(name, fault.offset, fault.message, fault.rule) for fault in parsed.faults)
        return
    kind = kind_of(name)
    if parsed.empty or kind is None:
        return
    overlaid_here = rendered.document is not parsed.value
    for path, on_key, message in check_schema(kind.value, rendered.document, release.version):
        # What is wrong may stand in the overlay alone, and then has no place in the template.
        told = f"under its overlay, {'.'.join(map(str, path))}: {message}" if overlaid_here else message
        yield Finding(name, path, told, f"{kind}-schema", on_key=on_key)


def _unique(whole: Mapping[str, Rendered]) -> tuple[dict[AssetId, tuple[str, Document]], list[Finding]]:
    """Documents by identity; of templates that declare the same uuid only the first counts, all are told."""
    documents: dict[AssetId, tuple[str, Document]] = {}
    owners: dict[str, str] = {}
    findings: list[Finding] = []
    for name, rendered in whole.items():
        kind = kind_of(name)
        if kind is None:
            continue
        uuid: str = rendered.document["uuid"]
        if uuid in owners:
            message = f"the uuid {uuid} is that of {owners[uuid]} too: give the newer of the two one of its own"
            findings.append(Finding(name, ("uuid",), message, "unique-uuid"))
            continue
        owners[uuid] = name
        documents[AssetId(kind, uuid)] = (name, rendered.document)
    return documents, findings


def _bundle(
    sources: Sources, environment: str, documents: Mapping[AssetId, tuple[str, Document]], release: Release
) -> Bundle:
    chart_names = {i.uuid: str(d["slice_name"]) for i, (_, d) in documents.items() if i.kind is Kind.CHART}
    complete = {i: complete_asset(i.kind, d, chart_names, release) for i, (_, d) in documents.items()}
    paths = bundle_paths(complete)
    assets = {
        asset_id: Asset(
            id=asset_id,
            name=str(document[asset_id.kind.title_field]),
            document=document,
            path=paths[asset_id],
            template=sources.template_path(documents[asset_id][0]),
        )
        for asset_id, document in complete.items()
    }
    return Bundle(environment, assets)
