"""A real repository with a small project and this clone's own hooks, run by the real pre-commit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from fixtures.small_project import TEMPLATES as SMALL_TEMPLATES
from fixtures.small_project import small_project

CLONE = Path(__file__).parents[2]
TEMPLATES = "superset_assets/templates"
MIGRATION = "db/migrations/001_schema.sql"


class Repository:
    """A working tree, and git as its user calls it."""

    def __init__(self, path: Path, cache: Path) -> None:
        self.path = path
        self.cache = cache

    @property
    def environ(self) -> dict[str, str]:
        """A user's environment: no variable of git's, a cache of the test's own."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "HYBRID_"))
        }
        return kept | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "HYBRID_CACHE_DIR": str(self.cache),
            "PRE_COMMIT_HOME": str(self.cache / "pre-commit"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }

    def run(self, *command: str, check: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command, cwd=self.path, env=self.environ | variables, capture_output=True, text=True, check=False
        )
        assert not check or done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def git(self, *arguments: str, check: bool = True, **variables: str) -> str:
        identity = (
            "-c",
            "user.name=A Tester",
            "-c",
            "user.email=tester@example.com",
            "-c",
            "protocol.file.allow=always",
        )
        done = self.run("git", *identity, *arguments, check=check, **variables)
        return (done.stdout + done.stderr).strip()

    def write(self, path: str, text: str) -> None:
        (self.path / path).parent.mkdir(parents=True, exist_ok=True)
        (self.path / path).write_text(text, encoding="utf-8", newline="")

    def read(self, path: str) -> str:
        return (self.path / path).read_bytes().decode()

    def edit(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text, f"{old!r} is not in {path}"
        self.write(path, text.replace(old, new, 1))

    def refused(self, *options: str, **variables: str) -> str:
        """What a commit says that the hooks refuse."""
        before = self.git("rev-parse", "HEAD", check=False)
        said = self.git("commit", "-q", "-m", "Change something", *options, check=False, **variables)
        assert self.git("rev-parse", "HEAD", check=False) == before, f"it was committed\n{said}"
        return said

    def commit(self, *options: str, **variables: str) -> str:
        """What a commit says that the hooks let pass."""
        return self.git("commit", "-m", "Change something", *options, **variables)

    def hook(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One hook alone, as pre-commit starts it."""
        return self.run(str(CLONE / "hooks" / name), *arguments, check=False)


def template(name: str) -> str:
    """The path of one of the small project's templates."""
    assert name in SMALL_TEMPLATES
    return f"{TEMPLATES}/{name}"


def shared_cache(folder: Path) -> Path:
    """A cache of its own, in which the environments of this machine are: they take long to make."""
    from superset_gitops.bootstrap.locate import cache_dir

    (Path(cache_dir()) / "environments").mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "environments").symlink_to(Path(cache_dir()) / "environments")
    return folder


def make_repository(path: Path, cache: Path) -> Repository:
    """The small project in a repository without a commit; hooks are installed, all is staged."""
    repository = Repository(path, cache)
    for name, text in small_project().texts.items():
        repository.write(name, text)
    repository.write(MIGRATION, "CREATE SCHEMA births;\n")
    repository.write("README.md", "# Births\n")
    config = (CLONE / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    repository.write(".pre-commit-config.yaml", config.replace("entry: hooks/", f"entry: {CLONE}/hooks/"))
    repository.git("init", "-q", "-b", "main")
    repository.run(sys.executable, "-m", "pre_commit", "install")
    repository.git("add", "-A")
    return repository


def copy_of(repository: Repository, path: Path) -> Repository:
    """The same repository at another place."""
    shutil.copytree(repository.path, path, symlinks=True)
    return Repository(path, repository.cache)
