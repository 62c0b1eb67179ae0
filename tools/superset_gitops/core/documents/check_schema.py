"""Owns checking a document against a JSON Schema, with messages that say what to write instead."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from superset_gitops.core.documents.read_yaml import DocumentPath
from superset_gitops.core.documents.suggest import did_you_mean
from superset_gitops.schemas import SUPERSET_VERSION, schema

if TYPE_CHECKING:
    import jsonschema_rs
    from jsonschema import Draft202012Validator, ValidationError

_NAMES = {
    "null": "null",
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def check_schema(name: str, document: Any, version: str = SUPERSET_VERSION) -> Iterator[tuple[DocumentPath, bool, str]]:
    """Every violation: the path of the value, whether its key is what is wrong, and the message.

    Args:
        name: of the schema.
        document: what is checked.
        version: the release of Superset that an asset's document is meant for.
    """
    if _is_surely_valid(name, document, version):
        return
    for error in _validator(name, version).iter_errors(document):
        path: DocumentPath = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            for key in (key for key in error.instance if key not in known):
                yield (*path, key), True, f"unknown key {key!r}{did_you_mean(key, known)}"
        elif error.validator == "not" and error.schema.get("not") == {}:
            yield path, True, _message(error)
        else:
            yield path, False, _message(error)


def _is_surely_valid(name: str, document: Any, version: str) -> bool:
    """A fast proof in one direction: where it fails, the slower validator, whose words people get, is asked.

    Most documents are valid, and importing the slow one takes longer than everything else about a commit.
    """
    return not _has_whole_float(document) and bool(_fast_validator(name, version).is_valid(document))


def _has_whole_float(value: Any) -> bool:
    """Whether 4.0 stands somewhere: the fast validator takes it for a whole number."""
    if isinstance(value, dict):
        return any(map(_has_whole_float, value.values()))
    if isinstance(value, list):
        return any(map(_has_whole_float, value))
    return isinstance(value, float) and value.is_integer()


@functools.cache
def _fast_validator(name: str, version: str) -> jsonschema_rs.Draft202012Validator:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(schema(name, version), keywords={"x-json": _XJson}, offline=True)


class _XJson:
    """The keyword `x-json` for the fast validator."""

    def __init__(self, parent_schema: Any, value: Any, schema_path: Any) -> None:  # noqa: ARG002 - its signature
        self._wanted = bool(value)

    def validate(self, instance: Any) -> None:
        """Raise where the slow validator has something to say."""
        if self._wanted and not _is_json_object(instance):
            raise ValueError("not a JSON object")


@functools.cache
def _validator(name: str, version: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    # Nothing is fetched: every $ref of the shipped schemas is local.
    # JSON has one kind of number, Superset's database has two: 4.0 is no whole number there.
    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_whole)
    extended: Any = extend
    strict = extended(Draft202012Validator, {"x-json": _check_json}, type_checker=types)
    validator: Draft202012Validator = strict(schema(name, version))
    return validator


def _is_whole(_checker: object, instance: object) -> bool:
    return isinstance(instance, int) and not isinstance(instance, bool)


def _check_json(_validator: Any, wanted: bool, instance: Any, _schema: Any) -> Iterator[ValidationError]:  # noqa: FBT001
    from jsonschema import ValidationError

    if wanted and not _is_json_object(instance):
        yield ValidationError("this text is not a JSON object")


def _is_json_object(instance: Any) -> bool:
    # A lone placeholder becomes JSON only at run time.
    if not isinstance(instance, str) or instance.strip().startswith("${"):
        return True
    try:
        return isinstance(json.loads(instance), dict)
    except ValueError:
        return False


def _message(error: ValidationError) -> str:
    hint: str | None = error.schema.get("x-message") if isinstance(error.schema, dict) else None
    if hint and error.validator != "type":
        return hint
    wanted: Any = error.validator_value
    value: Any = error.instance
    match error.validator:
        case "type":
            names = [_NAMES[each] for each in ([wanted] if isinstance(wanted, str) else wanted)]
            return f"expected {' or '.join(names)}, got {_shown(value)}{f' ({hint})' if hint else ''}"
        case "required":
            missing = [key for key in wanted if key not in value]
            return f"{' and '.join(map(repr, missing))} {'is' if len(missing) == 1 else 'are'} missing"
        case "enum" | "const":
            allowed = wanted if error.validator == "enum" else [wanted]
            known = [each for each in allowed if isinstance(each, str)]
            guess = did_you_mean(value, known) if isinstance(value, str) else ""
            return f"expected {' or '.join(json.dumps(each) for each in allowed)}, got {_shown(value)}{guess}"
        case "minLength" | "pattern":
            return f"expected some text, got {_shown(value)}"
        case "maxLength":
            return f"longer than {wanted} characters"
        case "minimum" | "maximum":
            bound = "at least" if error.validator == "minimum" else "at most"
            return f"expected {bound} {wanted}, got {_shown(value)}"
        case _:
            return error.message


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


_LONGEST = 40
