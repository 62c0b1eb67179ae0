"""Owns the remote that counts, and how we reach it: a token that is for its very host, by git's environment alone."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from superset_gitops.core import settings
from superset_gitops.core.runtime_branch.remote_address import is_gitlab, merge_request_options, without_user
from superset_gitops.errors import ConfigurationError

if TYPE_CHECKING:
    import git

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class _Token:
    """A variable's value, the server that it is for, and the user name that the server wants beside it."""

    variable: str
    server: str
    user: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Access:
    """How a remote is reached.

    Attributes:
        proof: added to git's environment; empty where git has credentials of its own, or none are needed.
        options: told to the remote's server when our branch is pushed, where it can be told anything.
    """

    proof: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: tuple[str, ...] = ()


PLAINLY = Access()


def remote_of(repository: git.Repo) -> str:
    """The name of the remote that counts; empty where there is none."""
    names = [remote.name for remote in repository.remotes]
    return "origin" if "origin" in names else next(iter(names), "")


def remote_address(repository: git.Repo) -> str:
    """Where it is pushed to, without anybody's password; empty without one."""
    remote = remote_of(repository)
    return without_user(str(repository.git.remote("get-url", "--push", remote))) if remote else ""


def access_to(
    repository: git.Repo, environ: Mapping[str, str], environment: str, *, base: str, ask: bool = False
) -> Access:
    """How the remote that counts is reached.

    Args:
        repository: whose.
        environ: the process environment.
        environment: whose variables come first.
        base: the branch that ours is to be merged into.
        ask: whether a server that opens merge requests itself is asked to.

    Raises:
        ConfigurationError: a token cannot be one.
    """
    asked = ask and is_gitlab(remote_address(repository), environ)
    options = merge_request_options(environment, base) if asked else ()
    return Access(proof_for(repository, remote_of(repository), environ, environment), options)


def proof_for(repository: git.Repo, remote: str, environ: Mapping[str, str], environment: str) -> dict[str, str]:
    """What to add to git's environment for this remote; empty where it has credentials, or no token is for its host.

    The token stands in no argument, address or file; git sends it to this remote's address and nowhere else, also
    where the server answers with a redirection, and over http only to this machine.

    Args:
        repository: whose remote.
        remote: its name; empty for none.
        environ: the process environment.
        environment: whose variables come first.

    Raises:
        ConfigurationError: the token cannot be one.
    """
    if not remote:
        return {}
    found: list[tuple[str, str]] = []
    for address in dict.fromkeys(_addresses(repository, remote)):
        token = _token_for(address, environ, environment)
        if token is None or _has_header(repository, address):
            continue
        if not re.fullmatch(r"[!-~]+", token.value):
            raise ConfigurationError(f"{token.variable} has characters in it that no token has", remedy="set it again")
        basic = base64.b64encode(f"{token.user}:{token.value}".encode()).decode()
        found.append((f"http.{address}.extraHeader", f"Authorization: Basic {basic}"))
        # Git itself would go on with its headers at the address that it was sent to.
        found.append((f"http.{address}.followRedirects", "false"))
    told = {"GIT_CONFIG_COUNT": str(len(found))} if found else {}
    for number, (key, value) in enumerate(found):
        told |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return told


def _addresses(repository: git.Repo, remote: str) -> Iterator[str]:
    """Where it is read and where it is pushed to, as git's own rewriting leaves them."""
    yield str(repository.git.ls_remote("--get-url", remote))
    yield from str(repository.git.remote("get-url", "--push", "--all", remote)).splitlines()


def _token_for(address: str, environ: Mapping[str, str], environment: str) -> _Token | None:
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or "@" in parts.netloc:
        return None
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        return None
    known = _tokens(environ, environment)
    return next((token for token in known if token.value and _origin(urlsplit(token.server)) == _origin(parts)), None)


def _tokens(environ: Mapping[str, str], environment: str) -> Iterator[_Token]:
    def variable(name: str) -> str:
        return (settings.variable(environ, name, environment) or "").strip()

    github = variable(settings.GITHUB_SERVER_URL) or _github_of(variable(settings.GITHUB_API_URL))
    gitlab = variable(settings.CI_SERVER_URL)
    yield _Token(settings.GITHUB_TOKEN, github, "x-access-token", variable(settings.GITHUB_TOKEN))
    yield _Token(settings.GITLAB_TOKEN, gitlab or "https://gitlab.com", "oauth2", variable(settings.GITLAB_TOKEN))
    yield _Token(settings.CI_JOB_TOKEN, gitlab, "gitlab-ci-token", variable(settings.CI_JOB_TOKEN))


def _github_of(api: str) -> str:
    """The site of an API: `https://api.github.com` and `https://api.x.ghe.com` are hosts of their own."""
    parts = urlsplit(api)
    if not parts.hostname:
        return "https://github.com"
    return f"{parts.scheme}://{parts.netloc.removeprefix('api.')}"


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)


def _has_header(repository: git.Repo, address: str) -> bool:
    """Whether git is set up to prove itself there already, as actions/checkout can do it."""
    import git

    try:
        return bool(repository.git.config("--get-urlmatch", "http.extraHeader", address))
    except git.GitCommandError:
        return False  # exit 1: there is none
