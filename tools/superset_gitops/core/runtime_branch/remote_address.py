"""Owns what a remote's address says: whose host it is, the page to open a pull request at, a GitLab's push options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from superset_gitops.core import settings

_SCP = re.compile(r"(?:[^@/\s]+@)?([\w.-]+):(?![/\\]{2})(.+)")
_LABEL = "superset-drift"


def without_user(address: str) -> str:
    """The address without user and password; a path, and what ssh takes, stay as they are."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"}:
        return address
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def page_to_open(address: str, branch: str, base: str, environ: Mapping[str, str]) -> str:
    """The page where a person opens a pull request; empty for a remote of an unknown kind.

    Args:
        address: the remote's, as git has it.
        branch: what is proposed.
        base: what it goes into.
        environ: the process environment: where an Enterprise server or a GitLab is.
    """
    site, path = _site(address)
    host = site.partition("://")[2]
    into, of = quote(base), quote(branch)
    if not host or not path:
        return ""
    if is_gitlab(address, environ):
        query = f"merge_request[source_branch]={of}&merge_request[target_branch]={into}"
        return f"{site}/{path}/-/merge_requests/new?{quote(query, safe='=&%/')}"
    if "github" in host or host == _host(environ.get(settings.GITHUB_SERVER_URL, "")):
        return f"{site}/{path}/compare/{into}...{of}?expand=1"
    if host == "bitbucket.org":
        return f"{site}/{path}/pull-requests/new?source={of}&dest={into}"
    return f"{site}/{path}/compare/{into}...{of}" if host in {"codeberg.org", "gitea.com"} else ""


def is_gitlab(address: str, environ: Mapping[str, str]) -> bool:
    """Whether the remote is a GitLab: by its name, or because this job runs at that very one."""
    host = _site(address)[0].partition("://")[2]
    return "gitlab" in host or (bool(host) and host == _host(environ.get(settings.CI_SERVER_URL, "")))


def merge_request_options(environment: str, base: str) -> tuple[str, ...]:
    """What makes a GitLab open a merge request when the branch is pushed, and leave one alone that is there.

    Source: GitLab's documentation, *Push options*. A description of several lines cannot be given this way, and a title
    would not be brought up to date: so what they say is true of any edits.
    """
    said = "Each commit says what it does to the other environments. Merge to accept, close to refuse."
    return (
        "merge_request.create",
        f"merge_request.target={base}",
        f"merge_request.title=Changed in Superset ({environment})",
        f"merge_request.description={said}",
        f"merge_request.label={_LABEL}",
        f"merge_request.label=env:{environment}",
    )


def _site(address: str) -> tuple[str, str]:
    """`https://host` and the path below it; empty for a path on this machine."""
    parts = urlsplit(address)
    if parts.scheme in {"http", "https"} and parts.hostname:
        site = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        return site, _project(parts.path)
    if parts.scheme == "ssh" and parts.hostname:
        return f"https://{parts.hostname}", _project(parts.path)
    found = None if "://" in address else _SCP.fullmatch(address)
    return (f"https://{found[1]}", _project(found[2])) if found else ("", "")


def _project(path: str) -> str:
    return quote(path.strip("/").removesuffix(".git"))


def _host(server: str) -> str:
    return urlsplit(server).netloc.rpartition("@")[2]
