"""Owns edits of a variables file: values set where they stand, new ones at its end, everything else as it is."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from superset_gitops.core.documents.read_yaml import read_yaml
from superset_gitops.core.translate.splice import CannotEdit, apply_splices
from superset_gitops.core.translate.write_node import pair_text
from superset_gitops.core.translate.yaml_splices import yaml_splices

Values = Iterable[tuple[tuple[str | int, ...], Any]]


def change_variables(text: str, values: Values) -> str:
    """The file after these values were set, by path.

    Raises:
        CannotEdit: the file has no place for one of them.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    for path, value in values:
        parsed = read_yaml(plain)
        if parsed.faults or (parsed.value is not None and not isinstance(parsed.value, dict)):
            raise CannotEdit("the variables file cannot be read")
        if not parsed.value:
            lead = plain if not plain or plain.endswith("\n") else f"{plain}\n"
            plain = f"{lead if parsed.empty else ''}{pair_text(str(path[0]), value, 0)}\n"
            continue
        plain = apply_splices(plain, yaml_splices(plain, parsed, _with(parsed.value, path, value)))
    return plain.replace("\n", newline)


def _with(document: Any, path: tuple[str | int, ...], value: Any) -> Any:
    changed = copy.deepcopy(document)
    target = changed
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return changed
