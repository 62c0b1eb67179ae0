"""Owns which statements a migration or seed must not hold, and why."""

from __future__ import annotations

from collections.abc import Iterator

from superset_gitops.core.sql.split import copies_to_client, split
from superset_gitops.model.problem import Problem
from superset_gitops.model.sql import Script, SqlFile, SqlFiles, Statement

_ALWAYS_CONTROL = frozenset({"BEGIN", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"})
_TWO_WORD_CONTROL = frozenset({("START", "TRANSACTION"), ("PREPARE", "TRANSACTION"), ("SET", "TRANSACTION")})


def read_script(file: SqlFile) -> Script:
    """Split a file and check every statement; the script may run where it has no problems."""
    script = split(file)
    found = [problem for statement in script.statements for problem in _refused(file, statement)]
    problems = sorted([*script.problems, *found])
    return Script(script.statements, script.transactional, tuple(problems))


def check_files(files: SqlFiles) -> tuple[Problem, ...]:
    """Every problem that can be found without a database, in all files, in the order of the files."""
    in_files = (problem for file in (*files.migrations, *files.seeds) for problem in read_script(file).problems)
    return (*files.problems, *in_files)


def _refused(file: SqlFile, statement: Statement) -> Iterator[Problem]:
    name = transaction_control(statement.words)
    if name:
        message = (
            f"{name} is refused: the tool itself runs the file in one transaction, with its tracking row; remove it "
            "(a file that cannot run in a transaction has the header `-- hybrid: no-transaction`)"
        )
        yield Problem(file.path, statement.line, statement.col, message, "sql-transaction-control")
    if copies_to_client(statement.words):
        message = "COPY … TO STDOUT is refused: nobody reads its output here"
        yield Problem(file.path, statement.line, statement.col, message, "sql-copy-out")
    reason = _changes_reading(statement)
    if reason:
        yield Problem(file.path, statement.line, statement.col, reason, "sql-session-setting")


def transaction_control(words: tuple[str, ...]) -> str:
    """The transaction command that a statement is, as people write it; empty for any other statement."""
    if words[:1] == ("SET",) and words[1:2] in (("LOCAL",), ("SESSION",)):
        words = (words[0], *words[2:])
    if words[:2] in _TWO_WORD_CONTROL:
        return " ".join(words[:2])
    if words[:1] and words[0] in _ALWAYS_CONTROL:
        return " ".join(words[:2]) if words[1:2] == ("PREPARED",) else words[0]
    return ""


def sets_session(words: tuple[str, ...]) -> bool:
    """Whether a statement sets something for the rest of its session."""
    return words[:1] in (("SET",), ("RESET",)) and words[1:2] not in (("LOCAL",), ("CONSTRAINTS",))


def _changes_reading(statement: Statement) -> str:
    """Why a setting would make the server read the rest of the file otherwise than we do; empty where it does not."""
    setting, _, value = " ".join(statement.text.upper().replace("=", " TO ").split()).partition(" TO ")
    name = setting.removeprefix("SET ").removeprefix("LOCAL ").removeprefix("SESSION ")
    value = value.strip("'\" ")
    if not setting.startswith("SET ") or value in ("DEFAULT", ""):
        return ""
    if name == "STANDARD_CONFORMING_STRINGS" and value in ("OFF", "FALSE", "NO", "0"):
        return "standard_conforming_strings must stay on: write backslashes as E'…'"
    if name == "CLIENT_ENCODING" and value.replace("-", "") not in ("UTF8", "UNICODE"):
        return "client_encoding must stay UTF8: these files are UTF-8"
    return ""
