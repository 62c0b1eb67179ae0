"""Owns finding out who answers, as whom we speak to it, and whether what it shows can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from superset_gitops.edges.superset.answers import json_of
from superset_gitops.edges.superset.credentials import PasswordLogin
from superset_gitops.edges.superset.live import ServerInfo
from superset_gitops.edges.superset.public_role import readable_by_anybody
from superset_gitops.edges.superset.session import Session
from superset_gitops.errors import ConfigurationError, Unavailable

# Superset itself compares with this name (AUTH_ROLE_ADMIN, by default) before it shows what others have not published.
_ADMIN = "Admin"


def probe_server(session: Session) -> ServerInfo:
    """Log in, and answer who is there.

    Raises:
        ConfigurationError: the server ignores this kind of credentials for what we must read.
        Unavailable: not reachable, not a Superset, or the login is refused.
    """
    _avoid_public_role(session)
    me = _me(session)
    roles = _roles(session)
    return ServerInfo(
        version=_version(session),
        user=str(me["username"]),
        user_id=int(me["id"]),
        roles=roles,
        login="bearer" if session.uses_bearer else "cookie",
        warnings=_warnings(str(me["username"]), roles),
    )


def _avoid_public_role(session: Session) -> None:
    if not session.uses_bearer:
        return
    kinds = readable_by_anybody(session)
    if not kinds:
        return
    if isinstance(session.credentials, PasswordLogin):
        session.switch_to_form()
        return
    raise ConfigurationError(
        f"Superset ignores tokens and API keys for {', '.join(kinds)}s, because its role Public may read them",
        where=session.address.root,
        remedy=(
            "give SUPERSET_ADMIN_USER and SUPERSET_ADMIN_PASS, or SUPERSET_SESSION_COOKIE; "
            "or take the right from the role Public"
        ),
    )


def _warnings(user: str, roles: tuple[str, ...]) -> tuple[str, ...]:
    if not roles or _ADMIN in roles:
        return ()
    hidden = "Superset may hide assets from this user, and refuses to overwrite what it does not own"
    return (f"{user} has the role {', '.join(roles)} and not {_ADMIN}: {hidden}",)


def _me(session: Session) -> Mapping[str, Any]:
    me = session.get_json("/api/v1/me/").get("result") or {}
    if not me.get("username"):
        raise Unavailable(
            "Superset does not say who we are", where=session.address.root, remedy="check BASE_URL and the credentials"
        )
    return dict(me)


def _roles(session: Session) -> tuple[str, ...]:
    answer = session.request("GET", "/api/v1/me/roles/")
    body = json_of(answer)
    if answer.status_code != HTTPStatus.OK or not isinstance(body, dict):
        return ()
    return tuple(sorted((body.get("result") or {}).get("roles") or {}))


def _version(session: Session) -> str:
    body = json_of(session.request("GET", "/version"))
    return str(body.get("version_string") or "") if isinstance(body, dict) else ""
