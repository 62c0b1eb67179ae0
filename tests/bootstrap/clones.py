"""Clones of this repository and the users and interpreters that try them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
OTHER_USER = "nobody"


def clone_into(folder: Path) -> Path:
    """A fresh clone of what is committed, as a newcomer gets it."""
    subprocess.run(["git", "clone", "--quiet", "--no-local", str(REPOSITORY), str(folder)], check=True)
    return folder


@dataclass(frozen=True)
class Newcomer:
    """Somebody with a Python, a home and nothing else on PATH: no uv, no pip."""

    home: Path
    python: str
    user: str | None

    @classmethod
    def arrive(cls, home: Path) -> Newcomer:
        """As root, another user where there is a Python that it can run."""
        user = OTHER_USER if os.geteuid() == 0 else None
        own = getattr(sys, "_base_executable", sys.executable)
        for python in (own, "/usr/bin/python3"):
            if user and _can_run(python, user):
                return cls(home, python, user)
        return cls(home, own, None)

    def settle(self) -> None:
        """Make the home and the bin folder, and own what is in there."""
        (self.home / "bin").mkdir(parents=True)
        (self.home / "bin" / "python3").symlink_to(self.python)
        self.own(self.home)

    def own(self, folder: Path) -> None:
        if self.user:
            for path in (folder, *folder.rglob("*")):
                os.lchown(path, *_ids(self.user))

    def start(self, tool: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        environ = {"HOME": str(self.home), "PATH": str(self.home / "bin"), "LANG": "C.UTF-8"}
        # Where packages come from is the machine's affair.
        environ |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "HTTP", "http"))}
        environ |= variables
        run_as = {"user": self.user, "extra_groups": []} if self.user else {}
        return subprocess.Popen(
            [str(tool), *arguments],
            cwd="/",
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **run_as,  # type: ignore[call-overload]
        )


def _ids(user: str) -> tuple[int, int]:
    import pwd

    entry = pwd.getpwnam(user)
    return entry.pw_uid, entry.pw_gid


def _can_run(python: str, user: str) -> bool:
    check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-c", check], user=user, extra_groups=[], cwd="/", check=False).returncode == 0
    except OSError:
        return False


def old_python() -> str | None:
    """A Python older than ours supports, that really runs."""
    shims = [f"python3.{minor}" for minor in (10, 9, 8)]
    candidates = [path for name in shims if (path := shutil.which(name))]
    candidates += [str(path) for path in Path.home().glob(".pyenv/versions/3.[89].*/bin/python")]
    candidates += [str(path) for path in Path.home().glob(".pyenv/versions/3.10.*/bin/python")]
    for python in candidates:
        if subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0:
            return python
    return None
