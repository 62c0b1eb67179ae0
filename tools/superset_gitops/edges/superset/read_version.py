"""Owns asking a Superset for its version.

Measured: `/version` is there since 6.1.0. Each page says it too, in the data that its scripts start with: the login
page to everybody, the start page to those who are logged in by cookie.
"""

from __future__ import annotations

import re
from html import unescape

from superset_gitops.edges.superset.answers import json_of
from superset_gitops.edges.superset.log_in import LOGIN_PAGE
from superset_gitops.edges.superset.session import Session

_IN_PAGE = re.compile(r'"version_string":\s*"([^"]+)"')
_HTML = {"Accept": "text/html"}


def read_version(session: Session) -> str:
    """The version as the server says it, `6.1.0`; empty where it does not.

    Raises:
        Unavailable: not reachable.
    """
    body = json_of(session.look("/version"))
    if isinstance(body, dict) and body.get("version_string"):
        return str(body["version_string"])
    for page in (session.anonymously(LOGIN_PAGE, headers=_HTML), session.look("/superset/welcome/", headers=_HTML)):
        if said := _IN_PAGE.search(unescape(page.text)):
            return said[1]
    return ""
