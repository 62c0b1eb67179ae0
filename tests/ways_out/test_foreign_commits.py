"""What somebody put on the branch of an environment's changes stays: it is refused before any server is asked."""

from __future__ import annotations

from fixtures.world import World

BRANCH = "runtime-export/dev"


def test_a_commit_of_somebody_else_s_stops_it(bare_world: World) -> None:
    bare_world.publish()
    bare_world.git("checkout", "-q", "-b", BRANCH)
    bare_world.git("commit", "-q", "--allow-empty", "-m", "Mend it by hand")
    theirs = bare_world.git("rev-parse", "HEAD")
    bare_world.git("push", "-q", "origin", BRANCH)
    bare_world.git("checkout", "-q", "main")
    bare_world.git("branch", "-q", "-D", BRANCH)
    done = bare_world.run("hybrid", "drift-branch", "--push")
    assert done.code == 2
    told = f"{BRANCH} has a commit that was not made by this command: {theirs[:12]} (Mend it by hand) by A Tester"
    assert told in done.err
    assert f"git push origin --delete {BRANCH}" in done.err
    assert bare_world.git("ls-remote", "origin", f"refs/heads/{BRANCH}").split()[0] == theirs

    bare_world.git("push", "-q", "origin", "--delete", BRANCH)
    bare_world.git("branch", "-q", BRANCH, theirs)
    here = bare_world.run("hybrid", "drift-branch")
    assert here.code == 2
    assert f"git branch -D {BRANCH}" in here.err
    assert bare_world.git("rev-parse", BRANCH) == theirs


def test_without_a_remote_nothing_can_be_pushed(bare_world: World) -> None:
    none = bare_world.run("hybrid", "drift-branch")
    assert none.code == 2
    assert "this is no git repository" in none.err
    bare_world.git("init", "-q", "-b", "main")
    unborn = bare_world.run("hybrid", "drift-branch")
    assert unborn.code == 2
    assert "there is no branch main, here or at a remote" in unborn.err
    bare_world.git("add", "-A")
    bare_world.git("commit", "-q", "-m", "Start")
    pushed = bare_world.run("hybrid", "drift-branch", "--push")
    assert pushed.code == 2
    assert "this repository has no remote to push to" in pushed.err
