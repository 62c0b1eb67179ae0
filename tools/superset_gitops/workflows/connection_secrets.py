"""Owns which secrets an apply sends to which database, and the refusal before anything is written without them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from superset_gitops.core.connection_secrets import DatabaseSecrets
from superset_gitops.edges.superset.live import LiveState
from superset_gitops.edges.superset.secrets import ConnectionSecrets
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import AssetId, Kind
from superset_gitops.model.plan import PlanItem, State
from superset_gitops.workflows.survey import Survey, live_normal
from superset_gitops.workflows.wanted import Wanted


def with_due_secrets(found: Survey, key: AssetId, live: LiveState, *, rotate: bool) -> Wanted:
    """What an apply sends over this live state: of a database's secrets only those that have to be sent."""
    want = found.sent(key, live)
    shown = live_normal(live, key) if key in live.assets else None
    return replace(want, secrets=want.secrets.due(want.normal, shown, rotate=rotate))


def rotated(found: Survey, *, rotate: bool) -> tuple[PlanItem, ...]:
    """The databases in scope that are written for a rotation alone."""
    return tuple(
        item
        for item in found.plan.items
        if rotate and item.state is State.IN_SYNC and not item.ignored_by and _to_send(found, item, rotate=True).parts
    )


def refuse_unsendable(found: Survey, *, rotate: bool) -> tuple[str, ...]:
    """Stop where a secret that has to be sent is not known; otherwise what will be sent, for people.

    Raises:
        ConfigurationError: names the database and the variables; or there is nothing to rotate.
    """
    items = (*rotated(found, rotate=rotate), *_written(found))
    due = [(item, _to_send(found, item, rotate=rotate)) for item in items]
    for item, secrets in due:
        names = sorted({name for names in secrets.missing.values() for name in names})
        if names:
            parts = " and ".join(sorted(secrets.missing))
            raise ConfigurationError(
                f"the variable {names[0]} is not set, and the {parts} of database {item.name!r} has to be sent: "
                f"{_reason(item, rotate=rotate)}",
                where=item.template,
                remedy=f"export {', '.join(names)} for this environment; nothing was written",
            )
    if rotate and not any(secrets.parts for _, secrets in due):
        about = f" in scope ({found.plan.scope})" if found.plan.scope else ""
        raise ConfigurationError(
            f"there is no secret to rotate: no managed database{about} takes one from the environment",
            where=found.plan.environment,
            remedy="name it in the database's template, such as postgresql://reader:${WAREHOUSE_PASSWORD}@…",
        )
    return tuple(told(item, secrets) for item, secrets in due if secrets.parts)


def told(item: PlanItem, secrets: DatabaseSecrets) -> str:
    """Which secrets of a database, without them: `database 'Warehouse': password, SSH tunnel`."""
    return f"database {item.name!r}: {', '.join(secrets.parts)}"


def form_fields(wants: Iterable[Wanted]) -> ConnectionSecrets:
    """The secrets as they travel beside the files."""
    by_path = {want.asset.path: want.secrets for want in wants}

    def tunnel(name: str) -> dict[str, str]:
        return {path: secrets.tunnel[name] for path, secrets in by_path.items() if name in secrets.tunnel}

    return ConnectionSecrets(
        passwords={path: secrets.password for path, secrets in by_path.items() if secrets.password},
        ssh_tunnel_passwords=tunnel("password"),
        ssh_tunnel_private_keys=tunnel("private_key"),
        ssh_tunnel_private_key_passwords=tunnel("private_key_password"),
    )


def _written(found: Survey) -> Iterable[PlanItem]:
    return (item for item in found.plan.written if item.id.kind is Kind.DATABASE)


def _to_send(found: Survey, item: PlanItem, *, rotate: bool) -> DatabaseSecrets:
    return with_due_secrets(found, item.id, found.live, rotate=rotate).secrets


def _reason(item: PlanItem, *, rotate: bool) -> str:
    if item.live is None:
        return "it is not in Superset yet"
    return "--rotate-secrets asks for it" if rotate else "Superset shows another connection than Git says"
