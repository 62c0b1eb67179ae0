"""Owns compiling anew only what can have changed, with the same answer as if everything had been compiled.

First each changed template is compiled and judged for itself. Then facts tell which assets, also unchanged ones, may be
wrong together; those are compiled again and judged by the rules with what is known of all others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from superset_gitops.core.compile.asset_templates import is_asset, reference_name
from superset_gitops.core.compile.references import UNKNOWN_UUID
from superset_gitops.core.hooks.compile_units import (
    Compiled,
    Elsewhere,
    Environment,
    broken_uuids,
    compile_units,
)
from superset_gitops.core.hooks.suspects import Place, suspects
from superset_gitops.core.hooks.unit import Unit, Units, sharing, still_holds, warnings_of
from superset_gitops.model.asset import AssetId, Document
from superset_gitops.model.problem import Problem
from superset_gitops.model.sources import Sources

Wanted = Sequence[tuple[Environment, Collection[str]]]
# Compiles each template for itself, perhaps in several processes.
CompileAll = Callable[[Wanted], Compiled]


@dataclass(frozen=True, slots=True)
class Recompiled:
    """The problems of all templates, the units of those without an error, and how many renders were made anew."""

    problems: tuple[Problem, ...]
    units: Units = field(repr=False)
    renders: int


def recompile(
    sources: Sources,
    oids: Mapping[str, str],
    environments: Sequence[Environment],
    units: Units,
    lint_config: str | None,
    compile_all: CompileAll | None = None,
) -> Recompiled:
    """Compile what has changed since these units were made.

    Args:
        sources: all texts; only those that are needed are read.
        oids: template → the hash of its text, for every one that exists.
        environments: those whose variables could be read.
        units: of an earlier time, any or none.
        lint_config: the project's own configuration of yamllint; the units were made with the same one.
        compile_all: compiles the changed ones; by default here and now.
    """
    kept: Units = {}
    missing: list[tuple[Environment, list[str]]] = []
    assets = sorted(filter(is_asset, oids))
    nothing: dict[str, Unit] = {}
    for environment in environments:
        changed = []
        for name in assets:
            unit = units.get(name, nothing).get(environment.name)
            if unit is not None and still_holds(unit, oids, environment.digests, environment.uuids):
                kept.setdefault(name, {})[environment.name] = unit
            else:
                changed.append(name)
        if changed:
            missing.append((environment, changed))
    alone = (compile_all or (lambda wanted: compile_units(sources, oids, wanted, lint_config)))(missing)
    _add(kept, alone)
    places = _to_judge_together(kept, alone, environments)
    together = [(e, [name for name in assets if (name, e.name) in places]) for e in environments]
    if not places:
        return Recompiled(_warnings(kept), kept, sum(len(names) for _, names in missing))
    judged = compile_units(sources, oids, together, lint_config, _elsewhere(kept, places))
    _add(kept, judged)
    for name, where in judged.failed:
        kept.get(name, {}).pop(where, None)
    problems = {*_warnings(kept), *judged.problems}
    return Recompiled(tuple(sorted(problems)), kept, sum(len(names) for _, names in (*missing, *together)))


def _to_judge_together(units: Units, alone: Compiled, environments: Sequence[Environment]) -> set[Place]:
    """What has an error by itself, and what may be wrong together."""
    broken = broken_uuids(alone, environments)
    places = _of_same_uuid(units, broken)
    for name, where in places:
        facts = units[name][where]["facts"]
        broken[where].discard(facts["uuid"] if facts else "")  # the other asset has it, and is whole
    places |= alone.failed | suspects(units, [each.name for each in environments], broken)
    return places | set(_nameless(units, environments)) if places else places


def _nameless(units: Units, environments: Sequence[Environment]) -> Iterator[Place]:
    """Templates that render to nothing and whose uuid nobody can know: a reference to one leads nowhere."""
    for environment in environments:
        for name, each in units.items():
            nothing = environment.name in each and each[environment.name]["facts"] is None
            if nothing and environment.uuids.get(reference_name(name)) == UNKNOWN_UUID:
                yield name, environment.name


def _warnings(units: Units) -> tuple[Problem, ...]:
    return tuple(sorted({each for known in units.values() for unit in known.values() for each in warnings_of(unit)}))


def _of_same_uuid(units: Units, broken: Mapping[str, Collection[str]]) -> set[Place]:
    """The whole assets whose uuid a broken one has, too: perhaps that is what is wrong with it."""
    return {
        (name, environment)
        for name, each in units.items()
        for environment, unit in each.items()
        if unit["facts"] and unit["facts"]["uuid"] in broken[environment]
    }


def _add(units: Units, compiled: Compiled) -> None:
    for name, each in compiled.units.items():
        for environment, unit in each.items():
            if unit is not None:
                known = units.setdefault(name, {})
                known[environment] = sharing(unit, known.values())


def _elsewhere(units: Units, places: Collection[tuple[str, str]]) -> Elsewhere:
    """What is known of the assets outside these places: as much of a document as others depend on."""
    known: dict[tuple[str, str], Document] = {}
    for name, each in units.items():
        for environment, unit in each.items():
            facts = unit["facts"]
            if facts is not None and (name, environment) not in places:
                known[environment, facts["fills"]] = {
                    "table_name": facts["title"],
                    "columns": [{"column_name": column} for column in facts["columns"]],
                    "metrics": [{"metric_name": metric} for metric in facts["metrics"]],
                }

    def look_up(environment: str, asset: AssetId) -> Document | None:
        return known.get((environment, f"{asset.kind} {asset.uuid}"))

    return look_up
