"""The branch of an environment's changes in real repositories: no server is needed, and nothing else is touched."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from test_checkout import commit, git
from test_keep_copies import state

import git as gitpython
from superset_gitops.core.runtime_branch.marks import mark_of_ours, trailers
from superset_gitops.edges.git.branch_commits import branch_commits
from superset_gitops.edges.git.branch_tips import Tips, push_branch, read_tips, set_branch
from superset_gitops.edges.git.build_branch import Parts, build_branch
from superset_gitops.edges.git.said import git_said
from superset_gitops.edges.git.tree import open_repository
from superset_gitops.errors import ConfigurationError, Unavailable
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.runtime_branch import Change, Draft, KnownCommit, Mark, Person
from superset_gitops.workflows.drift_branch import refuse_push

BRANCH = "runtime-export/dev"
REF = f"refs/heads/{BRANCH}"
UUID = "33333333-3333-4333-8333-33333333333"
LINES = "".join(f"line: {number}\n" for number in range(1, 13))


def draft(number: int, text: str | None, at: int | None = 1_700_000_000, path: str = "") -> Draft:
    mark = Mark("dev", AssetId(Kind.CHART, f"{UUID}{number}"), Change.CHANGED, "0" * 12)
    message = f"Change chart {number}\n\n  ☃\n\n{trailers(mark)}"
    return Draft(message, Person("Ánn Lee", "ann@example.invalid"), at, {path or f"charts/{number}.yaml.j2": text})


@contextmanager
def opened(project: Path) -> Iterator[gitpython.Repo]:
    repository = open_repository(project)
    assert repository is not None
    with closing(repository):
        yield repository


def tips_of(project: Path, *, must_reach: bool = True) -> Tips:
    with opened(project) as repository:
        return read_tips(repository, "main", BRANCH, print, must_reach=must_reach)


def on_branch(project: Path, tips: Tips) -> tuple[KnownCommit, ...]:
    with opened(project) as repository:
        return branch_commits(repository, tips.main, tips.there or tips.here)


def build(project: Path, *to_be: Draft, push: bool = False) -> str:
    """What a run does with git."""
    with opened(project) as repository:
        tips = read_tips(repository, "main", BRANCH, print, must_reach=True)
        before = tips.there or tips.here
        known = branch_commits(repository, tips.main, before)
        tip = build_branch(repository, Parts(project, tips.main, to_be, known, before))
        set_branch(repository, tips, tip)
        if push:
            push_branch(repository, tips, tip)
    return tip


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a folder of a clone, with a stash and staged, unstaged and untracked changes."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    (tmp_path / "gitconfig").write_text("[user]\nname = A Committer\nemail = committer@example.com\n")
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "origin.git")
    git(tmp_path, "clone", "-q", "origin.git", "a clone")
    project = tmp_path / "a clone" / "ein Ördner"
    (project / "charts").mkdir(parents=True)
    git(project, "checkout", "-q", "-b", "main")
    (project / "policy.yaml").write_text("db: {}\n")
    for number in (1, 2):
        (project / f"charts/{number}.yaml.j2").write_text(LINES)
    (project / "charts/2.yaml.j2").chmod(0o755)
    commit(project, ".")
    git(project, "push", "-q", "origin", "main")
    (project / "policy.yaml").write_text("stashed\n")
    git(project, "stash", "-q")
    (project / "charts/1.yaml.j2").write_text("staged\n")
    git(project, "add", ".")
    (project / "charts/1.yaml.j2").write_text("not staged\n")
    (project / "new.txt").write_text("untracked\n")
    return project


def push_to_main(clone: Path, path: str, old: str, new: str) -> None:
    """A colleague's commit on the remote's main; not fetched here."""
    other = clone.parents[1] / "colleague"
    if not other.is_dir():
        git(clone.parents[1], "clone", "-q", "origin.git", other.name)
    git(other, "pull", "-q")
    file = other / clone.name / path
    file.write_text(file.read_text().replace(old, new))
    commit(other, ".")
    git(other, "push", "-q", "origin", "main")


def not_the_branch(project: Path) -> tuple[str, ...]:
    return tuple("\n".join(each for each in part.splitlines() if BRANCH not in each) for part in state(project))


def test_each_draft_is_a_commit_of_its_author_and_all_else_stays(clone: Path) -> None:
    before = not_the_branch(clone)
    tip = build(clone, draft(1, "one\n"), draft(2, None, at=None), draft(3, "three\r\n"))
    assert not_the_branch(clone) == before
    shown = git(clone, "log", "--reverse", "--format=%an|%ae|%cn|%s|%at|%ct", f"main..{tip}").splitlines()
    born = git(clone, "log", "-1", "--format=%ct", "main")
    assert shown == [
        f"Ánn Lee|ann@example.invalid|A Committer|Change chart 1|1700000000|{born}",
        f"Ánn Lee|ann@example.invalid|A Committer|Change chart 2|{born}|{born}",
        f"Ánn Lee|ann@example.invalid|A Committer|Change chart 3|1700000000|{born}",
    ]
    assert git(clone, "-c", "core.quotepath=off", "diff", "--name-status", "main", tip).split() == [
        *("M", "ein", "Ördner/charts/1.yaml.j2"), *("D", "ein", "Ördner/charts/2.yaml.j2"),
        *("A", "ein", "Ördner/charts/3.yaml.j2"),
    ]  # fmt: skip
    assert git(clone, "rev-parse", REF) == tip
    assert all(mark_of_ours(each, "dev") for each in on_branch(clone, tips_of(clone)))
    git(clone, "fsck", "--strict", "--no-dangling")


def test_mode_and_byte_order_mark_stay(clone: Path) -> None:
    git(clone, "stash", "-q")
    (clone / "charts/1.yaml.j2").write_bytes(b"\xef\xbb\xbfone\n")
    commit(clone, ".")
    git(clone, "push", "-q", "origin", "main")
    tip = build(clone, draft(1, "two\n"), draft(2, "two\n"))
    assert git(clone, "show", f"{tip}:./charts/1.yaml.j2") == "\ufefftwo"
    assert git(clone, "ls-tree", tip, "charts/2.yaml.j2").startswith("100755 ")


def test_the_same_edits_are_the_same_commits_and_more_come_on_top(clone: Path, tmp_path: Path) -> None:
    one, two = draft(1, "one\n"), draft(2, "two\n")
    tip = build(clone, one, two, push=True)
    assert git(tmp_path / "origin.git", "rev-parse", REF) == tip
    assert build(clone, one, two, push=True) == tip
    git(clone, "update-ref", "-d", REF)
    (tmp_path / "gitconfig").write_text("[user]\nname = Another\nemail = another@example.com\n")
    assert build(clone, one, two) == tip
    more = build(clone, one, two, draft(3, "three\n"), push=True)
    assert git(clone, "rev-parse", f"{more}~1") == tip
    assert git(tmp_path / "origin.git", "rev-parse", REF) == more


def test_the_branch_stays_while_main_leaves_its_files_alone(clone: Path) -> None:
    tip = build(clone, draft(1, "one\n"), push=True)
    push_to_main(clone, "policy.yaml", "{}", "{mode: none}")
    assert build(clone, draft(1, "one\n")) == tip
    more = build(clone, draft(1, "one\n"), draft(3, "three\n"))
    assert git(clone, "rev-parse", f"{more}~2") == git(clone, "rev-parse", "origin/main")
    push_to_main(clone, "charts/1.yaml.j2", "line: 1\n", "line: one\n")
    again = build(clone, draft(1, "one\n"), push=True)
    assert git(clone, "rev-parse", f"{again}~1") == git(clone, "rev-parse", "origin/main")


def test_what_somebody_pushed_meanwhile_is_not_overwritten(clone: Path, tmp_path: Path) -> None:
    tip = build(clone, draft(1, "one\n", at=4_000_000_000), push=True)
    seen = tips_of(clone)
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", "-b", BRANCH, "origin.git", other.name)
    (other / "mine.txt").write_text("mine\n")
    theirs = commit(other, "mine.txt")
    git(other, "push", "-q", "origin", BRANCH)
    with opened(clone) as repository, pytest.raises(Unavailable, match=r"was not pushed: .*stale info"):
        push_branch(repository, seen, git(clone, "rev-parse", "main"))
    assert git(tmp_path / "origin.git", "rev-parse", REF) == theirs
    marks = [mark_of_ours(each, "dev") is not None for each in on_branch(clone, tips_of(clone))]
    assert marks == [True, False]
    git(other, "reset", "-q", "--hard", tip)
    (other / clone.name / "charts/1.yaml.j2").write_text("amended\n")
    git(other, "commit", "-q", "-a", "--amend", "--no-edit")
    git(other, "push", "-q", "-f", "origin", BRANCH)
    assert [mark_of_ours(each, "dev") for each in on_branch(clone, tips_of(clone))] == [None]


def test_a_branch_that_is_checked_out_does_not_move(clone: Path, tmp_path: Path) -> None:
    tip = build(clone, draft(1, "one\n"))
    git(clone, "worktree", "add", "-q", str(tmp_path / "looking at it"), BRANCH)
    assert build(clone, draft(1, "one\n")) == tip
    with pytest.raises(ConfigurationError, match=f"looking at it: {BRANCH} is checked out"):
        build(clone, draft(1, "two\n"))
    assert git(clone, "rev-parse", REF) == tip


def test_signed_where_git_says_so(clone: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    for name, value in (("gpg.format", "ssh"), ("user.signingKey", str(key)), ("commit.gpgSign", "true")):
        git(clone, "config", name, value)
    tip = build(clone, draft(1, "one\n"))
    assert "-----BEGIN SSH SIGNATURE-----" in git(clone, "cat-file", "commit", tip)
    assert build(clone, draft(1, "one\n")) == tip


def test_a_remote_that_is_away_matters_only_to_a_push(clone: Path, tmp_path: Path) -> None:
    git(clone, "remote", "set-url", "origin", "https://ada:secret@127.0.0.1:9/none.git")
    assert tips_of(clone, must_reach=False).main == git(clone, "rev-parse", "origin/main")
    with pytest.raises(Unavailable) as told:
        tips_of(clone)
    assert "remote origin: " in str(told.value)
    assert "secret" not in str(told.value)
    git(clone, "remote", "remove", "origin")
    tips = tips_of(clone)
    assert (tips.main_name, tips.remote) == ("main", "")


def test_what_git_says_is_told_without_a_password() -> None:
    said = "hint: look\nfatal: unable to access 'https://ada:s@cret@example.com/a.git/': refused\n"
    error = gitpython.GitCommandError(["git", "push"], 128, said)
    assert git_said(error) == "unable to access 'https://example.com/a.git/': refused"
    assert git_said(gitpython.GitCommandError(["git", "push"], 128, "")) == "exit code 128"


def test_git_must_know_who_commits(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "gitconfig").write_text("[user]\nuseConfigOnly = true\n")
    with pytest.raises(ConfigurationError, match="git does not know who commits"):
        build(clone, draft(1, "one\n"))


def test_a_hooks_variables_do_not_lead_elsewhere(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = not_the_branch(clone)
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    for name, value in (
        ("GIT_DIR", ".git"),
        ("GIT_INDEX_FILE", ".git/index"),
        ("GIT_OBJECT_DIRECTORY", ".git/objects"),
    ):
        monkeypatch.setenv(name, str(other / value))
    tip = build(clone, draft(1, "one\n"))
    assert (git(other, "for-each-ref"), os.environ.get("GIT_DIR")) == ("", None)
    assert git(clone, "rev-parse", REF) == tip
    assert not_the_branch(clone) == before


def test_a_sandbox_s_changes_stay_here() -> None:
    with pytest.raises(ConfigurationError, match="every machine has a dev of its own"):
        refuse_push("dev", "origin", sandboxed=True)
    with pytest.raises(ConfigurationError, match="no remote to push to"):
        refuse_push("dev", "", sandboxed=False)
    refuse_push("dev", "origin", sandboxed=False)
