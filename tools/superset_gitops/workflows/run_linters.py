"""Owns the hooks that are other people's programs, run over the files that pre-commit names."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from superset_gitops.errors import EXIT_DONE, EXIT_PROBLEMS, ConfigurationError

SCHEMA_CHECKER = "check-jsonschema"
# Hook → the programs that it runs one after the other; the first that finds something ends it.
LINTERS: dict[str, tuple[tuple[str, ...], ...]] = {
    # zizmor passes over a workflow that is broken: its schema comes first.
    "workflow-check": (
        (SCHEMA_CHECKER, "--output-format", "json", "--builtin-schema", "vendor.github-workflows"),
        ("zizmor", "--offline", "--no-progress", "--quiet"),
    ),
    "python-lint": (("ruff", "check", "--quiet", "--force-exclude"),),
    "python-format": (("ruff", "format", "--check", "--quiet", "--diff", "--force-exclude"),),
    "python-types": (("mypy", "--no-error-summary"),),
    "python-layers": (("lint-imports", "--no-logo"),),
}


def run_linters(name: str, programs: Path, files: Sequence[str]) -> int:
    """Run a hook's programs, which are in this folder, over these files; a success is silent.

    Raises:
        ConfigurationError: a program is not installed beside this Python.
    """
    variables = {**os.environ, "PYTHONPATH": "tools"}  # import-linter imports the library from where it stands
    for program, *options in LINTERS[name]:
        place = programs / program
        if not place.exists():
            raise ConfigurationError(f"{program} is not installed", where=str(place), remedy=f"pip install {program}")
        done = subprocess.run([str(place), *options, *files], env=variables, capture_output=True, check=False)
        if done.returncode:
            told = (done.stdout + done.stderr).decode("utf-8", "replace")
            sys.stdout.write(_with_lines(told, files) if program == SCHEMA_CHECKER else told)
            return EXIT_PROBLEMS
    return EXIT_DONE


def _with_lines(report: str, files: Sequence[str]) -> str:
    """The checker's errors with the lines they are in; as they are where the checker itself failed."""
    # Only here: a commit without mistakes does not pay for it.
    from superset_gitops.core.report.problem_text import problem_lines
    from superset_gitops.core.report.schema_findings import schema_findings

    texts = {name: Path(name).read_text("utf-8", "replace") for name in files}
    try:
        problems = sorted(schema_findings(report, texts))
    except ValueError:
        return report
    return "".join(f"{line}\n" for line in problem_lines(problems, "text"))
