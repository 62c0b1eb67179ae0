"""Owns the problem that a secret in SQL or documentation is."""

from __future__ import annotations

from collections.abc import Iterator

from superset_gitops.core.documents.place import line_and_column
from superset_gitops.core.documents.secrets_in_prose import ALLOWED, secrets_in_prose
from superset_gitops.model.problem import Problem

_REMEDY = (
    "take it out, and replace the secret if it was ever committed; what is only an example says so in its line: "
    f"{ALLOWED} why"
)


def check_prose(path: str, text: str) -> Iterator[Problem]:
    """The secrets in a text, each at its place."""
    for offset, what in secrets_in_prose(text, sql=path.endswith(".sql")):
        yield Problem(path, *line_and_column(text, offset), f"{what} in clear text: {_REMEDY}", "clear-text-secret")
