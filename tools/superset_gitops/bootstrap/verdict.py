"""Owns the answer that the hooks of a commit share: found by the first of them, read by the others in no time.

A verdict is named by everything that it depends on: this tool's own files, and the hashes that git has of the staged
files that it looked at. It is written whole or not at all, and one that was damaged is none. Standard library only.
"""

from __future__ import annotations

import os
import sys

from superset_gitops.bootstrap import locate
from superset_gitops.bootstrap.git import ask_git

try:
    from _blake2 import blake2b  # what hashlib gives, without loading OpenSSL: a third of a hook's time
except ImportError:
    from hashlib import blake2b

_KEPT = 200  # verdicts; a few hundred bytes each


def tool_key() -> str:
    """What of this tool decides its answers: its files, its pinned packages or where they are installed, its Python."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    found = _hash(f"{sys.version} {package}".encode())
    for part in ("bootstrap", "core", "edges/git", "model", "requirements", "schemas", "workflows"):
        for folder, folders, names in os.walk(os.path.join(package, part)):
            folders.sort()
            for name in sorted(names):
                if name.endswith((".py", ".json", "runtime.txt")):
                    with open(os.path.join(folder, name), "rb") as file:
                        found.update(blake2b(file.read()).digest())
    return found.hexdigest()


def staged_key(tool: str, project: str, tree: str = "") -> tuple[str, str, list[str]] | None:
    """The name of the verdict on what is staged, what git says of the files in its scope, and these files' paths.

    None where no verdict was ever found for this place, or policy.yaml has changed since.

    Args:
        tool: `tool_key()`.
        project: the project's folder in the repository, empty for the root.
        tree: the staged tree's hash, if it is known.
    """
    try:
        with open(_scope_file(tool, project), encoding="utf-8") as file:
            policy, *paths = file.read().split("\n")
    except (OSError, ValueError):
        return None
    tree = tree or (ask_git("write-tree") or b"").decode().strip()
    listing = ask_git("ls-tree", "--full-tree", tree, "--", *paths) if tree and paths else None
    if not listing or f"blob {policy}\t" not in listing.decode("utf-8", "replace"):
        return None
    key = _hash(tool.encode() + b"\0" + project.encode() + b"\0" + listing).hexdigest()
    return key, listing.decode("utf-8", "replace"), paths


def write_scope(tool: str, project: str, policy: str, paths: list[str]) -> None:
    """Note which files decide a verdict here: as long as policy.yaml has this hash, it is these paths."""
    _write(_scope_file(tool, project), "\n".join([policy, *paths]))


def read_verdict(key: str) -> list[tuple[str, str, str]] | None:
    """The lines of a verdict as (hook, level, text); None where there is none, or it is damaged."""
    try:
        with open(os.path.join(_folder(), "verdicts", key), encoding="utf-8") as file:
            head, _, body = file.read().partition("\n")
    except (OSError, ValueError):
        return None
    if head != _checksum(key, body):
        return None
    lines = [tuple(line.split("\t", 2)) for line in body.split("\n") if line]
    return [(line[0], line[1], line[2]) for line in lines]


def write_verdict(key: str, lines: list[tuple[str, str, str]]) -> None:
    """Keep a verdict; nothing happens where the cache cannot be written."""
    body = "".join("\t".join(part.replace("\n", " ") for part in line) + "\n" for line in lines)
    folder = os.path.join(_folder(), "verdicts")
    _write(os.path.join(folder, key), f"{_checksum(key, body)}\n{body}")
    _forget_old(folder)


def note_python() -> None:
    """Note this Python for `hook.sh`: the one on PATH may be a shim that takes ten times as long to start."""
    python = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    link = os.path.join(locate.cache_dir(), "python-of-hooks")
    temporary = f"{link}.{os.getpid()}"
    try:
        if not os.path.islink(link) or os.readlink(link) != python:
            os.symlink(python, temporary)
            os.replace(temporary, link)
    except OSError:
        return  # the cache only saves time


def _hash(data: bytes = b"") -> blake2b:
    return blake2b(data, digest_size=32)


def _checksum(key: str, body: str) -> str:
    return _hash(f"{key}\n{body}".encode()).hexdigest()


def _folder() -> str:
    return os.path.join(locate.cache_dir(), "hooks")


def _scope_file(tool: str, project: str) -> str:
    place = _hash(f"{tool}\0{os.getcwd()}\0{project}".encode()).hexdigest()
    return os.path.join(_folder(), "scopes", place)


def _write(path: str, text: str) -> None:
    """Write a file whole or not at all: two commits at once may write the same one."""
    temporary = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except OSError:
        return  # the cache only saves time


def _forget_old(folder: str) -> None:
    try:
        found = sorted((entry.stat().st_mtime, entry.path) for entry in os.scandir(folder))
        for _, path in found[:-_KEPT]:
            os.unlink(path)
    except OSError:
        return  # another hook is doing the same
