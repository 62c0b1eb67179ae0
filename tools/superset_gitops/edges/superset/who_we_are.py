"""Owns finding out as whom we speak to a Superset.

Measured: before 6.1.0 `/api/v1/me/` knows nobody who shows a bearer token; the token itself says the user's id, and an
Admin may read the rest.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from superset_gitops.edges.superset.answers import json_of
from superset_gitops.edges.superset.credentials import PasswordLogin
from superset_gitops.edges.superset.session import Session
from superset_gitops.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Me:
    """The user that changes will carry, with the names of their roles; none where the server does not tell."""

    user: str
    user_id: int
    roles: tuple[str, ...]


def who_we_are(session: Session) -> Me:
    """Who is logged in.

    Raises:
        Unavailable: the server does not say, or does not know us.
    """
    seen = session.look("/api/v1/me/")
    if seen.status_code == HTTPStatus.UNAUTHORIZED and (number := _number_in_token(session)) is not None:
        return _by_number(session, number)
    me = session.get_json("/api/v1/me/").get("result") or {}
    if not me.get("username"):
        raise Unavailable(
            "Superset does not say who we are", where=session.address.root, remedy="check BASE_URL and the credentials"
        )
    body = json_of(session.request("GET", "/api/v1/me/roles/"))
    roles = (body.get("result") or {}).get("roles") if isinstance(body, dict) else None
    return Me(str(me["username"]), int(me["id"]), tuple(sorted(roles or {})))


def _number_in_token(session: Session) -> int | None:
    """The numeric id that the bearer token is for; None where there is none, or it is no JWT."""
    _, _, rest = session.bearer.partition(".")
    payload, _, _ = rest.partition(".")
    try:
        claims: Mapping[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return int(claims["sub"])
    except (ValueError, TypeError, KeyError):
        return None


def _by_number(session: Session, number: int) -> Me:
    answer = session.look(f"/api/v1/security/users/{number}")
    body = json_of(answer)
    found = body.get("result") if answer.status_code == HTTPStatus.OK and isinstance(body, dict) else None
    if not isinstance(found, dict):
        known = session.credentials.user if isinstance(session.credentials, PasswordLogin) else f"user {number}"
        return Me(known, number, ())
    roles = tuple(sorted(str(role["name"]) for role in found.get("roles") or () if role.get("name")))
    return Me(str(found.get("username")), number, roles)
