"""Owns PostgreSQL's lexical rules, as far as they decide where a statement ends.

The rules are those of the server's and psql's own scanners (PostgreSQL manual, 4.1 Lexical Structure), for
`standard_conforming_strings = on`.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple


class Token(Enum):
    """What a piece of SQL is, to a splitter."""

    SPACE = auto()
    LINE_COMMENT = auto()
    BLOCK_COMMENT = auto()
    WORD = auto()
    QUOTED_NAME = auto()
    STRING = auto()
    OPEN = auto()
    CLOSE = auto()
    SEMICOLON = auto()
    BACKSLASH = auto()
    OTHER = auto()
    UNTERMINATED = auto()


class Piece(NamedTuple):
    """One token: its kind and its half-open range of characters."""

    token: Token
    start: int
    end: int


# Every character outside ASCII may be part of a name, as in the server's scanner.
_NAME_START = r"A-Za-z_\x80-\U0010ffff"
_PIECES = re.compile(
    rf"""
    (?P<SPACE>[ \t\n\r\f\v]+)
  | (?P<LINE_COMMENT>--[^\n\r]*)
  | (?P<block>/\*)
  | (?P<escape>[eE]')
  | (?P<WORD>[{_NAME_START}][{_NAME_START}0-9$]*)
  | (?P<number>\.?[0-9][0-9.]*(?:[eE][-+]|[{_NAME_START}][{_NAME_START}0-9$]*)?)
  | (?P<parameter>\$[0-9]+(?:[{_NAME_START}][{_NAME_START}0-9$]*)?)
  | (?P<quote>')
  | (?P<name>")
  | (?P<dollar>\$(?:[{_NAME_START}][{_NAME_START}0-9]*)?\$)
  | (?P<OPEN>\()
  | (?P<CLOSE>\))
  | (?P<SEMICOLON>;)
  | (?P<BACKSLASH>\\)
  | (?P<OTHER>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_STRING = re.compile(r"'(?:[^']++|'')*+'")
_NAME = re.compile(r'"(?:[^"]++|"")*+"')
_ESCAPE_STRING = re.compile(r"'(?:[^'\\]++|\\.|'')*+'", re.DOTALL)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
# A literal goes on after white space with at least one line end, in the same escape mode.
_CONTINUATION = re.compile(r"(?:[ \t\f\v]|--[^\n\r]*+)*+[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*+[\n\r])*+(?=')")


def next_piece(text: str, start: int) -> Piece | None:
    """The token that begins at `start`, which must be a token's boundary; None at the end.

    An unclosed quote or comment is one `UNTERMINATED` piece that reaches to the end of the text.
    """
    match = _PIECES.match(text, start)
    if match is None:
        return None
    group = match.lastgroup or "OTHER"
    if group in Token.__members__:
        return Piece(Token[group], start, match.end())
    if group in ("number", "parameter"):
        return Piece(Token.OTHER, start, match.end())
    token, end = _delimited(group, text, match)
    return Piece(Token.UNTERMINATED, start, len(text)) if end is None else Piece(token, start, end)


def _delimited(group: str, text: str, match: re.Match[str]) -> tuple[Token, int | None]:
    if group == "block":
        return Token.BLOCK_COMMENT, _block_end(text, match.end())
    if group == "dollar":
        close = text.find(match[0], match.end())
        return Token.STRING, None if close < 0 else close + len(match[0])
    if group == "escape":
        return Token.STRING, _escape_end(text, match.end() - 1)
    pattern, token = (_NAME, Token.QUOTED_NAME) if group == "name" else (_STRING, Token.STRING)
    closed = pattern.match(text, match.start())
    return token, closed.end() if closed else None


def _block_end(text: str, start: int) -> int | None:
    depth = 1
    for edge in _COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return None


def _escape_end(text: str, start: int) -> int | None:
    while True:
        closed = _ESCAPE_STRING.match(text, start)
        if closed is None:
            return None
        more = _CONTINUATION.match(text, closed.end())
        if more is None:
            return closed.end()
        start = more.end()
