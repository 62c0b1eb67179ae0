"""Owns finding secrets in texts that are no templates: SQL and documentation.

Documentation is full of examples: what is plainly made up there, such as `USER:PASSWORD@HOST`, is none. A line that is
meant as it stands says `allow-secret: why`, in itself or in the line above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from superset_gitops.core.documents.secret_tokens import tokens_in_text
from superset_gitops.core.documents.secret_values import is_clear, names_secret, secrets_in_text

ALLOWED = "allow-secret:"
_MADE_UP = re.compile(
    r"""(?ix) [A-Z_]*(?:user|pass|pwd|pw|secret|token|key|name)[a-z_-]*\d{0,3}  # says what it stands for
      | (?:your|my|some|the|a|an|change|replace|insert|example|sample|dummy|fake|test|demo|foo|bar|baz|hunter)[\w-]*
      | (?:admin|postgres|superset|root|reader|writer|none|null|true|false|empty|required|optional)\d{0,3}
      | \W+ | .*(?:\.\.\.|…|<|>|\$|\{|%|example).* | .{0,3}
    """
)
_URI_PASSWORD = re.compile(r"://[^\s/:@\"'`<>]*:([^\s/@\"'`<>]+)@")
# A statement that sets a password; a hash of one is no clear text.
_SQL_PASSWORD = re.compile(r"(?i)\bpassword\s+'((?!SCRAM-SHA-256\$|md5[0-9a-f]{32}')[^'\n]+)'")
# `name: value` or `NAME=value`, alone in its line but for quotes, list marks and what follows a blank.
_SETTING = re.compile(
    r"""(?m)^[\s>|*+-]*(?:export\s+)?["'`]?([\w.-]+)["'`]?\s*(?::\s|=)\s*["'`]?([^\s"'`\#,;]+)["'`]?\s*[,;]?\s*(?:\#.*)?$"""
)


def secrets_in_prose(text: str, *, sql: bool) -> Iterator[tuple[int, str]]:
    """Offset, and what it is, of every secret in a text that no line allows.

    Args:
        text: SQL or documentation.
        sql: it is SQL, which runs: nothing in it is made up.
    """
    for offset, what in sorted({*_secrets(text, sql=sql), *tokens_in_text(text)}):
        end = text.find("\n", offset)
        start = text.rfind("\n", 0, max(text.rfind("\n", 0, offset), 0)) + 1
        if ALLOWED not in text[start : end if end >= 0 else len(text)]:
            yield offset, what


def _secrets(text: str, *, sql: bool) -> Iterator[tuple[int, str]]:
    for offset, what in secrets_in_text(text):
        found = _URI_PASSWORD.search(text, offset)
        if sql or "key" in what or found is None or not _MADE_UP.fullmatch(found[1]):
            yield offset, what
    if sql:
        for found in _SQL_PASSWORD.finditer(text):
            if is_clear(found[1]):
                yield found.start(1), "a password"
        return
    for found in _SETTING.finditer(text):
        if names_secret(found[1]) and is_clear(found[2]) and not _MADE_UP.fullmatch(found[2]):
            yield found.start(2), f"{found[1]!r}, a secret"
