"""Every way in which a merge ends, with real git, real pre-commit and the clone's own sandbox."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from team import CHART, Clone

from fixtures.world import Api

DONE = re.compile(r"^dev: 1 asset written \(\d+\.\d s\) → http://127\.0\.0\.1:\d+$")


def shown(api: Api, name: str) -> bool:
    return any(row["slice_name"] == name for row in api.rows("chart"))


def test_a_fast_forward_reaches_the_sandbox(clone: Clone, api: Api) -> None:
    clone.branch_with("feature", CHART, clone.chart_named("Fast forward"))
    ran = clone.git("merge", "feature")
    assert "Fast-forward" in ran.told
    assert len(ran.ours) == 1
    assert DONE.match(ran.ours[0])
    assert shown(api, "Fast forward")
    assert "=== 4) Apply" in clone.log
    assert clone.log.rstrip().splitlines()[-1].startswith("exit code 0")


def test_a_true_merge_reaches_the_sandbox(clone: Clone, api: Api) -> None:
    clone.branch_with("feature", CHART, clone.chart_named("True merge"))
    clone.commit("README.md", "Another readme\n")
    clone.git("merge", "--no-edit", "feature")
    assert shown(api, "True merge")


def test_a_squash_merge_reaches_the_sandbox_before_it_is_committed(clone: Clone, api: Api) -> None:
    clone.branch_with("feature", CHART, clone.chart_named("Squashed"))
    clone.git("merge", "--squash", "feature")
    assert clone.git("diff", "--cached", "--name-only").told.strip() == CHART
    assert shown(api, "Squashed")


def test_a_pull_with_rebase_reaches_the_sandbox(clone: Clone, api: Api, tmp_path: Path) -> None:
    origin = tmp_path / "origin.git"
    clone.git("clone", "-q", "--bare", ".", str(origin))
    clone.branch_with("colleague", CHART, clone.chart_named("Pulled"))
    clone.git("push", "-q", "--no-verify", str(origin), "colleague:work")
    clone.commit("README.md", "Mine\n")
    ran = clone.git("pull", "--rebase", str(origin), "work")
    assert len(ran.ours) == 1
    assert DONE.match(ran.ours[0])
    assert shown(api, "Pulled")
    assert clone.git("log", "-1", "--format=%s").told.strip() == "Change README.md"


def test_a_merge_with_conflicts_reaches_the_sandbox_with_its_commit(clone: Clone, api: Api) -> None:
    clone.branch_with("feature", CHART, clone.chart_named("Theirs"))
    clone.commit(CHART, clone.chart_named("Ours"))
    assert clone.run("git", "merge", "feature").code == 1
    clone.write(CHART, clone.chart_named("Both"))
    clone.git("add", CHART)
    ran = clone.git("commit", "-q", "--no-edit")
    assert "1 asset written" in ran.told
    assert shown(api, "Both")
    before = clone.log
    clone.git("commit", "-q", "--amend", "-m", "A merge, amended")
    clone.git("commit", "-q", "--allow-empty", "-m", "No merge")
    assert clone.log == before


def test_what_changed_neither_templates_nor_sql_does_nothing(clone: Clone) -> None:
    before = clone.log
    clone.branch_with("feature", "README.md", "Another readme\n")
    assert clone.git("merge", "feature").ours == []
    # It looks like a source, but policy.yaml names no such folder.
    clone.branch_with("other", "elsewhere/some.sql", "SELECT 1;\n")
    assert clone.git("merge", "other").ours == []
    assert clone.log == before


def test_nothing_slow_is_imported_where_there_is_nothing_to_do(clone: Clone) -> None:
    clone.branch_with("feature", "README.md", "Another readme\n")
    clone.git("-c", "core.hooksPath=/dev/null", "merge", "feature")
    ran = clone.run(sys.executable, "-X", "importtime", "hooks/post-merge", "0")
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ran.told.splitlines()}
    assert "superset_gitops" in imported
    assert not imported & {"click", "yaml", "jinja2", "jsonschema", "git", "psycopg", "psutil", "requests"}


@pytest.mark.parametrize("off", [{"HYBRID_SKIP": "1"}, {"SKIP": "post-merge"}], ids=str)
def test_a_person_can_switch_it_off(clone: Clone, off: dict[str, str]) -> None:
    before = clone.log
    clone.branch_with("feature", CHART, clone.chart_named("Skipped"))
    assert clone.git("merge", "feature", **off).ours == []
    assert clone.log == before


def test_policy_can_switch_it_off(clone: Clone) -> None:
    policy = (clone.root / "policy.yaml").read_text()
    clone.commit("policy.yaml", policy + "hooks: {post_merge: {enabled: false}}\n")
    before = clone.log
    clone.branch_with("feature", CHART, clone.chart_named("Not wanted"))
    assert clone.git("merge", "feature").ours == []
    assert clone.log == before
