"""Owns one conversation with a Superset: headers, retries, renewing a login that expired, refusing redirects."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import requests

from superset_gitops.edges.http_transience import TRANSIENT_STATUSES, TransientAnswer, http_transience
from superset_gitops.edges.retry import Retries, retrying
from superset_gitops.edges.superset import log_in
from superset_gitops.edges.superset.address import Address
from superset_gitops.edges.superset.answers import json_of, message_of
from superset_gitops.edges.superset.credentials import Credentials, PasswordLogin
from superset_gitops.edges.superset.rison import rison
from superset_gitops.errors import Unavailable

Timeout = tuple[float, float]


class Session:
    """Requests to one Superset, logged in at the first one.

    Args:
        address: where it answers.
        credentials: who we are.
        retries: how patient to be with what may pass by itself.
        timeout: seconds to connect, and between two pieces of an answer.

    Attributes:
        before_write: called right before each attempt of a request that may write; raises where it must not be sent.
    """

    def __init__(self, address: Address, credentials: Credentials, retries: Retries, timeout: Timeout) -> None:
        self.address = address
        self.credentials = credentials
        self._retries = retries
        self._timeout = timeout
        self._by_form = False
        self._logged_in = False
        self.before_write: Callable[[], None] = _anybody_may
        self._http = requests.Session()
        self._http.headers["Accept"] = "application/json"  # anything that takes HTML gets HTML for errors
        self._http.headers["Referer"] = address.url("/")  # demanded over https
        self._http.auth = _leave_authorization_alone

    def close(self) -> None:
        """Drop the connections."""
        self._http.close()

    @property
    def uses_bearer(self) -> bool:
        """Whether the proof of identity is an Authorization header, which public endpoints ignore."""
        self._log_in_once()
        return "Authorization" in self._http.headers

    @property
    def bearer(self) -> str:
        """The token in the Authorization header; empty where there is none. Never into a message."""
        self._log_in_once()
        return str(self._http.headers.get("Authorization", "")).removeprefix("Bearer ")

    def switch_to_form(self) -> None:
        """Log in again, as a browser does; from now on a session cookie says who we are.

        Raises:
            Unavailable: the server has no form, or refuses the password.
        """
        self._by_form = True
        self._logged_in = False
        self._log_in_once()

    def request(self, method: str, path: str, *, query: object = None, **sent: Any) -> requests.Response:
        """Send a request that is safe to repeat; any answer but a transient one or a lost login is returned.

        Args:
            method: the HTTP method.
            path: after the base URL, beginning with a slash.
            query: goes into `q`, in Superset's Rison notation.
            sent: `json`, `data`, `files`, `params` or `headers`, as `requests` takes them.

        Raises:
            Unavailable: not reachable after the retries, or the login expired and cannot be renewed.
        """
        self._log_in_once()
        guard = None if method == "GET" else self.before_write
        if query is not None:
            sent["params"] = {**sent.get("params", {}), "q": rison(query)}
        answer = self._send(method, path, guard=guard, **sent)
        if _login_is_lost(answer):
            self._renew(message_of(answer))
            answer = self._send(method, path, guard=guard, **sent)
            if _login_is_lost(answer):
                raise log_in.refused(self.address, self.credentials, _loss(answer))
        return answer

    def get_json(self, path: str, *, query: object = None) -> Mapping[str, Any]:
        """The JSON object that a GET answers; never one from a cache.

        Raises:
            Unavailable: any other answer.
        """
        answer = self.request("GET", path, query=query)
        body = json_of(answer)
        if answer.status_code != HTTPStatus.OK or not isinstance(body, dict):
            raise self.unexpected(answer, f"read {path}")
        return body

    def get_bytes(self, path: str, *, query: object = None) -> bytes:
        """What a GET downloads, past every cache: 6.1.0 lets proxies keep exports for a year.

        Raises:
            Unavailable: any answer but 200.
        """
        fresh = {"headers": {"Cache-Control": "no-cache", "Pragma": "no-cache"}, "params": {"_": str(time.time_ns())}}
        answer = self.request("GET", path, query=query, **fresh)
        if answer.status_code != HTTPStatus.OK:
            raise self.unexpected(answer, f"read {path}")
        return answer.content

    def look(self, path: str, **sent: Any) -> requests.Response:
        """The answer to a GET as it comes: what an endpoint says to those it does not know is no lost login."""
        self._log_in_once()
        return self._send("GET", path, **sent)

    def anonymously(self, path: str, *, query: object = None, **sent: Any) -> requests.Response:
        """The answer to somebody who is not logged in."""
        if query is not None:
            sent["params"] = {"q": rison(query)}
        with requests.Session() as nobody:
            nobody.headers["Accept"] = "application/json"
            return self._send("GET", path, via=nobody, **sent)

    def unexpected(self, answer: requests.Response, doing: str) -> Unavailable:
        """The error for an answer that nothing can be made of."""
        remedy = "look into Superset's log"
        if answer.status_code == HTTPStatus.FORBIDDEN:
            remedy = "the user lacks a permission; deploy as a user with the role Admin"
        if answer.is_redirect:
            return Unavailable(
                f"could not {doing}: it redirects to {answer.headers.get('Location', '')!r}",
                where=self.address.url(""),
                remedy="give BASE_URL as Superset itself knows it: scheme, host and path prefix",
            )
        return Unavailable(f"could not {doing}: {message_of(answer)}", where=self.address.root, remedy=remedy)

    def _log_in_once(self) -> None:
        if self._logged_in:
            return
        if self._by_form and isinstance(self.credentials, PasswordLogin):
            log_in.log_in_by_form(self._http, self._send, self.address, self.credentials)
        else:
            log_in.log_in(self._http, self._send, self.address, self.credentials)
        self._logged_in = True

    def _renew(self, said: str) -> None:
        if isinstance(self.credentials, PasswordLogin):
            self._retries.report(f"Superset ended the login ({said}); logging in again")
            self._logged_in = False
            self._log_in_once()
        else:
            # A token or cookie cannot be renewed, but the CSRF token beside it may be all that expired.
            log_in.fetch_csrf_token(self._http, self._send, self.address, self.credentials)

    def _send(
        self,
        method: str,
        path: str,
        *,
        via: requests.Session | None = None,
        guard: Callable[[], None] | None = None,
        **sent: Any,
    ) -> requests.Response:
        http = via or self._http

        def once() -> requests.Response:
            if guard is not None:
                guard()
            url = self.address.url(path)
            answer = http.request(method, url, allow_redirects=False, timeout=self._timeout, **sent)
            log_in.drop_planted_cookie(http)
            if answer.status_code in TRANSIENT_STATUSES:
                raise TransientAnswer(answer)
            return answer

        doing = f"{method} {path}"
        try:
            return retrying(
                once, transient=http_transience, retries=self._retries, doing=doing, where=self.address.root
            )
        except requests.exceptions.SSLError as error:
            raise Unavailable(
                "Superset's certificate cannot be verified",
                where=self.address.root,
                remedy="name the file with your certificate authority in REQUESTS_CA_BUNDLE",
            ) from error
        except requests.exceptions.RequestException as error:
            raise Unavailable(
                f"could not {doing}: {type(error).__name__}", where=self.address.root, remedy="check BASE_URL"
            ) from error


def _anybody_may() -> None:
    """Where nobody but us could write, there is nothing to ask before."""


def _leave_authorization_alone(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps `requests` from replacing our Authorization header by what a `.netrc` says about the host."""
    return request


def _login_is_lost(answer: requests.Response) -> bool:
    """Whether the server wants us to log in again (measured on 6.1.0).

    Expired token 401; token of a server with another key 422 with `msg`; lost CSRF token a redirect to the login page,
    or 400 for JSON bodies.
    """
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        return True
    if answer.is_redirect:
        return log_in.is_login_page(answer.headers.get("Location", ""))
    if answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}:
        body = json_of(answer)
        return (isinstance(body, dict) and set(body) == {"msg"}) or "CSRF" in message_of(answer)
    return False


def _loss(answer: requests.Response) -> str:
    return "it redirects to the login page" if answer.is_redirect else message_of(answer)
