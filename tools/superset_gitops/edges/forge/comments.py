"""Owns the one comment of ours on a pull request: found by its hidden marker, made or updated in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from superset_gitops.edges.forge.github import GitHub
from superset_gitops.edges.forge.refusals import ForgeRefused


@dataclass(frozen=True, slots=True)
class Written:
    """A comment that stands now."""

    url: str
    updated: bool


def put_comment(github: GitHub, pull_request: int, marker: str, body: str) -> Written:
    """Write the comment that begins with the marker; where there is one already, that one gets the new text.

    It looks before each attempt, so that an answer that was lost never makes a second comment.

    Args:
        github: the repository.
        pull_request: its number.
        marker: the first line of `body`, which tells our comment from all others.
        body: the whole text.

    Raises:
        Unavailable: GitHub could not or refused.
    """
    doing = f"comment on pull request {pull_request}"

    def once() -> Written:
        for comment in list(_ours(github, pull_request, marker)):
            path = github.path(f"issues/comments/{comment['id']}")
            try:
                changed = github.call("PATCH", path, doing=doing, body={"body": body})
            except ForgeRefused as refused:
                # Deleted meanwhile, or not ours after all: a new one is made, or says better why not.
                if refused.status not in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
                    raise
            else:
                return Written(str(changed["html_url"]), updated=True)
        path = github.path(f"issues/{pull_request}/comments")
        made = github.call("POST", path, doing=doing, body={"body": body})
        return Written(str(made["html_url"]), updated=False)

    return github.retrying(once, doing)


def _ours(github: GitHub, pull_request: int, marker: str) -> Iterator[Mapping[str, Any]]:
    """Comments with the marker in front that we wrote: anybody can write one that looks like it."""
    path = github.path(f"issues/{pull_request}/comments")
    doing = f"read the comments of pull request {pull_request}"
    found = [each for each in github.pages(path, doing=doing) if str(each.get("body") or "").startswith(marker)]
    people = any(not _is_app(each) for each in found)
    me = _own_name(github) if people else None
    return (each for each in found if _is_app(each) or (me is not None and _author(each) == me))


def _author(comment: Mapping[str, Any]) -> str | None:
    user = comment.get("user")  # null where the account is gone
    return user.get("login") if isinstance(user, Mapping) else None


def _is_app(comment: Mapping[str, Any]) -> bool:
    user = comment.get("user")
    return isinstance(user, Mapping) and user.get("type") == "Bot"


def _own_name(github: GitHub) -> str | None:
    """Whose token this is; None for a workflow's own token, which belongs to an app and may not ask."""
    try:
        return str(github.call("GET", "/user", doing="ask whose token this is")["login"])
    except ForgeRefused as refused:
        if refused.status == HTTPStatus.FORBIDDEN:
            return None
        raise
