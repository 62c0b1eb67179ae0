"""Owns which part of a pull request's text is ours: between hidden marks, so that what a person wrote stays."""

from __future__ import annotations

import hashlib
import re

from superset_gitops.core.report.markdown_code import length

# GitHub takes 65,536 characters in a pull request's text.
LONGEST = 65_500
_NAME = "superset-gitops runtime-export"
_END = f"<!-- {_NAME} ends -->"
_BEGIN = re.compile(rf"<!-- {_NAME}: (\S+); title ([0-9a-f]{{8}}) -->")
_CLOSED = f"<!-- {_NAME} closed by us -->"
# The last begin that an end follows: what stands around it, also a begin that somebody quoted, is not ours.
_PART = re.compile(rf"{_BEGIN.pattern}(?:(?!{_BEGIN.pattern}).)*?{re.escape(_END)}", re.DOTALL)


def own_part(environment: str, title: str, text: str, *, closed: bool = False) -> str:
    """Our part with its marks.

    Args:
        environment: whose edits it is about.
        title: the one that we gave: what it was is remembered, so that another one is known to be a person's.
        text: Markdown.
        closed: whether we closed the pull request ourselves: that is nobody's refusal.
    """
    told = text.replace(_NAME, _NAME.replace("-", "\u2011"))  # nobody's title or query looks like a mark
    closing = f"{_CLOSED}\n" if closed else ""
    return f"<!-- {_NAME}: {environment}; title {_hash(title)} -->\n{closing}{told.strip()}\n{_END}"


def has_own_part(body: str) -> bool:
    """Whether the pull request is one of ours."""
    return _found(body) is not None


def closed_by_us(body: str) -> bool:
    """Whether we closed it."""
    found = _found(body)
    return found is not None and _CLOSED in found[0]


def title_is_ours(body: str, title: str) -> bool:
    """Whether the title is still the one that we gave."""
    found = _found(body)
    return found is not None and found[2] == _hash(title)


def room_in(body: str, longest: int = LONGEST) -> int:
    """How long our part may be, given what else stands there."""
    found = _found(body)
    others = body if found is None else body[: found.start()] + body[found.end() :]
    return longest - length([others.strip()]) - 4


def with_own_part(body: str, part: str) -> str:
    """The text with our part in place of the one that it has; behind everything where it has none.

    The text itself where only line ends differ: a browser that saved it wrote its own.
    """
    found = _found(body)
    if found is None:
        return f"{body.rstrip()}\n\n{part}\n" if body.strip() else f"{part}\n"
    if found[0].replace("\r\n", "\n") == part:
        return body
    return f"{body[: found.start()]}{part}{body[found.end() :]}"


def _found(body: str) -> re.Match[str] | None:
    *_, last = [None, *_PART.finditer(body)]
    return last


def _hash(title: str) -> str:
    return hashlib.sha256(title.encode("utf-8", "surrogatepass")).hexdigest()[:8]
