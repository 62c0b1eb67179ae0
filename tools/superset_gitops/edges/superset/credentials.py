"""Owns the ways to log in to Superset, as values whose `repr` shows no secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from superset_gitops.core import settings
from superset_gitops.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class PasswordLogin:
    """User and password, of Superset's own user table (`db`) or a directory (`ldap`)."""

    user: str
    password: str = field(repr=False)
    provider: str = "db"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A JWT from `/api/v1/security/login`; it expires and cannot be renewed by us."""

    token: str = field(repr=False)
    variable: str = settings.ACCESS_TOKEN


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A long-lived key (`sst_…`) of a Superset with `FAB_API_KEY_ENABLED`."""

    key: str = field(repr=False)
    variable: str = settings.API_KEY


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """A browser's session cookie: its value, or `name=value` where its name is not `session`."""

    cookie: str = field(repr=False)
    variable: str = settings.SESSION_COOKIE

    @property
    def name(self) -> str:
        """The cookie's name."""
        return self._parts()[0]

    @property
    def value(self) -> str:
        """The cookie's value."""
        return self._parts()[1]

    def _parts(self) -> tuple[str, str]:
        # A signed Flask session ends without padding, so an `=` in front can only separate a name.
        name, separator, value = self.cookie.strip().rstrip(";").partition("=")
        return (name.strip(), value.strip()) if separator and value else ("session", self.cookie.strip())


Credentials = PasswordLogin | AccessToken | ApiKey | SessionCookie


def credentials_from(environ: Mapping[str, str], environment: str, *, provider: str = "db") -> Credentials:
    """The credentials that the environment variables give: token, key or cookie win over user and password.

    Raises:
        ConfigurationError: none is set, or a user without a password.
    """
    for name, variant in (
        (settings.ACCESS_TOKEN, AccessToken),
        (settings.API_KEY, ApiKey),
        (settings.SESSION_COOKIE, SessionCookie),
    ):
        secret = settings.variable(environ, name, environment)
        if secret:
            specific = settings.suffixed(name, environment)
            return variant(secret, variable=specific if environ.get(specific) else name)
    user = settings.variable(environ, settings.ADMIN_USER, environment)
    password = settings.variable(environ, settings.ADMIN_PASS, environment)
    if user and password:
        return PasswordLogin(user, password, provider)
    missing = settings.ADMIN_PASS if user else settings.ADMIN_USER
    raise ConfigurationError(
        f"no credentials for Superset: {missing} is not set for environment {environment}",
        remedy=(
            f"export {settings.ADMIN_USER} and {settings.ADMIN_PASS}, or one of {settings.ACCESS_TOKEN}, "
            f"{settings.API_KEY}, {settings.SESSION_COOKIE}; "
            f"{settings.suffixed(settings.ADMIN_USER, environment)} and so on hold for this environment only"
        ),
    )
