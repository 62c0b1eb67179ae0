"""Owns the policy's defaults: a checked document in, a `Policy` with nothing left open out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from superset_gitops.core.documents.read_yaml import DocumentPath
from superset_gitops.model.asset import Kind
from superset_gitops.model.policy import (
    ApplyMode,
    DbMode,
    DbPolicy,
    EnvironmentPolicy,
    ExportBranch,
    Gate,
    Hooks,
    IgnoreRule,
    Limits,
    Policy,
    SandboxUse,
    Step,
    Tree,
)

# A path inside the policy → its file, line and column.
Places = Callable[[DocumentPath], tuple[str, int, int]]

_DEFAULT_ATTEMPTS = 3
_DEFAULT_LEASE_WAIT = 600.0  # seconds


def fill_policy(document: Mapping[str, Any], places: Places) -> Policy:
    """The policy that a document says; the document has passed every check."""
    shared = _ignore_rules(document.get("drift", {}), ("drift",), places)
    assets_dir = document.get("assets_dir", "superset_assets")
    db, deploy, git = document["db"], document["deploy"], document.get("git", {})
    default_paths = dict.fromkeys(("policy.yaml", assets_dir, db["migrations_dir"], db["seed_dir"]))
    retried = deploy["mode"] == "script_with_retry"
    return Policy(
        assets_dir=assets_dir,
        environments={
            name: _environment(name, each, db, (*shared, *_ignore_rules(each, ("apply", name), places)))
            for name, each in document["apply"].items()
        },
        steps=tuple(Step(step) for step in deploy["steps"]),
        attempts=deploy.get("retries", {}).get("attempts", _DEFAULT_ATTEMPTS) if retried else 1,
        lease_wait_seconds=float(deploy.get("lease_wait", _DEFAULT_LEASE_WAIT)),
        main_branch=git.get("main_branch", "main"),
        dirty_paths=tuple(git.get("paths", default_paths)),
        hooks=_hooks(document.get("hooks", {})),
        adopt_variables={
            name: tuple(fields) for name, fields in document.get("adopt", {}).get("variables", {}).items()
        },
        export_branch=ExportBranch(document["export"].get("branch", ExportBranch.PULL_REQUEST)),
    )


def _environment(
    name: str, document: Mapping[str, Any], db: Mapping[str, Any], ignore: tuple[IgnoreRule, ...]
) -> EnvironmentPolicy:
    mode = ApplyMode(document["mode"])
    strict = mode is ApplyMode.STRICT_FAIL_ON_DRIFT
    return EnvironmentPolicy(
        name=name,
        mode=mode,
        drift_gate=Gate(document["drift_gate"]),
        db=_db(db, db.get("environments", {}).get(name, {}), strict=strict),
        sandbox=SandboxUse(document.get("sandbox", SandboxUse.IF_UP if strict else SandboxUse.AUTO)),
        tree=Tree(document.get("tree", Tree.CLEAN_AND_PUSHED if strict else Tree.ANY)),
        keep_query_context=document.get("keep_query_context", False),
        prune=document.get("prune", False),
        limits=Limits(**document.get("limits", {})),
        ignore=ignore,
        superset_version=document.get("superset_version", ""),
    )


def _hooks(document: Mapping[str, Any]) -> Hooks:
    merge, push, default = document.get("post_merge", {}), document.get("pre_push", {}), Hooks()
    return Hooks(
        environment=document.get("environment", default.environment),
        post_merge=merge.get("enabled", default.post_merge),
        shared=merge.get("shared", default.shared),
        post_merge_timeout=float(merge.get("timeout", default.post_merge_timeout)),
        pre_push=push.get("enabled", default.pre_push),
        pre_push_timeout=float(push.get("timeout", default.pre_push_timeout)),
    )


def _db(db: Mapping[str, Any], own: Mapping[str, Any], *, strict: bool) -> DbPolicy:
    # A dev environment is deployed from many branches in turn: each knows some migrations that others do not.
    lenient = Gate.FAIL if strict else Gate.WARN
    return DbPolicy(
        mode=DbMode(own.get("mode", db["mode"])),
        migrations_dir=db["migrations_dir"],
        seed_dir=db["seed_dir"],
        edited=Gate(own.get("edited", Gate.FAIL)),
        unknown=Gate(own.get("unknown", lenient)),
        out_of_order=Gate(own.get("out_of_order", lenient)),
        tracking_table=db.get("tracking_table", "public.schema_migrations"),
    )


def _ignore_rules(document: Mapping[str, Any], at: DocumentPath, places: Places) -> tuple[IgnoreRule, ...]:
    rules = enumerate(document.get("ignore", []))
    return tuple(_ignore_rule(rule, places((*at, "ignore", number))) for number, rule in rules)


def _ignore_rule(document: Mapping[str, Any], place: tuple[str, int, int]) -> IgnoreRule:
    path, line, col = place
    return IgnoreRule(
        kind=Kind(document["kind"]) if "kind" in document else None,
        uuid=document.get("uuid"),
        name=document.get("name"),
        fields=tuple(document.get("fields", ())),
        path=path,
        line=line,
        col=col,
    )
