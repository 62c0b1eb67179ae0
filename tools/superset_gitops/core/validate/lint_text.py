"""Owns style: yamllint over the variables, the policy and what the templates render to.

A project's own `.yamllint` wins; without one only what our strict reader does not refuse, and what makes YAML hard to
read, is looked at.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from superset_gitops.core.documents.place import Fault
from superset_gitops.model.problem import Level

# Nothing here depends on where a value comes from: a rendered text has long lines and generated indentation.
DEFAULT_CONFIG = """\
rules:
  colons: {max-spaces-before: 0, max-spaces-after: -1, level: warning}
  commas: {max-spaces-before: 0, min-spaces-after: 0, max-spaces-after: -1, level: warning}
  hyphens: {max-spaces-after: 4, level: warning}
  indentation: {spaces: consistent, indent-sequences: whatever, check-multi-line-strings: false, level: warning}
  trailing-spaces: {level: warning}
"""


def lint_text(text: str, config: str | None) -> Iterator[tuple[Fault, Level]]:
    """What yamllint says about a text; syntax errors are left to the reader, which tells them anyway.

    Raises:
        ValueError: the configuration is not one of yamllint's.
    """
    from yamllint import linter  # type: ignore[import-untyped]

    starts = _line_starts(text)
    for problem in linter.run(text, _config(config or DEFAULT_CONFIG)):
        if problem.rule is None:
            continue
        offset = starts[min(problem.line, len(starts)) - 1] + problem.column - 1
        level = Level.ERROR if problem.level == "error" else Level.WARNING
        yield Fault(offset, problem.desc, f"yamllint-{problem.rule}"), level


@functools.lru_cache(maxsize=4)
def _config(text: str) -> object:
    from yamllint.config import YamlLintConfig, YamlLintConfigError  # type: ignore[import-untyped]

    try:
        return YamlLintConfig(text)
    except YamlLintConfigError as error:
        raise ValueError(str(error)) from error


def _line_starts(text: str) -> list[int]:
    starts = [0]
    starts.extend(index + 1 for index, char in enumerate(text) if char == "\n")
    return starts
