"""Owns which of a shell's variables count in a hook, which nobody started with one environment in mind."""

from __future__ import annotations

from collections.abc import Mapping

from superset_gitops.core import settings

_ADDRESSES = (settings.POSTGRES_URL, settings.BASE_URL, settings.DATA_URL, settings.LEDGER_URL)
_SETTINGS = (
    *_ADDRESSES,
    settings.ADMIN_USER,
    settings.ADMIN_PASS,
    settings.ACCESS_TOKEN,
    settings.API_KEY,
    settings.SESSION_COOKIE,
)


def hook_variables(environ: Mapping[str, str], environment: str, *, shared: bool) -> dict[str, str]:
    """The variables that a hook may use for an environment.

    Addresses and credentials count only under the environment's own name (`BASE_URL_DEV`), and only where policy lets
    a hook reach a shared server: `BASE_URL` may be prod's, left there by whoever deployed it last. Where a shell has
    such an address without a name, whatever else has no name may belong to it, so that counts neither: templates'
    placeholders are then filled from `NAME_DEV` alone.
    """
    ending = settings.suffixed("", environment)
    own = {name: value for name, value in environ.items() if name.endswith(ending)}
    unnamed = {name: value for name, value in environ.items() if name not in own and name not in _SETTINGS}
    kept = own if unnamed_addresses(environ) else {**unnamed, **own}
    hidden = () if shared else {settings.suffixed(name, environment) for name in _SETTINGS}
    return {name: value for name, value in kept.items() if name not in hidden}


def unnamed_addresses(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The names of exported addresses that do not say whose they are."""
    return tuple(name for name in _ADDRESSES if environ.get(name))
