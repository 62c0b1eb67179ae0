"""Owns the patterns of ignore rules: `*` stands for any text, `?` for one character, all else for itself."""

from __future__ import annotations

import functools
import re

# One name a step: `metrics.*.d3format` is `("metrics", "*", "d3format")`.
Pattern = tuple[str, ...]

WILDCARDS = frozenset("*?")


def path_pattern(dotted: str) -> Pattern:
    """The steps of a dotted path. A dot inside a name is written `?`."""
    return tuple(dotted.split("."))


def matches(pattern: str, text: str) -> bool:
    """Whether a whole text is what a pattern says, upper and lower case apart."""
    return _compiled(pattern).fullmatch(text) is not None


def below(patterns: tuple[Pattern, ...], name: str) -> tuple[Pattern, ...]:
    """What is left of the patterns one step down, under this name; an empty one means all of it."""
    return tuple(pattern[1:] for pattern in patterns if pattern and matches(pattern[0], name))


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    translated = {"*": ".*", "?": "."}
    return re.compile("".join(translated.get(each) or re.escape(each) for each in pattern), re.DOTALL)
