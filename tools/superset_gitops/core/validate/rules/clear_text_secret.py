"""No secret stands in clear text.

In a database: the password in `sqlalchemy_uri`, `password`, the secrets of `ssh_tunnel`, and whatever is called a
password, token, secret or key in `extra` and `encrypted_extra`. Anywhere in the templates and variables: private keys,
addresses with a password, tokens of well-known services, and variables that are called a secret. Write a placeholder,
`${NAME}`: it is resolved from the process environment at the last moment. A secret that was ever committed is known:
replace it where it is used.
"""

from __future__ import annotations

from collections.abc import Iterator

from superset_gitops.core.compile.finding import Finding
from superset_gitops.core.documents.place import line_and_column
from superset_gitops.core.documents.read_yaml import read_yaml
from superset_gitops.core.documents.secret_tokens import tokens_in_text
from superset_gitops.core.documents.secret_values import (
    address_holds_secret,
    is_clear,
    json_holds_secret,
    secret_leaves,
    secrets_in_text,
)
from superset_gitops.core.validate.project_view import View
from superset_gitops.model.asset import Asset, Kind
from superset_gitops.model.problem import Problem
from superset_gitops.model.sources import Sources

ID = "clear-text-secret"
_REMEDY = "write a placeholder such as ${SUPERSET_DATA_PASSWORD}, and replace the secret if it was ever committed"


def check(view: View) -> Iterator[Finding]:
    """Secrets in the rendered databases."""
    for database in view.of_kind(Kind.DATABASE):
        yield from _database(view, database)


def check_texts(sources: Sources) -> Iterator[Problem]:
    """Secrets in the texts themselves: also in what no environment renders, and in the variables."""
    for path in sorted(sources.texts):
        text = sources.texts[path]
        for offset, what in (*secrets_in_text(text), *tokens_in_text(text)):
            yield Problem(path, *line_and_column(text, offset), f"{what} in clear text: {_REMEDY}", ID)
    for name, text in sources.environments.items():
        parsed = read_yaml(text)
        for at in secret_leaves(parsed.value):
            place = line_and_column(text, parsed.offset(at))
            message = f"{at[-1]!r} is a secret in clear text: {_REMEDY}"
            yield Problem(sources.environment_path(name), *place, message, ID)


def _database(view: View, database: Asset) -> Iterator[Finding]:
    document = database.document
    if address_holds_secret(document["sqlalchemy_uri"]):
        yield view.finding(database, ("sqlalchemy_uri",), f"a password in clear text: {_REMEDY}", ID)
    if is_clear(document.get("password")):
        yield view.finding(database, ("password",), f"a password in clear text: {_REMEDY}", ID)
    for name in ("password", "private_key", "private_key_password"):
        if is_clear((document.get("ssh_tunnel") or {}).get(name)):
            yield view.finding(database, ("ssh_tunnel", name), f"a secret in clear text: {_REMEDY}", ID)
    for name in ("encrypted_extra", "masked_encrypted_extra"):
        if json_holds_secret(document.get(name) or ""):
            yield view.finding(database, (name,), f"it holds a secret in clear text: {_REMEDY}", ID)
    for at in secret_leaves(document["extra"], ("extra",)):
        yield view.finding(database, at, f"a secret in clear text: {_REMEDY}", ID)
