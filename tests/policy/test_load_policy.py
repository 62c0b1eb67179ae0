"""policy.yaml: every default, every refusal with its line, and a schema that describes itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fixtures.small_project import POLICY
from superset_gitops.core.documents.read_yaml import read_yaml
from superset_gitops.core.policy.load_policy import assets_dir_of, load_policy
from superset_gitops.errors import SourceProblems
from superset_gitops.model.asset import Kind
from superset_gitops.model.policy import DbMode, Gate, Hooks, Limits, Policy, SandboxUse, Step, Tree
from superset_gitops.schemas import schema

KNOWN = ("dev", "staging", "prod")


def load(text: str = POLICY, environments: tuple[str, ...] = KNOWN) -> Policy:
    return load_policy(text, "policy.yaml", environments)


def refused(text: str, environments: tuple[str, ...] = KNOWN) -> list[str]:
    with pytest.raises(SourceProblems) as caught:
        load(text, environments)
    assert caught.value.exit_code == 1
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_policy_is_sound() -> None:
    load(Path(__file__).parents[2].joinpath("policy.yaml").read_text(encoding="utf-8"))


def test_defaults_follow_the_mode() -> None:
    policy = load()
    dev, prod = policy.environments["dev"], policy.environments["prod"]
    assert (dev.sandbox, dev.tree, dev.keep_query_context) == (SandboxUse.AUTO, Tree.ANY, False)
    assert (dev.prune, prod.prune) == (False, False)
    assert dev.limits == prod.limits == Limits(share=0.3, at_least=10)
    assert (prod.sandbox, prod.tree) == (SandboxUse.IF_UP, Tree.CLEAN_AND_PUSHED)
    assert (dev.db.edited, dev.db.unknown, dev.db.out_of_order) == (Gate.FAIL, Gate.WARN, Gate.WARN)
    assert (prod.db.edited, prod.db.unknown, prod.db.out_of_order) == (Gate.FAIL, Gate.FAIL, Gate.FAIL)
    assert prod.db.tracking_table == "public.schema_migrations"
    assert policy.steps == tuple(Step)
    assert (policy.attempts, policy.lease_wait_seconds, policy.main_branch) == (3, 600.0, "main")
    assert policy.dirty_paths == ("policy.yaml", "superset_assets", "db/migrations", "db/seed")
    assert policy.hooks == Hooks("dev", True, False, 60.0, False, 10.0)


def test_prune_and_limits_are_taken_each_by_itself() -> None:
    policy = load(POLICY.replace("drift_gate: warn", "drift_gate: warn, prune: true, limits: {share: 1}"))
    dev = policy.environments["dev"]
    assert (dev.prune, dev.limits) == (True, Limits(share=1, at_least=10))


def test_optional_keys_are_taken() -> None:
    text = (
        POLICY.replace("script_with_retry", "script")
        .replace("seed_dir: db/seed", "seed_dir: db/seed, tracking_table: a.b, environments: {prod: {mode: none}}")
        .replace("drift_gate: warn", "drift_gate: warn, sandbox: never, tree: clean_and_pushed")
    )
    text += "git: {main_branch: trunk, paths: [x]}\n"
    policy = load(f"assets_dir: bi\n{text}")
    assert policy.attempts == 1
    assert policy.environments["prod"].db.mode is DbMode.NONE
    assert policy.environments["dev"].db.mode is DbMode.MIGRATIONS_AND_SEED
    assert policy.environments["dev"].db.tracking_table == "a.b"
    assert (policy.environments["dev"].sandbox, policy.environments["dev"].tree) == (
        SandboxUse.NEVER,
        Tree.CLEAN_AND_PUSHED,
    )
    assert (policy.main_branch, policy.dirty_paths, policy.assets_dir) == ("trunk", ("x",), "bi")


def test_hooks_are_taken_each_by_itself() -> None:
    hooks = "hooks: {post_merge: {enabled: false, shared: true, timeout: 5}, pre_push: {enabled: true, timeout: 2.5}}\n"
    assert load(POLICY + hooks).hooks == Hooks("dev", False, True, 5.0, True, 2.5)
    assert load(POLICY + "hooks: {pre_push: {enabled: true}}\n").hooks == Hooks(pre_push=True)


def test_no_hook_deploys_to_a_strict_environment_but_dev() -> None:
    [told] = refused(POLICY + "hooks: {environment: prod}\n")
    assert told.startswith("policy.yaml:8:22: [error] 'prod' is strict_fail_on_drift: a merge on somebody's machine")
    strict = "dev: {mode: strict_fail_on_drift, drift_gate: fail}"
    text = POLICY.replace("dev: {mode: overwrite_git_wins, drift_gate: warn}", strict)
    assert load(text + "hooks: {environment: dev}\n").hooks.environment == "dev"


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("drift_gate: warn", "drift_gate: warn, limits: {share: 30}", "3:69", "30"),
        ("export:", "exprt:", "6:1", "unknown key 'exprt' (did you mean 'export'?)"),
        ("export:", "hooks: {environment: dve}\nexport:", "6:22", "did you mean 'dev'?"),
        ("export:", "hooks: {post_merge: {timeout: 90}}\nexport:", "6:31", "at most 60"),
        ("drift_gate: warn", "drift_gate: wran", "3:47", "did you mean 'warn'?"),
        ("drift_gate: fail", "drift_gate: warn", "4:53", "its gate is fail"),
        ("[db_sync, apply_assets,", "[apply_assets, db_sync,", "7:42", "in this order: db_sync, apply_assets"),
        ("[db_sync, apply_assets,", "[db_sync, db_sync,", "7:42", "once each"),
        ("[db_sync, apply_assets,", "[db_snyc,", "7:43", "did you mean 'db_sync'?"),
        ("  prod:", "  production:", "5:3", "no superset_assets/environments/production.yaml"),
        ("seed_dir: db/seed", "seed_dir: ../seed", "1:74", "inside the project"),
        ("superset_cli_yaml", "zip", "6:18", 'expected "superset_cli_yaml"'),
        ("mode: migrations_and_seed", "mode: migrations_and_seed, mode: none", "1:33", "stands twice"),
        ("deploy: {mode: script_with_retry,", "deploy: {", "7:9", "'mode' is missing"),
    ],
)
def test_a_refusal_names_its_line(old: str, new: str, where: str, what: str) -> None:
    assert old in POLICY
    told = refused(POLICY.replace(old, new))
    assert any(line.startswith(f"policy.yaml:{where}:") and what in line for line in told), told


def test_variables_without_policy_and_the_other_way_round() -> None:
    told = refused(POLICY, ("dev", "staging", "qa"))
    assert len(told) == 2
    assert "environments/qa.yaml exists, but 'qa' is not here" in told[0]
    assert "there is no superset_assets/environments/prod.yaml" in told[1]


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]", "a", "{", "a: 1\n"])
def test_what_is_no_policy_is_refused(text: str) -> None:
    assert refused(text)


def test_the_assets_folder_is_known_even_when_the_policy_is_wrong() -> None:
    assert assets_dir_of(f"assets_dir: bi\n{POLICY}nonsense: 1\n") == "bi"
    assert assets_dir_of("assets_dir: ../out\n") == "superset_assets"
    assert assets_dir_of("{") == "superset_assets"


def keys(part: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, sub in part.get("properties", {}).items():
        yield f"{path}{name}", sub
        yield from keys(sub, f"{path}{name}.")
    for name in ("additionalProperties", "items"):
        if isinstance(part.get(name), dict):
            yield from keys(part[name], f"{path}*.")


def test_every_key_is_described_and_the_docs_name_it() -> None:
    docs = Path(__file__).parents[2].joinpath("docs/policy.md").read_text(encoding="utf-8")
    found = dict(keys(schema("policy")))
    assert len(found) >= 32
    for path, part in found.items():
        assert part.get("description"), path
        assert f"`{path.replace('*', '<env>')}`" in docs, path
    for selector, part in schema("policy")["$defs"]["ignore_rules"]["items"]["properties"].items():
        assert part.get("description"), selector
        assert f"| `{selector}` |" in docs, selector


def test_the_schema_is_one() -> None:
    from jsonschema import Draft202012Validator

    for name in ("policy", *(kind.value for kind in Kind)):
        Draft202012Validator.check_schema(schema(name))


def test_an_editor_s_view_of_the_sample_agrees() -> None:
    from jsonschema import Draft202012Validator

    assert Draft202012Validator(schema("policy")).is_valid(read_yaml(POLICY).value)


def test_variables_that_adopt_puts_back_name_fields_that_there_are() -> None:
    policy = load(POLICY + "adopt: {variables: {schema: [schema, sql], row_limit: [params.row_limit]}}\n")
    assert policy.adopt_variables == {"schema": ("schema", "sql"), "row_limit": ("params.row_limit",)}
    assert load().adopt_variables == {}
    problems = refused(POLICY + "adopt:\n  variables:\n    schema: [schema, shema]\n    id: [uuid]\n")
    assert problems == [
        "policy.yaml:10:22: [error] no kind of asset has a field 'shema' (did you mean 'schema'?) (policy-adopt)",
        "policy.yaml:11:10: [error] 'uuid' cannot be a variable: it is what the asset is known by (policy-adopt)",
    ]
    assert "a list of one field or more" in refused(POLICY + "adopt: {variables: {schema: schema}}\n")[0]
