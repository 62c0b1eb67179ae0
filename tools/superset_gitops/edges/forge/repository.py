"""Owns which repository of which GitHub is meant, and the token that proves that we may use it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from superset_gitops.core import settings
from superset_gitops.errors import ConfigurationError

DEFAULT_API = "https://api.github.com"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository and how it is reached.

    Attributes:
        api: the root of the REST API without a trailing slash; GitHub Enterprise has it at `https://HOST/api/v3`.
        name: `owner/name`.
    """

    api: str
    name: str
    token: str = field(repr=False)


def repository_from(environ: Mapping[str, str], environment: str) -> Repository:
    """What GITHUB_REPOSITORY, GITHUB_TOKEN and GITHUB_API_URL say.

    Raises:
        ConfigurationError: one is missing or cannot be right; never with the token in it.
    """
    name = settings.required(environ, settings.GITHUB_REPOSITORY, environment, meaning="owner/name")
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", name, re.ASCII):
        raise ConfigurationError(
            f"{settings.GITHUB_REPOSITORY} is {name!r}", remedy="give it as owner/name, without an address"
        )
    meaning = "a token that may write comments on pull requests; in a workflow ${{ github.token }}"
    token = settings.required(environ, settings.GITHUB_TOKEN, environment, meaning=meaning).strip()
    if not re.fullmatch(r"[!-~]+", token):
        # Such a header would be refused by the HTTP library, with the token in its message.
        raise ConfigurationError(
            f"{settings.GITHUB_TOKEN} has characters in it that no token has", remedy="set it once more"
        )
    return Repository(_api(settings.variable(environ, settings.GITHUB_API_URL, environment)), name, token)


def _api(given: str | None) -> str:
    address = (given or DEFAULT_API).rstrip("/")
    parts = urlsplit(address)
    if parts.username or parts.password or parts.query or parts.fragment or not parts.hostname:
        raise ConfigurationError(
            f"{settings.GITHUB_API_URL} is not an address alone",
            remedy=f"give it like {DEFAULT_API}, or https://HOST/api/v3 for GitHub Enterprise",
        )
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ConfigurationError(
            f"{settings.GITHUB_API_URL} does not begin with https://",
            where=address,
            remedy="a token is only sent over an encrypted connection: give the https:// address",
        )
    return address
