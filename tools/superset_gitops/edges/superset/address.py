"""Owns Superset's base URL: scheme, host and an optional path prefix, checked once."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from superset_gitops.core.settings import BASE_URL
from superset_gitops.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Address:
    """Where a Superset answers; `root` has no trailing slash and no credentials."""

    root: str

    @classmethod
    def parse(cls, base_url: str) -> Address:
        """Take a base URL as people write it, with or without a trailing slash.

        Raises:
            ConfigurationError: not an http(s) URL, or one with credentials, a query or a fragment in it.
        """
        parts = urlsplit(base_url.strip())
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigurationError(
                f"{BASE_URL} is not an http:// or https:// address",
                remedy=f"export {BASE_URL}=https://superset.example",
            )
        if parts.username or parts.password:
            raise ConfigurationError(
                f"{BASE_URL} has a user name or password in it",
                where=f"{parts.scheme}://{parts.hostname}",
                remedy="take them out, and give them as SUPERSET_ADMIN_USER and SUPERSET_ADMIN_PASS",
            )
        if parts.query or parts.fragment:
            raise ConfigurationError(
                f"{BASE_URL} has a query or fragment in it", remedy="give only scheme, host and path"
            )
        return cls(f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}")

    def url(self, path: str) -> str:
        """The address of a path that begins with a slash."""
        return f"{self.root}{path}"

    @property
    def host(self) -> str:
        """The host name, as cookies know it."""
        return urlsplit(self.root).hostname or ""
