"""Owns what GitHub's answers mean: which may pass by themselves, and what the others ask of the reader.

Sources: GitHub's REST documentation, *Troubleshooting the REST API* and *Rate limits for the REST API*.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import requests

from superset_gitops.edges.http_transience import http_transience
from superset_gitops.edges.retry import Transience, parse_retry_after
from superset_gitops.errors import Unavailable

_FAULTS = frozenset({500, 502, 503, 504})
# What GitHub asks for where a secondary limit comes without a time: a minute.
_SECONDARY_WAIT = 60.0
_LONGEST = 600


class ForgeBusy(Exception):
    """GitHub answered, but only that it cannot do this now."""

    def __init__(self, transience: Transience) -> None:
        super().__init__(transience.reason)
        self.transience = transience


class ForgeRefused(Unavailable):
    """GitHub refused, and will refuse again.

    Attributes:
        status: the HTTP status.
    """

    def __init__(self, status: int, what: str, *, where: str, remedy: str) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.status = status


def forge_transience(error: BaseException) -> Transience | None:
    """Why a failed call to GitHub may pass by itself."""
    return error.transience if isinstance(error, ForgeBusy) else http_transience(error)


def check(answer: requests.Response, doing: str, where: str, *, patience: float) -> None:
    """Return for a success; raise what any other answer means.

    Args:
        answer: GitHub's.
        doing: what was attempted, for the message.
        where: the repository.
        patience: seconds; a rate limit that lasts longer is told at once, not waited for.

    Raises:
        ForgeBusy: it may pass by itself.
        ForgeRefused: it does not.
    """
    if answer.ok and not answer.is_redirect:
        return
    status = answer.status_code
    if status in _FAULTS:
        retry_after = parse_retry_after(answer.headers.get("Retry-After"))
        raise ForgeBusy(Transience(f"it answered {status} {answer.reason}", retry_after))
    wait = _limited_for(answer)
    if wait is not None and wait <= patience:
        raise ForgeBusy(Transience("its rate limit is reached", wait))
    if wait is not None:
        until = datetime.fromtimestamp(time.time() + wait, UTC)
        raise ForgeRefused(
            status,
            f"could not {doing}: GitHub's rate limit is used up until {until:%H:%M} UTC",
            where=where,
            remedy="run it again then",
        )
    said = message_of(answer)
    raise ForgeRefused(status, f"could not {doing}: {said}", where=where, remedy=_remedy(status, said))


def message_of(answer: requests.Response) -> str:
    """The status and GitHub's own words, with the fields that it complains about, in one line."""
    try:
        body = answer.json()
    except requests.exceptions.JSONDecodeError:
        body = None
    if not isinstance(body, Mapping):
        return f"{answer.status_code} {answer.reason}"
    errors = body.get("errors")
    told = [str(body.get("message") or answer.reason)]
    told += [_error(error) for error in errors] if isinstance(errors, list) else []
    line = " ".join("; ".join(told).split())
    return f"{answer.status_code} {line[:_LONGEST]}"


def _error(error: object) -> str:
    """`{resource, field, code, message?}`, or plain text."""
    if not isinstance(error, Mapping):
        return str(error)
    given: Any = error.get("message") or error.get("code") or "invalid"
    return f"{error['field']}: {given}" if error.get("field") else str(given)


def _limited_for(answer: requests.Response) -> float | None:
    """Seconds until a rate limit ends; None where the answer is about something else."""
    if answer.status_code not in {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}:
        return None
    retry_after = parse_retry_after(answer.headers.get("Retry-After"))
    if retry_after is not None:
        return retry_after
    reset = answer.headers.get("X-RateLimit-Reset", "")
    if answer.headers.get("X-RateLimit-Remaining") == "0" and reset.isdigit():
        return max(0.0, float(reset) - time.time())
    secondary = "secondary rate limit" in message_of(answer).lower()
    return _SECONDARY_WAIT if secondary or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS else None


def _remedy(status: int, said: str) -> str:
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return "GITHUB_TOKEN is wrong or has expired: set another one"
        case HTTPStatus.FORBIDDEN if "not permitted to create" in said:
            return (
                "a workflow's own token may open one only where Settings, Actions, General says so: tick `Allow GitHub "
                "Actions to create and approve pull requests` there; or give another token as GITHUB_TOKEN"
            )
        case HTTPStatus.FORBIDDEN:
            return (
                "the token may not do this: in a workflow the job needs `permissions: pull-requests: write`; "
                "a pull request from a fork never gets it"
            )
        case HTTPStatus.NOT_FOUND:
            return "check GITHUB_REPOSITORY and the pull request's number, and that the token may see the repository"
        case HTTPStatus.GONE:
            return "the repository has it switched off"
        case HTTPStatus.UNPROCESSABLE_ENTITY:
            return "GitHub does not take what was sent; its own words say what is wrong with it"
        case _ if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            return "the repository was renamed or moved: set GITHUB_REPOSITORY to its new name"
        case _:
            return "see GitHub's own words"
