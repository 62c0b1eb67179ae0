"""Owns what well-known services' keys and tokens look like: formats that nothing else has."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FORMATS = {
    "a GitHub token": r"gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,}",
    "a GitLab token": r"gl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_-]{20,}",
    "an AWS access key": r"(?:AKIA|ASIA)[A-Z2-7]{16}",
    "a Google key": r"AIza[A-Za-z0-9_-]{35}",
    "a Slack token": r"xox[abeoprs]-[A-Za-z0-9-]{20,}",
    "a Slack webhook": r"hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{20,}",
    "a Stripe key": r"[rs]k_live_[A-Za-z0-9]{20,}",
    "a SendGrid key": r"SG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{40,}",
    "a Databricks token": r"dapi[0-9a-f]{32}",
    "an npm token": r"npm_[A-Za-z0-9]{36}",
    "a PyPI token": r"pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}",
    "an API key": r"sk-(?:ant-|proj-)?[A-Za-z0-9_-]{40,}",
    "a signed token": r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}",
}
_ANY = re.compile("|".join(rf"(?P<k{number}>{form})" for number, form in enumerate(_FORMATS.values())))
_KINDS = list(_FORMATS)
_FEWEST_CHARACTERS = 8  # different ones: XXXX… and 0000… are masks


def tokens_in_text(text: str) -> Iterator[tuple[int, str]]:
    """Offset, and what it is, of every token in a text; masks, and those that say EXAMPLE, are none."""
    for found in _ANY.finditer(text):
        token = found.group()
        begins_a_word = found.start() == 0 or not (text[found.start() - 1].isalnum() or text[found.start() - 1] in "_-")
        if begins_a_word and "EXAMPLE" not in token.upper() and len(set(token)) > _FEWEST_CHARACTERS:
            yield found.start(), _KINDS[int(str(found.lastgroup)[1:])]
