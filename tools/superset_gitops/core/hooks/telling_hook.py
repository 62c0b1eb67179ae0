"""Owns which hook tells a problem: each problem is told by exactly one."""

from __future__ import annotations

from superset_gitops.model.problem import Problem

COMPILE, BUNDLE, MIGRATIONS = "template-compile", "bundle-validate", "migration-check"
POLICY, STYLE, SECRETS = "policy-schema", "yamllint", "clear-text-secrets"
# The hooks that look at the staged project and share one answer.
PROJECT_HOOKS = (COMPILE, BUNDLE, MIGRATIONS, POLICY, STYLE, SECRETS)

_BY_RULE = {
    "yamllint": STYLE,
    "clear": SECRETS,
    "policy": POLICY,
    "sql": MIGRATIONS,
    "migration": MIGRATIONS,
    "squawk": MIGRATIONS,
    **dict.fromkeys(("template", "undefined", "yaml", "variables", "file", "stray"), COMPILE),
}
_COMPILE = frozenset({"unknown-reference", "chart-schema", "dashboard-schema", "database-schema", "dataset-schema"})


def telling_hook(problem: Problem) -> str:
    """The id of the hook that tells a problem: by its rule; what is wrong inside policy.yaml is the policy's."""
    if problem.rule in _COMPILE:
        return COMPILE
    if problem.path.endswith("policy.yaml") and problem.rule.startswith("yaml-"):
        return POLICY
    return _BY_RULE.get(problem.rule.split("-")[0], BUNDLE)
