"""Whatever the plan: its JSON is as the shipped schema says, key by key, and no form of it fails."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from click import unstyle
from hypothesis import given
from jsonschema import Draft202012Validator
from plans import plans, unhurried

from superset_gitops.core.report.paint import in_colour
from superset_gitops.core.report.plan_data import SCHEMA_VERSION, plan_text_json
from superset_gitops.core.report.plan_markdown import LIMIT, plan_markdown
from superset_gitops.core.report.plan_text import plan_lines
from superset_gitops.model.plan import Plan, Side, State
from superset_gitops.schemas import schema

SCHEMA = schema("plan")


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    reference = node.get("$ref", "")
    return {**SCHEMA["$defs"][reference.removeprefix("#/$defs/")], **node} if reference else node


def undescribed(node: dict[str, Any], value: Any, path: str = "") -> list[str]:
    """Keys of the value that the schema does not describe."""
    node = resolved(node)
    if isinstance(value, list) and "items" in node:
        return [name for entry in value for name in undescribed(node["items"], entry, f"{path}[]")]
    if not isinstance(value, dict) or "properties" not in node:
        return []
    found = [f"{path}.{key}" for key in value if "description" not in node["properties"].get(key, {})]
    for key in value.keys() & node["properties"].keys():
        found += undescribed(node["properties"][key], value[key], f"{path}.{key}")
    return found


@unhurried
@given(plans())
def test_the_json_is_as_the_schema_says(plan: Plan) -> None:
    document = json.loads(plan_text_json(plan))
    Draft202012Validator(SCHEMA).validate(document)
    assert undescribed(SCHEMA, document) == []


@unhurried
@given(plans())
def test_text_is_printable_and_says_the_same_without_colour(plan: Plan) -> None:
    for verbose in (False, True):
        lines = list(plan_lines(plan, verbose=verbose))
        assert {unicodedata.category(char) for line in lines for char in line if char != "\t"}.isdisjoint({"Cc", "Cs"})
        assert [unstyle(line) for line in plan_lines(plan, verbose=verbose, paint=in_colour)] == lines


@unhurried
@given(plans())
def test_markdown_fits_into_a_comment(plan: Plan) -> None:
    text = plan_markdown(plan)
    assert text.startswith("<!-- superset-gitops plan: ")
    assert len(text.encode("utf-16-le")) // 2 <= LIMIT


def test_the_schema_is_one_and_knows_every_state_and_side() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["schema_version"]["const"] == SCHEMA_VERSION
    assert set(SCHEMA["$defs"]["state"]["enum"]) == {s.name.lower() for s in State if s is not State.UNMANAGED}
    assert set(SCHEMA["$defs"]["field"]["properties"]["side"]["enum"]) == {side.value for side in Side}
