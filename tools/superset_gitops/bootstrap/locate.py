"""Owns where private environments are: the cache folder, and a key that changes when anything inside would.

Every run of a tool comes through here before it does anything: nothing slow is imported, pathlib neither.
"""

from __future__ import annotations

import os
import sys

try:  # the same as hashlib's, without loading OpenSSL: a third of the time until another Python is started
    from _sha2 import sha256 as _sha256  # type: ignore[import-not-found]
except ImportError:
    try:
        from _sha256 import sha256 as _sha256  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha256 as _sha256

MARKER = ".complete"


def cache_dir() -> str:
    """The folder for all that can be made again: `$HYBRID_CACHE_DIR`, else the user's cache.

    As root it is one that other users can read: PostgreSQL refuses to run as root, and its user runs our binaries.
    """
    if chosen := os.environ.get("HYBRID_CACHE_DIR"):
        return os.path.abspath(chosen)
    mac = sys.platform == "darwin"
    if os.geteuid() == 0:
        return "/Library/Caches/superset-gitops" if mac else "/var/cache/superset-gitops"
    home = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(home):
        home = os.path.expanduser("~/Library/Caches" if mac else "~/.cache")
    return os.path.join(home, "superset-gitops")


def requirements_file(name: str) -> str:
    """The pinned requirements of the environment of this name."""
    return os.path.join(os.path.dirname(os.path.dirname(__file__)), "requirements", f"{name}.txt")


def python_identity() -> str:
    """What an environment depends on in the Python that runs this: version, ABI and place, on one line."""
    abi = getattr(sys.implementation, "_multiarch", "") or os.uname().machine
    return f"{sys.version.split()[0]} {sys.implementation.cache_tag} {abi} {os.path.realpath(sys.base_prefix)}"


def environment_dir(name: str, identity: str) -> str:
    """The folder of an environment, which need not exist.

    Args:
        name: the stem of a requirements file.
        identity: `python_identity()` of the Python that it is made with.
    """
    with open(requirements_file(name), "rb") as pinned:
        key = _sha256(pinned.read() + identity.encode()).hexdigest()[:16]
    return os.path.join(cache_dir(), "environments", f"{name}-{key}")


def is_complete(folder: str) -> bool:
    """Whether an environment was made to its end, and its Python is still there."""
    return os.path.exists(os.path.join(folder, MARKER)) and os.access(python_of(folder), os.X_OK)


def existing_environment(name: str) -> str | None:
    """A complete environment with the present pins, whatever Python it was made with: its marker tells."""
    folder = os.path.join(cache_dir(), "environments")
    for entry in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        marker = os.path.join(folder, entry, MARKER)
        if entry.startswith(f"{name}-") and os.path.isfile(marker):
            with open(marker, encoding="utf-8") as made_with:
                wanted = environment_dir(name, made_with.read().strip())
            if os.path.join(folder, entry) == wanted and is_complete(wanted):
                return wanted
    return None


def python_of(folder: str) -> str:
    """The interpreter of an environment."""
    return os.path.join(folder, "bin", "python")


if __name__ == "__main__":
    # Run with another Python, to learn what an environment made with it would depend on.
    sys.stdout.write(f"{getattr(sys, '_base_executable', sys.executable)}\n{python_identity()}\n")
