"""What stands in the way of a deployment after a merge: each ends with 0, with a line that says it, and in time."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from team import CHART, Clone, new_clone

from fixtures.world import Api
from superset_gitops.edges.bounded_child import run_bounded
from superset_gitops.edges.postgres.held_lease import read_lease
from superset_gitops.edges.postgres.lease import Lease
from superset_gitops.edges.sandbox import Condition, Sandbox
from superset_gitops.edges.sandbox.folder import sandbox_folder
from superset_gitops.edges.sandbox.processes import wait_until
from superset_gitops.edges.sandbox.state import read_state


@contextmanager
def watched_server() -> Iterator[tuple[int, list[object]]]:
    """A server that notes who connects and says nothing; its port, and the connections."""
    seen: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            try:
                while True:
                    connection, peer = server.accept()
                    seen.append(peer)
                    connection.close()
            except OSError:
                return  # closed: the test is over

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1], seen
        server.shutdown(socket.SHUT_RDWR)


def test_exported_addresses_are_not_used(clone: Clone, api: Api) -> None:
    """On no branch, which is nothing to a sandbox."""
    clone.branch_with("feature", CHART, clone.chart_named("Not into prod"))
    clone.git("-c", "core.hooksPath=/dev/null", "switch", "-q", "--detach")
    with watched_server() as (port, seen):
        postgres = f"postgresql://deployer:secret@127.0.0.1:{port}/prod"
        exported = {
            f"{name}{ending}": value
            for ending in ("", "_DEV", "_PROD")
            for name, value in {
                "POSTGRES_URL": postgres,
                "SUPERSET_DATA_URL": postgres,
                "HYBRID_LEDGER_URL": postgres,
                "BASE_URL": f"http://127.0.0.1:{port}",
                "SUPERSET_ADMIN_USER": "deployer",
                "SUPERSET_ADMIN_PASS": "secret",
                "SUPERSET_ACCESS_TOKEN": "secret",
            }.items()
        }
        ran = clone.git("merge", "feature", **exported)
        assert "dev: 1 asset written" in ran.told
        assert not seen
    assert any(row["slice_name"] == "Not into prod" for row in api.rows("chart"))


def test_a_shared_server_is_reached_only_by_opt_in_and_with_committed_files(
    variables: dict[str, str], api: Api, tmp_path: Path
) -> None:
    """The first clone's sandbox stands for the server; this clone has no sandbox."""
    other = new_clone(tmp_path / "another clone")
    named = {f"{name}_DEV": value for name, value in variables.items()}
    other.branch_with("one", CHART, other.chart_named("Not shared"))
    ran = other.git("merge", "one", **named)
    assert ran.ours == ["not deployed: the sandbox of dev is not up → tools/deploy dev starts it"], ran.told
    policy = (other.root / "policy.yaml").read_text()
    other.commit("policy.yaml", policy + "hooks: {post_merge: {shared: true}}\n")
    other.branch_with("two", CHART, other.chart_named("Shared"))
    squashed = other.git("merge", "--squash", "two", **named)
    assert f"a shared server gets committed files only, and these have changes: {CHART}" in squashed.told
    other.git("reset", "-q", "--hard")
    unnamed = other.git("merge", "two", **variables)
    assert "the sandbox of dev is not up (POSTGRES_URL and BASE_URL" in unnamed.told
    assert not any(row["slice_name"] in {"Shared", "Not shared"} for row in api.rows("chart"))
    other.branch_with("three", CHART, other.chart_named("Shared at last"))
    other.commit("README.md", "Another\n")
    assert "dev: 1 asset written" in other.git("merge", "--no-edit", "three", **named).told
    assert any(row["slice_name"] == "Shared at last" for row in api.rows("chart"))


def test_what_takes_too_long_is_stopped_cleanly(clone: Clone, variables: dict[str, str]) -> None:
    policy = (clone.root / "policy.yaml").read_text()
    clone.commit("policy.yaml", policy + "hooks: {post_merge: {timeout: 8}}\n")
    clone.branch_with("slow", "db/migrations/900_slow.sql", "SELECT pg_sleep(100);\n")
    started = time.monotonic()
    ran = clone.git("merge", "slow")
    assert time.monotonic() - started < 10
    assert ran.ours[0] == "dev: stopped after 8 s"
    assert "tools/deploy dev" in ran.ours[1]
    assert ".git/superset-gitops/post-merge.log" in ran.ours[1]
    assert len(ran.ours) == 2
    assert read_lease(variables["POSTGRES_URL"], "dev") is None
    assert "interrupted" in clone.log


