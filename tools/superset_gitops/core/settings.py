"""Owns the environment variables' names and precedence: `NAME_<ENV>` wins over `NAME`, empty counts as unset."""

from __future__ import annotations

from collections.abc import Mapping

from superset_gitops.errors import ConfigurationError

POSTGRES_URL = "POSTGRES_URL"
BASE_URL = "BASE_URL"
ADMIN_USER = "SUPERSET_ADMIN_USER"
ADMIN_PASS = "SUPERSET_ADMIN_PASS"  # noqa: S105 - a variable's name
ACCESS_TOKEN = "SUPERSET_ACCESS_TOKEN"  # noqa: S105 - a variable's name
API_KEY = "SUPERSET_API_KEY"
SESSION_COOKIE = "SUPERSET_SESSION_COOKIE"
DATA_URL = "SUPERSET_DATA_URL"
LEDGER_URL = "HYBRID_LEDGER_URL"
GITHUB_TOKEN = "GITHUB_TOKEN"  # noqa: S105 - a variable's name
GITHUB_REPOSITORY = "GITHUB_REPOSITORY"
GITHUB_API_URL = "GITHUB_API_URL"
GITHUB_SERVER_URL = "GITHUB_SERVER_URL"
GITLAB_TOKEN = "GITLAB_TOKEN"  # noqa: S105 - a variable's name
CI_JOB_TOKEN = "CI_JOB_TOKEN"  # noqa: S105 - a variable's name
CI_SERVER_URL = "CI_SERVER_URL"


def suffixed(name: str, environment: str) -> str:
    """The variable's name for one environment: `POSTGRES_URL_PROD`; hyphens become underscores."""
    return f"{name}_{environment.upper().replace('-', '_')}"


def variable(environ: Mapping[str, str], name: str, environment: str) -> str | None:
    """The value of `NAME_<ENV>`, else of `NAME`, else None."""
    return environ.get(suffixed(name, environment)) or environ.get(name) or None


def required(environ: Mapping[str, str], name: str, environment: str, *, meaning: str) -> str:
    """The value of a variable that must be set.

    Raises:
        ConfigurationError: neither `NAME_<ENV>` nor `NAME` is set; names both.
    """
    value = variable(environ, name, environment)
    if value is None:
        raise ConfigurationError(
            f"{name} is not set for environment {environment}",
            remedy=f"export {suffixed(name, environment)} (or {name}): {meaning}",
        )
    return value


def postgres_url(environ: Mapping[str, str], environment: str) -> str:
    """Where migrations, seeds and, by default, the ledger live, as libpq takes it.

    Raises:
        ConfigurationError: `POSTGRES_URL` is not set.
    """
    return libpq_url(required(environ, POSTGRES_URL, environment, meaning="postgresql://USER:PASSWORD@HOST/DATABASE"))


def data_url(environ: Mapping[str, str], environment: str) -> str:
    """What Superset itself connects to: `SUPERSET_DATA_URL`, else `POSTGRES_URL`."""
    return variable(environ, DATA_URL, environment) or postgres_url(environ, environment)


def ledger_url(environ: Mapping[str, str], environment: str) -> str:
    """Where the ledger lives: `HYBRID_LEDGER_URL`, else `POSTGRES_URL`."""
    url = variable(environ, LEDGER_URL, environment)
    return libpq_url(url) if url else postgres_url(environ, environment)


def libpq_url(url: str) -> str:
    """Drop SQLAlchemy's driver name (`postgresql+psycopg2://`), which libpq does not know."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme.split("+")[0] in {"postgresql", "postgres"}:
        return f"postgresql://{rest}"
    return url


def sqlalchemy_url(url: str) -> str:
    """Turn a libpq URL into one that Superset's SQLAlchemy 1.4 takes.

    Measured on 6.1.0: `postgresql://` works, `postgres://` and `postgresql+psycopg://` are refused.
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme in {"postgres", "postgresql+psycopg"}:
        return f"postgresql://{rest}"
    return url
