"""Which checkouts may be deployed to a strict environment, tried on real repositories."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from superset_gitops.edges.git import read_checkout, unpushed_reason


def git(folder: Path, *arguments: str) -> str:
    """Run git away from the user's configuration; its output, stripped."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    identity = ("-c", "user.name=A Tester", "-c", "user.email=tester@example.com")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of a bare repository, with one pushed commit on main."""
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "origin.git")
    git(tmp_path, "clone", "-q", "origin.git", "a clone")
    folder = tmp_path / "a clone"
    git(folder, "checkout", "-q", "-b", "main")
    (folder / "policy.yaml").write_text("db: {}\n")
    commit(folder, "policy.yaml")
    git(folder, "push", "-q", "origin", "main")
    return folder


def commit(folder: Path, *paths: str) -> str:
    git(folder, "add", *paths)
    git(folder, "commit", "-q", "-m", "Change something")
    return git(folder, "rev-parse", "HEAD")


def test_a_pushed_commit_passes(clone: Path) -> None:
    assert unpushed_reason(clone, "main") is None


def test_an_unpushed_commit_is_named(clone: Path) -> None:
    (clone / "policy.yaml").write_text("db: {mode: none}\n")
    head = commit(clone, "policy.yaml")
    assert unpushed_reason(clone, "main") == f"commit {head[:12]} is not on main of origin"


def test_a_detached_older_commit_of_main_passes(clone: Path) -> None:
    old = git(clone, "rev-parse", "HEAD")
    (clone / "policy.yaml").write_text("db: {mode: none}\n")
    commit(clone, "policy.yaml")
    git(clone, "push", "-q", "origin", "main")
    git(clone, "checkout", "-q", "--detach", old)
    assert unpushed_reason(clone, "main") is None


def test_a_shallow_detached_checkout_without_tracking_branch_passes(clone: Path, tmp_path: Path) -> None:
    head = git(clone, "rev-parse", "HEAD")
    shallow = tmp_path / "shallow"
    shallow.mkdir()
    git(shallow, "init", "-q")
    git(shallow, "remote", "add", "origin", (tmp_path / "origin.git").as_uri())
    git(shallow, "fetch", "-q", "--depth=1", "origin", head)
    git(shallow, "checkout", "-q", "--detach", "FETCH_HEAD")
    assert not git(shallow, "for-each-ref", "refs/remotes")
    assert unpushed_reason(shallow, "main") is None


def test_a_pull_request_ref_does_not_count(clone: Path) -> None:
    (clone / "policy.yaml").write_text("db: {mode: none}\n")
    commit(clone, "policy.yaml")
    git(clone, "push", "-q", "origin", "HEAD:refs/pull/7/head")
    git(clone, "fetch", "-q", "origin", "refs/pull/7/head:refs/remotes/origin/pull/7")
    assert unpushed_reason(clone, "main") is not None


def test_another_branch_of_the_remote_does_not_count(clone: Path) -> None:
    git(clone, "checkout", "-q", "-b", "feature")
    (clone / "policy.yaml").write_text("db: {mode: none}\n")
    commit(clone, "policy.yaml")
    git(clone, "push", "-q", "-u", "origin", "feature")
    assert unpushed_reason(clone, "main") is not None


def test_no_remote_and_no_repository_are_refused(tmp_path: Path) -> None:
    assert unpushed_reason(tmp_path, "main") == "this is no git repository"
    git(tmp_path, "init", "-q")
    assert unpushed_reason(tmp_path, "main") == "the repository has no remote"
    assert read_checkout(tmp_path / "..", ["x"]) is None


def test_an_unreachable_remote_is_refused(clone: Path, tmp_path: Path) -> None:
    (clone / "policy.yaml").write_text("db: {mode: none}\n")
    commit(clone, "policy.yaml")
    (tmp_path / "origin.git").rename(tmp_path / "moved.git")
    assert unpushed_reason(clone, "main") is not None


def test_only_changes_under_the_given_paths_are_dirty(clone: Path) -> None:
    (clone / "assets").mkdir()
    (clone / "assets" / "ein Bild ä.txt").write_text("new")
    (clone / "notes.txt").write_text("not deployed")
    checkout = read_checkout(clone, ["assets", "policy.yaml"])
    assert checkout is not None
    assert checkout.dirty == ("assets/ein Bild ä.txt",)
    assert checkout.branch == "main"
    (clone / "policy.yaml").write_text("changed: {}\n")
    again = read_checkout(clone, ["assets", "policy.yaml"])
    assert again is not None
    assert again.dirty == ("assets/ein Bild ä.txt", "policy.yaml")


def test_a_hooks_variables_do_not_lead_elsewhere(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert unpushed_reason(clone, "main") is None
