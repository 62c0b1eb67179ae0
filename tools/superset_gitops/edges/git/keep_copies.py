"""Owns a ref of our own in the project's repository that keeps what was saved; checkout and index are not touched."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from superset_gitops.edges.git.tree import open_repository
from superset_gitops.errors import Unavailable

if TYPE_CHECKING:
    import git

_ATTEMPTS = 10  # each time that somebody else moved the ref between our look and our write
_EMAIL = "superset-gitops@localhost.invalid"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file of a commit.

    Attributes:
        path: inside the commit.
        ending: what the path of this very asset ends with whatever its name is: a file under an older name goes away.
    """

    path: str
    ending: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptCommit:
    """What one commit adds to the ref's tree."""

    message: str
    files: tuple[KeptFile, ...]


def keep_copies(project: Path, ref: str, commits: Sequence[KeptCommit], who: str) -> str | None:
    """Add commits to a ref that is no branch; the first one's parent is the ref's tip.

    `git fast-import` writes objects and ref, and nothing else; where somebody else moved the ref meanwhile, it refuses,
    and we begin again on the new tip.

    Returns:
        The new tip; None where the project is in no repository, or in one that does not have its policy.yaml: that is
        somebody else's.

    Raises:
        Unavailable: Git cannot write it.
    """
    import git

    repository = open_repository(project)
    if repository is None:
        return None
    try:
        if not has_project(repository, project):
            return None
        repository.git.check_ref_format(ref)
        return _add(repository, ref, commits, who)
    except git.GitCommandError as error:
        raise Unavailable(
            f"Git cannot write {ref}: {_first_line(error)}",
            where=str(project),
            remedy="see whether the repository may be written to and is whole (git fsck)",
        ) from error
    finally:
        repository.close()


def _add(repository: git.Repo, ref: str, commits: Sequence[KeptCommit], who: str) -> str:
    import git

    for attempt in range(_ATTEMPTS):
        tip = _tip(repository, ref)
        paths = str(repository.git.ls_tree("-r", "-z", "--name-only", tip)).split("\0") if tip else []
        try:
            with tempfile.TemporaryFile() as stream:
                stream.writelines(_stream(ref, tip, paths, commits, who))
                stream.seek(0)
                repository.git.fast_import("--quiet", "--done", istream=stream)
        except git.GitCommandError:
            if attempt + 1 == _ATTEMPTS or _tip(repository, ref) == tip:
                raise
            time.sleep(0.05 * attempt)
        else:
            break
    return _tip(repository, ref)


def _stream(ref: str, tip: str, paths: Sequence[str], commits: Sequence[KeptCommit], who: str) -> Iterator[bytes]:
    """git-fast-import(1), *Input Format*."""
    name = re.sub(r"[<>\x00-\x1f]", " ", who).strip() or "unknown"
    old, new = list(paths), list[str]()
    for number, commit in enumerate(commits):
        yield f"commit {ref}\ncommitter {name} <{_EMAIL}> {int(time.time())} +0000\n".encode()
        yield _data(commit.message.encode())
        if tip and number == 0:
            yield f"from {tip}\n".encode()
        for file in commit.files:
            yield from (f"D {_quoted(path)}\n".encode() for path in (*old, *new) if path.endswith(file.ending))
            yield f"M 100644 inline {_quoted(file.path)}\n".encode() + _data(file.content)
            new.append(file.path)
    yield b"done\n"


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _tip(repository: git.Repo, ref: str) -> str:
    return str(repository.git.for_each_ref("--format=%(objectname)", ref))


def has_project(repository: git.Repo, project: Path) -> bool:
    """Whether a repository has a project's policy.yaml: one that has not is somebody else's."""
    policy = str(project.resolve() / "policy.yaml")
    return not repository.bare and bool(repository.git.ls_files("--", policy))


def _first_line(error: git.GitCommandError) -> str:
    text = str(error.stderr).strip().removeprefix("stderr:").strip().strip("'")
    return (text.splitlines() or [f"exit code {error.status}"])[0]
