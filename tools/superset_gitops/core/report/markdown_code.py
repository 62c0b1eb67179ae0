"""Owns foreign text inside Markdown: as code, in which nothing is a mention, a link, a mark or HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from superset_gitops.core.report.printable import printable

_NAME_SHOWN = 200
_BACKTICKS = re.compile("`+")
# Within @name, #12, GH-12 and https://: where a word joiner makes plain text of it.
_LINKING = re.compile(r"(?<=[@#!])(?=\w)|(?<=GH-)(?=\d)|(?<=:/)(?=/)", re.IGNORECASE)


def code(text: str) -> str:
    """A code span: nothing in it is Markdown, HTML, a link or a mention."""
    shown = printable(text) or " "
    fence = "`" * (1 + _longest_run([shown]))
    # One space at either end is taken away again where there is one at both.
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def cell(text: str, width: int = _NAME_SHOWN) -> str:
    """A code span inside a table's cell: there a pipe is escaped, and nothing else means anything."""
    return code(cut(text, width)).replace("|", "\\|")


def unlinked(text: str) -> str:
    """Text for a place where nothing can be code, such as a title: it mentions nobody and closes no issue.

    A merge puts the title into main's history, and a forge acts on what it reads there. The joiner is not seen.
    """
    return _LINKING.sub("\u2060", text)


def fence_for(lines: Iterable[str]) -> str:
    """What encloses a block of these lines: more backticks than any of them has in a row."""
    return "`" * max(3, 1 + _longest_run(lines))


def cut(text: str, width: int = _NAME_SHOWN) -> str:
    """At most `width` characters."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def length(lines: Sequence[str]) -> int:
    """Characters with their newlines, as GitHub's database counts them: those beyond the first plane twice."""
    return sum(len(line.encode("utf-16-le", "surrogatepass")) // 2 + 1 for line in lines)


def _longest_run(lines: Iterable[str]) -> int:
    return max((len(run) for line in lines for run in _BACKTICKS.findall(line)), default=0)
