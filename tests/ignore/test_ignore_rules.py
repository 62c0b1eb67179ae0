"""Which rules a policy may have, and which say nothing."""

from __future__ import annotations

import pytest

from fixtures.small_project import POLICY, compiled, small_project
from superset_gitops.core.ignore import ignoring_of, path_fault, unmatched_rules
from superset_gitops.core.ignore.known_fields import KNOWN
from superset_gitops.core.normal_form import normalize
from superset_gitops.core.policy.load_policy import load_policy
from superset_gitops.errors import SourceProblems
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.policy import Policy
from superset_gitops.model.problem import Level

CHART = "33333333-3333-4333-8333-333333333333"
OWN = POLICY.replace("drift_gate: warn}", "drift_gate: warn, ignore: [RULE]}")
SHARED = POLICY + "drift: {ignore: [RULE]}\n"


def load(rule: str, text: str = OWN) -> Policy:
    return load_policy(text.replace("RULE", rule), "policy.yaml", ("dev", "staging", "prod"))


def refused(rule: str) -> list[str]:
    with pytest.raises(SourceProblems) as caught:
        load(rule)
    return [str(problem) for problem in caught.value.problems]


def test_a_rule_for_all_environments_stands_before_their_own() -> None:
    text = SHARED.replace("RULE", "{kind: chart}").replace(
        "drift_gate: warn}", "drift_gate: warn, ignore: [{kind: chart, name: 'A*', fields: [params.x]}]}"
    )
    policy = load("", text)
    dev, prod = (policy.environments[name].ignore for name in ("dev", "prod"))
    assert [rule.fields for rule in dev] == [(), ("params.x",)]
    assert prod == dev[:1]
    assert [rule.place for rule in dev] == ["policy.yaml:8:18", "policy.yaml:3:62"]


@pytest.mark.parametrize(
    ("rule", "where", "what"),
    [
        ("{}", "3:62", "a rule says at least one of kind, uuid, name and fields"),
        ("{kind: chrat}", "3:69", "did you mean 'chart'?"),
        ("{uuid: ABC}", "3:69", "a uuid in canonical form"),
        ("{name: ''}", "3:69", "a title; * stands for any text"),
        ("{field: params.x}", "3:63", "did you mean 'fields'?"),
        ("{fields: params.x}", "3:71", "expected a list"),
        ("{fields: []}", "3:71", "leave fields out for the whole asset"),
        ("{kind: chart, fields: [parms.x]}", "3:85", "a chart has no field 'parms' (did you mean 'params'?)"),
        (
            "{fields: [cache_timeot]}",
            "3:72",
            "no kind of asset has a field 'cache_timeot' (did you mean 'cache_timeout'",
        ),
        ("{kind: dataset, fields: [slug]}", "3:87", "a dataset has no field 'slug'"),
        ("{kind: dataset, fields: [css, slug]}", "3:92", "a dataset has no field 'slug'"),
        ("{fields: [params..x]}", "3:72", "a dot in a name is written ?"),
        ("{fields: ['*']}", "3:72", "for the whole asset leave fields out"),
    ],
)
def test_a_refusal_names_its_line(rule: str, where: str, what: str) -> None:
    told = refused(rule)
    assert any(line.startswith(f"policy.yaml:{where}:") and what in line for line in told), told