def test_ctrl_c_gives_the_lease_back(clone: Clone, variables: dict[str, str]) -> None:
    clone.branch_with("slow", "db/migrations/900_slow.sql", "SELECT pg_sleep(100);\n")
    clone.git("-c", "core.hooksPath=/dev/null", "merge", "slow")
    hook = subprocess.Popen(
        [sys.executable, "hooks/post-merge", "0"],
        cwd=clone.root,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert wait_until(lambda: read_lease(variables["POSTGRES_URL"], "dev") is not None, 60)
    os.killpg(hook.pid, signal.SIGINT)
    told, _ = hook.communicate(timeout=30)
    assert told.startswith("dev: interrupted\n  → the next one finishes it: tools/deploy dev")
    assert hook.returncode == 0
    assert read_lease(variables["POSTGRES_URL"], "dev") is None


def test_somebody_else_who_deploys_is_not_waited_for(clone: Clone, variables: dict[str, str]) -> None:
    clone.branch_with("feature", CHART, clone.chart_named("Later"))
    with Lease.acquire(variables["POSTGRES_URL"], "dev", "ann@laptop, process 1", 5, print):
        ran = clone.git("merge", "feature")
    assert "waited 3 s" in ran.told
    assert "dev is being deployed by ann@laptop" in ran.told
    assert "post-merge.log" in ran.ours[-1]
    assert len(ran.ours) <= 3


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        (CHART, "slice_name: {{ nothing }}\n", f"{CHART}:1:"),
        ("db/migrations/901_wrong.sql", "SELECT 1;\nSELECT nothing;\n", "db/migrations/901_wrong.sql:2:8"),
        ("policy.yaml", "db: {mode: nonsense}\n", "policy.yaml:1:"),
    ],
)
def test_what_is_wrong_in_the_merge_is_told_with_its_line(clone: Clone, path: str, text: str, told: str) -> None:
    clone.branch_with("broken", path, text)
    ran = clone.git("merge", "broken")
    assert ran.ours[0].startswith("not deployed: ")
    assert told in ran.ours[0], ran.told
    assert len(ran.ours) <= 3


def test_drift_is_told_under_a_gate_that_fails_and_kept_under_one_that_warns(clone: Clone, api: Api) -> None:
    policy = (clone.root / "policy.yaml").read_text()
    clone.branch_with("first", CHART, clone.chart_named("Before the drift"))
    clone.git("merge", "first")
    api.edit_chart("Before the drift", row_limit=77)
    clone.commit("policy.yaml", policy.replace("drift_gate: warn", "drift_gate: fail"))
    clone.branch_with("second", CHART, clone.chart_named("After the drift"))
    ran = clone.git("merge", "second")
    assert ran.ours[0].startswith("not deployed: dev: 1 asset changed in Superset"), ran.told
    assert len(ran.ours) <= 3
    assert api.chart_params("Before the drift")["row_limit"] == 77
    clone.branch_with("third", "policy.yaml", policy)
    ran = clone.git("merge", "third")
    assert ran.ours[0].startswith("dev: 1 asset written")
    kept, on_branch = ran.ours[1].split("; ")
    assert kept == "  kept what Git overwrote: tools/hybrid saved list --env dev"
    assert on_branch == "on the branch runtime-export/dev+work as edits of the templates"
    assert clone.git("rev-parse", "--verify", "runtime-export/dev+work").code == 0


def test_a_rebase_that_is_not_finished_is_left_alone(clone: Clone) -> None:
    clone.branch_with("feature", CHART, clone.chart_named("During a rebase"))
    clone.commit("README.md", "Mine\n")
    assert clone.run("git", "rebase", "-x", "false", "HEAD~1").code == 1
    ran = clone.git("merge", "--no-edit", "feature")
    assert ran.ours[0].startswith("not deployed: a rebase is under way"), ran.told


