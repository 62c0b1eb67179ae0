"""Owns the normal form of a SQLAlchemy URI, as Superset's server rewrites it."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, quote_plus, unquote

MASK = "XXXXXXXXXX"

# dialect+driver://user:password@host:port/database?query - the parts that SQLAlchemy 1.4 tells apart.
_URI = re.compile(
    r"""(?P<scheme>[\w+]+)://
        (?:(?P<user>[^:/@]*)(?::(?P<password>[^@]*(?:@[^@/?]*(?=@))*))?@)?
        (?P<host>\[[^/?]+\]|[^/:?]*)?(?::(?P<port>[^/?]*))?
        (?:/(?P<database>[^?]*))?(?:\?(?P<query>.*))?$""",
    re.VERBOSE | re.DOTALL,
)
# Arguments by which drivers take a secret: `password`, `sslpassword`, `access_token`, `private_key_passphrase` …
_SECRET = re.compile(
    r"pass(word|wd|phrase|code)?$|pwd$|secret|token|credential|signature|(api|access|account|private)_?key",
    re.IGNORECASE,
)


def masked_uri(uri: str, *, with_password: bool = False) -> str:
    """The URI as an export shows it: password masked, query arguments sorted, user name quoted anew.

    A password may hold an `@` that nobody quoted: Superset takes it for a part of the host, we for the secret it is.
    Where it is known from elsewhere (`with_password`), a user without one gets the mask, too. What is no URI is as it
    was, unless it may hold a password, in which case all behind the scheme is masked.
    """
    parts = _URI.match(uri.strip())
    if parts is None:
        scheme, separator, _ = uri.partition("://")
        return f"{scheme}://{MASK}" if separator else uri
    return _assemble(parts, with_password)


def shown_uri(uri: str) -> str:
    """The masked URI, in which query arguments that hold secrets are masked too: fit for a ledger or a plan.

    An export shows those, and a server needs them, so this is not what is sent.
    """
    address, separator, query = masked_uri(uri).partition("?")
    if not separator:
        return address
    pairs = [
        (name, MASK if _SECRET.search(name) else value) for name, value in parse_qsl(query, keep_blank_values=True)
    ]
    return f"{address}?{_query(pairs)}"


def uri_password(uri: str) -> str | None:
    """The password inside a URI, unquoted; None where there is none, or only the mask."""
    parts = _URI.match(uri.strip())
    password = parts and parts["password"]
    if not password or password == MASK:
        return None
    return unquote(password)


def with_stored_arguments(uri: str, stored: str) -> str:
    """The URI with each masked argument as it is in the stored one; where that does not have it, it stays masked."""
    address, separator, query = uri.partition("?")
    if not separator or MASK not in query:
        return uri
    known = dict(parse_qsl(stored.partition("?")[2], keep_blank_values=True))
    pairs = parse_qsl(query, keep_blank_values=True)
    return f"{address}?{_query([(name, known.get(name, value) if value == MASK else value) for name, value in pairs])}"


def password_span(uri: str) -> tuple[int, int]:
    """Where in a URI its password begins and ends; an empty span at its end where it has none."""
    parts = _URI.match(uri)
    return parts.span("password") if parts and parts["password"] else (len(uri), len(uri))


def _assemble(parts: re.Match[str], with_password: bool) -> str:  # noqa: FBT001 - private
    text = f"{parts['scheme']}://"
    if parts["user"] is not None:
        text += _quoted(unquote(parts["user"]))
        # An empty password is none: Superset's export drops the colon.
        text += f":{MASK}@" if parts["password"] or with_password else "@"
    text += parts["host"] or ""
    if parts["port"]:
        text += f":{parts['port']}"
    if parts["database"] is not None:
        text += f"/{parts['database']}"
    return text + _sorted_query(parts["query"])


def _quoted(text: str) -> str:
    return re.sub(r"[:@/]", lambda match: quote(match[0], safe=""), text)


def _sorted_query(query: str | None) -> str:
    if not query:
        return ""
    return f"?{_query(sorted(parse_qsl(query, keep_blank_values=True)))}"


def _query(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)
