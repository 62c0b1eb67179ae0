"""Owns compiling and judging some templates, each for itself or with what is known of the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from superset_gitops.core.compile.asset_templates import reference_name
from superset_gitops.core.compile.compile_bundle import CompileResult, compile_assets
from superset_gitops.core.compile.noting_environment import Reads
from superset_gitops.core.hooks.facts import facts_of
from superset_gitops.core.hooks.unit import Unit, make_unit
from superset_gitops.core.validate.lint_all import lint_rendered, style_key
from superset_gitops.core.validate.project_view import View
from superset_gitops.core.validate.rules import same_uuid, unique_names
from superset_gitops.core.validate.validate_bundles import RULES
from superset_gitops.model.asset import AssetId, Document
from superset_gitops.model.problem import Level, Problem
from superset_gitops.model.sources import Sources

# Environment and identity → what is known of an asset that is not compiled.
Elsewhere = Callable[[str, AssetId], Document | None]


@dataclass(frozen=True, slots=True)
class Environment:
    """What one environment's templates see.

    Attributes:
        variables: its variables, without `env` and `ref`.
        digests: of each of them.
        uuids: what `ref()` knows.
    """

    name: str
    variables: Mapping[str, Any] = field(repr=False)
    digests: Mapping[str, str] = field(repr=False)
    uuids: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came out of some templates.

    Attributes:
        units: template → environment → its unit; None where it did not compile.
        failed: the templates, each with its environment, that have an error.
        problems: all, warnings too; sorted.
    """

    units: dict[str, dict[str, Unit | None]]
    failed: frozenset[tuple[str, str]]
    problems: tuple[Problem, ...]


def compile_units(
    sources: Sources,
    oids: Mapping[str, str],
    wanted: Sequence[tuple[Environment, Collection[str]]],
    lint_config: str | None,
    elsewhere: Elsewhere | None = None,
) -> Compiled:
    """Compile templates and judge them.

    Args:
        sources: all texts; only those that are needed are read.
        oids: template → the hash of its text.
        wanted: environments, each with its templates to compile, in the order of all templates.
        lint_config: the project's own configuration of yamllint.
        elsewhere: the assets that are not compiled here; None: each template is judged for itself, whatever it refers
            to is taken to be there, and what several share is left to their facts.
    """
    results: dict[str, CompileResult] = {}
    found: dict[str, dict[str, list[Problem]]] = {}
    reads: dict[str, dict[str, Reads]] = {}
    styles: dict[Hashable, list[Problem]] = {}
    for environment, names in wanted:
        noted = reads[environment.name] = {}
        args = (sources, environment.name, environment.variables, environment.uuids, names, noted)
        result = results[environment.name] = compile_assets(*args)
        told = found[environment.name] = _judge(result, elsewhere)
        for name in result.locator.rendered:
            key = style_key(result, name, lint_config)
            if key not in styles:
                styles[key] = list(lint_rendered(result, name, lint_config))
            told.setdefault(name, []).extend(styles[key])
    for where, finding in same_uuid.check_across(results) if elsewhere else ():
        found[where].setdefault(finding.template, []).append(results[where].locator.problem(finding))
    units: dict[str, dict[str, Unit | None]] = {}
    for environment, names in wanted:
        result, told = results[environment.name], found[environment.name]
        for name, unit in _units(result, environment, names, reads[environment.name], oids, told):
            units.setdefault(name, {})[environment.name] = unit
    failed = {(name, where) for name, each in units.items() for where, unit in each.items() if unit is None}
    for where, told in found.items():
        failed |= {(name, where) for name, each in told.items() if any(p.level is Level.ERROR for p in each)}
    problems = {problem for told in found.values() for each in told.values() for problem in each}
    problems.update(problem for result in results.values() for problem in result.problems)
    return Compiled(units, frozenset(failed), tuple(sorted(problems)))


def _judge(result: CompileResult, elsewhere: Elsewhere | None) -> dict[str, list[Problem]]:
    def look_up(asset: AssetId) -> Document | None:
        return elsewhere(result.environment, asset) if elsewhere else {}

    view = View(result, look_up)
    found: dict[str, list[Problem]] = {}
    for rule in RULES:
        for finding in rule.check(view) if elsewhere or rule is not unique_names else ():
            found.setdefault(finding.template, []).append(result.locator.problem(finding))
    return found


def _units(
    result: CompileResult,
    environment: Environment,
    names: Collection[str],
    reads: Mapping[str, Reads],
    oids: Mapping[str, str],
    told: Mapping[str, list[Problem]],
) -> Iterator[tuple[str, Unit | None]]:
    sources = result.locator.sources
    prefix = sources.template_path("")
    assets = {asset.template.removeprefix(prefix): asset for asset in result.bundle.assets.values()}
    for name in names:
        rendered = result.locator.rendered.get(name)
        empty = rendered is not None and rendered.parsed.empty and not rendered.parsed.faults
        if name not in assets and not empty:
            yield name, None
            continue
        facts = None if empty else facts_of(assets[name], sources.templates[name])
        yield name, make_unit(reads[name], oids, environment.digests, facts, told.get(name, []))


def broken_uuids(compiled: Compiled, environments: Collection[Environment]) -> dict[str, set[str]]:
    """Environment → the uuids of the assets that did not compile."""
    uuids = {environment.name: environment.uuids for environment in environments}
    broken: dict[str, set[str]] = {name: set() for name in uuids}
    for name, each in compiled.units.items():
        for environment, unit in each.items():
            if unit is None:
                broken[environment].add(uuids[environment].get(reference_name(name), ""))
    return broken
