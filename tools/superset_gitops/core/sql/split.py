"""Owns splitting a file into statements, as psql does it, with the place of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from superset_gitops.core.sql.places import places_in
from superset_gitops.core.sql.tokens import Piece, Token, next_piece
from superset_gitops.model.problem import Problem
from superset_gitops.model.sql import CopyData, Script, SqlFile, Statement

_IGNORED = frozenset({Token.SPACE, Token.LINE_COMMENT, Token.BLOCK_COMMENT})
_REST_OF_LINE = re.compile(r"[ \t\r\f\v]*(?:--[^\n]*)?(?:\n|\Z)")
_END_OF_DATA = re.compile(r"^\\\.$", re.MULTILINE)
_DIRECTIVE = re.compile(r"--\s*hybrid\s*:\s*(.*?)\s*", re.IGNORECASE)
NO_TRANSACTION = "no-transaction"
_UNCLOSED = {"/": "comment", "'": "string", '"': "quoted name", "$": "dollar-quoted string"}


def split(file: SqlFile) -> Script:
    """Split a file into its statements.

    The script's problems are lexical: an unclosed quote, comment or parenthesis, COPY data without an end, a psql
    command, a wrong header. With any of them the statements are not to be run.
    """
    splitter = _Splitter(file.path, file.text)
    statements = tuple(splitter.statements())
    return Script(statements, splitter.transactional, tuple(splitter.problems))


@dataclass(slots=True)
class _Open:
    """The statement that is being read."""

    start: int = -1
    end: int = -1
    words: list[str] = field(default_factory=list)
    depth: int = 0
    opened: list[int] = field(default_factory=list)
    body_depth: int = 0
    body_start: int = 0
    before: str = ""

    def add(self, piece: Piece, text: str) -> None:
        if self.start < 0:
            self.start = piece.start
        self.end = piece.end
        source = text[piece.start : piece.end]
        if piece.token is Token.OPEN:
            self.opened.append(piece.start)
        elif piece.token is Token.CLOSE and self.opened:
            self.opened.pop()
        elif piece.token in (Token.WORD, Token.QUOTED_NAME) and not self.opened:
            word = source.upper() if piece.token is Token.WORD else source
            self._follow_body(word, piece.start)
            self.words.append(word)
        self.before = source.upper()

    def _follow_body(self, word: str, start: int) -> None:
        """`BEGIN ATOMIC … END` of a function in SQL's own form holds statements that end in semicolons."""
        if word == "ATOMIC" and self.before == "BEGIN" and _makes_routine(self.words):
            if self.body_depth == 0:
                self.body_start = start
            self.body_depth += 1
        elif self.body_depth and self.before not in ("AS", "."):  # there, both are mere names
            self.body_depth += {"CASE": 1, "END": -1}.get(word, 0)


def _makes_routine(words: list[str]) -> bool:
    rest = words[3:] if words[1:3] == ["OR", "REPLACE"] else words[1:]
    return words[:1] == ["CREATE"] and rest[:1] in (["FUNCTION"], ["PROCEDURE"])


class _Splitter:
    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.place = places_in(text)
        self.problems: list[Problem] = []
        self.transactional = True
        self.seen_statement = False
        self.offset = 0

    def statements(self) -> Iterator[Statement]:
        current = _Open()
        while (piece := next_piece(self.text, self.offset)) is not None:
            self.offset = piece.end
            if piece.token is Token.LINE_COMMENT:
                self._read_directive(piece)
            if piece.token in _IGNORED:
                continue
            self.seen_statement = True
            if piece.token is Token.SEMICOLON and not current.opened and not current.body_depth:
                if current.start >= 0:
                    yield self._finish(current)
                current = _Open()
            elif piece.token is Token.UNTERMINATED:
                self._complain_unclosed(piece.start)
                return
            elif piece.token is Token.BACKSLASH:
                self._complain_backslash(piece.start)
                self._skip_line()
            else:
                current.add(piece, self.text)
        if current.start >= 0:
            self._complain_open(current)
            yield self._finish(current)

    def _finish(self, done: _Open) -> Statement:
        line, col = self.place(done.start)
        words = tuple(done.words)
        copy = self._take_data(done.start) if copies_from_client(words) else None
        return Statement(self.text[done.start : done.end], line, col, words, copy)

    def _take_data(self, statement: int) -> CopyData | None:
        if _REST_OF_LINE.match(self.text, self.offset) is None:
            self._complain(self.offset, "the data of COPY … FROM STDIN begins on the next line: end this line here")
        self._skip_line()
        start = min(self.offset + 1, len(self.text))
        end = _END_OF_DATA.search(self.text, start)
        if end is None:
            self._complain(statement, "the data of this COPY … FROM STDIN has no end: add a line with only \\.")
            self.offset = len(self.text)
            return None
        self.offset = end.end()
        return CopyData(self.text[start : end.start()], self.place(start)[0])

    def _read_directive(self, piece: Piece) -> None:
        match = _DIRECTIVE.fullmatch(self.text, piece.start, piece.end)
        if match is None:
            return
        if match[1].lower() != NO_TRANSACTION:
            self._complain(piece.start, f"unknown header {match[1]!r}: the only one is `-- hybrid: {NO_TRANSACTION}`")
        elif self.seen_statement:
            self._complain(piece.start, "this header counts only before the first statement: move it to the top")
        else:
            self.transactional = False

    def _skip_line(self) -> None:
        end = self.text.find("\n", self.offset)
        self.offset = len(self.text) if end < 0 else end

    def _complain_unclosed(self, start: int) -> None:
        what = _UNCLOSED.get(self.text[start], "string")
        self._complain(start, f"this {what} is never closed")

    def _complain_open(self, current: _Open) -> None:
        if current.opened:
            self._complain(current.opened[0], "this parenthesis is never closed")
        elif current.body_depth:
            self._complain(current.body_start, "this BEGIN ATOMIC has no END")

    def _complain_backslash(self, start: int) -> None:
        command = re.match(r"\\\S*", self.text[start:])
        name = command[0] if command else "\\"
        if name == "\\.":
            self._complain(start, "\\. ends the data of a COPY … FROM STDIN, and there is none before it")
            return
        self._complain(start, f"{name} is a command of psql, not SQL: write it as SQL", "sql-psql-command")

    def _complain(self, offset: int, message: str, rule: str = "sql-syntax") -> None:
        line, col = self.place(offset)
        self.problems.append(Problem(self.path, line, col, message, rule))


def copies_from_client(words: tuple[str, ...]) -> bool:
    """Whether this is `COPY … FROM STDIN`; the server takes STDOUT there too."""
    return _copy_peer(words, "FROM")


def copies_to_client(words: tuple[str, ...]) -> bool:
    """Whether this is `COPY … TO STDOUT`."""
    return _copy_peer(words, "TO")


def _copy_peer(words: tuple[str, ...], direction: str) -> bool:
    if words[:1] != ("COPY",) or direction not in words:
        return False
    peer = words.index(direction) + 1
    return words[peer : peer + 1] in (("STDIN",), ("STDOUT",))
