"""Owns which Superset an environment may write to: the stamp against the address at hand."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from superset_gitops.errors import ConfigurationError
from superset_gitops.model.ledger import Stamp

_DEFAULT_PORTS = {"http": 80, "https": 443}
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def base_key(base_url: str) -> str:
    """What is equal for two spellings of one Superset's address.

    The host's case, the default port, a trailing slash, credentials and the names of the loopback do not count; the
    scheme does not either, since one server may answer both.
    """
    parts = urlsplit(base_url.strip())
    host = (parts.hostname or "").rstrip(".")
    try:
        port = parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.scheme.lower() not in _DEFAULT_PORTS:
        raise ConfigurationError(
            "BASE_URL is not an http address", where="BASE_URL", remedy="write https://superset.example.org"
        )
    shown = "localhost" if host in _THIS_MACHINE else host
    if port in (None, _DEFAULT_PORTS[parts.scheme.lower()]):
        return f"{shown}{parts.path.rstrip('/')}"
    return f"{shown}:{port}{parts.path.rstrip('/')}"


def check_binding(
    stamps: Iterable[Stamp], environment: str, base_url: str | None, *, beside_data: bool = False
) -> None:
    """Refuse the wrong environment.

    Args:
        stamps: all that the ledger has.
        environment: the one at hand.
        base_url: its Superset; None where only the database is at hand.
        beside_data: the ledger lives in the environment's own data database, so that a ledger that knows only other
            environments means another environment's database.

    Raises:
        ConfigurationError: the environment is bound to another Superset, another environment to this one, or the
            database to another environment.
    """
    by_environment = {stamp.environment: stamp for stamp in stamps}
    own = by_environment.pop(environment, None)
    if base_url is not None:
        key = base_key(base_url)
        if own is not None and base_key(own.base_url) != key:
            since = f"{own.bound_at:%Y-%m-%d}"
            raise _refused(f"{environment} is bound to {own.base_url} since {since}, not to {base_url}", environment)
        for other in by_environment.values():
            if base_key(other.base_url) == key:
                raise _refused(
                    f"{base_url} belongs to environment {other.environment}, not to {environment}", environment
                )
    if own is None and by_environment and beside_data:
        names = ", ".join(sorted(by_environment))
        raise _refused(f"this database belongs to environment {names}, not to {environment}", environment)


def _refused(what: str, environment: str) -> ConfigurationError:
    remedy = f"check BASE_URL and POSTGRES_URL; if it is meant, run: tools/hybrid ledger rebind --env {environment}"
    return ConfigurationError(what, remedy=remedy)
