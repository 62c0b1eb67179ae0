"""Owns what one of git's hooks was called for: from where HEAD moved, and whether that touched given paths.

Every merge and every rebase comes through here before anything else: git alone is asked, and nothing slow is imported,
dataclasses and pathlib neither.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence

POST_MERGE, POST_REWRITE, POST_COMMIT = "post-merge", "post-rewrite", "post-commit"

# One call of a hook: git's name of it, and git's first argument or an empty string.
Event = tuple[str, str]
# The git command that compares before and after, without its options.
Comparison = tuple[str, ...]

# Whatever policy.yaml names its folders, a project's sources lie in these: what they do not match needs no policy.
SOURCES_ANYWHERE = (
    ":(glob)policy.yaml", ":(glob)**/templates/**", ":(glob)**/environments/*.yaml", ":(glob)**/*.sql",
)  # fmt: skip

# The rest of GIT_* may tie git to another repository than the one around the folder (edges.git.local_variables).
_PASSED_ON = frozenset({"GIT_EXEC_PATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"})


def event_of(name: str, arguments: Sequence[str], environ: Mapping[str, str]) -> Event:
    """What a hook was called for. pre-commit passes git's arguments in variables, and one hook may serve many stages.

    Seen with 4.7: post-merge has PRE_COMMIT_IS_SQUASH_MERGE, post-rewrite PRE_COMMIT_REWRITE_COMMAND, post-commit none.
    """
    if name == POST_MERGE and environ.get("PRE_COMMIT") and not arguments:
        if command := environ.get("PRE_COMMIT_REWRITE_COMMAND"):
            return POST_REWRITE, command
        if (squash := environ.get("PRE_COMMIT_IS_SQUASH_MERGE")) is not None:
            return POST_MERGE, squash
        return POST_COMMIT, ""
    return name, arguments[0] if arguments else ""


def find_comparison(folder: str | os.PathLike[str], event: Event) -> Comparison | None:
    """What compares before and after, in the repository around a folder; None where nothing was merged or rebased.

    * A squash merge moves nothing yet: it fills the index.
    * An amend is a commit like any other: nothing is merged.
    * A rebase, also a pull's, leaves its branch's former tip in the branch's reflog; `ORIG_HEAD` may have changed under
      way. Its pairs on stdin never arrive: pre-commit keeps them.
    * A merge with conflicts ends in an ordinary commit, and only post-commit fires.
    """
    name, argument = event
    if name == POST_MERGE:
        return ("diff-index", "--cached", "HEAD") if argument == "1" else ("diff-tree", "ORIG_HEAD", "HEAD")
    if name == POST_REWRITE and argument != "amend":
        on_branch = ask_git(folder, "symbolic-ref", "-q", "HEAD") is not None
        tip = ask_git(folder, "rev-parse", "-q", "--verify", "@{1}") if on_branch else None
        return "diff-tree", tip or "ORIG_HEAD", "HEAD"
    if name == POST_COMMIT and ask_git(folder, "rev-parse", "-q", "--verify", "HEAD^2"):
        # An amended merge has two parents as well.
        how = ask_git(folder, "log", "-g", "-1", "--format=%gs", "HEAD")
        return ("diff-tree", "HEAD^1", "HEAD") if not how or how.startswith("commit (merge)") else None
    return None


def touches(folder: str | os.PathLike[str], comparison: Comparison, paths: Sequence[str]) -> bool:
    """Whether anything differs below pathspecs, which are relative to the folder; in doubt it does."""
    command, *sides = comparison
    return ask_git(folder, command, "-r", "--quiet", *sides, "--", *paths) is None


def is_rebasing(folder: str | os.PathLike[str]) -> bool:
    """Whether a rebase was begun in this working tree and is not finished."""
    paths = ask_git(folder, "rev-parse", "--git-path", "rebase-merge", "--git-path", "rebase-apply") or ""
    return any(os.path.isdir(os.path.join(folder, path)) for path in paths.splitlines())  # noqa: PTH112, PTH118 - quick


def common_folder(folder: str | os.PathLike[str]) -> str | None:
    """The repository's own folder, which all its working trees share; None outside a repository."""
    path = ask_git(folder, "rev-parse", "--git-common-dir")
    return path and os.path.abspath(os.path.join(folder, path))  # noqa: PTH100, PTH118 - as above


def ask_git(folder: str | os.PathLike[str], *arguments: str) -> str | None:
    """What git answers about the repository around a folder; None where it fails."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _PASSED_ON}
    environ |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError:
        return None  # no git to be found: whoever needs it says so
    return os.fsdecode(done.stdout).strip() if done.returncode == 0 else None
