"""The release that a version belongs to, and what a policy says about it, without any server."""

from __future__ import annotations

import pytest

from fixtures.small_project import DATASET, ENVIRONMENTS, POLICY, edited, problems, small_project
from superset_gitops.core.compile.compile_bundle import compile_bundle
from superset_gitops.core.policy.load_policy import load_policy
from superset_gitops.core.versions import NEWEST, RELEASES, find_release
from superset_gitops.errors import ConfigurationError, SourceProblems
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.sources import Sources
from superset_gitops.workflows.target import named_version

DATABASE_ID = AssetId(Kind.DATABASE, "11111111-1111-4111-8111-111111111111")
DATASET_ID = AssetId(Kind.DATASET, "22222222-2222-4222-8222-222222222222")


@pytest.mark.parametrize(
    ("said", "release", "warned"),
    [
        ("6.1.0", "6.1.0", False),
        ("6.1", "6.1.0", False),
        ("6.1.3", "6.1.0", False),
        ("6.0.0rc2", "6.0.0", False),
        ("5.0.0", "5.0.0", False),
        ("4.1.1", "4.1.4", False),
        ("5.7.0", "5.0.0", True),
        ("7.0.0", "6.1.0", True),
        ("10.2", "6.1.0", True),
        ("0.0.0-dev", "6.1.0", True),
        ("", "6.1.0", True),
        ("main", "6.1.0", True),
    ],
)
def test_the_release_of_a_version(said: str, release: str, warned: bool) -> None:
    found, warning = find_release(said)
    assert (found.version, bool(warning)) == (release, warned)


@pytest.mark.parametrize("said", ["4.0.2", "3.1.0", "1.5"])
def test_a_release_before_the_oldest_is_an_error(said: str) -> None:
    with pytest.raises(ConfigurationError, match=r"too old: the oldest release that can be deployed to is 4\.1\.4"):
        find_release(said)


def policy_with(version: str) -> str:
    return POLICY.replace("drift_gate: warn}", f"drift_gate: warn, superset_version: {version}}}")


@pytest.mark.parametrize(
    ("version", "part"),
    [("6.1", "a version in quotes"), ('"newest"', "a version in quotes"), ('"3.1.0"', "Superset 3.1.0 is too old")],
)
def test_a_policy_that_names_no_release_is_refused(version: str, part: str) -> None:
    with pytest.raises(SourceProblems) as refused:
        load_policy(policy_with(version), "policy.yaml", ENVIRONMENTS)
    (problem,) = refused.value.problems
    assert (problem.line, part in problem.message) == (3, True), problem


@pytest.mark.parametrize(("said", "version"), [('"5.0"', "5.0.0"), ('"4.1.1"', "4.1.4"), ('"6.1.0"', "6.1.0")])
def test_a_sandbox_is_of_the_release_that_policy_names(said: str, version: str) -> None:
    policy = load_policy(policy_with(said), "policy.yaml", ENVIRONMENTS)
    assert named_version(policy.environments["dev"]) == version
    assert named_version(policy.environments["prod"]) is None


def declared(version: str, sources: Sources) -> Sources:
    return sources.with_texts({"policy.yaml": policy_with(f'"{version}"')})


def test_what_a_release_does_not_know_is_not_sent_to_it() -> None:
    documents = {
        str(release): compile_bundle(declared(str(release), small_project()), "dev").bundle.assets
        for release in RELEASES
    }
    newest = documents[str(NEWEST)][DATABASE_ID].document
    assert newest == compile_bundle(small_project(), "dev").bundle.assets[DATABASE_ID].document
    missing = {version: newest.keys() - assets[DATABASE_ID].document.keys() for version, assets in documents.items()}
    assert missing == {
        "4.1.4": {"configuration_method", "impersonate_user"},
        "5.0.0": {"configuration_method"},
        "6.0.0": {"configuration_method"},
        "6.1.0": set(),
    }
    # 4.1, 5.0 and 6.0 cannot import a database that does not say it.
    assert all(assets[DATABASE_ID].document["allow_csv_upload"] is False for assets in documents.values())


@pytest.mark.parametrize(("version", "text"), [("5.0.0", True), ("6.0.0", False)])
def test_a_currency_is_written_as_the_release_keeps_it(version: str, text: bool) -> None:
    currency = "currency: {symbol: EUR, symbolPosition: suffix}"
    sources = declared(version, edited(DATASET, "expression: SUM(num)", f"expression: SUM(num), {currency}"))
    (metric,) = compile_bundle(sources, "dev").bundle.assets[DATASET_ID].document["metrics"]
    as_text = '{"symbol": "EUR", "symbolPosition": "suffix"}'
    assert metric["currency"] == (as_text if text else {"symbol": "EUR", "symbolPosition": "suffix"})


def test_an_environment_is_validated_for_its_own_release() -> None:
    sources = edited(DATASET, "main_dttm_col: year", "folders: []\nmain_dttm_col: year")
    assert problems(sources) == ()
    (problem,) = problems(declared("5.0.0", sources))
    told = "unknown field: Superset 5.0.0 would refuse 'folders', which came with 6.0.0; leave it out"
    assert (problem.line, problem.message, problem.environment) == (5, told, "dev")
