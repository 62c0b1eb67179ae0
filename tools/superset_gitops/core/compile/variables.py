"""Owns reading an environment's variables: a mapping of names that templates use."""

from __future__ import annotations

import re
from typing import Any

from superset_gitops.core.compile.template_environment import RESERVED_NAMES
from superset_gitops.core.documents.place import line_and_column
from superset_gitops.core.documents.read_yaml import read_yaml
from superset_gitops.model.problem import Problem
from superset_gitops.model.sources import Sources

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def read_variables(sources: Sources, environment: str) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """The variables of one environment, and what is wrong with its file.

    An empty file has no variables. Names that templates could not use, or that Jinja2 and we define, are refused.
    """
    path = sources.environment_path(environment)
    text = sources.texts[path]
    parsed = read_yaml(text)
    problems = [Problem(path, *line_and_column(text, f.offset), f.message, f.rule) for f in parsed.faults]
    if parsed.empty or (parsed.value is None and problems):
        return {}, tuple(problems)
    if not isinstance(parsed.value, dict):
        message = "a variables file is a mapping: `name: value`"
        return {}, (*problems, Problem(path, 1, 1, message, "variables"))
    for name in parsed.value:
        if not _NAME.fullmatch(name):
            message = f"{name!r} cannot be used as a variable: letters, digits and _ only"
        elif name in RESERVED_NAMES:
            message = f"{name!r} is a name that templates already have: choose another"
        else:
            continue
        place = line_and_column(text, parsed.offset((name,), on_key=True))
        problems.append(Problem(path, *place, message, "variables"))
    return parsed.value, tuple(sorted(problems))