@pytest.mark.parametrize(
    ("kind", "field", "what"),
    [
        (Kind.DATASET, "metrics.*.d3frmat", "metrics.* has no field 'd3frmat' (did you mean 'd3format'?)"),
        (Kind.DATASET, "columns.year.verbose_name.x", "is kept as a whole"),
        (Kind.DATABASE, "ssh_tunnel.password", "ssh_tunnel is kept as a whole"),
        (Kind.DATABASE, "password", "secrets are never compared"),
        (Kind.CHART, "uuid", "what the asset is known by"),
        (Kind.CHART, "params.viz_type", "a comparison calls it viz_type"),
        (Kind.CHART, "params.slice_id", "it is never compared"),
        (Kind.CHART, "query_context.queries", "query_context is kept as a whole"),
        (Kind.DASHBOARD, "metadata.native_filter_configuration", "metadata.native_filters"),
        (Kind.DASHBOARD, "metadata.native_filters.name", "has no field 'name'"),
        (Kind.DASHBOARD, "charts", "write position"),
        (Kind.DASHBOARD, "position.*", "write position for the whole layout"),
        (Kind.DASHBOARD, "position.ROW-1.children", "write position for the whole layout"),
        (Kind.DASHBOARD, "position.*.meta.u*", "write position for the whole layout"),
    ],
)
def test_a_field_that_cannot_be_kept_by_itself_says_why(kind: Kind, field: str, what: str) -> None:
    fault = path_fault((kind,), field)
    assert fault is not None
    assert what in fault


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (Kind.DATABASE, "extra.engine_params.connect_args"),
        (Kind.DATABASE, "ssh_tunnel"),
        (Kind.DATASET, "metrics.count?all.d3format"),
        (Kind.DATASET, "columns.*.type"),
        (Kind.DATASET, "columns.*.verbose*"),
        (Kind.CHART, "params.row_limit"),
        (Kind.CHART, "query_context"),
        (Kind.DASHBOARD, "metadata.*"),
        (Kind.DASHBOARD, "metadata.native_filters.by_id.*.defaultDataMask"),
        (Kind.DASHBOARD, "position.*.meta.height"),
        (Kind.DASHBOARD, "position"),
    ],
)
def test_a_field_that_can_be_kept(kind: Kind, field: str) -> None:
    assert path_fault((kind,), field) is None
    assert path_fault(tuple(Kind), field) is None


def test_every_field_of_a_comparison_may_be_named() -> None:
    for key, asset in compiled(small_project(), "dev")["dev"].bundle.assets.items():
        assert normalize(key.kind, asset.document).keys() <= KNOWN[key.kind].keys()


def told(policy: Policy, *environments: str) -> list[str]:
    bundles = {name: result.bundle for name, result in compiled(small_project(), *environments).items()}
    found = list(unmatched_rules(policy.environments, bundles))
    assert all(problem.level is Level.WARNING for problem in found)
    return [str(problem) for problem in found]


def test_a_rule_about_nothing_is_a_warning() -> None:
    typo = CHART.replace("3333-4333", "3333-4334")
    assert told(load(f"{{uuid: {typo}}}"), "dev", "prod") == [
        (
            f"policy.yaml:3:62: [warning] [dev] no asset in Git has uuid {typo} (did you mean '{CHART}'?): "
            "mend the rule, or remove it, unless it is there to keep such an asset from prune (policy-ignore)"
        )
    ]
    assert "no dataset in Git has uuid" in told(load(f"{{kind: dataset, uuid: {CHART}}}"), "dev")[0]
    assert "has name 'All births' (did you mean 'All births [dev]' or" in told(load("{name: All births}"), "dev")[0]
    assert told(load("{name: All births*}"), "dev") == []
    assert "a chart has no field 'metrics'" in told(load(f"{{uuid: {CHART}, fields: [metrics.*.d3format]}}"), "dev")[0]


def test_a_rule_for_all_environments_may_be_about_one_of_them() -> None:
    policy = load("{name: 'All births [dev]'}", SHARED)
    assert told(policy, "prod") == []
    assert told(policy, "dev", "staging", "prod") == []
    assert len(told(load("{name: Nothing}", SHARED), "dev", "staging", "prod")) == 1


def test_every_given_selector_must_match() -> None:
    key = AssetId(Kind.CHART, CHART)
    for rule, hit in [
        ("{kind: chart}", True),
        ("{kind: dataset}", False),
        (f"{{kind: chart, uuid: {CHART}, name: 'B*'}}", True),
        (f"{{kind: chart, uuid: {CHART}, name: 'C*'}}", False),
        (f"{{uuid: {CHART.replace('3', '4')}}}", False),
    ]:
        rules = load(rule).environments["dev"].ignore
        assert bool(ignoring_of(rules, key, "Births")) is hit
