"""Owns finding the ignore rules that say nothing about what Git names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from superset_gitops.core.documents.suggest import did_you_mean
from superset_gitops.core.ignore.ignoring import is_selected
from superset_gitops.core.ignore.known_fields import path_fault
from superset_gitops.model.asset import Bundle, Kind
from superset_gitops.model.policy import EnvironmentPolicy, IgnoreRule
from superset_gitops.model.problem import Level, Problem

_RULE = "policy-ignore"
_WAY_ON = "mend the rule, or remove it, unless it is there to keep such an asset from prune"


def unmatched_rules(policies: Mapping[str, EnvironmentPolicy], bundles: Mapping[str, Bundle]) -> Iterator[Problem]:
    """A warning for each rule that matches no asset, or of which a field is none of those that it matches.

    A rule for several environments is asked only where all of them are compiled: it may be about one of them alone.

    Args:
        policies: by environment.
        bundles: what Git names, in some of these environments.
    """
    for rule in dict.fromkeys(rule for name in bundles for rule in policies[name].ignore):
        environments = [name for name, policy in policies.items() if rule in policy.ignore]
        if not bundles.keys() >= set(environments):
            continue
        named = [(asset.id, asset.name) for name in environments for asset in bundles[name].assets.values()]
        kinds = [key.kind for key, name in named if is_selected(rule, key, name)]
        where = environments[0] if len(environments) == 1 else ""
        if not kinds:
            guess = did_you_mean(rule.uuid, {key.uuid for key, _ in named}) if rule.uuid else ""
            if rule.name:
                guess = guess or did_you_mean(rule.name, {name for _, name in named})
            yield _warning(rule, f"{_nothing(rule)}{guess}: {_WAY_ON}", where)
        for field in rule.fields if kinds else ():
            fault = path_fault(sorted(set(kinds), key=list(Kind).index), field)
            if fault is not None:
                yield _warning(rule, f"{field!r} is no field of what this rule matches: {fault}", where)


def _nothing(rule: IgnoreRule) -> str:
    """That there is none of what the rule selects."""
    traits = [f"uuid {rule.uuid}"] if rule.uuid else []
    traits += [f"name {rule.name!r}"] if rule.name else []
    return f"no {rule.kind or 'asset'} in Git has {' and '.join(traits)}" if traits else f"Git has no {rule.kind}"


def _warning(rule: IgnoreRule, message: str, environment: str) -> Problem:
    return Problem(rule.path, rule.line, rule.col, message, _RULE, Level.WARNING, environment)
