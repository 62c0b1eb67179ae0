"""Owns making a private environment: by one process at a time, with uv or pip, marked when it is complete."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from superset_gitops.bootstrap import locate
from superset_gitops.bootstrap.failure import BootstrapFailed
from superset_gitops.bootstrap.install import install

Progress = Callable[[str], None]


def build(name: str, python: str, identity: str, progress: Progress) -> Path:
    """Make the environment unless another process has made it meanwhile; a half-made one is made anew.

    Returns its folder.

    Args:
        name: the stem of its requirements file.
        python: the interpreter that it is made with.
        identity: what that interpreter says of itself (`locate.python_identity`); the marker keeps it.
        progress: told what happens, in words for people.

    Raises:
        BootstrapFailed: with the name of the log and the likely cause.
    """
    folder = Path(locate.environment_dir(name, identity))
    make_readable_dir(folder.parent)
    with lock(folder.with_name(f"{folder.name}.lock"), lambda: progress(f"another process prepares {name}; waiting …")):
        if locate.is_complete(str(folder)):
            return folder
        _check_python(python)
        started = time.monotonic()
        progress(f"preparing {name} in {folder} (once) …")
        shutil.rmtree(folder, ignore_errors=True)
        log = folder.with_name(f"{folder.name}.log")
        install(python, folder, Path(locate.requirements_file(name)), log, progress)
        (folder / locate.MARKER).write_text(identity, encoding="utf-8")
        progress(f"prepared {name} in {time.monotonic() - started:.0f} s")
    return folder


def make_readable_dir(folder: Path) -> None:
    """Make a folder of the cache; as root each new level can be entered by others, whatever the umask."""
    for level in reversed((folder, *folder.parents)):
        if not level.is_dir():
            try:
                level.mkdir(exist_ok=True)
            except OSError as error:
                raise BootstrapFailed(
                    f"the cache folder cannot be made: {error}",
                    "set HYBRID_CACHE_DIR to one you may write",
                    exit_code=2,
                ) from error
            if os.geteuid() == 0:
                level.chmod(0o755)


@contextlib.contextmanager
def lock(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold an exclusive lock; the kernel drops it when the holder dies, however it dies."""
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _check_python(python: str) -> None:
    if not os.access(python, os.X_OK):
        raise BootstrapFailed(f"no interpreter at {python}", "run the tool with an installed Python", exit_code=2)
