"""Remake the pinned requirement files: `python tools/superset_gitops/requirements/remake.py [NAME …]`, with uv on PATH.

Names are the files' stems (`runtime`, `superset-6.1.0`, …); without a name, all of them. Without `--upgrade`, versions
that still fit stay as they are. The files hold hashes for every platform and every Python from 3.11 on, and no address.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_PROJECT = _HERE.parents[2] / "pyproject.toml"
_OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-annotate",
    "--no-header",
    "--no-config",
    "--quiet",
)
_ADDRESS = re.compile(r"://|^\s*-(?!-hash)|@ |\.\./|file:", re.MULTILINE)


def _inputs() -> dict[str, list[str]]:
    """The arguments that make each file, in the order in which they are made."""
    inputs = {
        "runtime": [str(_PROJECT)],
        # The library's own versions are the same for those who work on it.
        "dev": [str(_PROJECT), "--extra=dev", f"--constraint={_HERE / 'runtime.txt'}"],
        "postgres": [str(_HERE / "postgres.in"), "--no-deps"],
    }
    inputs["preset-cli"] = [str(_HERE / "preset-cli.in")]  # superset-cli, for the tests of what it reads and writes
    inputs |= {source.stem: [str(source)] for source in sorted(_HERE.glob("superset-*.in"))}
    return inputs


def remake(names: list[str], *, upgrade: bool) -> None:
    """Write the files of these names; stops at one in which an address or a local path is found."""
    for name, arguments in _inputs().items():
        if names and name not in names:
            continue
        target = _HERE / f"{name}.txt"
        options = [*_OPTIONS, f"--output-file={target}", *(["--upgrade"] if upgrade else [])]
        subprocess.run(["uv", "pip", "compile", *arguments, *options], check=True, stdout=subprocess.DEVNULL)
        if found := _ADDRESS.search(target.read_text(encoding="utf-8")):
            sys.exit(f"{target}: holds an address or a path: {found.group()!r}")
        sys.stderr.write(f"{target.name}\n")


if __name__ == "__main__":
    remake([name for name in sys.argv[1:] if name != "--upgrade"], upgrade="--upgrade" in sys.argv)
