"""What clones of every kind know about main's history, tried on real repositories."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from test_checkout import commit, git

from superset_gitops.edges.git import MainHistory, open_main_history


@dataclass(frozen=True)
class Branches:
    """main is `old`, `new`, `merge`; `fork` starts at `old` and is not merged, `merged` is; `root` is the clone."""

    root: Path
    origin: Path
    old: str
    new: str
    fork: str
    merged: str
    merge: str


def change(folder: Path, name: str) -> str:
    (folder / name).write_text(name)
    return commit(folder, name)


@pytest.fixture
def made(tmp_path: Path) -> Branches:
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "origin.git")
    git(tmp_path, "clone", "-q", "origin.git", "clone")
    root = tmp_path / "clone"
    git(root, "checkout", "-q", "-b", "main")
    old = change(root, "a")
    git(root, "checkout", "-q", "-b", "fork")
    fork = change(root, "forked")
    git(root, "checkout", "-q", "-b", "merged", "main")
    merged = change(root, "merged")
    git(root, "checkout", "-q", "main")
    new = change(root, "b")
    git(root, "merge", "-q", "--no-edit", "merged")
    git(root, "push", "-q", "origin", "main", "fork")
    return Branches(root, tmp_path / "origin.git", old, new, fork, merged, git(root, "rev-parse", "HEAD"))


def history(root: Path, head: str) -> MainHistory:
    found = open_main_history(root, "main", head)
    assert found is not None
    return found


def test_a_whole_clone_knows(made: Branches) -> None:
    with history(made.root, made.old) as seen:
        assert [seen.on_main(c) for c in (made.old, made.new, made.merged, made.merge)] == [True] * 4
        assert seen.on_main(made.fork) is False
        assert [seen.ahead_of_head(c) for c in (made.new, made.merge, made.fork)] == [True] * 3
        assert seen.ahead_of_head(made.old) is False
        assert not seen.shallow
    with history(made.root, made.fork) as seen:
        assert [seen.ahead_of_head(c) for c in (made.old, made.new, made.merge)] == [False] * 3
    with history(made.root, made.merge) as seen:
        assert [seen.ahead_of_head(c) for c in (made.old, made.new, made.fork)] == [False] * 3


@pytest.mark.parametrize("gone", ["refs/heads/main", "refs/remotes/origin/main"])
def test_the_local_branch_or_the_remote_s_serves(made: Branches, gone: str) -> None:
    git(made.root, "checkout", "-q", "--detach")
    git(made.root, "update-ref", "-d", gone)
    with history(made.root, made.old) as seen:
        assert (seen.on_main(made.new), seen.on_main(made.fork)) == (True, False)


def test_without_main_it_is_not_known(made: Branches) -> None:
    with history(made.root, made.old) as seen:
        found = open_main_history(made.root, "trunk", made.old)
        assert found is not None
        with found:
            assert (found.on_main(made.new), seen.on_main(made.new)) == (None, True)


def test_a_clone_that_lags_behind_does_not_know_what_it_lacks(made: Branches, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "origin.git", "behind")
    newer = change(made.root, "c")
    git(made.root, "push", "-q", "origin", "main")
    with history(tmp_path / "behind", made.merge) as seen:
        assert (seen.on_main(newer), seen.ahead_of_head(newer), seen.has(newer)) == (None, None, False)
        assert not seen.head_is_newest()
    git(tmp_path / "behind", "fetch", "-q")
    with history(tmp_path / "behind", made.merge) as seen:
        assert (seen.on_main(newer), seen.ahead_of_head(newer)) == (True, True)


def shallow(made: Branches, folder: Path, *commits: str) -> Path:
    """As CI fetches: single commits, no branch."""
    folder.mkdir()
    git(folder, "init", "-q")
    git(folder, "remote", "add", "origin", made.origin.as_uri())
    for one in commits:
        git(folder, "fetch", "-q", "--depth=1", "origin", one)
    git(folder, "checkout", "-q", "--detach", commits[0])
    return folder


def test_a_shallow_clone_says_what_it_cannot_know(made: Branches, tmp_path: Path) -> None:
    older = shallow(made, tmp_path / "older", made.new, made.merge)
    with history(older, made.new) as seen:
        assert seen.shallow
        assert [seen.ahead_of_head(c) for c in (made.merge, made.old)] == [None, None]
        assert seen.on_main(made.merge) is None
        assert not seen.head_is_newest()
    git(older, "fetch", "-q", "--unshallow", "origin")
    with history(older, made.new) as seen:
        assert seen.ahead_of_head(made.merge) is True


def test_what_the_remote_has_as_main_is_the_newest(made: Branches, tmp_path: Path) -> None:
    newest = shallow(made, tmp_path / "newest", made.merge)
    with history(newest, made.merge) as seen:
        assert seen.ahead_of_head(made.new) is None
        assert seen.head_is_newest()
    git(newest, "remote", "add", "upstream", (tmp_path / "upstream.git").as_uri())
    with history(newest, made.merge) as seen:
        assert seen.head_is_newest()
        git(tmp_path, "init", "-q", "--bare", "-b", "main", "upstream.git")
        git(made.root, "push", "-q", str(tmp_path / "upstream.git"), f"{made.new}:refs/heads/main")
        assert not seen.head_is_newest()
    made.origin.rename(tmp_path / "moved.git")
    with history(newest, made.merge) as seen:
        assert not seen.head_is_newest()


def test_outside_a_repository_there_is_no_history(tmp_path: Path) -> None:
    assert open_main_history(tmp_path, "main", "0" * 40) is None
