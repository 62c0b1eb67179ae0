"""Owns turning policy and environment variables into one environment's addresses, starting the sandbox where it may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from superset_gitops.core import settings
from superset_gitops.core.placeholders import Lookup
from superset_gitops.core.versions import find_release
from superset_gitops.edges.postgres.database import SqlDatabase
from superset_gitops.edges.superset.credentials import Credentials, credentials_from
from superset_gitops.edges.who import actor
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.policy import DbMode, DbPolicy, EnvironmentPolicy, SandboxUse
from superset_gitops.model.progress import Progress


@dataclass(frozen=True, slots=True)
class Target:
    """Where one environment lives. Its URLs hold passwords: they never go into a message.

    Attributes:
        variables: the process environment, with the sandbox's values in it where the sandbox is used.
    """

    environment: str
    sandboxed: bool
    variables: Mapping[str, str] = field(repr=False)

    @property
    def base_url(self) -> str:
        """Superset's address.

        Raises:
            ConfigurationError: it is not set.
        """
        meaning = "the address of Superset, https://superset.example.com"
        return settings.required(self.variables, settings.BASE_URL, self.environment, meaning=meaning)

    @property
    def credentials(self) -> Credentials:
        """How to log in to Superset."""
        return credentials_from(self.variables, self.environment)

    @property
    def postgres_url(self) -> str:
        """Where migrations and seeds run."""
        return settings.postgres_url(self.variables, self.environment)

    @property
    def ledger_url(self) -> str:
        """Where the ledger is."""
        return settings.ledger_url(self.variables, self.environment)

    @property
    def ledger_beside_data(self) -> bool:
        """Whether the ledger lives in the environment's own database: then it tells whose database that is."""
        ledger = settings.variable(self.variables, settings.LEDGER_URL, self.environment)
        return ledger is None or self.ledger_url == settings.libpq_url(
            settings.variable(self.variables, settings.POSTGRES_URL, self.environment) or ""
        )

    def sql_database(self, policy: DbPolicy) -> SqlDatabase:
        """Where SQL files run. Under `mode: none` nothing does, and POSTGRES_URL need not be set."""
        url = "" if policy.mode is DbMode.NONE else self.postgres_url
        return SqlDatabase(url, actor=actor(self.variables), table=policy.tracking_table)

    @property
    def placeholders(self) -> Lookup:
        """What `${NAME}` stands for here; the data URL is put as Superset's SQLAlchemy wants it."""

        def lookup(name: str) -> str | None:
            if name == settings.DATA_URL:
                return settings.sqlalchemy_url(settings.data_url(self.variables, self.environment))
            value = settings.variable(self.variables, name, self.environment)
            return settings.sqlalchemy_url(value) if value and name == settings.POSTGRES_URL else value

        return lookup


def find_target(
    project: Path, policy: EnvironmentPolicy, environ: Mapping[str, str], progress: Progress, *, start: bool
) -> Target:
    """The environment's addresses from the variables, or from the sandbox where neither URL is set.

    Args:
        project: the project's root.
        policy: says whether the sandbox may be used.
        environ: the process environment.
        progress: told when a sandbox is started or used.
        start: whether a sandbox may be started; otherwise only one that is up is used.

    Raises:
        ConfigurationError: no URLs, and no sandbox that may be used.
    """
    name = policy.name
    if settings.variable(environ, settings.BASE_URL, name) or settings.variable(environ, settings.POSTGRES_URL, name):
        return Target(name, sandboxed=False, variables=environ)
    if policy.sandbox is SandboxUse.NEVER:
        raise _no_urls(name, "policy.yaml does not let this environment use the sandbox")
    from superset_gitops.edges.sandbox import Condition, Sandbox

    sandbox = Sandbox(project, name)
    if policy.sandbox is SandboxUse.AUTO and start:
        sandbox.up(progress, named_version(policy))
    elif sandbox.status().condition is not Condition.UP:
        raise _no_urls(name, f"or start a local one: tools/sandbox up --env {name}")
    return Target(name, sandboxed=True, variables=_overlaid(environ, sandbox.variables(), name))


def named_version(policy: EnvironmentPolicy) -> str | None:
    """The release that a new sandbox of this environment is of; None where policy names none."""
    return find_release(policy.superset_version)[0].version if policy.superset_version else None


def _overlaid(environ: Mapping[str, str], sandbox: Mapping[str, str], environment: str) -> dict[str, str]:
    """The sandbox's values win: credentials left in the shell belong to some other Superset."""
    foreign = (settings.ACCESS_TOKEN, settings.API_KEY, settings.SESSION_COOKIE, settings.LEDGER_URL, *sandbox)
    hidden = {variable for name in foreign for variable in (name, settings.suffixed(name, environment))}
    return {name: value for name, value in environ.items() if name not in hidden} | dict(sandbox)


def _no_urls(environment: str, otherwise: str) -> ConfigurationError:
    names = " and ".join(settings.suffixed(name, environment) for name in (settings.BASE_URL, settings.POSTGRES_URL))
    return ConfigurationError(
        f"neither {settings.BASE_URL} nor {settings.POSTGRES_URL} is set for environment {environment}",
        remedy=f"export {names}; {otherwise}",
    )
