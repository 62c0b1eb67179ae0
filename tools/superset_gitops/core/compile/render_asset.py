"""Owns rendering one asset's template: its text, or every failure that can be told at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2

from superset_gitops.core.compile.template_environment import TemplateEnvironment, render
from superset_gitops.core.compile.template_failure import Failure, explain

MAX_MISSING = 20


def render_asset(
    environment: TemplateEnvironment, name: str, templates: Mapping[str, str], variables: Mapping[str, Any]
) -> tuple[str | None, tuple[Failure, ...]]:
    """Render one template with an environment that was made of these templates and variables.

    After an undefined variable the template is tried again as if it were empty, to tell the other ones too.
    """
    failures: list[Failure] = []
    assumed: dict[str, Any] = {}
    while True:
        try:
            text = render(environment, name)
        except Exception as error:  # noqa: BLE001 - a template is foreign code: all that it provokes is its problem
            failure = explain(error, name, templates, variables)
        else:
            return (None if failures else text), tuple(failures)
        if failures and not failure.missing:
            return None, tuple(failures)  # a consequence of the empty variable
        failures.append(failure)
        if not failure.missing or failure.missing in assumed or len(failures) >= MAX_MISSING:
            return None, tuple(failures)
        assumed[failure.missing] = jinja2.ChainableUndefined(name=failure.missing)
        environment = TemplateEnvironment(templates, {**variables, **assumed})
