"""GitHub's own description of its API, from npm's @octokit/openapi: only the paths that we call, cut out here."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from superset_gitops.bootstrap import locate
from superset_gitops.bootstrap.build import lock, make_readable_dir

PACKAGE = "@octokit/openapi"
VERSION = "23.0.2"
PATHS = (
    "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    "/repos/{owner}/{repo}/issues/comments/{comment_id}",
    "/user",
)


@cache
def description() -> dict[str, Any]:
    """The cut: our paths, and every component that they lead to."""
    whole: dict[str, Any] = json.loads((_installed() / "generated" / "api.github.com.json").read_text(encoding="utf-8"))
    cut: dict[str, Any] = {
        "openapi": whole["openapi"],
        "info": whole["info"],
        "servers": whole["servers"],
        "paths": {path: whole["paths"][path] for path in PATHS},
        "components": {},
    }
    todo = _references(cut["paths"])
    while todo:
        _, _, section, name = todo.pop().split("/")
        names = cut["components"].setdefault(section, {})
        if name not in names:
            names[name] = whole["components"][section][name]
            todo |= _references(names[name])
    return cut


def _references(part: object) -> set[str]:
    return set(re.findall(r'"\$ref": "(#/[^"]+)"', json.dumps(part)))


def _installed() -> Path:
    """The package's folder, installed once into the cache."""
    home = Path(locate.cache_dir()) / "npm" / f"octokit-openapi-{VERSION}"
    package = home / "node_modules" / PACKAGE
    make_readable_dir(home)
    with lock(home / "lock", lambda: None):
        if not (home / "complete").exists():
            npm = shutil.which("npm")
            if npm is None:
                pytest.fail("npm is needed for GitHub's description of its API: apt install npm, or nodejs.org")
            quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-save")
            command = [npm, "install", *quiet, "--prefix", str(home), f"{PACKAGE}@{VERSION}"]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
            assert done.returncode == 0, f"npm could not install {PACKAGE}: {done.stderr[-2000:]}"
            (home / "complete").touch()
    return package
