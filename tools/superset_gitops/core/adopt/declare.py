"""Owns saying uuids that only one environment has: as variables of it, with the old uuid as the default."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from superset_gitops.core.documents.read_yaml import read_yaml
from superset_gitops.core.same import same
from superset_gitops.core.translate.change_variables import change_variables
from superset_gitops.core.translate.write_node import pair_text

PER_ENVIRONMENT = "{# uuid: per environment #}"
_DECLARED = re.compile(r"\{#-?\s*uuid:\s*per environment\s*-?#\}")
_LITERAL = re.compile(
    r"""^(uuid:[ \t]*['"]?)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=['"]?[ \t]*(?:\#.*)?\r?$)"""
)
_VARIABLE = re.compile(
    r"""^uuid:[ \t]*['"]?\{\{[ \t]*([A-Za-z]\w*)[ \t]*"""
    r"""(?:\|[ \t]*(?:default|d)\([^()]*\)[ \t]*)?\}\}['"]?[ \t]*(?:\#.*)?\r?$"""
)


def declare_uuid(text: str, uuid: str, name: str) -> tuple[str, str] | None:
    """A template whose uuid an environment can say, and the variable that says it.

    All other environments render as before, byte for byte. None where the uuid is made in another way than literally,
    or by one variable.

    Args:
        text: the template.
        uuid: what it is in this environment so far.
        name: for the variable, where the template has none yet.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split("\n")
    found = [number for number, line in enumerate(lines) if line.startswith("uuid:")]
    if len(found) != 1:
        return None
    number = found[0]
    known = _VARIABLE.match(lines[number])
    literal = _LITERAL.match(lines[number])
    if literal is not None and literal[2] == uuid:
        rest = lines[number][literal.end() :]
        lines[number] = f'{literal[1]}{{{{ {name} | default("{uuid}") }}}}{rest}'
    elif known is None:
        return None
    if not _DECLARED.search(text):
        lines.insert(number, PER_ENVIRONMENT + newline.removesuffix("\n"))
    return "\n".join(lines), known[1] if known is not None else name


def free_name(words: str, taken: Collection[str], texts: Collection[str]) -> str:
    """A variable's name that nothing has, from words."""
    name = re.sub(r"\W+", "_", words, flags=re.ASCII).strip("_").lower() or "value"
    name = name if name[0].isalpha() else f"v_{name}"
    found, number = name, 1
    while found in taken or any(found in text for text in texts):
        number += 1
        found = f"{name}_{number}"
    return found


def set_variables(text: str, values: Mapping[str, Any], head: str) -> str:
    """A variables file with these values; new ones stand at its end, in their order, below a comment."""
    parsed = read_yaml(text)
    known = parsed.value if isinstance(parsed.value, dict) else {}
    new = {name: value for name, value in values.items() if name not in known}
    changed = change_variables(text, (((n,), v) for n, v in values.items() if n in known and not same(known[n], v)))
    newline = "\r\n" if "\r\n" in text else "\n"
    lead = changed if not changed or changed.endswith("\n") else changed + newline
    comment = "" if head in text or not new else f"{head}{newline}"
    longer = (
        lead
        + comment
        + "".join(pair_text(name, value, 0).replace("\n", newline) + newline for name, value in new.items())
    )
    # One by one where the file's end is no place for them: a mapping in braces, or the end of a block of text.
    if same(read_yaml(longer).value, {**known, **values}):
        return longer
    return change_variables(changed, (((name,), value) for name, value in new.items()))
