"""Owns who owns what: the assets of the people that Superset lists as their owners; databases have none."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from superset_gitops.edges.superset.list_rows import Row, list_rows
from superset_gitops.edges.superset.session import Session
from superset_gitops.errors import ConfigurationError
from superset_gitops.model.asset import AssetId, Kind

_OWNED = (Kind.DATASET, Kind.CHART, Kind.DASHBOARD)
_COLUMNS = ("uuid", "owners.id", "owners.first_name", "owners.last_name")
_USERS = "security/users"
_NAMED = 8


def list_owned(session: Session, people: tuple[str, ...]) -> frozenset[AssetId]:
    """The assets that any of these people owns.

    Args:
        session: a logged-in conversation.
        people: each a first and last name, a user name or an e-mail address, whatever its case.

    Raises:
        ConfigurationError: nobody is called so, or several are.
        Unavailable: not readable.
    """
    rows = [(kind, row) for kind in _OWNED for row in list_rows(session, kind.value, _COLUMNS)]
    known = {owner["id"]: _full_name(owner) for _, row in rows for owner in row.get("owners") or []}
    users = _users(session)
    wanted = {_id_of(person, known, users) for person in people}
    return frozenset(
        AssetId(kind, str(row["uuid"]))
        for kind, row in rows
        if any(owner["id"] in wanted for owner in row.get("owners") or [])
    )


def _id_of(person: str, known: Mapping[int, str], users: list[Row]) -> int:
    asked = person.strip().lower()
    exact = {u["id"] for u in users if asked in (str(u.get("username")).lower(), str(u.get("email")).lower())}
    named = {u["id"] for u in users if asked == _full_name(u).lower()}
    found = exact or named | {number for number, name in known.items() if name.lower() == asked}
    if len(found) == 1:
        return int(found.pop())
    if found:
        raise ConfigurationError(
            f"{len(found)} people are called {person!r}", remedy="write the user name or the e-mail address"
        )
    owners = sorted(filter(None, known.values()))
    shown = ", ".join(owners[:_NAMED]) + (" …" if len(owners) > _NAMED else "")
    hint = "" if users else "; this user may not list users, so only first and last names are known"
    raise ConfigurationError(
        f"Superset knows nobody called {person!r}{hint}",
        remedy=f"write a user name, an e-mail address or a full name; there are assets of {shown}"
        if shown
        else "nothing in this Superset has an owner",
    )


def _users(session: Session) -> list[Row]:
    """All users; none where this user may not list them, or the server has no such list."""
    info = session.request("GET", f"/api/v1/{_USERS}/_info", query={"keys": ["permissions"]})
    if info.status_code != HTTPStatus.OK:
        return []
    return list_rows(session, _USERS, ("username", "email", "first_name", "last_name"))


def _full_name(row: Row) -> str:
    return " ".join(str(part) for part in (row.get("first_name"), row.get("last_name")) if part)
