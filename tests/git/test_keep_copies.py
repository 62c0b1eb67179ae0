"""Saved copies on a ref of their own, in real repositories: seen with git's tools, and nothing else is touched."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest
from test_checkout import commit, git

from superset_gitops.edges.git.keep_copies import KeptCommit, KeptFile, keep_copies
from superset_gitops.errors import Unavailable

REF = "refs/superset-gitops/saved/dev"
ONE, OTHER = ".11111111.yaml", ".22222222.yaml"


def kept(ending: str, text: str, name: str = "charts/Births") -> KeptFile:
    return KeptFile(f"{name}{ending}", ending, text.encode())


def keep(project: Path, *commits: tuple[KeptFile, ...], message: str = "Save\n\nCopy 1: …\n") -> str:
    tip = keep_copies(project, REF, [KeptCommit(message, files) for files in commits], "ada <l> via GitHub Actions")
    assert tip
    return tip


def files(project: Path, tip: str) -> list[str]:
    return git(project, "ls-tree", "-r", "--name-only", tip).splitlines()


def state(project: Path) -> tuple[str, ...]:
    """All of a checkout that is not the ref."""
    index = hashlib.sha256(
        Path(git(project, "rev-parse", "--path-format=absolute", "--git-path", "index")).read_bytes()
    )
    asked = ("rev-parse HEAD", "status --porcelain", "stash list", "for-each-ref refs/heads refs/remotes refs/tags")
    return index.hexdigest(), *(git(project, *command.split()) for command in asked)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with a project in it, a stash, a staged, an unstaged and an untracked change."""
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "origin.git")
    git(tmp_path, "clone", "-q", "origin.git", "a clone")
    folder = tmp_path / "a clone"
    git(folder, "checkout", "-q", "-b", "main")
    (folder / "policy.yaml").write_text("db: {}\n")
    (folder / "other.txt").write_text("other\n")
    commit(folder, "policy.yaml", "other.txt")
    git(folder, "push", "-q", "origin", "main")
    (folder / "other.txt").write_text("stashed\n")
    git(folder, "stash", "-q")
    (folder / "policy.yaml").write_text("db: {a: 1}\n")
    git(folder, "add", "policy.yaml")
    (folder / "other.txt").write_text("not staged\n")
    (folder / "new.txt").write_text("untracked\n")
    return folder


def test_each_commit_adds_to_the_last_one(clone: Path) -> None:
    before = state(clone)
    first = keep(clone, (kept(ONE, "a: 1 # ☃\n"), kept(OTHER, "b: 1\r\n", "datasets/Größe")), message="Größer\n")
    second = keep(clone, (kept(ONE, "a: 2\n"),), (kept(ONE, "a: 3\n"),))
    assert git(clone, "rev-parse", REF) == second
    assert git(clone, "log", "--format=%an|%s", REF).splitlines() == [
        "ada  l  via GitHub Actions|Save", "ada  l  via GitHub Actions|Save", "ada  l  via GitHub Actions|Größer",
    ]  # fmt: skip
    assert git(clone, "rev-parse", f"{second}~2") == first
    assert git(clone, "show", f"{first}:charts/Births{ONE}") == "a: 1 # ☃"
    assert git(clone, "-c", "core.quotepath=off", "ls-tree", "-r", "--name-only", second).splitlines() == [
        f"charts/Births{ONE}", f"datasets/Größe{OTHER}",
    ]  # fmt: skip
    shown = git(clone, "log", "-p", "--format=", REF, "--", f"charts/Births{ONE}").splitlines()
    assert [line for line in shown if line[:2] in ("+a", "-a")] == ["-a: 2", "+a: 3", "-a: 1 # ☃", "+a: 2", "+a: 1 # ☃"]
    assert state(clone) == before
    git(clone, "fsck", "--strict", "--no-dangling")
    git(clone, "gc", "-q", "--prune=now")
    assert git(clone, "show", f"{REF}:charts/Births{ONE}") == "a: 3"


def test_a_renamed_asset_leaves_no_second_file(clone: Path) -> None:
    keep(clone, (kept(ONE, "a: 1\n"), kept(OTHER, "b: 1\n")))
    assert files(clone, keep(clone, (kept(ONE, "a: 1\n", 'charts/A "new" name'),))) == [
        f'"charts/A \\"new\\" name{ONE}"', f"charts/Births{OTHER}",
    ]  # fmt: skip


def test_many_at_once_lose_nothing(clone: Path) -> None:
    failures: list[BaseException] = []

    def one(number: int) -> None:
        try:
            keep(clone, (kept(f".{number}.yaml", f"a: {number}\n"),))
        except BaseException as error:  # noqa: BLE001 - told to the test
            failures.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert files(clone, REF) == [f"charts/Births.{number}.yaml" for number in range(6)]
    assert git(clone, "rev-list", "--count", REF) == "6"


def test_a_worktree_a_detached_head_and_a_shallow_clone_serve(clone: Path, tmp_path: Path) -> None:
    keep(clone, (kept(ONE, "a: 1\n"),))
    git(clone, "worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    before = state(tmp_path / "tree")
    assert git(clone, "rev-parse", REF) != keep(tmp_path / "tree", (kept(ONE, "a: 2\n"),))
    assert git(clone, "rev-list", "--count", REF) == "2"
    assert state(tmp_path / "tree") == before
    git(tmp_path, "clone", "-q", "--depth=1", (tmp_path / "origin.git").as_uri(), "shallow")
    assert files(tmp_path / "shallow", keep(tmp_path / "shallow", (kept(ONE, "a: 1\n"),))) == [f"charts/Births{ONE}"]
    git(tmp_path / "shallow", "fsck", "--strict", "--no-dangling")
    git(tmp_path / "shallow", "push", "-q", "origin", "HEAD:refs/heads/elsewhere")
    assert "superset-gitops" not in git(tmp_path / "origin.git", "for-each-ref")


def test_somebody_else_s_repository_is_left_alone(clone: Path, tmp_path: Path) -> None:
    """One that the project merely lies in, and one that a hook's variables name."""
    inside = clone / "unpacked"
    inside.mkdir()
    (inside / "policy.yaml").write_text("db: {}\n")
    assert keep_copies(inside, REF, [KeptCommit("Save", (kept(ONE, "a"),))], "ada") is None
    assert keep_copies(tmp_path, REF, [KeptCommit("Save", (kept(ONE, "a"),))], "ada") is None
    assert git(clone, "for-each-ref", REF) == ""


def test_a_hooks_variables_do_not_lead_elsewhere(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other / ".git" / "objects"))
    keep(clone, (kept(ONE, "a: 1\n"),))
    assert git(other, "for-each-ref") == ""
    assert files(clone, REF) == [f"charts/Births{ONE}"]


def test_what_git_cannot_write_is_said(clone: Path) -> None:
    with pytest.raises(Unavailable, match="Git cannot write refs/a b"):
        keep_copies(clone, "refs/a b", [KeptCommit("Save", (kept(ONE, "a"),))], "ada")
    (clone / ".git/refs/superset-gitops").mkdir(parents=True)
    (clone / ".git/refs/superset-gitops/saved").write_text("in the way\n")
    with pytest.raises(Unavailable, match=REF):
        keep(clone, (kept(ONE, "a: 1\n"),))
    assert not list((clone / ".git").glob("fast_import_crash_*"))
