"""Owns finding the assets that may be wrong together, from facts alone.

A proof in one direction: whoever is not named here has no problem with another asset. Whoever is, is compiled and
judged by the rules themselves, which then say what is wrong, or that nothing is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from superset_gitops.core.hooks.facts import Facts
from superset_gitops.core.hooks.unit import Units
from superset_gitops.model.asset import Kind

# A template in an environment.
Place = tuple[str, str]


def suspects(units: Units, environments: Collection[str], broken: Mapping[str, Collection[str]]) -> set[Place]:
    """The templates, each with its environment, that the rules must look at.

    Args:
        units: of all templates that have no error of their own.
        environments: those that are looked at.
        broken: environment → the uuids of assets with an error of their own; what refers to them is not told as well.
    """
    found: set[Place] = set()
    for environment in environments:
        facts = {
            name: each[environment]["facts"]
            for name, each in units.items()
            if environment in each and each[environment]["facts"]
        }
        known = {name: each for name, each in facts.items() if each is not None}
        found |= {(name, environment) for name in _lost(known, broken.get(environment, ()))}
        found |= {(name, environment) for name in _clashing(known)}
    return found | set(_varying(units, environments))


def _lost(facts: Mapping[str, Facts], broken: Collection[str]) -> Iterator[str]:
    """Who refers to what is not there, or names a column or metric that its dataset does not have."""
    there: set[str] = set()
    columns: dict[str, set[str]] = {}
    metrics: dict[str, set[str]] = {}
    for each in facts.values():
        there.add(each["fills"])
        if each["columns"] or each["metrics"]:
            columns[each["uuid"]] = set(each["columns"])
            metrics[each["uuid"]] = set(each["metrics"])
    there.update(f"{kind} {uuid}" for uuid in broken for kind in Kind)
    nothing: set[str] = set()
    for name, each in facts.items():
        if not there.issuperset(each["needs"]):
            yield name
            continue
        for dataset, (used, measured, either) in each["uses"].items():
            if dataset in broken:
                continue
            has, has_metrics = columns.get(dataset, nothing), metrics.get(dataset, nothing)
            if not (
                has.issuperset(used)
                and has_metrics.issuperset(measured)
                and all(one in has or one in has_metrics for one in either)
            ):
                yield name
                break


def _clashing(facts: Mapping[str, Facts]) -> Iterator[str]:
    """Who shares something that must be its own, or has it twice."""
    owners: dict[str, list[tuple[str, str]]] = {}
    for name, each in facts.items():
        for key, apart in each["keys"]:
            owners.setdefault(key, []).append((apart, name))
        if any(len(set(names)) < len(names) for names in (each["columns"], each["metrics"])):
            yield name
    for sharing in owners.values():
        if len(sharing) > 1:
            kinds = {each for each, _ in sharing}
            if "" in kinds or len(kinds) < len(sharing):
                yield from (name for _, name in sharing)


def _varying(units: Units, environments: Collection[str]) -> Iterator[Place]:
    """Who has another uuid in another environment, without having said so."""
    for name, each in units.items():
        found = {environment: each[environment]["facts"] for environment in environments if environment in each}
        known = {environment: facts for environment, facts in found.items() if facts is not None}
        if len({facts["uuid"] for facts in known.values()}) > 1 and not all(f["varies"] for f in known.values()):
            yield from ((name, environment) for environment in known)
