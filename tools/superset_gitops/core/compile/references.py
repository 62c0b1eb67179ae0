"""Owns `ref()`: the uuid of another template's asset, found without compiling that template where it is literal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from superset_gitops.core.compile.asset_templates import declared_uuid, is_asset, reference_name, uuid_by_variable
from superset_gitops.core.compile.template_environment import TemplateEnvironment, render
from superset_gitops.core.compile.template_failure import Failure, calling_place, find_in_tag
from superset_gitops.core.documents.suggest import did_you_mean

# What `ref()` gives where the target's uuid cannot be known: that target has its own problem, and is not told twice.
UNKNOWN_UUID = "00000000-0000-0000-0000-000000000000"


def find_uuids(
    templates: Mapping[str, str], variables: Mapping[str, Any], literal: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The name that `ref()` takes → uuid; an uuid that is no literal is found by rendering its template once.

    Args:
        templates: all of them.
        variables: what they see, without `ref`.
        literal: template → the uuid that it is known to declare literally; its text is not looked at.
    """
    uuids = {reference_name(name): uuid for name, uuid in (literal or {}).items()}
    jinja: TemplateEnvironment | None = None
    for name in filter(is_asset, templates):
        if literal is None or name not in literal:
            uuid = declared_uuid(templates[name]) or uuid_by_variable(templates[name], variables)
            if uuid is None:
                jinja = jinja or TemplateEnvironment(templates, {**variables, "ref": lambda _name: UNKNOWN_UUID})
                uuid = _rendered_uuid(name, jinja)
            uuids[reference_name(name)] = uuid
    return dict(sorted(uuids.items()))


def make_ref(
    uuids: Mapping[str, str], templates: Mapping[str, str], failures: list[Failure]
) -> Callable[[object], str]:
    """The function that templates call; an unknown name is noted in `failures` at the place of the call."""

    def ref(name: object) -> str:
        uuid = uuids.get(name) if isinstance(name, str) else None
        if uuid is None:
            where, offset = calling_place(sys._getframe(1)) or ("", 0)
            offset = find_in_tag(templates.get(where, ""), offset, str(name))
            message = f"there is no template {str(name)!r} to refer to{did_you_mean(str(name), uuids)}"
            failures.append(Failure(where, offset, message, "unknown-reference"))
        return uuid or UNKNOWN_UUID

    return ref


def _rendered_uuid(name: str, jinja: TemplateEnvironment) -> str:
    try:
        text = render(jinja, name)
    except Exception:  # noqa: BLE001 - anything a template provokes; it is reported when the template is compiled
        return UNKNOWN_UUID
    return declared_uuid(text) or UNKNOWN_UUID
