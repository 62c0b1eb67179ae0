"""Owns becoming somebody: the four ways to log in to a Superset, on one `requests.Session`.

Measured on 6.1.0: a bearer token does not exempt from CSRF; a form login is answered by a redirect, to /login/ again
when the password is wrong; an unknown `provider` is a 400, a wrong password a 401.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus

import requests

from superset_gitops.core.settings import ADMIN_PASS, ADMIN_USER
from superset_gitops.edges.superset.address import Address
from superset_gitops.edges.superset.answers import json_of, message_of
from superset_gitops.edges.superset.credentials import AccessToken, ApiKey, Credentials, PasswordLogin, SessionCookie
from superset_gitops.errors import Unavailable

# Sends one request with retries, but without renewing the login: (method, path, keyword arguments of requests).
Send = Callable[..., requests.Response]

LOGIN_PAGE = "/login/"
_CSRF_FIELD = re.compile(r'<input[^>]*name="csrf_token"[^>]*value="([^"]+)"', re.DOTALL)


def log_in(http: requests.Session, send: Send, address: Address, credentials: Credentials) -> None:
    """Put what proves who we are, and a CSRF token, on the session.

    Raises:
        Unavailable: the server does not take these credentials; the message names the variables.
    """
    forget(http)
    match credentials:
        case PasswordLogin():
            _log_in_by_api(http, send, address, credentials)
        case AccessToken(token=secret) | ApiKey(key=secret):
            http.headers["Authorization"] = f"Bearer {secret}"
        case SessionCookie():
            http.cookies.set(credentials.name, credentials.value)
    fetch_csrf_token(http, send, address, credentials)


def log_in_by_form(http: requests.Session, send: Send, address: Address, login: PasswordLogin) -> None:
    """Log in as a browser does; a session cookie is not ignored where the Public role may read.

    Raises:
        Unavailable: the server has no such form, or refuses the password.
    """
    forget(http)
    page = send("GET", LOGIN_PAGE, headers={"Accept": "text/html"})
    token = _CSRF_FIELD.search(page.text)
    if token is None:
        raise Unavailable(
            "Superset's login page has no form for user and password",
            where=address.url(LOGIN_PAGE),
            remedy="give SUPERSET_SESSION_COOKIE, SUPERSET_API_KEY or SUPERSET_ACCESS_TOKEN instead",
        )
    form = {"username": login.user, "password": login.password, "csrf_token": token[1]}
    answer = send("POST", LOGIN_PAGE, data=form, headers={"Accept": "text/html"})
    if answer.status_code != HTTPStatus.FOUND or is_login_page(answer.headers.get("Location", "")):
        raise refused(address, login, message_of(answer))
    fetch_csrf_token(http, send, address, login)


def fetch_csrf_token(http: requests.Session, send: Send, address: Address, credentials: Credentials) -> None:
    """Get a fresh CSRF token; it is bound to the session cookie that comes with it.

    Raises:
        Unavailable: the server does not know us.
    """
    http.headers.pop("X-CSRFToken", None)
    answer = send("GET", "/api/v1/security/csrf_token/")
    body = json_of(answer)
    if answer.status_code != HTTPStatus.OK or not isinstance(body, dict) or "result" not in body:
        raise refused(address, credentials, message_of(answer))
    http.headers["X-CSRFToken"] = body["result"]


def forget(http: requests.Session) -> None:
    """Take every proof of identity off the session."""
    http.headers.pop("Authorization", None)
    http.headers.pop("X-CSRFToken", None)
    http.cookies.clear()


def drop_planted_cookie(http: requests.Session) -> None:
    """Once the server has set a session cookie of its own, the one we came with would only contradict it."""
    for planted in [cookie for cookie in http.cookies if not cookie.domain]:
        if any(cookie.domain and cookie.name == planted.name for cookie in http.cookies):
            http.cookies.clear(planted.domain, planted.path, planted.name)


def is_login_page(location: str) -> bool:
    """Whether a redirect's target is the login page."""
    return location.partition("?")[0].rstrip("/").endswith("/login")


def refused(address: Address, credentials: Credentials, said: str) -> Unavailable:
    """The error for credentials that the server does not take: which variables, and what the server said."""
    match credentials:
        case PasswordLogin(user=user):
            what = f"Superset refused the login of {user!r}: {said}"
            remedy = f"check {ADMIN_USER} and {ADMIN_PASS}"
        case AccessToken(variable=variable):
            what = f"Superset does not accept the access token in {variable} (expired?): {said}"
            remedy = f"get a fresh token and export {variable}; {ADMIN_USER} and {ADMIN_PASS} renew themselves"
        case ApiKey(variable=variable):
            what = f"Superset does not accept the API key in {variable} (revoked or expired?): {said}"
            remedy = f"make a new key in Superset and export {variable}; the server needs FAB_API_KEY_ENABLED"
        case SessionCookie(variable=variable):
            what = f"Superset does not accept the session cookie in {variable} (expired?): {said}"
            remedy = f"log in with a browser, copy the cookie 'session' and export {variable}"
    return Unavailable(what, where=address.root, remedy=remedy)


_NO_SUCH_API = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})


def _log_in_by_api(http: requests.Session, send: Send, address: Address, login: PasswordLogin) -> None:
    proof = {"username": login.user, "password": login.password, "provider": login.provider, "refresh": False}
    answer = send("POST", "/api/v1/security/login", json=proof)
    body = json_of(answer)
    if not isinstance(body, dict) or answer.status_code in _NO_SUCH_API:
        raise Unavailable(
            f"what answers here is no Superset: {message_of(answer)}",
            where=address.root,
            remedy="check BASE_URL; it is the address of Superset's start page, with its path where it has one",
        )
    if answer.status_code != HTTPStatus.OK or "access_token" not in body:
        raise refused(address, login, message_of(answer))
    http.headers["Authorization"] = f"Bearer {body['access_token']}"