def test_another_working_tree_has_its_own_sandbox(clone: Clone, tmp_path: Path) -> None:
    clone.branch_with("feature", CHART, clone.chart_named("In a worktree"))
    clone.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "beside"))
    try:
        ran = Clone(tmp_path / "beside").git("merge", "feature")
        assert ran.ours[0].startswith("not deployed: the sandbox of dev is not up")
        assert str(tmp_path / "beside") in clone.log
    finally:
        clone.git("worktree", "remove", "--force", str(tmp_path / "beside"))


def test_leaked_variables_of_git_lead_nowhere(clone: Clone, tmp_path: Path) -> None:
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", str(other)], check=True)
    clone.branch_with("feature", CHART, clone.chart_named("Leaked"))
    clone.git("-c", "core.hooksPath=/dev/null", "merge", "feature")
    before = clone.log
    leaked = {"GIT_DIR": str(other / ".git"), "GIT_INDEX_FILE": str(other / "index"), "GIT_WORK_TREE": str(other)}
    minimal = {"PATH": os.defpath, "HOME": str(tmp_path)}
    kept = {name: os.environ[name] for name in ("HYBRID_SANDBOX_DIR", "HYBRID_CACHE_DIR") if name in os.environ}
    done = subprocess.run(
        [sys.executable, str(clone.root / "hooks" / "post-merge"), "0"],
        cwd=clone.root,
        env=minimal | kept | leaked,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("dev: 1 asset written")
    assert not (other / "index").exists()
    assert not (other / ".git" / "superset-gitops").exists()
    assert clone.log.startswith(before)
    assert clone.log != before


def test_a_push_shows_the_plan_where_policy_wants_it(clone: Clone, tmp_path: Path) -> None:
    origin = tmp_path / "origin.git"
    clone.git("clone", "-q", "--bare", ".", str(origin))
    clone.commit(CHART, clone.chart_named("Pushed"))
    assert "Plan for" not in clone.git("push", str(origin), "work").told
    policy = (clone.root / "policy.yaml").read_text()
    clone.commit("policy.yaml", policy + "hooks: {pre_push: {enabled: true, timeout: 60}}\n")
    ran = clone.git("push", str(origin), "work")
    assert "Plan for dev: 1 pending" in ran.told
    clone.commit("policy.yaml", policy + "hooks: {pre_push: {enabled: true, timeout: 60}}\nnonsense: 1\n")
    ran = clone.git("push", str(origin), "work")
    assert "not compared: policy.yaml:" in ran.told


def test_a_sandbox_that_is_half_up_is_told(clone: Clone) -> None:
    clone.branch_with("feature", CHART, clone.chart_named("Half up"))
    sandbox = Sandbox(clone.root, "dev")
    state = read_state(sandbox_folder(clone.root, "dev"))
    assert state is not None
    os.kill(state.processes["superset"].pid, 9)
    assert wait_until(lambda: sandbox.status().condition is Condition.PARTLY, 10)
    try:
        ran = clone.git("merge", "feature")
        assert ran.ours[0].startswith("not deployed: the sandbox of dev is only partly up"), ran.told
    finally:
        sandbox.up(print)


def test_who_does_not_end_when_asked_is_killed(tmp_path: Path) -> None:
    code = "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    code += "subprocess.Popen(['sleep', '60']); print('begun', flush=True); time.sleep(60)"
    started = time.monotonic()
    with (tmp_path / "log").open("wb") as log:
        ended = run_bounded([sys.executable, "-c", code], 2.0, cwd=tmp_path, environ=os.environ, errors=log)
    assert time.monotonic() - started < 4
    assert (ended.code, ended.out, ended.stopped) == (-9, "begun\n", "timeout")


def test_the_log_does_not_grow_without_end(tmp_path: Path) -> None:
    from superset_gitops.edges.files.hook_log import open_hook_log

    for number in range(300):
        log = open_hook_log(str(tmp_path), "post-merge")
        log.write(json.dumps([number] * 2000))
        log.file.close()
    files = sorted((tmp_path / "superset-gitops").iterdir())
    assert [file.name for file in files] == ["post-merge.log", "post-merge.log.1"]
    assert sum(file.stat().st_size for file in files) < 1_200_000
    assert str(299) in files[0].read_text()
    assert files[0].stat().st_mode & 0o077 == 0
