"""Owns foreign text in a commit's message: it mentions nobody and closes nothing once it is on main."""

from __future__ import annotations

import re

_JOINER = "\u2060"  # a word joiner, which is not seen
# GitHub and GitLab act on @name, #12, !12, GH-12 and an issue's address. An address of mail, a colour and all other
# links stay as they are: whoever copies them out of a message gets what stood in Superset.
_ACTING = re.compile(
    r"(?<!\w)@(?=\w)|[#!](?=\d+\b)|\bGH-(?=\d)|/(?:issues|pull|work_items|merge_requests)/(?=\d)", re.IGNORECASE
)


def inert(text: str) -> str:
    """The text with a joiner behind whatever would begin a mention or a reference."""
    return _ACTING.sub(lambda match: match[0] + _JOINER, text)


def as_written(text: str) -> str:
    """What `inert` was given, where that had no joiner of its own."""
    return text.replace(_JOINER, "")
