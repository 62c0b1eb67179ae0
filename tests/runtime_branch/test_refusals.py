"""Which edits people refused, and where drift of another branch goes: values alone, and git's rules for names."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from superset_gitops.core.runtime_branch.refusals import refused_by, taken_back, taken_off
from superset_gitops.edges.who import branch_of_run
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.runtime_branch import Change, KnownCommit, Mark, Person, Refusal, branch_of
from superset_gitops.model.runtime_edit import EditState, Placed, RuntimeEdit, Sighting

CHART = AssetId(Kind.CHART, "33333333-3333-4333-8333-333333333333")
OTHER = AssetId(Kind.CHART, "44444444-4444-4444-8444-444444444444")
BRANCH = "runtime-export/dev"
URL = "https://forge.example/pull/7"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ON_IT = Placed(BRANCH, "main", "abc", "def", published=True)


def edit(number: int, digest: str, asset: AssetId = CHART, placed: Placed = ON_IT) -> RuntimeEdit:
    seen = Sighting(asset, Change.CHANGED, "A chart", {}, {"a": 1}, {}, digest)
    return RuntimeEdit(number, seen, NOW, NOW, placed=placed)


def commit(asset: AssetId, *, committed: int = 100) -> tuple[KnownCommit, Mark]:
    rita = Person("Rita Reviewer", "rita@example.com")
    known = KnownCommit(f"c{committed}", ("a",), "t", "…", Person("Ann", "x"), 100, committed, 90, rita)
    return known, Mark("dev", asset, Change.CHANGED, "d1")


def numbers(found: object) -> list[tuple[int, ...]]:
    return [each[1] for each in found]  # type: ignore[attr-defined]


def test_a_refusal_is_of_its_digest_and_of_what_was_in_the_same_commit() -> None:
    before, last = edit(1, "d1"), edit(2, "d2")
    later = edit(3, "d3", placed=Placed())
    refusal = Refusal(CHART, "d2", "ada", URL)
    assert numbers(refused_by([before, last, later], [refusal])) == [(1, 2)]
    assert numbers(refused_by([before, later], [refusal])) == []
    assert numbers(refused_by([edit(1, "d2", OTHER)], [refusal])) == []
    assert numbers(refused_by([last], [refusal, refusal])) == [(2,)]


def test_who_reopened_an_edit_answered_the_refusal() -> None:
    reopened = replace(edit(1, "d1"), where=URL)
    assert numbers(refused_by([reopened], [Refusal(CHART, "d1", "ada", URL)])) == []
    assert numbers(refused_by([reopened], [Refusal(CHART, "d1", "ada", f"{URL}8")])) == [(1,)]


def test_a_pull_request_that_is_open_again_refuses_nothing() -> None:
    refused = replace(edit(1, "d1"), state=EditState.REFUSED, where=URL)
    by_hand = replace(edit(2, "d2"), state=EditState.REFUSED, where="hybrid edits refuse --env dev")
    assert taken_back([refused, by_hand, edit(3, "d3")], []) == (1,)
    assert taken_back([refused], [Refusal(CHART, "d1", "ada", URL)]) == ()


def test_a_commit_that_is_gone_from_the_published_branch_was_taken_off_it() -> None:
    edits = [edit(1, "d1"), edit(2, "d2"), edit(3, "d1", OTHER)]
    ((refusal, gone),) = taken_off(edits, BRANCH, dict([commit(OTHER, committed=200)]), "there")
    assert (refusal, gone) == (Refusal(CHART, "d2", "Rita Reviewer", "there"), (1, 2))
    ((unknown, _),) = taken_off(edits, BRANCH, dict([commit(OTHER)]), "there")
    assert unknown.by == ""  # an older commit was pushed: nobody's name is on it
    assert list(taken_off(edits, BRANCH, dict([commit(CHART), commit(OTHER, committed=200)]), "there")) == []


@pytest.mark.parametrize(
    "placed", [Placed(), replace(ON_IT, published=False), replace(ON_IT, branch="runtime-export/dev+x")]
)
def test_what_was_not_published_there_was_not_taken_off(placed: Placed) -> None:
    assert list(taken_off([edit(1, "d1", placed=placed)], BRANCH, {}, "there")) == []


@pytest.mark.parametrize("base", ["", "feature/more", "a+b", "user/ä-ö/#7", "x.y", "release-1.0"])
def test_every_branch_has_one_that_git_takes(base: str) -> None:
    name = branch_of("dev", base)
    subprocess.run(["git", "check-ref-format", "--branch", name], check=True, stdout=subprocess.DEVNULL)
    assert name.count("/") == 1
    assert branch_of("dev", "a+b") != branch_of("dev", "a/b")


@pytest.mark.parametrize(
    ("environ", "branch"),
    [
        ({}, None),
        ({"GITHUB_REF_NAME": "main", "GITHUB_REF_TYPE": "branch"}, "main"),
        ({"GITHUB_REF_NAME": "7/merge", "GITHUB_HEAD_REF": "feature/x"}, "feature/x"),
        ({"GITHUB_REF_NAME": "v1", "GITHUB_REF_TYPE": "tag"}, None),
        ({"CI_COMMIT_BRANCH": "main"}, "main"),
        ({"CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "x"}, "x"),
    ],
)
def test_a_pipeline_says_which_branch_it_runs_for(environ: dict[str, str], branch: str | None) -> None:
    assert branch_of_run(environ) == branch
