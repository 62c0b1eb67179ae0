"""Owns what no schema can say about a policy: its parts against each other, and against the variables files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from superset_gitops.core.documents.read_yaml import DocumentPath
from superset_gitops.core.documents.suggest import did_you_mean
from superset_gitops.core.ignore import path_fault
from superset_gitops.core.versions import NEWEST, find_release
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import Kind
from superset_gitops.model.policy import ApplyMode, Gate, Hooks, Step


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong at a path of the policy, or at an offset of its text."""

    at: DocumentPath | int
    message: str
    rule: str
    on_key: bool = False


def contradictions(policy: Mapping[str, Any], environments: Collection[str]) -> Iterator[Complaint]:
    """What is wrong with a policy whose shape is right."""
    yield from _gates(policy["apply"])
    yield from _environments(policy, environments)
    yield from _ignored_fields(policy)
    yield from _adopted_fields(policy)
    yield from _hooks(policy.get("hooks", {}), policy["apply"])
    yield from _releases(policy["apply"])
    steps = policy["deploy"]["steps"]
    ordered = [str(step) for step in Step if step in steps]
    if steps != ordered:
        message = f"steps come once each, and in this order: {', '.join(ordered)}"
        yield Complaint(("deploy", "steps"), message, "policy-steps")


def _gates(apply: Mapping[str, Any]) -> Iterator[Complaint]:
    for name, environment in apply.items():
        if environment["mode"] == ApplyMode.STRICT_FAIL_ON_DRIFT and environment["drift_gate"] == Gate.WARN:
            message = (
                "strict_fail_on_drift stops on drift, so its gate is fail; to be warned only, use overwrite_git_wins"
            )
            yield Complaint(("apply", name, "drift_gate"), message, "policy-gate")


def _hooks(hooks: Mapping[str, Any], apply: Mapping[str, Any]) -> Iterator[Complaint]:
    """A merge is nobody's decision to deploy: it reaches an environment where Git wins, and dev, but no strict one."""
    name = hooks.get("environment")
    if name is None:
        return
    at = ("hooks", "environment")
    if name not in apply:
        yield Complaint(at, f"{name!r} is no environment of apply{did_you_mean(name, apply)}", "policy-environment")
    elif apply[name]["mode"] == ApplyMode.STRICT_FAIL_ON_DRIFT and name != Hooks().environment:
        message = f"{name!r} is strict_fail_on_drift: a merge on somebody's machine never deploys to it"
        yield Complaint(at, message, "policy-hooks")


def _releases(apply: Mapping[str, Any]) -> Iterator[Complaint]:
    for name, environment in apply.items():
        try:
            find_release(environment.get("superset_version", str(NEWEST)))
        except ConfigurationError as error:
            yield Complaint(("apply", name, "superset_version"), error.what, "policy-superset-version")


def _environments(policy: Mapping[str, Any], environments: Collection[str]) -> Iterator[Complaint]:
    apply = policy["apply"]
    folder = policy.get("assets_dir", "superset_assets")
    for name in apply:
        if name not in environments:
            message = f"there is no {folder}/environments/{name}.yaml{did_you_mean(name, environments)}"
            yield Complaint(("apply", name), message, "policy-environment", on_key=True)
    for name in sorted(environments):
        if name not in apply:
            message = f"{folder}/environments/{name}.yaml exists, but {name!r} is not here: say what may happen there"
            yield Complaint(("apply",), message, "policy-environment", on_key=True)
    for name in policy["db"].get("environments", {}):
        if name not in apply:
            message = f"{name!r} is no environment of apply{did_you_mean(name, apply)}"
            yield Complaint(("db", "environments", name), message, "policy-environment", on_key=True)


def _adopted_fields(policy: Mapping[str, Any]) -> Iterator[Complaint]:
    """What `hybrid adopt` puts variables into are fields that some kind of asset has."""
    for name, fields in policy.get("adopt", {}).get("variables", {}).items():
        for index, dotted in enumerate(fields):
            fault = path_fault(tuple(Kind), dotted, "a variable")
            if fault is not None:
                yield Complaint(("adopt", "variables", name, index), fault, "policy-adopt")


def _ignored_fields(policy: Mapping[str, Any]) -> Iterator[Complaint]:
    lists: dict[DocumentPath, Any] = {("drift", "ignore"): policy.get("drift", {}).get("ignore", [])}
    lists |= {("apply", name, "ignore"): each.get("ignore", []) for name, each in policy["apply"].items()}
    for at, rules in lists.items():
        for number, rule in enumerate(rules):
            kinds = (Kind(rule["kind"]),) if "kind" in rule else tuple(Kind)
            for index, field in enumerate(rule.get("fields", [])):
                fault = path_fault(kinds, field)
                if fault is not None:
                    yield Complaint((*at, number, "fields", index), fault, "policy-ignore")
