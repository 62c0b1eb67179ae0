"""Owns style: yamllint over the variables, the policy and what the templates render to.

A project's own `.yamllint` wins; without one only what our strict reader does not refuse, and what makes YAML hard to
read, is looked at.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from superset_gitops.core.documents.place import Fault
from superset_gitops.core.validate.plainly_tidy import is_plainly_tidy
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
    if config is None and is_plainly_tidy(text):
        return
    from yamllint import linter  # type: ignore[import-untyped]

    starts = _line_starts(text)
    if text.startswith("# yamllint disable-file\n"):
        return
    # `run` would first parse the whole text for syntax errors: half of the time, and the reader has done it.
    for problem in linter.get_cosmetic_problems(text, _config(config or DEFAULT_CONFIG), None):
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


def style_of(text: str) -> tuple[tuple[int, bool, bool], ...]:
    """What the default rules can see of a text, whatever its values are: indentation, list items, trailing blanks."""
    lines = text.split("\n")
    return tuple((len(line) - len(line.lstrip(" ")), line.lstrip(" ")[:1] == "-", line[-1:] in " \t") for line in lines)


def _line_starts(text: str) -> list[int]:
    starts = [0]
    starts.extend(index + 1 for index, char in enumerate(text) if char == "\n")
    return starts
