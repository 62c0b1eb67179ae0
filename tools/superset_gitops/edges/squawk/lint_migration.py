"""Owns asking squawk about one migration: its text in, problems with their places out."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from superset_gitops.errors import ConfigurationError
from superset_gitops.model.problem import Problem

# Without a .squawk.toml of the project's own, only what is dangerous is told, not taste or settings of the session.
_MATTERS_OF_TASTE = (
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-robust-stmts",
    "prefer-text-field",
    "prefer-timestamp-tz",
    "require-lock-timeout",
    "require-statement-timeout",
    "require-timeout-settings",
)


def lint_migration(programs: Path, path: str, text: str, *, transaction: bool, own_config: bool) -> list[Problem]:
    """What squawk says about a migration.

    Args:
        programs: the folder that squawk is in.
        path: the migration's, for messages.
        text: its SQL.
        transaction: it runs in one.
        own_config: the project has a .squawk.toml, which says what is told.

    Raises:
        ConfigurationError: squawk is not there, or does not take the project's configuration.
    """
    command = [str(programs / "squawk"), "--reporter", "json", "--stdin-filepath", path]
    command.append("--assume-in-transaction" if transaction else "--no-assume-in-transaction")
    command += [] if own_config else [f"--exclude={','.join(_MATTERS_OF_TASTE)}"]
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", check=False)
        found = json.loads(done.stdout)
    except FileNotFoundError as error:
        raise ConfigurationError(
            "squawk is not installed", where=command[0], remedy="pip install squawk-cli"
        ) from error
    except ValueError as error:
        said = done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
        raise ConfigurationError(f"squawk: {said}", where=path, remedy="mend .squawk.toml") from error
    return [_problem(path, each) for each in found]


def _problem(path: str, found: dict[str, object]) -> Problem:
    """Squawk counts lines and columns from 0; a finding of its linter can be allowed in its line."""
    rule = str(found["rule_name"])
    parts = [str(found["message"]), str(found["help"] or "")]
    if rule != "syntax-error":
        parts.append(f"Where it is meant: `-- squawk-ignore {rule}` above the statement")
    message = " ".join(" ".join(part.split()) for part in parts if part)
    return Problem(path, int(str(found["line"])) + 1, int(str(found["column"])) + 1, message, f"squawk-{rule}")
