"""Owns finding out who answers, as whom we speak to it, and whether what it shows can be trusted."""

from __future__ import annotations

from superset_gitops.core.versions import find_release
from superset_gitops.edges.superset.credentials import PasswordLogin
from superset_gitops.edges.superset.live import ServerInfo
from superset_gitops.edges.superset.public_role import readable_by_anybody
from superset_gitops.edges.superset.read_version import read_version
from superset_gitops.edges.superset.session import Session
from superset_gitops.edges.superset.who_we_are import Me, who_we_are
from superset_gitops.errors import ConfigurationError

# Superset itself compares with this name (AUTH_ROLE_ADMIN, by default) before it shows what others have not published.
_ADMIN = "Admin"


def probe_server(session: Session) -> ServerInfo:
    """Log in, and answer who is there.

    Raises:
        ConfigurationError: the server is too old, or ignores this kind of credentials for what we must read.
        Unavailable: not reachable, not a Superset, or the login is refused.
    """
    _avoid_public_role(session)
    me = who_we_are(session)
    version = read_version(session)
    _, untried = find_release(version, where=session.address.root)
    return ServerInfo(
        version=version,
        user=me.user,
        user_id=me.user_id,
        roles=me.roles,
        login="bearer" if session.uses_bearer else "cookie",
        warnings=tuple(filter(None, (untried, *_warnings(me)))),
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


def _warnings(me: Me) -> tuple[str, ...]:
    if not me.roles or _ADMIN in me.roles:
        return ()
    hidden = "Superset may hide assets from this user, and refuses to overwrite what it does not own"
    return (f"{me.user} has the role {', '.join(me.roles)} and not {_ADMIN}: {hidden}",)
