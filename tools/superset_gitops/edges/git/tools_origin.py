"""Owns where these very tools came from: the Git repository and revision that others can install them from, too."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from urllib.request import url2pathname

from superset_gitops.edges.git.tree import open_repository

_PACKAGE = Path(__file__).resolve().parents[2]
_DISTRIBUTION = "superset-gitops"


@dataclass(frozen=True, slots=True)
class ToolsOrigin:
    """A repository that pip and pre-commit can clone, and the revision that runs here.

    Attributes:
        doubt: why others may not get at it; empty where nothing speaks against it.
    """

    repository: str
    revision: str
    doubt: str = ""


def tools_origin() -> ToolsOrigin | None:
    """The clone that this runs from, or what the installer noted down; None where neither says it."""
    return _of_clone(_PACKAGE.parents[1]) or _of_installation()


def _of_installation() -> ToolsOrigin | None:
    """From direct_url.json, which installers write beside a package that came from no index (PEP 610)."""
    try:
        noted = metadata.distribution(_DISTRIBUTION).read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return None
    origin: Mapping[str, Any] = json.loads(noted) if noted else {}
    url, version_control = str(origin.get("url", "")), origin.get("vcs_info")
    if isinstance(version_control, Mapping) and version_control.get("vcs") == "git":
        asked = str(version_control.get("requested_revision") or "")
        # A release's tag is what people read; a branch would be another revision tomorrow.
        revision = asked if re.fullmatch(r"v\d[\w.+-]*", asked) else str(version_control.get("commit_id", ""))
        return _told(url, revision)
    if "dir_info" in origin and url.startswith("file:"):
        return _of_clone(Path(url2pathname(urlsplit(url).path)))
    return None


def _of_clone(root: Path) -> ToolsOrigin | None:
    if not (root / ".git").exists() or not (root / "tools" / _PACKAGE.name).is_dir():
        return None
    repository = open_repository(root)
    if repository is None or not repository.head.is_valid():
        return None
    commit = repository.head.commit.hexsha
    tags = [tag.name for tag in repository.tags if tag.commit.hexsha == commit]
    revision = tags[-1] if tags else commit
    if not repository.remotes:
        return ToolsOrigin(root.as_uri(), revision, "only this machine has it; push it somewhere that all can reach")
    remotes = {remote.name: remote for remote in repository.remotes}
    remote = remotes.get("origin", repository.remotes[0])
    known = str(repository.git.branch("--remotes", "--contains", commit)).strip()
    doubt = "" if known else f"commit {commit[:12]} was never pushed"
    return _told(next(iter(remote.urls)), revision, doubt)


def _told(address: str, revision: str, doubt: str = "") -> ToolsOrigin:
    address = installable(address)
    if address.startswith("file:"):
        doubt = doubt or "only this machine has it; push it somewhere that all can reach"
    return ToolsOrigin(address, revision, doubt)


def installable(address: str) -> str:
    """A remote's address as pip takes it: `git@host:path` becomes ssh://, a path file://; a password is dropped."""
    if "://" not in address:
        found = re.fullmatch(r"([\w.-]+@)?([\w.-]+):(?!\\)(.+)", address)
        return (
            f"ssh://{found[1] or ''}{found[2]}/{found[3].lstrip('/')}" if found else Path(address).absolute().as_uri()
        )
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"}:
        return address
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
